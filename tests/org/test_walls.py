"""Walls: only who stands inside knows of them."""

import pytest

from crossdesk.journal.models import AuditEntry
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.org import queries
from crossdesk.org import services as org
from crossdesk.org.checks import Bad
from crossdesk.org.enums import Role
from crossdesk.org.models import Wall, WallMember
from crossdesk.org.services.walls import LastInside
from tests.org.conftest import Company, as_actor
from tests.org.factories import NOON


@pytest.fixture
def wall(company, lead):
    return org.open_wall(kind="threat", name="Case 7", reason="A threat against a driver", by=as_actor(lead), now=NOON)


def inside(wall):
    return sorted(WallMember.objects.filter(wall=wall).values_list("member__user__name", flat=True))


def test_who_opens_a_wall_stands_inside_with_those_they_name(company, lead):
    ada = company.person(name="Ada")

    wall = org.open_wall(
        kind="conduct", name="Case 8", reason="A complaint", by=as_actor(lead), now=NOON, member_ids=[ada.pk]
    )

    assert inside(wall) == ["Ada", "Lea"]
    assert as_actor(ada).walls == {wall.pk}
    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.reason, entry.after, entry.wall_id) == (
        "wall.opened", "A complaint", {"kind": "conduct", "inside": ["Lea", "Ada"]}, wall.pk,
    )  # fmt: skip


def test_for_everybody_outside_there_is_no_wall_whatever_their_role(company, lead, wall):
    ada = company.person(name="Ada")
    for outside in (company.by, company.actor(Role.ADMINISTRATOR), as_actor(ada), Company("other").by):
        assert queries.walls(outside) == []
        for act in (
            lambda by=outside: queries.wall(by, wall.pk),
            lambda by=outside: org.add_insider(wall_id=wall.pk, member_id=ada.pk, reason="Me", by=by, now=NOON),
            lambda by=outside: org.remove_insider(wall_id=wall.pk, member_id=lead.pk, reason="Me", by=by, now=NOON),
        ):
            with pytest.raises(NotFound) as refusal:
                act()
            assert refusal.value.message == "This wall does not exist."

    assert inside(wall) == ["Lea"]


def test_somebody_is_let_in_and_out_with_a_reason(company, lead, wall):
    ada = company.person(name="Ada")

    for _ in range(2):
        org.add_insider(wall_id=wall.pk, member_id=ada.pk, reason="Her case", by=as_actor(lead), now=NOON)
    assert inside(wall) == ["Ada", "Lea"]
    assert [one.wall.pk for one in queries.walls(as_actor(ada))] == [wall.pk]
    org.remove_insider(wall_id=wall.pk, member_id=ada.pk, reason="Done", by=as_actor(lead), now=NOON)

    assert queries.walls(as_actor(ada)) == []
    rows = AuditEntry.objects.filter(wall_id=wall.pk).order_by("id")
    assert list(rows.values_list("action", "reason")) == [
        ("wall.opened", "A threat against a driver"), ("wall.insider_added", "Her case"),
        ("wall.insider_removed", "Done"),
    ]  # fmt: skip


def test_who_stands_inside_without_the_right_lets_nobody_in(company, lead, wall):
    ada, eve = company.person(name="Ada"), company.person(name="Eve")
    org.add_insider(wall_id=wall.pk, member_id=ada.pk, reason="Her case", by=as_actor(lead), now=NOON)

    with pytest.raises(NotAllowed):
        org.add_insider(wall_id=wall.pk, member_id=eve.pk, reason="Help", by=as_actor(ada), now=NOON)
    with pytest.raises(NotAllowed):
        org.open_wall(kind="other", name="Mine", reason="Because", by=as_actor(ada), now=NOON)

    assert inside(wall) == ["Ada", "Lea"]


def test_somebody_who_can_sign_in_stays_inside(company, lead, wall):
    with pytest.raises(LastInside):
        org.remove_insider(wall_id=wall.pk, member_id=lead.pk, reason="Bye", by=as_actor(lead), now=NOON)

    ada = company.person(name="Ada")
    org.add_insider(wall_id=wall.pk, member_id=ada.pk, reason="Help", by=as_actor(lead), now=NOON)
    org.deactivate(member_id=ada.pk, by=company.by, now=NOON)
    with pytest.raises(LastInside):
        org.remove_insider(wall_id=wall.pk, member_id=lead.pk, reason="Bye", by=as_actor(lead), now=NOON)

    assert inside(wall) == ["Ada", "Lea"]


@pytest.mark.parametrize(
    "changes", [{"kind": "brick"}, {"name": " "}, {"reason": ""}, {"member_ids": "foreign"}, {"member_ids": "asleep"}]
)
def test_a_wall_that_cannot_be_is_refused(company, lead, changes):
    if changes.get("member_ids") == "foreign":
        changes = {"member_ids": [Company("other").owner.pk]}
    elif changes.get("member_ids") == "asleep":
        asleep = company.person()
        org.deactivate(member_id=asleep.pk, by=company.by, now=NOON)
        changes = {"member_ids": [asleep.pk]}
    fields = {"kind": "threat", "name": "Case", "reason": "Why", "by": as_actor(lead), "now": NOON, **changes}

    with pytest.raises(Bad):
        org.open_wall(**fields)

    assert not Wall.objects.exists()


def test_letting_in_somebody_of_another_workspace_is_refused(lead, wall):
    stranger = Company("other").owner

    with pytest.raises(Bad):
        org.add_insider(wall_id=wall.pk, member_id=stranger.pk, reason="Help", by=as_actor(lead), now=NOON)

    assert inside(wall) == ["Lea"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_walls_costs_the_same_for_any_number(company, lead, rows, django_assert_num_queries):
    for number in range(rows):
        org.open_wall(kind="other", name=f"Case {number}", reason="Why", by=as_actor(lead), now=NOON)
    by = as_actor(lead)

    with django_assert_num_queries(2):  # walls, insiders
        walls = queries.walls(by)

    assert [[place.member.user.name for place in line.insiders] for line in walls] == [["Lea"]] * rows


def test_the_audit_trail_keeps_quiet_about_walls_to_those_outside(company, lead, wall):
    org.add_department(name="Shop", by=company.by, now=NOON)
    inside_too = company.person(role=Role.ADMINISTRATOR)
    org.add_insider(wall_id=wall.pk, member_id=inside_too.pk, reason="Help", by=as_actor(lead), now=NOON)

    assert [row.action for row in queries.audit_entries(company.by)] == ["department.added", "workspace.created"]
    seen = [row.action for row in queries.audit_entries(as_actor(inside_too))]
    assert seen == ["wall.insider_added", "department.added", "wall.opened", "workspace.created"]
    with pytest.raises(NotAllowed):
        queries.audit_entries(as_actor(lead))


def test_the_audit_trail_is_read_page_by_page(company):
    for number in range(5):
        org.add_department(name=f"Shop {number}", by=company.by, now=NOON)

    first = queries.audit_entries(company.by, limit=4)
    rest = queries.audit_entries(company.by, limit=4, before=first[-1].pk)

    assert [row.subject_name for row in [*first, *rest]] == ["Shop 4", "Shop 3", "Shop 2", "Shop 1", "Shop 0", "Brand"]
