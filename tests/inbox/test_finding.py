"""Search: what is found, and what a wall keeps from being found."""

import pytest
from django.db import connection

from crossdesk.inbox import queries, services
from tests.conftest import actor_of
from tests.inbox.factories import Desk, IdentityFactory, after
from tests.org.factories import MemberFactory, WallFactory, WallMemberFactory

pytestmark = pytest.mark.django_db


def say(desk, text, **more):
    return desk.they_write(identity=IdentityFactory(contact__workspace=desk.workspace), text=text, **more)


def found(actor, words, **more):
    return [row.message.text for row in queries.find(actor, words, **more).hits]


def test_all_words_must_stand_in_one_message_and_the_last_may_be_begun(desk, ada):
    say(desk, "My parcel is broken")
    say(desk, "The parcel came, thank you")

    assert found(ada, "parcel") == ["The parcel came, thank you", "My parcel is broken"]
    assert found(ada, "parcel bro") == ["My parcel is broken"]
    assert found(ada, "parcel lost") == found(ada, "  ") == found(ada, "*\"'") == []


def test_a_conversation_stands_once_with_its_newest_hit(desk, ada):
    desk.they_write(text="A parcel")
    desk.they_write(after(minutes=1), text="That parcel again")
    desk.they_write(after(minutes=2), text="Hello?")

    assert found(ada, "parcel") == ["That parcel again"]


def test_pages_follow_each_other(desk, ada):
    texts = [f"parcel {n}" for n in "abcde"]
    for text in texts:
        say(desk, text)

    first = queries.find(ada, "parcel", limit=2)
    second = queries.find(ada, "parcel", limit=2, after=first.after)
    third = queries.find(ada, "parcel", limit=2, after=second.after)

    shown = [hit.message.text for page in (first, second, third) for hit in page.hits]
    assert (shown, third.after) == (texts[::-1], None)


def test_what_stands_behind_a_wall_or_in_another_workspace_is_not_found(desk, ada):
    lead = MemberFactory(workspace=desk.workspace, seats=[desk.department], role="lead")
    wall = WallFactory(workspace=desk.workspace)
    WallMemberFactory(wall=wall, member=lead)
    say(desk, "I will burn the parcel")
    services.enclose(
        conversation_id=desk.conversation().pk,
        wall_id=wall.pk,
        reason="Threat",
        by=actor_of(lead),
        now=after(minutes=1),
    )

    assert found(ada, "parcel") == found(actor_of(MemberFactory()), "parcel") == []
    assert found(actor_of(lead), "parcel") == ["I will burn the parcel"]


@pytest.mark.parametrize("rows", [1, 3])
def test_searching_costs_the_same_for_any_number_of_rows(desk, ada, rows, django_assert_num_queries):
    for n in range(rows):
        say(desk, f"parcel {n}")
    # is it common, words, places with messages, conversations, tags; PostgreSQL also cuts the words and probes the hits
    with django_assert_num_queries(5 + 2 * (connection.vendor == "postgresql")):
        page = queries.find(ada, "parcel")
        assert len([(hit.conversation.contact.name, hit.message.text) for hit in page.hits]) == rows


@pytest.mark.parametrize(
    ("begun", "whom"),
    [
        ("grac", ["Grace Hopper"]),
        ("@HOP", ["Grace Hopper"]),
        ("grace h", ["Grace Hopper"]),
        ("hopper", []),
        ("_", []),
        ("%", []),
        (" ", []),
    ],
)
def test_people_are_found_by_how_their_names_and_handles_begin(desk, ada, begun, whom):
    grace = IdentityFactory(contact__workspace=desk.workspace, name="Grace Hopper", handle="hop_g")
    other = IdentityFactory(contact__workspace=desk.workspace, name="Katherine Johnson", handle="kj")
    for identity in (grace, other):
        desk.they_write(identity=identity)

    assert [row.identity.name for row in queries.of_people(ada, begun)] == whom


def test_people_of_whom_one_sees_nothing_are_not_found(desk, ada):
    other = Desk()
    other.they_write(identity=IdentityFactory(contact__workspace=other.workspace, name="Grace", handle="grace"))
    IdentityFactory(contact__workspace=desk.workspace, name="Grace silent", handle="grace2")
    walled = IdentityFactory(contact__workspace=desk.workspace, name="Grace walled", handle="grace3")
    desk.they_write(identity=walled)
    desk.conversation().__class__.objects.filter(identity=walled).update(wall=WallFactory(workspace=desk.workspace))

    assert queries.of_people(ada, "grace") == []


@pytest.mark.parametrize("people", [1, 3])
def test_finding_people_costs_the_same_for_any_number(desk, ada, django_assert_num_queries, people):
    for number in range(people):
        identity = IdentityFactory(contact__workspace=desk.workspace, name=f"Grace {number}", handle=f"g{number}")
        desk.they_write(identity=identity)

    with django_assert_num_queries(3):  # identities, conversations, tags
        assert len(queries.of_people(ada, "grace")) == people
