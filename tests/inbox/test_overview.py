"""What a person has before them: how much is due when, what comes first, what others changed."""

import pytest

from crossdesk.inbox import queries
from crossdesk.inbox.services import ownership, walls
from crossdesk.kit import actor
from tests.conftest import actor_of, settle
from tests.inbox.factories import HOUR, IdentityFactory, after
from tests.org.factories import DepartmentFactory, MemberFactory, WallFactory

pytestmark = pytest.mark.django_db

MIDNIGHT = after(hours=12)


def somebody(desk):
    return IdentityFactory(contact__workspace=desk.workspace)


def write(desk, *, at=None, seconds=HOUR, **more):
    return desk.they_write(at or after(), identity=somebody(desk), verdict=desk.verdict(target_seconds=seconds), **more)


def test_open_work_is_counted_once_by_when_it_is_due(desk, ada, django_assert_num_queries):
    now = after(hours=2)
    write(desk, seconds=HOUR)  # late since an hour
    for hours in (2.5, 4, 30):
        write(desk, seconds=int(hours * HOUR))

    with django_assert_num_queries(1):
        found = queries.pressure(ada, now=now, day_ends=MIDNIGHT)

    mine = found[desk.department.pk]
    assert (mine.late, mine.hour, mine.today, mine.later, mine.open) == (1, 1, 1, 1, 4)
    assert (mine.oldest, mine.next_due) == (after(), after(hours=2.5))


def test_late_in_the_evening_what_is_due_tomorrow_within_the_hour_is_not_todays(desk, ada):
    write(desk, seconds=int(12.5 * HOUR))

    found = queries.pressure(ada, now=after(hours=11.75), day_ends=MIDNIGHT)[desk.department.pk]

    assert (found.hour, found.today, found.later) == (0, 0, 1)


@pytest.mark.parametrize("rows", [1, 3])
def test_what_comes_first_is_mine_and_what_nobody_has_taken(desk, ada, ben, rows, django_assert_num_queries):
    for number in range(rows):
        write(desk, at=after(minutes=number))
    taken = write(desk, at=after(minutes=-5))
    ownership.take(conversation_id=taken.entry.conversation_id, by=ben, now=after())

    with django_assert_num_queries(2):
        lines = queries.soonest(ada, [desk.department.pk], limit=10)

    assert [line.conversation.opened_at for line in lines] == [after(minutes=number) for number in range(rows)]
    assert [line.conversation.opened_at for line in queries.soonest(ben, [], limit=10)] == [after(minutes=-5)]
    assert queries.soonest(ada, [], limit=10) == []


def test_triage_is_counted_with_the_longest_wait(desk, ada):
    doubt = desk.verdict(needs_reply=None, doubt=True, duties=())
    for minutes in (0, 10):
        desk.they_write(after(minutes=minutes), identity=somebody(desk), verdict=doubt)

    assert queries.waiting_in_triage(ada) == (2, after())


def test_what_others_did_is_told_once_for_each_conversation_and_what_i_did_is_not(desk, ada, ben):
    legal = DepartmentFactory(workspace=desk.workspace, key="legal", name="Legal")
    lea = actor_of(MemberFactory(workspace=desk.workspace, seats=[legal, desk.department], user__name="Lea"))
    assert lea.member_id is not None
    given, handed, own = (write(desk, at=after(minutes=n)).entry.conversation_id for n in range(3))
    ownership.assign(conversation_id=given, member_id=lea.member_id, by=ben, now=after(minutes=10))
    ownership.hand_over(conversation_id=handed, department_id=legal.pk, by=ben, now=after(minutes=20))
    ownership.take(conversation_id=own, by=lea, now=after(minutes=30))
    settle(until=after(minutes=30))

    found = queries.changes(lea, [legal.pk], since=after(), limit=10)

    assert [(one.what, one.conversation.pk, one.by_name, one.at) for one in found] == [
        ("handed", handed, "Ben", after(minutes=20)), ("assigned", given, "Ben", after(minutes=10)),
    ]  # fmt: skip
    assert [one.conversation.pk for one in queries.changes(lea, [legal.pk], since=after(), limit=1)] == [handed]
    assert queries.changes(lea, [legal.pk], since=after(minutes=21), limit=10) == []
    assert queries.changes(ada, [], since=after(), limit=10) == []


@pytest.mark.parametrize("rows", [1, 3])
def test_changes_cost_the_same_for_any_number(desk, ada, ben, rows, django_assert_num_queries):
    for number in range(rows):
        found = write(desk, at=after(minutes=number)).entry.conversation_id
        ownership.assign(conversation_id=found, member_id=ada.member_id, by=ben, now=after(minutes=10))
    settle(until=after(minutes=30))

    with django_assert_num_queries(4):  # last number, facts, conversations, tags
        assert len(queries.changes(ada, [desk.department.pk], since=after(), limit=10)) == rows


def test_nothing_is_told_of_what_stands_behind_a_wall(desk, ada, ben):
    found = write(desk).entry.conversation_id
    ownership.assign(conversation_id=found, member_id=ada.member_id, by=ben, now=after(minutes=10))
    wall = WallFactory(workspace=desk.workspace)
    system = actor.system(desk.workspace.pk)
    walls.enclose(conversation_id=found, wall_id=wall.pk, reason="A leak", by=system, now=after(minutes=20))
    settle(until=after(minutes=30))

    assert queries.changes(ada, [desk.department.pk], since=after(), limit=10) == []
    assert queries.pressure(ada, now=after(hours=2), day_ends=MIDNIGHT) == {}
    assert queries.soonest(ada, [desk.department.pk], limit=10) == []
