"""The company's pages: departments, hours, the matrix, targets, walls: what is shown, to whom, and what they change."""

from datetime import date, timedelta

import pytest

from crossdesk.org.models import Department, Holiday, Hours, Responsibility, Target, Wall, WallMember
from crossdesk.org.presets import WEEK
from tests.org.factories import (
    NOON,
    DepartmentFactory,
    HolidayFactory,
    HoursFactory,
    MemberFactory,
    ResponsibilityFactory,
    TargetFactory,
    WallFactory,
    WallMemberFactory,
)
from tests.web.asking import HTMX, at, said

pytestmark = pytest.mark.django_db
PAGES = ("organisation", "people", "matrix", "rules", "targets")


def week_form(**changes):
    form = {f"opens-{day}-0": "09:00" for day in range(5)} | {f"closes-{day}-0": "17:00" for day in range(5)}
    return {**form, "valid_from": "2026-03-10", "time_zone": "UTC", **changes}


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_no_company(client, administrator, page):
    client.force_login(MemberFactory().user)

    assert client.get(at(page, administrator)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_member_reads_every_page_and_finds_nothing_to_press(client, administrator, legal, page):
    ResponsibilityFactory(department=legal)
    TargetFactory(workspace=administrator.workspace)
    client.force_login(MemberFactory(workspace=administrator.workspace, seats=[legal]).user)

    answer = client.get(at(page, administrator))

    main = said(answer).split('id="main"')[1].split("</main>")[0]
    assert answer.status_code == 200
    assert "<button" not in main
    assert "hx-" not in main


@pytest.mark.parametrize("name", ["department", "department_act", "department_hours", "holiday_add"])
def test_a_department_of_another_workspace_does_not_exist(client, administrator, name):
    theirs = DepartmentFactory()
    address = at(name, administrator, theirs.pk)

    answer = (
        client.get(address)
        if name == "department"
        else client.post(address, week_form(act="rename", name="Ours", day="2026-12-24"))
    )

    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.name != "Ours"


# Departments


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_departments_costs_the_same_for_any_number(client, administrator, django_assert_num_queries, rows):
    for _ in range(rows - 1):
        MemberFactory(workspace=administrator.workspace)

    # session, user, member, seats, walls, access, last number, members, their seats, departments, hours,
    # holidays, archived, changes, workspaces; the administrator may see no account, so nothing is counted
    with django_assert_num_queries(15):
        page = client.get(at("organisation", administrator))

    assert said(page).count('<th scope="row"><a') == rows


def test_a_department_is_added_from_a_preset_or_by_a_name_of_its_own(client, administrator):
    client.post(at("department_add", administrator), {"preset": "sales"})
    client.post(at("department_add", administrator), {"name": "Logistics"})

    assert list(Department.objects.order_by("position").values_list("key", "name")) == [
        ("legal", "Legal"),
        ("sales", "Sales"),
        ("logistics", "Logistics"),
    ]


@pytest.mark.parametrize(("form", "status"), [({"name": "legal"}, 409), ({"name": " "}, 422), ({"preset": "x"}, 422)])
def test_a_department_that_cannot_be_added_is_explained_on_the_page(client, administrator, form, status):
    answer = client.post(at("department_add", administrator), form)

    assert answer.status_code == status
    assert 'role="alert"' in said(answer)
    assert Department.objects.count() == 1


def test_a_department_is_renamed_moved_archived_and_brought_back(client, administrator, legal):
    sales = DepartmentFactory(workspace=administrator.workspace, name="Sales", position=1)
    act = at("department_act", administrator, sales.pk)

    client.post(act, {"act": "rename", "name": "Key accounts"})
    client.post(act, {"act": "move", "to": "0"})
    moved = list(Department.objects.order_by("position").values_list("name", flat=True))
    client.post(act, {"act": "archive"})
    archived = Department.objects.get(pk=sales.pk).archived_at
    client.post(act, {"act": "restore"})

    assert moved == ["Key accounts", "Legal"]
    assert archived == NOON
    assert Department.objects.get(pk=sales.pk).archived_at is None


def test_a_department_that_others_count_on_is_not_archived_and_the_page_says_why(client, administrator, legal):
    DepartmentFactory(workspace=administrator.workspace)
    ResponsibilityFactory(department=legal, intent="legal_privacy")

    answer = client.post(at("department_act", administrator, legal.pk), {"act": "archive"})

    assert answer.status_code == 409
    assert "Legal is responsible for legal privacy. Make another one responsible first." in said(answer)
    assert Department.objects.get(pk=legal.pk).archived_at is None


def test_a_member_may_not_change_departments(client, administrator, legal):
    client.force_login(MemberFactory(workspace=administrator.workspace, seats=[legal]).user)

    answer = client.post(at("department_act", administrator, legal.pk), {"act": "rename", "name": "Ours"})

    assert answer.status_code == 403
    assert Department.objects.get().name == "Legal"


# Hours and holidays


def test_hours_count_from_a_day_on_and_the_past_stays(client, administrator, legal):
    client.post(
        at("department_hours", administrator, legal.pk),
        week_form(**{"opens-5-0": "10:00", "closes-5-0": "12:00", "opens-5-1": "13:00", "closes-5-1": "15:00"}),
    )

    kept = Hours.objects.order_by("valid_from").values_list("valid_from", "week")
    changed = [*WEEK[:5], [["10:00", "12:00"], ["13:00", "15:00"]], []]
    assert list(kept) == [(date(2006, 1, 1), WEEK), (date(2026, 3, 10), changed)]
    page = said(client.get(at("department", administrator, legal.pk)))
    assert "Mon–Fri 09:00–17:00, Sat 10:00–12:00 &amp; 13:00–15:00" in page
    assert "The past never changes" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_from": "2026-03-03"}, "the past stays as it was"),
        ({"valid_from": ""}, "Say from which day on"),
        ({"opens-0-0": "25:00"}, "“25:00” is no time of day"),
        ({"time_zone": "Mars/Base"}, "is no time zone"),
    ],
)
def test_hours_that_cannot_be_are_explained_and_what_was_typed_is_kept(client, administrator, legal, changes, words):
    answer = client.post(
        at("department_hours", administrator, legal.pk),
        week_form(**{"opens-6-0": "11:11", "closes-6-0": "12:12"} | changes),
    )

    assert answer.status_code == 422
    assert words in said(answer)
    assert 'value="11:11"' in said(answer)
    assert Hours.objects.count() == 1


def test_hours_that_have_not_begun_are_taken_back_and_others_are_not(client, administrator, legal):
    later = HoursFactory(department=legal, valid_from=date(2026, 4, 1))
    begun = Hours.objects.get(valid_from=date(2006, 1, 1))

    taken = client.post(at("hours_withdraw", administrator, legal.pk, later.pk))
    refused = client.post(at("hours_withdraw", administrator, legal.pk, begun.pk))

    assert (taken.status_code, refused.status_code) == (302, 422)
    assert list(Hours.objects.all()) == [begun]


def test_a_holiday_is_added_for_one_or_for_all_and_removed(client, administrator, legal):
    other = DepartmentFactory(workspace=administrator.workspace)
    add = at("holiday_add", administrator, legal.pk)

    client.post(add, {"day": "2026-12-24", "name": "Christmas Eve"})
    client.post(add, {"day": "2026-12-25", "name": "Christmas", "everywhere": "on"})
    client.post(at("holiday_remove", administrator, legal.pk, Holiday.objects.get(name="Christmas Eve").pk))

    kept = Holiday.objects.order_by("department_id").values_list("department_id", "day", "name")
    assert list(kept) == [(pk, date(2026, 12, 25), "Christmas") for pk in (legal.pk, other.pk)]


def test_a_holiday_without_a_day_or_in_the_past_is_refused_in_words(client, administrator, legal):
    HolidayFactory(department=legal)
    add = at("holiday_add", administrator, legal.pk)

    empty, past = client.post(add, {"name": "Someday"}), client.post(add, {"day": "2026-01-01", "name": "New Year"})

    assert (empty.status_code, past.status_code) == (422, 422)
    assert "Give the day and what it is called." in said(empty)
    assert "2026-01-01 has passed." in said(past)
    assert Holiday.objects.count() == 1


# The matrix


@pytest.mark.parametrize("rows", [1, 3])
def test_the_matrix_costs_the_same_for_any_number_of_departments(
    client, administrator, legal, django_assert_num_queries, rows
):
    ResponsibilityFactory(department=legal)
    DepartmentFactory.create_batch(rows - 1, workspace=administrator.workspace)

    # session, user, member, seats, walls, access, last number, departments, cells, readiness (4), changes,
    # workspaces
    with django_assert_num_queries(15):
        page = client.get(at("matrix", administrator))

    assert said(page).count("hx-get=") == 1 + rows * 16  # the bell, and the cells


def test_a_cell_opens_in_place_and_takes_a_part(client, administrator, legal):
    other = DepartmentFactory(workspace=administrator.workspace, name="Service", position=1)
    ResponsibilityFactory(department=legal)
    address = at("matrix_cell", administrator, "complaint", other.pk)

    opened = said(client.get(address, headers=HTMX))
    taken = said(client.post(address, {"part": "responsible"}, headers=HTMX))

    assert opened.count('name="part"') == 4
    assert "<html" not in opened + taken
    assert '<hx-partial hx-target="#readiness"' in taken
    assert list(Responsibility.objects.order_by("department_id").values_list("department_id", "part")) == [
        (legal.pk, "consulted"),
        (other.pk, "responsible"),
    ]


def test_without_scripts_the_page_opens_the_cell_and_comes_back_to_the_matrix(client, administrator, legal):
    address = at("matrix_cell", administrator, "question", legal.pk)

    page = said(client.get(address))
    answer = client.post(address, {"part": "informed"})

    assert page.count('name="part"') == 4
    assert "<html" in page
    assert (answer.status_code, answer.headers["Location"]) == (302, at("matrix", administrator))
    assert list(Responsibility.objects.values_list("intent", "part")) == [("question", "informed")]


def test_a_topic_never_loses_its_only_responsible_department(client, administrator, legal):
    ResponsibilityFactory(department=legal)
    address = at("matrix_cell", administrator, "complaint", legal.pk)

    page, fragment = client.post(address, {"part": ""}), client.post(address, {"part": ""}, headers=HTMX)

    assert (page.status_code, fragment.status_code) == (409, 409)
    for answer in (page, fragment):
        assert "Legal is responsible for complaint. Make another department responsible instead." in said(answer)
    assert Responsibility.objects.get().part == "responsible"


@pytest.mark.parametrize("intent", ["complaint", "nonsense"])
def test_a_cell_that_is_not_there_is_not_found(client, administrator, intent):
    desk = DepartmentFactory() if intent == "complaint" else Department.objects.get()

    assert client.get(at("matrix_cell", administrator, intent, desk.pk), headers=HTMX).status_code == 404


def test_what_is_missing_stands_beside_the_matrix(client, administrator, legal):
    page = said(client.get(at("matrix", administrator)))

    assert "Nobody is responsible for complaint: such messages wait in triage." in page
    assert "Only one person sits in Legal: give them a stand-in." in page


# Targets


def target_form(*rows, **more):
    form = {"lines": str(len(rows)), "do": "keep", **more}
    for number, row in enumerate(rows):
        for name, value in zip(("intent", "urgency", "amount", "unit", "basis"), row, strict=True):
            form[f"{name}-{number}"] = value
    return form


EVERYTHING = ("", "", "1", "days", "calendar")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_targets_cost_the_same_for_any_number(client, administrator, django_assert_num_queries, rows):
    TargetFactory.create_batch(rows, workspace=administrator.workspace)

    # session, user, member, seats, walls, access, last number, targets, departments, hours, holidays,
    # changes, workspaces
    with django_assert_num_queries(13):
        page = client.get(at("targets", administrator))

    assert said(page).count('class="target-time"') == rows


def test_targets_are_kept_in_their_order(client, administrator):
    TargetFactory(workspace=administrator.workspace)

    client.post(at("targets", administrator), target_form(("", "p1", "15", "minutes", "calendar"), ("question", "", "4", "hours", "business"), EVERYTHING))  # fmt: skip

    kept = Target.objects.order_by("position").values_list("intent", "urgency", "seconds", "basis")
    assert list(kept) == [
        ("", "p1", 900, "calendar"),
        ("question", "", 14400, "business"),
        ("", "", 86400, "calendar"),
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("question", "", "4", "hours", "business")], "The last target matches everything"),
        ([("", "p1", "soon", "minutes", "calendar"), EVERYTHING], "A target lies between one minute and 30 days."),
        ([("", "p1", "5", "minutes", "business"), EVERYTHING], "its time runs round the clock"),
        ([("question", "", "1", "hours", "calendar")] * 2 + [EVERYTHING], "Target 2 is never reached"),
    ],
)
def test_targets_that_cannot_be_are_explained_and_what_was_typed_is_kept(client, administrator, rows, words):
    answer = client.post(at("targets", administrator), target_form(*rows))

    assert answer.status_code == 422
    assert words in said(answer)
    assert f'value="{rows[0][2]}"' in said(answer)
    assert not Target.objects.exists()


@pytest.mark.parametrize(
    ("do", "order"), [("add", "5 24 7"), ("remove-0", "7"), ("up-1", "7 5"), ("down-0", "7 5"), ("nonsense", "5 7")]
)
def test_lines_of_targets_are_added_removed_and_moved_before_they_are_kept(client, administrator, do, order):
    form = target_form(("", "p1", "5", "minutes", "calendar"), ("", "", "7", "days", "calendar"), do=do)

    page = said(client.post(at("targets", administrator), form))

    amounts = [part.split('value="')[1].split('"')[0] for part in page.split('name="amount-')[1:]]
    assert " ".join(amounts) == order
    assert not Target.objects.exists()


# Walls


def test_walls_do_not_exist_for_who_stands_outside(client, administrator, legal):
    wall = WallMemberFactory(wall__workspace=administrator.workspace, wall__name="Project Heron").wall
    client.force_login(MemberFactory(workspace=administrator.workspace, seats=[legal]).user)
    one = at("wall", administrator, wall.pk)

    answers = [client.get(at("walls", administrator)), client.get(one), client.post(one, {"act": "add", "member": "1"})]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "Walls" not in said(client.get(at("organisation", administrator)))


def test_not_even_an_administrator_reads_of_a_wall_from_outside(client, administrator):
    wall = WallFactory(workspace=administrator.workspace, name="Project Heron")

    page, one = client.get(at("walls", administrator)), client.get(at("wall", administrator, wall.pk))

    assert "Project Heron" not in said(page)
    assert one.status_code == 404


def test_who_opens_a_wall_stands_inside_and_lets_others_in_and_out(client, administrator, legal):
    eve = MemberFactory(workspace=administrator.workspace, seats=[legal])
    client.post(at("walls", administrator), {"kind": "threat", "name": "Project Heron", "reason": "A threat"})
    wall = Wall.objects.get()
    one = at("wall", administrator, wall.pk)

    client.post(one, {"act": "add", "member": eve.pk, "reason": "Knows the case"})
    inside = set(WallMember.objects.values_list("member_id", flat=True))
    client.post(one, {"act": "remove", "member": eve.pk, "reason": "Left the case"})
    alone = client.post(one, {"act": "remove", "member": administrator.pk, "reason": "Bye"})

    assert inside == {administrator.pk, eve.pk}
    assert alone.status_code == 409
    assert "Somebody has to stay inside." in said(alone)
    assert list(WallMember.objects.values_list("member_id", flat=True)) == [administrator.pk]


def test_who_lost_their_access_is_let_in_again_on_the_walls_page(client, administrator, legal):
    eve = MemberFactory(workspace=administrator.workspace, seats=[legal], user__name="Eve Adams")
    client.post(at("walls", administrator), {"kind": "threat", "name": "Project Heron", "reason": "A threat"})
    one = at("wall", administrator, Wall.objects.get().pk)
    client.post(one, {"act": "add", "member": eve.pk, "reason": "Knows the case"})
    for act in ("deactivate", "reactivate"):
        client.post(at("person_act", administrator, eve.pk), {"act": act})

    outside = said(client.get(one))
    listed = said(client.get(at("walls", administrator))).partition("<tbody>")[2].partition("</tbody>")[0]
    client.post(one, {"act": "add", "member": eve.pk, "reason": "Back again"})
    inside = said(client.get(one))

    assert "not let in again" in outside and f'<option value="{eve.pk}"' in outside
    assert "Project Heron" in listed and "Eve Adams" not in listed
    assert "not let in again" not in inside and "Back again" in inside
    assert f'<option value="{eve.pk}"' not in inside


def test_a_wall_without_a_reason_is_not_opened(client, administrator):
    answer = client.post(at("walls", administrator), {"kind": "threat", "name": "Project Heron"})

    assert answer.status_code == 422
    assert "why it stands" in said(answer)
    assert not Wall.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_walls_costs_the_same_for_any_number(client, administrator, django_assert_num_queries, rows):
    for _ in range(rows):
        WallMemberFactory(
            wall__workspace=administrator.workspace, member=administrator, added_at=NOON - timedelta(days=1)
        )

    # session, user, member, seats, walls, access, last number, insiders, walls, changes, workspaces
    with django_assert_num_queries(11):
        page = client.get(at("walls", administrator))

    assert said(page).count('<th scope="row">') == rows
