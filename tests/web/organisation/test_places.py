"""What is changed where it stands: opened, closed and kept as a fragment; the same form as a page without scripts."""

import re
from datetime import date

import pytest

from crossdesk.org.enums import Role
from crossdesk.org.models import Department, Holiday, Hours, Member, Seat
from crossdesk.org.presets import WEEK
from crossdesk.triage.models import Rule
from tests.org.factories import DepartmentFactory, HolidayFactory, MemberFactory
from tests.triage.factories import RuleFactory
from tests.web.asking import HTMX, at, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def things(administrator):
    """One thing for each kind of place, by its kind."""
    desk = Department.objects.get(key="legal")
    eve = MemberFactory(workspace=administrator.workspace, user__name="Eve", seats=[desk])
    return {
        "department-name": desk.pk, "department-purpose": desk.pk, "day-5": desk.pk, "role": eve.pk, "title": eve.pk,
        "seats": eve.pk, "holiday": HolidayFactory(department=desk).pk,
        "rule-name": RuleFactory(workspace=administrator.workspace, name="Refunds").pk,
    }  # fmt: skip


def saturday():
    return Hours.objects.latest("valid_from").week[5]


# kind: what is sent, what then stands in the page, and in the database
KEPT = {
    "department-name": ({"value": "Law"}, "Law", lambda: Department.objects.get(key="legal").name == "Law"),
    "department-purpose": ({"value": "Claims"}, "Claims", lambda: Department.objects.get(key="legal").purpose == "Claims"),
    "day-5": (
        {"opens-5-0": "10:00", "closes-5-0": "12:00", "valid_from": "2026-03-04"},
        "10:00–12:00", lambda: saturday() == [["10:00", "12:00"]],
    ),
    "role": ({"value": "lead"}, "Lead", lambda: Member.objects.get(user__name="Eve").role == "lead"),
    "title": ({"value": "Counsel"}, "Counsel", lambda: Member.objects.get(user__name="Eve").title == "Counsel"),
    "holiday": (
        {"day": "2026-12-26", "name": "Boxing Day"},
        "26 Dec 2026 Boxing Day", lambda: Holiday.objects.get().day == date(2026, 12, 26),
    ),
    "rule-name": ({"value": "Money back"}, "Money back", lambda: Rule.objects.get().name == "Money back"),
}  # fmt: skip
REFUSED = {
    "department-name": ({"value": " "}, "Give a name.", ""),
    "department-purpose": ({"value": "x" * 201}, "A purpose has 200 letters at most.", "x" * 201),
    "day-5": ({"opens-5-0": "25:00", "closes-5-0": "26:00", "valid_from": "2026-03-04"}, "“25:00” is no time of day.", "25:00"),
    "role": ({"value": "king"}, "“king” is no role.", ""),
    "title": ({"value": "x" * 81}, "A title has 80 letters at most.", "x" * 81),
    "holiday": ({"day": "2026-01-01", "name": "New Year"}, "2026-01-01 has passed.", "New Year"),
    "rule-name": ({"value": ""}, "Give the rule a name of at most 120 letters.", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", [*KEPT, "seats"])
def test_a_place_opens_and_closes_in_the_page(client, administrator, things, kind):
    address = at("place", administrator, kind, things[kind])

    opened = said(client.get(address, headers=HTMX))
    closed = said(client.get(f"{address}?closed", headers=HTMX))

    assert f'data-in-place="place-{kind}-{things[kind]}"' in opened and "autofocus" in opened
    assert f'id="place-{kind}-{things[kind]}"' in closed and "<form" not in closed
    assert "<html" not in opened + closed


@pytest.mark.parametrize("kind", [*KEPT, "seats"])
def test_cancel_leads_to_the_page_on_which_it_stands_with_scripts_and_without(client, administrator, things, kind):
    address = at("place", administrator, kind, things[kind])

    forms = said(client.get(address, headers=HTMX)), said(client.get(address))
    fragment, page = (re.findall(r'href="([^"]+)"[^>]*>Cancel</a>', form) for form in forms)
    there = said(client.get(page[0]))

    assert fragment == page
    assert "data-in-place" not in there
    assert f'id="place-{kind}-{things[kind]}"' in there


@pytest.mark.parametrize("kind", KEPT)
def test_what_is_typed_is_kept_and_can_be_taken_back(client, administrator, things, kind):
    form, words, stands = KEPT[kind]

    answer = client.post(at("place", administrator, kind, things[kind]), form, headers=HTMX)

    fragment, told = said(answer).split("</a>", 1)
    assert answer.status_code == 200
    assert words in fragment and f'id="place-{kind}-{things[kind]}"' in fragment
    assert 'hx-target="#toasts"' in told and "put-back" in told and 'hx-target="#lately"' in told
    assert stands()


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(client, administrator, things, kind):
    form, words, typed = REFUSED[kind]
    address = at("place", administrator, kind, things[kind])

    fragment, page = client.post(address, form, headers=HTMX), client.post(address, form)

    for answer in (fragment, page):
        assert answer.status_code == 422
        wrong = said(answer).split(f'id="place-{kind}-{things[kind]}-wrong"')[1].split("</p>")[0]
        assert words in wrong
        assert not typed or f'value="{typed}"' in said(answer)
        assert f'aria-describedby="place-{kind}-{things[kind]}-wrong"' in said(answer)


@pytest.mark.parametrize("kind", KEPT)
def test_without_scripts_the_form_is_a_page_and_comes_back(client, administrator, things, kind):
    address = at("place", administrator, kind, things[kind])

    page = said(client.get(address))
    answer = client.post(address, KEPT[kind][0])

    assert "<html" in page and f'action="{address}"' in page
    assert answer.status_code == 302
    assert KEPT[kind][2]()


@pytest.mark.parametrize("kind", [*KEPT, "seats"])
def test_who_may_not_change_it_reads_it_and_opens_nothing(client, administrator, things, kind):
    client.force_login(MemberFactory(workspace=administrator.workspace, role=Role.VIEWER).user)
    address = at("place", administrator, kind, things[kind])

    answers = [client.get(address, headers=HTMX), client.post(address, KEPT.get(kind, ({},))[0], headers=HTMX)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert kind == "seats" or not KEPT[kind][2]()


@pytest.mark.parametrize("kind", [*KEPT, "seats"])
def test_a_thing_of_another_workspace_is_not_there(client, administrator, things, kind):
    client.force_login(MemberFactory(role=Role.OWNER).user)
    elsewhere = MemberFactory(role=Role.OWNER)
    client.force_login(elsewhere.user)

    assert client.get(at("place", elsewhere, kind, things[kind]), headers=HTMX).status_code == 404
    assert client.get(at("place", administrator, kind, things[kind]), headers=HTMX).status_code == 404


def test_a_kind_that_is_not_there_is_not_found(client, administrator):
    assert client.get(at("place", administrator, "password", 1)).status_code == 404


def test_seats_are_ticked_where_they_stand(client, administrator, things):
    sales = DepartmentFactory(workspace=administrator.workspace, name="Sales", position=1)

    answer = client.post(
        at("place", administrator, "seats", things["seats"]),
        {f"seat-{sales.pk}": "on", f"lead-{sales.pk}": "on"}, headers=HTMX,
    )  # fmt: skip

    assert "Sales · leads" in said(answer)
    assert list(Seat.objects.filter(member=things["seats"]).values_list("department__name", "leads")) == [
        ("Sales", True)
    ]


def test_somebody_leads_nothing_where_they_do_not_sit(client, administrator, things):
    desk = Department.objects.get()

    answer = client.post(at("place", administrator, "seats", things["seats"]), {f"lead-{desk.pk}": "on"}, headers=HTMX)

    assert answer.status_code == 422
    assert "Somebody leads only departments in which they have a seat." in said(answer)
    assert f'name="lead-{desk.pk}" checked' in said(answer)
    assert Seat.objects.filter(member=things["seats"]).count() == 1


def test_everybody_gives_themselves_a_title(client, administrator, things):
    eve = Member.objects.get(pk=things["title"])
    client.force_login(eve.user)

    own = client.post(at("place", administrator, "title", eve.pk), {"value": "Counsel"}, headers=HTMX)
    other = client.post(at("place", administrator, "title", administrator.pk), {"value": "Clerk"}, headers=HTMX)

    assert (own.status_code, other.status_code) == (200, 403)


def test_a_day_from_later_on_draws_the_page_anew_and_leaves_the_other_days(client, administrator, things):
    form = {"opens-5-0": "10:00", "closes-5-0": "12:00", "valid_from": "2026-04-01"}

    answer = client.post(at("place", administrator, "day-5", things["day-5"]), form, headers=HTMX)

    assert answer.headers["HX-Redirect"] == at("department", administrator, things["day-5"])
    assert Hours.objects.get(valid_from=date(2026, 4, 1)).week == [*WEEK[:5], [["10:00", "12:00"]], []]
    assert Hours.objects.get(valid_from=date(2006, 1, 1)).week == WEEK


def test_the_purpose_of_a_preset_is_read_in_the_language_of_the_reader_until_it_is_changed(
    client, administrator, things
):
    address = at("place", administrator, "department-purpose", things["department-purpose"])
    german = {"Accept-Language": "de"}

    before = said(client.get(at("department", administrator, things["department-purpose"]), headers=german))
    client.post(address, {"value": "Privacy, claims and advice to all others."})
    unchanged = Department.objects.get().purpose
    client.post(address, {"value": "Claims"})

    assert "Datenschutz" in before
    assert unchanged == ""
    assert "Claims" in said(client.get(at("organisation", administrator), headers=german))


def test_a_rule_rests_and_moves_in_place_and_says_how_to_take_it_back(client, administrator, things):
    second = RuleFactory(workspace=administrator.workspace, name="Praise", position=1)
    act = at("rule_act", administrator, second.pk)

    rests = said(client.post(act, {"act": "disable"}, headers=HTMX))
    moved = said(client.post(act, {"act": "move", "to": "0"}, headers=HTMX))
    archived = said(client.post(act, {"act": "archive"}, headers=HTMX))

    assert "<html" not in rests + moved + archived
    assert 'data-enabled="no"' in rests and "put-back" in rests
    assert moved.index("Praise") < moved.index("Refunds")
    assert "Praise" not in archived.split("<hx-partial")[0]


def test_a_department_moves_in_place(client, administrator, things):
    sales = DepartmentFactory(workspace=administrator.workspace, name="Sales", position=1)

    answer = said(client.post(at("department_act", administrator, sales.pk), {"act": "move", "to": "0"}, headers=HTMX))

    assert "<html" not in answer and "put-back" in answer
    assert list(Department.objects.order_by("position").values_list("name", flat=True)) == ["Sales", "Legal"]
