"""How much is taken on one account: what its server said, else what the network allows everywhere."""

from dataclasses import replace

import pytest

from crossdesk.channels.networks.mastodon.limits import limits_in
from crossdesk.channels.room import room_on
from tests.channels.factories import AccountFactory

BOTH = frozenset({"image/png", "video/mp4"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "taken"),
    [
        ({}, BOTH),
        ({"media_types": ["image/png", "image/svg+xml"]}, {"image/png"}),
        ({"media_types": ["image/svg+xml"]}, BOTH),  # it names nothing that we know: its own refusal would say so
        ({"media_types": []}, BOTH),
    ],
)
def test_only_files_that_we_send_and_the_server_takes_are_taken(network, told, taken):
    network.capabilities = replace(network.capabilities, media_types=BOTH)

    assert room_on(AccountFactory(limits=told)).media_types == taken


@pytest.mark.django_db
def test_what_the_server_says_stands_before_what_the_network_allows(network):
    room = room_on(AccountFactory(limits={"max_text": 100, "max_media": 1, "max_media_bytes": 5, "links_as": 7}))

    assert (room.text, room.media, room.media_bytes, room.counting.links_as) == (100, 1, 5, 7)


@pytest.mark.parametrize("kinds", [None, "image/png", {}, [], [1, None]])
def test_a_list_of_kinds_that_is_none_says_nothing(kinds):
    assert limits_in({"configuration": {"media_attachments": {"supported_mime_types": kinds}}}) == {}


def test_the_kinds_of_files_that_a_server_takes_are_read():
    told = {"configuration": {"media_attachments": {"supported_mime_types": ["video/mp4", "image/png", "image/png"]}}}

    assert limits_in(told) == {"media_types": ["image/png", "video/mp4"]}
