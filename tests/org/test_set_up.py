"""Workspaces, departments, the matrix, targets, and what is missing."""

import pytest

from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.org import checks, presets, queries
from crossdesk.org import services as org
from crossdesk.org.checks import Bad
from crossdesk.org.enums import DepartmentKey, Role
from crossdesk.org.models import Department, Responsibility, Seat, Workspace
from crossdesk.org.services.departments import DepartmentExists, DepartmentInUse
from crossdesk.org.services.matrix import NobodyResponsible, TargetRow
from crossdesk.org.services.workspaces import SlugTaken
from tests.org.conftest import Company, as_actor
from tests.org.factories import NOON, MemberFactory, UserFactory

HOUR = 3600


def parts(company, intent):
    rows = Responsibility.objects.filter(workspace=company.workspace, intent=intent)
    return dict(rows.order_by("department__position").values_list("department__key", "part"))


# Workspaces


def test_a_workspace_starts_with_all_that_the_presets_give(company):
    assert [desk.key for desk in queries.departments(company.by)] == list(DepartmentKey.values)
    assert company.by.departments == company.by.leads == {desk.pk for desk in queries.departments(company.by)}
    assert parts(company, "threat") == {"risk": "responsible", "legal": "consulted", "communications": "informed"}
    assert [(row.intent, row.urgency, row.seconds, row.basis) for row in queries.targets(company.by)] == list(
        presets.TARGETS
    )
    weeks = queries.calendars(company.by, day=NOON.date())
    assert {(week.now.time_zone, len(week.now.week)) for week in weeks if week.now} == {("Europe/Berlin", 7)}


def test_the_presets_are_whole():
    keys = set(DepartmentKey.values)

    assert {preset.key for preset in presets.DEPARTMENTS} == keys
    assert set(presets.MATRIX) == set(checks.INTENTS)
    for responsible, consulted, informed in presets.MATRIX.values():
        named = [key for key in (responsible, *consulted, *informed) if key]
        assert set(named) <= keys and len(named) == len(set(named))
    assert {intent for intent, row in presets.MATRIX.items() if row[0] is None} == checks.NOBODYS
    checks.week(presets.WEEK)
    for intent, urgency, seconds, basis in presets.TARGETS:
        checks.target(intent_=intent, urgency=urgency, seconds=seconds, basis=basis)


@pytest.mark.parametrize("slug", ["", "Brand", "a b", "-a", "a--b", "x" * 61, "straße"])
@pytest.mark.django_db
def test_a_bad_address_for_a_workspace_is_refused(slug):
    with pytest.raises(Bad):
        org.create_workspace(slug=slug, name="Brand", time_zone="UTC", owner=UserFactory(), now=NOON)

    assert not Workspace.objects.exists()


def test_an_address_belongs_to_one_workspace(company):
    with pytest.raises(SlugTaken):
        Company("brand")


def test_a_workspace_is_renamed(company):
    org.rename_workspace(name="Brand & Co", time_zone="UTC", by=company.by, now=NOON)

    assert company.audited() == [
        ("workspace.changed", "Brand & Co", {"name": "Brand", "time_zone": "Europe/Berlin"},
         {"name": "Brand & Co", "time_zone": "UTC"}),
    ]  # fmt: skip
    with pytest.raises(NotAllowed):
        org.rename_workspace(name="Mine", by=company.actor(), now=NOON)


def test_a_user_sees_their_workspaces_and_no_others(company):
    other = Company("other")
    Company("third")
    member = MemberFactory(workspace=other.workspace, user=company.owner.user)

    assert [row.workspace.slug for row in queries.memberships(company.owner.user)] == ["brand", "other"]
    assert queries.member_of(user_id=company.owner.user_id, slug="other") == member
    for slug in ("third", "nowhere"):
        assert queries.member_of(user_id=company.owner.user_id, slug=slug) is None


# Departments


def small(keys=("customer_service", "legal")):
    """A workspace that took only some presets."""
    company = Company.__new__(Company)
    company.workspace = org.create_workspace(
        slug="small", name="Small", time_zone="UTC", owner=UserFactory(name="Olga"), now=NOON, departments=keys
    )
    company.owner = company.workspace.members.get()
    company.begins = 1
    return company


@pytest.mark.django_db
def test_a_preset_is_added_with_its_parts_where_nobody_has_them():
    company = small()
    org.set_part(intent="phishing", department_id=company.desk("legal").pk, part="responsible", by=company.by, now=NOON)

    org.add_preset(key="risk", by=company.by, now=NOON)

    assert [desk.name for desk in queries.departments(company.by)] == ["Customer service", "Legal", "Risk"]
    assert parts(company, "threat") == {"legal": "consulted", "risk": "responsible"}
    assert parts(company, "phishing") == {"legal": "responsible", "risk": "consulted"}
    assert [week.now is not None for week in queries.calendars(company.by, day=NOON.date())] == [True] * 3
    with pytest.raises(DepartmentExists):
        org.add_preset(key="risk", by=company.by, now=NOON)
    with pytest.raises(Bad):
        org.add_preset(key="weather", by=company.by, now=NOON)


def test_a_department_of_ones_own_gets_a_key_and_hours(company):
    desk = org.add_department(name="Öffentlicher  Dienst", by=company.by, now=NOON, icon="building", color="lime")
    signs = org.add_department(name="株主", by=company.by, now=NOON)

    assert (desk.key, desk.name, desk.icon, desk.position) == (
        "offentlicher_dienst", "Öffentlicher Dienst", "building", 10,
    )  # fmt: skip
    assert signs.key.startswith("desk_")
    assert desk.hours.get().week == presets.WEEK
    assert company.audited()[0] == (
        "department.added", "Öffentlicher Dienst", None,
        {"key": "offentlicher_dienst", "name": "Öffentlicher Dienst", "purpose": "", "icon": "building", "color": "lime"},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["", " ", "x" * 81])
def test_a_department_needs_a_name(company, name):
    with pytest.raises(Bad):
        org.add_department(name=name, by=company.by, now=NOON)


def test_two_departments_of_one_name_would_confuse(company):
    with pytest.raises(DepartmentExists):
        org.add_department(name="legal", by=company.by, now=NOON)
    with pytest.raises(DepartmentExists):
        org.rename_department(department_id=company.desk("sales").pk, name="LEGAL", by=company.by, now=NOON)


def test_a_department_is_renamed_and_keeps_its_key(company):
    org.rename_department(department_id=company.desk("legal").pk, name="Counsel", by=company.by, now=NOON)
    org.rename_department(department_id=company.desk("legal").pk, name="Counsel", by=company.by, now=NOON)

    assert company.desk("legal").name == "Counsel"
    assert [row[:2] for row in company.audited()] == [("department.changed", "Counsel")]


def test_departments_are_ordered(company):
    org.move_department(department_id=company.desk("legal").pk, to=0, by=company.by, now=NOON)
    org.move_department(department_id=company.desk("customer_service").pk, to=99, by=company.by, now=NOON)

    keys = [desk.key for desk in queries.departments(company.by)]
    assert (keys[0], keys[-1]) == ("legal", "customer_service")


def test_who_may_not_manage_the_workspace_changes_no_department(company):
    lead, legal = company.actor(Role.LEAD), company.desk("legal")

    for act in (
        lambda: org.add_preset(key="risk", by=lead, now=NOON),
        lambda: org.add_department(name="New", by=lead, now=NOON),
        lambda: org.rename_department(department_id=legal.pk, name="New", by=lead, now=NOON),
        lambda: org.move_department(department_id=legal.pk, to=0, by=lead, now=NOON),
        lambda: org.archive_department(department_id=legal.pk, by=lead, now=NOON),
        lambda: org.restore_department(department_id=legal.pk, by=lead, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()

    assert company.audited() == []


def test_a_department_of_another_workspace_does_not_exist(company):
    foreign = Company("other").desk("legal")

    for act in (
        lambda: org.rename_department(department_id=foreign.pk, name="Mine", by=company.by, now=NOON),
        lambda: org.move_department(department_id=foreign.pk, to=0, by=company.by, now=NOON),
        lambda: org.archive_department(department_id=foreign.pk, by=company.by, now=NOON),
        lambda: org.set_part(intent="praise", department_id=foreign.pk, part="informed", by=company.by, now=NOON),
        lambda: queries.department(company.by, foreign.pk),
    ):
        with pytest.raises(NotFound):
            act()


def test_what_is_responsible_is_not_archived(company):
    with pytest.raises(DepartmentInUse) as refusal:
        org.archive_department(department_id=company.desk("marketing").pk, by=company.by, now=NOON)

    assert refusal.value.message == (
        "Marketing is responsible for partner request, praise. Make another one responsible first."
    )


def test_a_department_is_archived_and_comes_back_with_its_people(company):
    desk, ada = company.desk("management"), company.person(seats=("management",))

    org.archive_department(department_id=desk.pk, by=company.by, now=NOON)

    assert desk.pk not in as_actor(ada).departments
    assert desk.key not in [one.key for one in queries.departments(company.by)]
    assert queries.archived_departments(company.by) == [desk]
    org.set_seats(member_id=ada.pk, department_ids=[], by=company.by, now=NOON)
    org.restore_department(department_id=desk.pk, by=company.by, now=NOON)
    assert queries.departments(company.by)[-1] == desk
    assert Seat.objects.filter(member=ada, department=desk).exists()
    with pytest.raises(NotFound):
        org.restore_department(department_id=desk.pk, by=company.by, now=NOON)


@pytest.mark.django_db
def test_the_last_department_stays():
    company = small(keys=("management",))

    with pytest.raises(DepartmentInUse):
        org.archive_department(department_id=company.desk("management").pk, by=company.by, now=NOON)

    assert Department.objects.get().archived_at is None


# The matrix


def test_one_department_is_responsible_and_the_one_before_is_consulted(company):
    org.set_part(intent="praise", department_id=company.desk("sales").pk, part="responsible", by=company.by, now=NOON)

    assert parts(company, "praise") == {
        "customer_service": "informed", "marketing": "consulted", "sales": "responsible",
    }  # fmt: skip
    assert company.audited() == [
        ("matrix.changed", "praise", {"marketing": "responsible", "customer_service": "informed"},
         {"marketing": "consulted", "customer_service": "informed", "sales": "responsible"}),
    ]  # fmt: skip


def test_parts_are_given_changed_and_taken(company):
    product, by = company.desk("product"), company.by

    org.set_part(intent="question", department_id=product.pk, part="informed", by=by, now=NOON)
    org.set_part(intent="question", department_id=product.pk, part="consulted", by=by, now=NOON)
    assert parts(company, "question") == {"customer_service": "responsible", "product": "consulted"}
    org.set_part(intent="question", department_id=product.pk, part=None, by=by, now=NOON)
    org.set_part(intent="question", department_id=product.pk, part=None, by=by, now=NOON)

    assert parts(company, "question") == {"customer_service": "responsible"}
    assert len(company.audited()) == 3


@pytest.mark.parametrize("part", [None, "consulted", "informed"])
def test_a_topic_is_never_left_without_somebody_responsible(company, part):
    with pytest.raises(NobodyResponsible):
        org.set_part(intent="praise", department_id=company.desk("marketing").pk, part=part, by=company.by, now=NOON)

    assert parts(company, "praise")["marketing"] == "responsible"


def test_spam_may_be_somebodys_and_nobodys_again(company):
    risk = company.desk("risk").pk

    org.set_part(intent="spam_abuse", department_id=risk, part="responsible", by=company.by, now=NOON)
    org.set_part(intent="spam_abuse", department_id=risk, part=None, by=company.by, now=NOON)

    assert parts(company, "spam_abuse") == {}


def test_what_the_matrix_does_not_know_is_refused(company):
    legal = company.desk("legal").pk

    with pytest.raises(Bad):
        org.set_part(intent="weather", department_id=legal, part="informed", by=company.by, now=NOON)
    with pytest.raises(Bad):
        org.set_part(intent="praise", department_id=legal, part="boss", by=company.by, now=NOON)
    with pytest.raises(NotAllowed):
        org.set_part(intent="praise", department_id=legal, part="informed", by=company.actor(), now=NOON)

    assert company.audited() == []


def test_the_grid_shows_every_intent_and_department(company, django_assert_num_queries):
    by = company.by
    with django_assert_num_queries(2):  # departments, cells
        grid = queries.matrix(by)

    assert [row.intent for row in grid.rows] == list(checks.INTENTS)
    complaint = dict(zip([desk.key for desk in grid.departments], grid.rows[0].parts, strict=True))
    assert {key: part for key, part in complaint.items() if part} == {
        "customer_service": "responsible", "product": "informed",
    }  # fmt: skip


# Targets


def test_targets_are_set_as_a_whole_in_their_order(company):
    rows = [
        TargetRow("", "p1", 600),
        TargetRow("question", "high", HOUR, "business"),
        TargetRow("question", "", 8 * HOUR, "business"),
        TargetRow("", "", 48 * HOUR),
    ]

    org.set_targets(rows=rows, by=company.by, now=NOON)
    org.set_targets(rows=rows, by=company.by, now=NOON)

    assert [(t.intent, t.urgency, t.seconds, t.basis) for t in queries.targets(company.by)] == [
        ("", "p1", 600, "calendar"), ("question", "high", HOUR, "business"),
        ("question", "", 8 * HOUR, "business"), ("", "", 48 * HOUR, "calendar"),
    ]  # fmt: skip
    assert [row[0] for row in company.audited()] == ["targets.changed"]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "The last target matches everything, so that nothing is without one."),
        ([TargetRow("question", "", HOUR)], "The last target matches everything, so that nothing is without one."),
        ([TargetRow("", "", HOUR), TargetRow("question", "", HOUR), TargetRow("", "", HOUR)],
         "Target 2 is never reached: one before it matches the same messages."),
        ([TargetRow("", "", 59)], "A target lies between one minute and 30 days."),
        ([TargetRow("", "", 31 * 24 * HOUR)], "A target lies between one minute and 30 days."),
        ([TargetRow("", "p1", HOUR, "business"), TargetRow("", "", HOUR)],
         "P1 is a danger to people: its time runs round the clock."),
        ([TargetRow("", "", HOUR, "lunar")], "Say whether the time runs round the clock or in business hours."),
    ],
)  # fmt: skip
def test_targets_that_cannot_be_are_refused(company, rows, words):
    with pytest.raises(Bad) as refusal:
        org.set_targets(rows=rows, by=company.by, now=NOON)

    assert refusal.value.message == words
    assert len(queries.targets(company.by)) == len(presets.TARGETS)


# What is missing


def test_a_company_with_two_people_everywhere_lacks_nothing(company):
    company.person(seats=tuple(DepartmentKey.values))

    assert queries.readiness(company.by) == []


@pytest.mark.django_db
def test_what_is_missing_is_said(django_assert_num_queries):
    company = small()
    Seat.objects.filter(department__key="legal").delete()
    company.person(seats=("customer_service",))
    bare = Department.objects.create(workspace=company.workspace, key="bare", name="Bare", position=9)
    Seat.objects.create(member=company.owner, department=bare)
    by = company.by

    with django_assert_num_queries(4):  # seats, departments, responsible ones, hours
        missing = queries.readiness(by)

    nobodys = [one.subject for one in missing if one.kind == "intent"]
    assert nobodys == [
        "praise", "suggestion", "sales_lead", "press_enquiry", "job_enquiry", "conduct", "threat", "protest",
        "phishing", "confidential_leak", "partner_request",
    ]  # fmt: skip
    assert missing[0].sentence == "Nobody is responsible for praise: such messages wait in triage."
    assert [one.sentence for one in missing if one.kind != "intent"] == [
        "Legal is responsible for legal privacy, and nobody sits there.",
        "Only one person sits in Bare: give them a stand-in.",
        "Bare has no opening hours: its time never stands still.",
    ]
