"""What members are told, once, of what they may see and wish to hear."""

import pytest

from crossdesk.inbox.services import ownership, states, walls
from crossdesk.inbox.services.mentions import mentioned
from crossdesk.journal.models import FactPosition
from crossdesk.kit import actor, clock
from crossdesk.kit.errors import Invalid
from crossdesk.notices import queries, services
from crossdesk.notices.enums import Kind
from crossdesk.notices.models import Notice
from crossdesk.org.models import Member
from tests.conftest import settle
from tests.inbox.factories import IdentityFactory, after
from tests.org.factories import MemberFactory, WallFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(after()):
        yield


def said_by_a_customer(desk):
    return desk.they_write(identity=IdentityFactory(contact__workspace=desk.workspace)).entry.conversation_id


def told(to) -> list[tuple[str, int | None, str]]:
    return [(row.kind, row.conversation_id, row.by_name) for row in queries.notices(to).rows]


def comes_to_rest(moment=None):
    moment = moment or after(minutes=1)
    with clock.standing_at(moment):
        settle(until=moment)


def test_who_is_given_a_conversation_is_told_and_who_takes_one_is_not(desk, ada, ben):
    given, taken = said_by_a_customer(desk), said_by_a_customer(desk)
    ownership.assign(conversation_id=given, member_id=ada.member_id, by=ben, now=after())
    ownership.take(conversation_id=taken, by=ada, now=after())

    comes_to_rest()

    assert told(ada) == [("assigned", given, "Ben")]
    assert told(ben) == []
    assert queries.unseen(ada) == 1


def test_nobody_is_told_the_same_thing_twice(desk, ada, ben):
    given = said_by_a_customer(desk)
    ownership.assign(conversation_id=given, member_id=ada.member_id, by=ben, now=after())
    comes_to_rest()

    FactPosition.objects.filter(follower="notices").update(number=0)
    comes_to_rest()

    assert told(ada) == [("assigned", given, "Ben")]


def test_a_note_tells_whom_it_names(desk, ada, ben):
    found = said_by_a_customer(desk)
    states.note(conversation_id=found, text="Could you look at this, @ada?", by=ben, now=after())

    comes_to_rest()

    assert told(ada) == [("mentioned", found, "Ben")]
    assert told(ben) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ada Moss and @ben please", ["Ada Moss", "Ben"]),
        ("@Ada, which of you two", []),
        ("write to ada@benson.example", []),
        ("@Bennet is somebody else", []),
        ("@ADA   BRANDT", ["Ada Brandt"]),
        ("no name at all", []),
    ],
)
def test_names_after_an_at_sign(desk, text, named):
    people = {
        name: MemberFactory(workspace=desk.workspace, user__name=name).pk for name in ("Ada Moss", "Ada Brandt", "Ben")
    }
    MemberFactory(workspace=desk.workspace, user__name="Ben Gone", active=False)

    assert mentioned(text, workspace_id=desk.workspace.pk) == [people[name] for name in named]


def test_what_is_owed_in_person_is_told_a_quarter_of_an_hour_before_and_when_it_is_late(desk, ada):
    found = said_by_a_customer(desk)  # due in an hour
    ownership.take(conversation_id=found, by=ada, now=after())
    comes_to_rest()
    comes_to_rest(after(minutes=44))
    assert told(ada) == []

    comes_to_rest(after(minutes=45))
    assert told(ada) == [("due_soon", found, "")]

    comes_to_rest(after(minutes=61))
    assert told(ada) == [("overdue", found, ""), ("due_soon", found, "")]


def test_what_was_answered_in_time_is_not_told(desk, ada):
    found = said_by_a_customer(desk)
    ownership.take(conversation_id=found, by=ada, now=after())
    states.resolve(conversation_id=found, resolution="answered", by=ada, now=after(minutes=5))
    comes_to_rest()

    comes_to_rest(after(hours=2))

    assert told(ada) == []


def test_nobody_is_told_of_what_they_may_not_see_and_a_wall_takes_back_what_was_told(desk, ada, ben):
    hidden, later = said_by_a_customer(desk), said_by_a_customer(desk)
    wall, system = WallFactory(workspace=desk.workspace), actor.system(desk.workspace.pk)
    for found in (hidden, later):
        ownership.assign(conversation_id=found, member_id=ada.member_id, by=ben, now=after())
    walls.enclose(conversation_id=hidden, wall_id=wall.pk, reason="A leak", by=system, now=after())
    comes_to_rest()
    assert told(ada) == [("assigned", later, "Ben")]

    walls.enclose(conversation_id=later, wall_id=wall.pk, reason="A leak", by=system, now=after(minutes=2))

    assert told(ada) == []
    assert queries.unseen(ada) == 0
    assert queries.notice(ada, Notice.objects.get().pk) is None


def test_everybody_chooses_what_they_are_told(desk, ada, ben):
    services.wish(kinds=[Kind.MENTIONED], by=ada)
    found = said_by_a_customer(desk)
    ownership.assign(conversation_id=found, member_id=ada.member_id, by=ben, now=after())
    states.note(conversation_id=found, text="@Ada?", by=ben, now=after())

    comes_to_rest()

    assert told(ada) == [("mentioned", found, "Ben")]
    assert queries.wished(ada) == {"mentioned"}
    assert queries.wished(ben) == set(Kind.values)
    with pytest.raises(Invalid):
        services.wish(kinds=["gossip"], by=ada)


def test_what_is_seen_is_no_longer_new(desk, ada, ben):
    first, second = said_by_a_customer(desk), said_by_a_customer(desk)
    for found in (first, second):
        ownership.assign(conversation_id=found, member_id=ada.member_id, by=ben, now=after())
    comes_to_rest()

    assert services.see(by=ada, now=after(minutes=2), conversation_id=first) == 1
    assert queries.unseen(ada) == 1
    assert services.see(by=ada, now=after(minutes=3)) == 1
    assert queries.unseen(ada) == 0
    assert len(told(ada)) == 2


def test_what_happened_days_ago_is_no_news(desk, ada, ben):
    found = said_by_a_customer(desk)
    ownership.assign(conversation_id=found, member_id=ada.member_id, by=ben, now=after())

    comes_to_rest(after(days=3))

    assert told(ada) == [("overdue", found, "")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number(desk, ada, ben, rows, django_assert_num_queries):
    for _ in range(rows):
        found = said_by_a_customer(desk)
        ownership.assign(conversation_id=found, member_id=ada.member_id, by=ben, now=after())
    comes_to_rest()

    with django_assert_num_queries(1):
        assert len([row.conversation.contact.name for row in queries.notices(ada).rows if row.conversation]) == rows
    page = queries.notices(ada, limit=1)
    assert bool(page.after) == (rows > 1)


def test_who_left_is_told_nothing(desk, ada, ben):
    found = said_by_a_customer(desk)
    ownership.assign(conversation_id=found, member_id=ada.member_id, by=ben, now=after())
    Member.objects.filter(pk=ada.member_id).update(active=False)

    comes_to_rest(after(minutes=1))

    assert not Notice.objects.exists()
