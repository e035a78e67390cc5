"""Changes of walls are put back, and nobody sees by it what a wall hid."""

from datetime import timedelta

import pytest

from crossdesk.journal import audit, changes
from crossdesk.journal.changes import ChangedSince
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.org import queries
from crossdesk.org import services as org
from crossdesk.org.checks import Bad
from crossdesk.org.enums import Role
from crossdesk.org.models import WallMember
from crossdesk.org.services.walls import LastInside
from tests.org.conftest import as_actor
from tests.org.factories import NOON

SOON = NOON + timedelta(minutes=5)


def inside(wall):
    return sorted(WallMember.objects.filter(wall=wall).values_list("member__user__name", flat=True))


def entries_of(act):
    with audit.noted() as entries:
        act()
    return entries


def newest():
    return [AuditEntry.objects.latest("id").pk]


def test_a_wall_that_was_made_is_taken_down_and_stands_again(lead, ada, wall):
    changes.put_back(entry_ids=newest(), by=as_actor(lead), now=SOON)
    assert (queries.walls(as_actor(lead)), queries.walls(as_actor(ada))) == ([], [])
    with pytest.raises(NotFound):
        org.add_insider(wall_id=wall.pk, member_id=ada.pk, reason="Help", by=as_actor(lead), now=SOON)

    changes.put_back(entry_ids=newest(), by=as_actor(lead), now=SOON)

    assert [line.wall.name for line in queries.walls(as_actor(ada))] == ["Case 7"]
    assert inside(wall) == ["Ada", "Lea"]
    rows = AuditEntry.objects.filter(subject_kind="wall").order_by("id").values_list("action", "wall_id")
    assert list(rows) == [(one, wall.pk) for one in ("wall.opened", "wall.taken_down", "wall.put_up_again")]


def test_who_was_let_in_goes_out_again_and_comes_back(company, lead, wall):
    eve = company.person(name="Eve")
    entries = entries_of(
        lambda: org.add_insider(wall_id=wall.pk, member_id=eve.pk, reason="Her case", by=as_actor(lead), now=NOON)
    )

    changes.put_back(entry_ids=entries, by=as_actor(lead), now=SOON)
    assert inside(wall) == ["Ada", "Lea"]
    changes.put_back(entry_ids=newest(), by=as_actor(lead), now=SOON)

    assert inside(wall) == ["Ada", "Eve", "Lea"]
    assert WallMember.objects.get(member=eve).reason == "Her case"


@pytest.fixture
def let_out(lead, ada, wall):
    return entries_of(
        lambda: org.remove_insider(wall_id=wall.pk, member_id=ada.pk, reason="Done", by=as_actor(lead), now=SOON)
    )


def test_who_stands_outside_puts_nothing_back_whatever_their_role(company, lead, ada, wall, let_out):
    administrator = company.person(role=Role.ADMINISTRATOR, name="Adi")
    for outside in (company.by, as_actor(administrator), as_actor(ada)):
        with pytest.raises(NotFound) as refusal:
            changes.put_back(entry_ids=let_out, by=outside, now=SOON)
        assert refusal.value.message == "There is no such change."

    assert inside(wall) == ["Lea"]


def test_who_stands_inside_without_the_right_puts_nothing_back(company, lead, wall, let_out):
    ben = company.person(name="Ben")
    org.add_insider(wall_id=wall.pk, member_id=ben.pk, reason="Help", by=as_actor(lead), now=SOON)

    with pytest.raises(NotAllowed):
        changes.put_back(entry_ids=let_out, by=as_actor(ben), now=SOON)

    assert inside(wall) == ["Ben", "Lea"]


def test_who_left_by_themselves_does_not_let_themselves_in_again(company, lead, wall):
    other = company.person(role=Role.LEAD, name="Lou")
    org.add_insider(wall_id=wall.pk, member_id=other.pk, reason="Help", by=as_actor(lead), now=NOON)
    entries = entries_of(
        lambda: org.remove_insider(wall_id=wall.pk, member_id=other.pk, reason="Done", by=as_actor(other), now=SOON)
    )

    with pytest.raises(NotFound):
        changes.put_back(entry_ids=entries, by=as_actor(other), now=SOON)

    assert inside(wall) == ["Ada", "Lea"]


def test_who_lost_their_access_meanwhile_does_not_come_in_again(company, lead, ada, wall, let_out):
    org.deactivate(member_id=ada.pk, by=company.by, now=SOON)

    with pytest.raises(Bad):
        changes.put_back(entry_ids=let_out, by=as_actor(lead), now=SOON)

    assert inside(wall) == ["Lea"]


def test_putting_back_leaves_somebody_inside(company, lead, ada, wall):
    other = company.person(role=Role.LEAD, name="Lou")
    entries = entries_of(
        lambda: org.add_insider(wall_id=wall.pk, member_id=other.pk, reason="Help", by=as_actor(lead), now=NOON)
    )
    for leaver in (lead, ada):
        org.remove_insider(wall_id=wall.pk, member_id=leaver.pk, reason="Done", by=as_actor(other), now=SOON)

    with pytest.raises(LastInside):
        changes.put_back(entry_ids=entries, by=as_actor(other), now=SOON)

    assert inside(wall) == ["Lou"]


def test_who_was_let_in_by_hand_meanwhile_is_not_let_in_twice(lead, ada, wall, let_out):
    org.add_insider(wall_id=wall.pk, member_id=ada.pk, reason="Again", by=as_actor(lead), now=SOON)

    with pytest.raises(ChangedSince) as error:
        changes.put_back(entry_ids=let_out, by=as_actor(lead), now=SOON)

    assert error.value.message == "Lea has changed this since. Put that back first, or change it by hand."
