"""The length of a text as networks find it."""

import pytest

from crossdesk.channels import counting
from crossdesk.channels.networks import registry
from crossdesk.channels.ports import Counting
from crossdesk.channels.room import room_on
from tests.inbox.factories import AccountFactory

MASTODON = Counting("graphemes", links_as=23, bare_mentions=True, names_first=True)
LONG = "https://shop.example/" + "a" * 100


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Grüße 👩‍👩‍👧‍👦", 7),
        (f"See {LONG}.", 28),
        (f"({LONG}) and http://a.example", 1 + 23 + 1 + 5 + 23),
        ("@anna@verylong.host.example Hi", 8),
        ("@anna@host.example, @ben", 5 + 2 + 4),
        ("mail@anna@host.example", 22),
        ("ask us at anna@host.example", 27),
        ("https://", 8),
    ],
)
def test_mastodon_counts_links_as_23_and_remote_people_without_their_host(text, length):
    assert counting.length(text, MASTODON) == length


@pytest.mark.parametrize(("unit", "length"), [("characters", 5), ("graphemes", 4), ("bytes", 11)])
def test_units_differ(unit, length):
    assert counting.length("Oh 👍🏽", Counting(unit)) == length


@pytest.mark.parametrize(
    ("text", "handle", "leaves_as"),
    [
        ("Hi!", "anna", "@anna Hi!"),
        ("Hi @Anna!", "anna", "Hi @Anna!"),
        ("Hi @annabel!", "anna", "@anna Hi @annabel!"),
        ("Hi @anna@host.example", "anna@host.example", "Hi @anna@host.example"),
        ("Hi!", "", "Hi!"),
    ],
)
def test_who_is_answered_is_named_first_unless_named_already(text, handle, leaves_as):
    assert counting.addressed(text, handle) == leaves_as


@pytest.mark.django_db
def test_the_room_is_what_the_server_said_and_counts_the_name_that_will_be_put_first():
    account = AccountFactory(network="mastodon", limits={"max_text": 300, "links_as": 30, "max_media": 2})

    room = room_on(account)

    assert (room.text, room.media, room.media_bytes) == (300, 2, 16 * 1024 * 1024)
    assert room.length(f"Hi {LONG}", "anna@host.example") == len("@anna Hi ") + 30
    assert registry.adapter("sandbox").capabilities.counting == Counting("characters", names_first=True)
