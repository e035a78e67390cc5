"""What stands behind a wall stays hidden when a change of the wall is put back."""

from datetime import timedelta

import pytest

from crossdesk.inbox import queries, services
from crossdesk.journal import audit, changes
from crossdesk.kit.errors import NotFound
from crossdesk.org import services as org
from crossdesk.org.models import Wall
from crossdesk.org.services.walls import MoreBehindIt, StillEncloses
from tests.conftest import actor_of
from tests.inbox.factories import NOON, after
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(desk):
    return MemberFactory(workspace=desk.workspace, seats=[desk.department], role="lead", user__name="Lea")


@pytest.fixture
def ben(desk):
    return MemberFactory(workspace=desk.workspace, seats=[desk.department], role="lead", user__name="Ben")


def noted(act):
    with audit.noted() as entries:
        act()
    return entries


@pytest.fixture
def opened(lead, ben):
    """The entry of a wall with Lea and Ben inside."""
    return noted(
        lambda: org.open_wall(
            kind="conduct", name="Case 8", reason="A complaint", by=actor_of(lead), now=NOON, member_ids=[ben.pk]
        )
    )


def enclosed(desk, by, now):
    services.enclose(
        conversation_id=desk.conversation().pk,
        wall_id=Wall.objects.get().pk,
        reason="About Ben",
        by=actor_of(by),
        now=now,
    )


def test_a_wall_that_encloses_something_is_not_taken_down(desk, lead, opened):
    desk.they_write()
    enclosed(desk, lead, after(minutes=1))

    with pytest.raises(StillEncloses):
        changes.put_back(entry_ids=opened, by=actor_of(lead), now=after(minutes=2))
    with pytest.raises(StillEncloses):
        org.take_down(wall_id=Wall.objects.get().pk, reason="Over", by=actor_of(lead), now=after(minutes=2))

    outside = actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department]))
    assert not queries.visible_to(outside).exists()


def test_a_wall_that_was_emptied_is_taken_down_and_takes_nothing_in_any_more(desk, lead, opened):
    desk.they_write()
    enclosed(desk, lead, after(minutes=1))
    services.enclose(
        conversation_id=desk.conversation().pk, wall_id=None, reason="Over", by=actor_of(lead), now=after(minutes=2)
    )
    org.take_down(wall_id=Wall.objects.get().pk, reason="Over", by=actor_of(lead), now=after(minutes=3))

    with pytest.raises(NotFound):
        enclosed(desk, lead, after(minutes=4))
    assert Wall.objects.get().taken_down_at == after(minutes=3)


def test_who_was_let_out_comes_in_again_to_what_they_had_seen(desk, lead, ben, opened):
    desk.they_write()
    enclosed(desk, lead, after(minutes=1))
    wall = Wall.objects.get()
    entries = noted(
        lambda: org.remove_insider(
            wall_id=wall.pk, member_id=ben.pk, reason="By mistake", by=actor_of(lead), now=after(minutes=2)
        )
    )
    assert not queries.visible_to(actor_of(ben)).exists()

    changes.put_back(entry_ids=entries, by=actor_of(lead), now=after(minutes=3))

    assert queries.visible_to(actor_of(ben)).get() == desk.conversation()


@pytest.mark.parametrize("what", ["a note", "a message", "a conversation"])
def test_who_was_let_out_does_not_come_in_to_what_was_put_there_since(desk, lead, ben, opened, what):
    desk.they_write()
    wall = Wall.objects.get()
    if what != "a conversation":
        enclosed(desk, lead, after(minutes=1))
    entries = noted(
        lambda: org.remove_insider(
            wall_id=wall.pk, member_id=ben.pk, reason="It is about him", by=actor_of(lead), now=after(minutes=2)
        )
    )
    if what == "a note":
        services.note(
            conversation_id=desk.conversation().pk, text="He must not know.", by=actor_of(lead), now=after(minutes=3)
        )
    elif what == "a message":
        desk.they_write(after(minutes=3))
    else:
        enclosed(desk, lead, after(minutes=3))

    with pytest.raises(MoreBehindIt):
        changes.put_back(entry_ids=entries, by=actor_of(lead), now=after(minutes=3) + timedelta(minutes=1))

    assert not queries.visible_to(actor_of(ben)).exists()
