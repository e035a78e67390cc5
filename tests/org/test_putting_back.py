"""Every change of the organisation has a way back, which is a change itself and never overwrites what came after it."""

from datetime import date, timedelta

import pytest

from crossdesk.journal import audit, changes
from crossdesk.journal.changes import About, ChangedSince, NoWayBack
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.org import presets
from crossdesk.org import services as org
from crossdesk.org.enums import Role
from crossdesk.org.models import Department, Holiday, Hours, Member, Responsibility, Seat, Target, Workspace
from crossdesk.org.services.hours import InThePast
from crossdesk.org.services.invitations import RunOut
from crossdesk.org.services.people import AlreadyThere
from tests.org.conftest import Company, as_actor
from tests.org.factories import NOON, HolidayFactory, MemberFactory

LATER = date(2026, 4, 1)
SHORT = [[["10:00", "12:00"]]] * 5 + [[], []]


def everything(company):
    """All that the acts below may change, without ids."""
    of = {"workspace": company.workspace}
    return {
        "workspace": Workspace.objects.values_list("name", "time_zone", "pictures_described").get(pk=company.workspace.pk),
        "departments": list(
            Department.objects.filter(**of, archived_at=None)
            .order_by("position", "id")
            .values_list("key", "name", "purpose", "icon", "color", "time_zone")
        ),
        "hours": list(
            Hours.objects.filter(department__workspace=company.workspace, department__archived_at=None)
            .order_by("department__key", "valid_from")
            .values_list("department__key", "valid_from", "time_zone", "week")
        ),
        "holidays": set(Holiday.objects.values_list("department__key", "day", "name")),
        "matrix": set(Responsibility.objects.filter(**of).values_list("intent", "department__key", "part")),
        "targets": list(Target.objects.filter(**of).order_by("position").values_list("intent", "urgency", "seconds", "basis")),
        "people": set(Member.objects.filter(**of).values_list("user__name", "role", "title", "active")),
        "seats": set(Seat.objects.values_list("member__user__name", "department__key", "leads")),
        "invited": list(company.workspace.invitations.filter(revoked_at=None).values_list("email", "role")),
    }  # fmt: skip


def sales(company):
    return company.desk("sales").pk


def ada(company):
    return Member.objects.get(workspace=company.workspace, user__name="Ada").pk


ACTS = {
    "a preset is added": lambda c, do: org.add_preset(key="management", **do),
    "one of its own is added": lambda c, do: org.add_department(name="Logistics", **do),
    "it is renamed": lambda c, do: org.rename_department(department_id=sales(c), name="Key accounts", purpose="Big ones", icon="news", **do),
    "it is moved": lambda c, do: org.move_department(department_id=sales(c), to=0, **do),
    "it is archived": lambda c, do: org.archive_department(department_id=c.desk("communications").pk, **do),
    "hours from today": lambda c, do: org.set_hours(department_id=sales(c), valid_from=NOON.date(), week=SHORT, time_zone="UTC", **do),
    "hours from later": lambda c, do: org.set_hours(department_id=sales(c), valid_from=LATER, week=SHORT, **do),
    "other hours for that day": lambda c, do: org.set_hours(department_id=c.desk("legal").pk, valid_from=LATER, week=presets.WEEK, **do),
    "hours withdrawn": lambda c, do: org.withdraw_hours(hours_id=Hours.objects.get(department__key="legal", valid_from=LATER).pk, **do),
    "a holiday for all": lambda c, do: org.add_holiday(day=date(2026, 12, 24), name="Christmas Eve", **do),
    "a holiday is removed": lambda c, do: org.remove_holiday(holiday_id=Holiday.objects.get().pk, **do),
    "a holiday is changed": lambda c, do: org.change_holiday(holiday_id=Holiday.objects.get().pk, day=date(2026, 12, 26), name="Boxing Day", **do),
    "another is responsible": lambda c, do: org.set_part(intent="complaint", department_id=sales(c), part="responsible", **do),
    "no part any more": lambda c, do: org.set_part(intent="complaint", department_id=c.desk("product").pk, part=None, **do),
    "other targets": lambda c, do: org.set_targets(rows=[org.TargetRow("", "", 7200)], **do),
    "another role": lambda c, do: org.change_role(member_id=ada(c), role=Role.LEAD, **do),
    "another title": lambda c, do: org.change_title(member_id=ada(c), title="Head", **do),
    "other seats": lambda c, do: org.set_seats(member_id=ada(c), department_ids=[sales(c)], leads=[sales(c)], **do),
    "no access": lambda c, do: org.deactivate(member_id=ada(c), **do),
    "an invitation": lambda c, do: org.invite(email="eve@crossdesk.example", role=Role.MEMBER, department_ids=[sales(c)], **do),
    "an invitation is taken back": lambda c, do: org.revoke_invitation(invitation_id=c.workspace.invitations.get(email="fay@crossdesk.example").pk, **do),
    "the workspace": lambda c, do: org.rename_workspace(name="Brand & Co", time_zone="UTC", **do),
    "pictures": lambda c, do: org.set_pictures_described(must=True, **do),
}  # fmt: skip


@pytest.fixture
def company(company: Company) -> Company:
    company.person(name="Ada", seats=("legal",))
    org.set_hours(department_id=company.desk("legal").pk, valid_from=LATER, week=SHORT, by=company.by, now=NOON)
    HolidayFactory(department=company.desk("legal"))
    org.invite(email="fay@crossdesk.example", role=Role.LEAD, department_ids=[sales(company)], by=company.by, now=NOON)
    management = company.desk("management")
    Department.objects.filter(pk=management.pk).delete()
    return company


def done(company, act):
    """The entries that an act wrote."""
    with audit.noted() as entries:
        act(company, {"by": company.by, "now": NOON})
    return entries


@pytest.mark.parametrize("name", ACTS)
def test_what_was_changed_is_put_back_and_that_is_written_down_too(company, name):
    before = everything(company)
    entries = done(company, ACTS[name])
    changed = everything(company)

    changes.put_back(entry_ids=entries, by=company.by, now=NOON)

    assert changed != before
    assert everything(company) == before
    taken = AuditEntry.objects.filter(pk__gt=entries[-1]).values_list("puts_back_id", flat=True)
    assert set(taken) == set(entries)


@pytest.mark.parametrize("name", ACTS)
def test_what_was_put_back_can_be_done_again(company, name):
    entries = done(company, ACTS[name])
    changed = everything(company)
    last = entries[-1]

    changes.put_back(entry_ids=entries, by=company.by, now=NOON)
    again = list(AuditEntry.objects.filter(pk__gt=last).values_list("pk", flat=True))
    changes.put_back(entry_ids=again, by=company.by, now=NOON)

    assert everything(company) == changed


@pytest.mark.parametrize("name", ACTS)
def test_it_is_put_back_once(company, name):
    entries = done(company, ACTS[name])
    changes.put_back(entry_ids=entries, by=company.by, now=NOON)
    before, written = everything(company), AuditEntry.objects.count()

    with pytest.raises(ChangedSince) as error:
        changes.put_back(entry_ids=entries, by=company.by, now=NOON)

    assert error.value.message == "Olga has put this back already."
    assert (everything(company), AuditEntry.objects.count()) == (before, written)


@pytest.mark.parametrize("name", ACTS)
def test_who_may_not_change_it_may_not_put_it_back(company, name):
    entries = done(company, ACTS[name])
    before = everything(company)

    with pytest.raises(NotAllowed):
        changes.put_back(entry_ids=entries, by=company.actor(Role.VIEWER), now=NOON)

    assert everything(company) == before | {"people": everything(company)["people"]}


def test_what_somebody_changed_since_is_not_overwritten(company):
    [first] = done(company, lambda c, do: org.rename_department(department_id=sales(c), name="Key accounts", **do))
    eve = company.person(role=Role.ADMINISTRATOR, name="Eve")
    org.rename_department(department_id=sales(company), name="Growth", by=as_actor(eve), now=NOON)

    with pytest.raises(ChangedSince) as error:
        changes.put_back(entry_ids=[first], by=company.by, now=NOON)

    assert error.value.message == "Eve has changed this since. Put that back first, or change it by hand."
    assert company.desk("sales").name == "Growth"


def test_only_what_the_change_touched_is_put_back(company):
    [renamed] = done(company, lambda c, do: org.rename_department(department_id=sales(c), name="Key accounts", **do))
    org.rename_department(department_id=sales(company), name="Key accounts", color="red", by=company.by, now=NOON)

    changes.put_back(entry_ids=[renamed], by=company.by, now=NOON)

    assert (company.desk("sales").name, company.desk("sales").color) == ("Sales", "red")


def test_all_of_a_change_is_put_back_or_nothing_of_it(company):
    entries = done(company, ACTS["a holiday for all"])
    org.remove_holiday(
        holiday_id=Holiday.objects.get(department__key="legal", day="2026-12-24").pk, by=company.by, now=NOON
    )
    before = everything(company)

    with pytest.raises(ChangedSince):
        changes.put_back(entry_ids=entries, by=company.by, now=NOON)

    assert everything(company) == before


def test_hours_that_were_measured_by_are_not_put_back(company):
    entries = done(company, ACTS["hours from today"])
    tomorrow = NOON.replace(day=5)

    with pytest.raises(InThePast):
        changes.put_back(entry_ids=entries, by=company.by, now=tomorrow)

    assert Hours.objects.filter(department__key="sales").count() == 2


def test_a_change_of_another_workspace_does_not_exist(company):
    entries = done(company, ACTS["it is renamed"])

    with pytest.raises(NotFound):
        changes.put_back(entry_ids=entries, by=Company("other").by, now=NOON)

    assert company.desk("sales").name == "Key accounts"


def test_what_has_no_way_back_says_so(company):
    member = MemberFactory(workspace=company.workspace)
    entries = done(company, lambda c, do: org.make_reset_link(member_id=member.pk, **do))

    with pytest.raises(NoWayBack):
        changes.put_back(entry_ids=entries, by=company.by, now=NOON)


def test_the_history_tells_newest_first_who_put_what_back_and_who_may(company):
    entries = done(company, ACTS["it is renamed"]) + done(company, ACTS["it is moved"])
    changes.put_back(entry_ids=entries[1:], by=company.by, now=NOON)
    done(company, lambda c, do: org.rename_department(department_id=c.desk("legal").pk, name="Law", **do))
    about = About(actions=("department.",), kinds=("department",), thing=sales(company))

    lines = changes.history(company.by, about)
    next_page = changes.history(company.by, about, before=lines[0].entry.pk, limit=1)
    viewer = changes.history(company.actor(Role.VIEWER), about)

    assert [(line.entry.action, line.may_put_back, line.put_back and line.put_back.by_name) for line in lines] == [
        ("department.moved", True, None),
        ("department.moved", True, "Olga"),
        ("department.changed", True, None),
    ]
    assert [line.entry.pk for line in next_page] == [entries[1]]
    assert [line.may_put_back for line in viewer] == [False] * 3
    assert changes.history(Company("other").by, about) == []


@pytest.fixture
def taken_back(company):
    """The entry of an invitation that was taken back, and the secret of its link."""
    invitation, token = org.invite(
        email="gil@crossdesk.example", role=Role.MEMBER, department_ids=[sales(company)], by=company.by, now=NOON
    )
    with audit.noted() as entries:
        org.revoke_invitation(invitation_id=invitation.pk, by=company.by, now=NOON)
    return entries, token


def test_the_link_of_an_invitation_that_was_taken_back_works_again(company, taken_back):
    entries, token = taken_back
    with pytest.raises(NotFound):
        org.accept_invitation(token=token, now=NOON, name="Gil", password="correct horse battery")

    changes.put_back(entry_ids=entries, by=company.by, now=NOON)

    gil = org.accept_invitation(token=token, now=NOON, name="Gil", password="correct horse battery")
    assert (gil.role, [seat.department.key for seat in gil.seats.all()]) == (Role.MEMBER, ["sales"])


def test_a_link_that_ran_out_a_newer_one_and_who_joined_keep_an_invitation_taken_back(company, taken_back):
    entries, _ = taken_back

    with pytest.raises(RunOut):
        changes.put_back(entry_ids=entries, by=company.by, now=NOON + timedelta(days=7))
    org.invite(email="gil@crossdesk.example", role=Role.MEMBER, department_ids=[], by=company.by, now=NOON)
    with pytest.raises(AlreadyThere, match="newer invitation"):
        changes.put_back(entry_ids=entries, by=company.by, now=NOON)
    MemberFactory(workspace=company.workspace, user__email="gil@crossdesk.example")
    with pytest.raises(AlreadyThere, match="member already"):
        changes.put_back(entry_ids=entries, by=company.by, now=NOON)


def test_only_an_owner_brings_the_invitation_of_an_owner_back(company):
    invitation, _ = org.invite(
        email="gil@crossdesk.example", role=Role.OWNER, department_ids=[], by=company.by, now=NOON
    )
    with audit.noted() as entries:
        org.revoke_invitation(invitation_id=invitation.pk, by=company.by, now=NOON)

    with pytest.raises(NotAllowed):
        changes.put_back(entry_ids=entries, by=company.actor(Role.ADMINISTRATOR), now=NOON)
    assert company.workspace.invitations.get(pk=invitation.pk).revoked_at == NOON
