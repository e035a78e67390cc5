"""What Mastodon-API servers send, understood without any network."""

import copy
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossdesk.channels.networks.mastodon import ids, reading
from crossdesk.channels.parts import Choice, Poll
from crossdesk.channels.ports import (
    Deleted,
    Delivery,
    Event,
    MediaItem,
    Profile,
    Reacted,
    Said,
    Unreadable,
)
from tests.channels.networks.mastodon.payloads import BRAND, account, delivery, notification, status

NOOR = Profile(
    external_id="110368129515784116",
    handle="noor@away.example",
    name="Noor 🌿",
    url="https://away.example/@noor",
    avatar_url="https://files.social.example/noor.png",
    bio="runs, reads",
    followers=1500,
    raw=account(),
)
QUESTION = Said(
    external_id="114123456789012345",
    kind="mention",
    author=NOOR,
    text="@wrenholt where is my tent?",
    sent_at=datetime(2026, 3, 2, 11, 58, 0, 123000, UTC),
    permalink="https://away.example/@noor/114123456789012345",
    language="en",
    metrics={"favourites": 5, "reposts": 1, "replies": 2},
    mentions=("109",),
)
SNAC_ID = "1795300975bb01956419de0a705a49c3984c2b09de"


def read(feed: str, body: object) -> list[Event]:
    return list(reading.events_of(delivery(feed, body), profile=BRAND))


def said(feed: str, body: object) -> Said:
    (event,) = read(feed, body)
    assert isinstance(event, Said)
    return event


@pytest.mark.parametrize(
    ("feed", "body"),
    [
        ("notifications", notification("mention")),
        ("conversations", {"id": "7", "unread": True, "accounts": [account()], "last_status": status()}),
        ("check", status()),
    ],
)
def test_a_mention_reads_the_same_from_every_feed(feed, body):
    assert read(feed, body) == [QUESTION]


@pytest.mark.parametrize(
    ("told", "change", "kind"),
    [
        ("mention", {"visibility": "direct"}, "direct"),
        ("mention", {"in_reply_to_id": "1"}, "reply"),
        ("mention", {"mentions": []}, "mention"),
        ("quote", {}, "quote"),
        ("status", {"mentions": [], "content": "<p>news</p>"}, "post"),
        ("update", {"edited_at": "2026-03-02T12:00:00.000Z"}, "mention"),
    ],
)
def test_the_kind_follows_from_what_it_is(told, change, kind):
    assert said("notifications", notification(told, status=status(**change))).kind == kind


@pytest.mark.parametrize(
    "change",
    [
        {"mentions": []},  # named by the link alone
        {"mentions": [], "content": "@wrenholt where?"},  # named by words alone
        {"content": "?", "mentions": [{"id": 109}]},  # a number for an id
        {"content": "?", "mentions": [{"id": "0", "url": "https://social.example/@wrenholt"}]},
        {"mentions": None},
    ],
)
def test_a_message_that_names_us_is_a_mention_however_the_server_lists_it(change):
    assert said("check", status(**change)).kind == "mention"


def test_another_name_that_begins_like_ours_is_no_mention():
    body = status(mentions=[], content="@wrenholtz where?")

    assert said("check", body).kind == "post"


def test_favourites_and_boosts_are_reactions_to_our_post():
    at = datetime(2026, 3, 2, 11, 59, tzinfo=UTC)

    assert read("notifications", notification("favourite")) == [Reacted("114123456789012345", "favourite", NOOR, at)]
    assert read("notifications", notification("reblog")) == [Reacted("114123456789012345", "repost", NOOR, at)]


@pytest.mark.parametrize("kind", ["follow", "follow_request", "poll", "admin.sign_up", "severed_relationships", "new"])
def test_other_notifications_say_nothing_to_us(kind):
    assert read("notifications", notification(kind, status=None)) == []


def test_an_edit_carries_its_moment_and_a_reply_its_parent():
    event = said("check", status(edited_at="2026-03-02T12:30:00.000Z", in_reply_to_id="99"))

    assert (event.edited_at, event.parent_external_id) == (datetime(2026, 3, 2, 12, 30, tzinfo=UTC), "99")


def test_a_message_that_is_gone_is_a_deletion():
    body = {"deleted": {"id": "1", "at": "2026-03-02T12:30:00+00:00"}}

    assert read("check", body) == [Deleted("1", datetime(2026, 3, 2, 12, 30, tzinfo=UTC))]


def test_our_own_post_is_ours_and_what_we_boosted_is_not():
    own = status(account=account(id="109", acct="wrenholt"))

    assert said("own", own).ours
    assert read("own", status(id="2", account=own["account"], reblog=status())) == []


def test_a_status_wrapped_into_our_own_boost_is_still_itself():
    wrapped = status(content="", account=account(id="109"), reblog=status())

    assert read("check", wrapped) == [QUESTION]
    assert read("notifications", notification(status=wrapped)) == [QUESTION]


def test_warning_words_and_poll_are_all_read():
    poll = {"options": [{"title": "yes", "votes_count": 1}, {"title": "no"}, None]}
    body = status(spoiler_text="bad service", content="<p>one<br>two</p><p>three</p>", poll=poll)

    read = said("check", body)

    assert read.text == "bad service\n\none\ntwo\n\nthree\n\n- yes\n- no"
    assert (read.warning, read.sensitive) == ("bad service", False)


def test_a_poll_comes_with_its_counts_and_its_end():
    options = [
        {"title": "yes", "votes_count": 3},
        {"title": "no", "votes_count": None},
        {"title": "<b>", "votes_count": 0},
    ]
    told = {
        "options": options,
        "voters_count": 3,
        "votes_count": 3,
        "multiple": True,
        "expires_at": "2026-03-03T12:00:00Z",
    }

    assert said("check", status(poll=told, sensitive=True)).poll == Poll(
        choices=(Choice("yes", 3), Choice("no", None), Choice("<b>", 0)),
        voters=3,
        multiple=True,
        ends_at=datetime(2026, 3, 3, 12, tzinfo=UTC),
    )
    assert said("check", status(poll={"options": [], "expires_at": None})).poll == Poll(choices=())
    assert said("check", status(sensitive=True)).sensitive


def test_media_come_with_kind_alt_text_and_size():
    media = [
        {
            "id": "1",
            "type": "image",
            "url": "https://files.social.example/a.jpeg",
            "description": "a torn tent",
            "meta": {"original": {"width": 640, "height": 480}},
        },
        {"id": "2", "type": "gifv", "url": "https://files.social.example/b.mp4?x=1", "description": None, "meta": None},
        {"id": "3", "type": "unknown", "url": None, "remote_url": "https://away.example/c.pdf"},
        {"id": "4", "type": "image", "url": None},
        {"id": "5", "type": "image", "url": "javascript:alert(1)"},
        "nonsense",
    ]

    assert said("check", status(media_attachments=media)).media == (
        MediaItem("image", "https://files.social.example/a.jpeg", "image/jpeg", "a torn tent", 640, 480),
        MediaItem("video", "https://files.social.example/b.mp4?x=1", "video/mp4"),
        MediaItem("file", "https://away.example/c.pdf"),
    )


def test_an_unknown_visibility_counts_as_the_narrowest():
    assert said("check", status(visibility="local")).visibility == "direct"
    assert said("check", status(visibility=None)).visibility == "direct"
    assert said("check", status(visibility="private")).visibility == "private"


def test_on_snac_an_edit_does_not_change_the_id_and_private_is_direct():
    later = "9" + SNAC_ID[1:]

    first = said("check", status(id=SNAC_ID, visibility="private", in_reply_to_id=SNAC_ID))
    second = said("check", status(id=later, visibility="private", in_reply_to_id=later))

    assert first == second
    assert (first.external_id, first.visibility) == ("0" * 10 + SNAC_ID[10:], "direct")
    assert ids.lasting("114123456789012345") == "114123456789012345"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": 42}, ("42", "noor@away.example")),
        ({"account": account(acct=None)}, ("114123456789012345", "noor")),
        (
            {"account": account(display_name=None, note=None, followers_count="many")},
            ("114123456789012345", "noor@away.example"),
        ),
        (
            {"media_attachments": None, "favourites_count": None, "language": None},
            ("114123456789012345", "noor@away.example"),
        ),
        ({"created_at": "2026-03-02T11:58:00"}, ("114123456789012345", "noor@away.example")),
    ],
)
def test_a_server_that_breaks_its_own_schema_is_read_all_the_same(change, expected):
    event = said("check", status(**change))

    assert (event.external_id, event.author.handle) == expected


@pytest.mark.parametrize(
    ("feed", "body"),
    [
        ("notifications", []),
        ("notifications", {}),
        ("notifications", {"type": "mention"}),
        ("notifications", notification(status="gone")),
        ("notifications", notification("favourite", account=None)),
        ("check", {}),
        ("check", status(id=None)),
        ("check", status(id=True)),
        ("check", status(account=None)),
        ("check", status(created_at="soon")),
        ("check", {"deleted": {"id": "1"}}),
        ("conversations", {"last_status": 5}),
        ("own", "words"),
    ],
)
def test_what_cannot_be_understood_is_unreadable_and_kept(feed, body):
    with pytest.raises(Unreadable) as caught:
        read(feed, body)

    assert json.loads(caught.value.payload) == body


@pytest.mark.parametrize("body", ["", "<html>", "[" * 100_000, "{"])
def test_what_is_not_json_is_unreadable(body):
    with pytest.raises(Unreadable):
        list(reading.events_of(Delivery("check", body), profile=BRAND))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def _places(value: object, path: tuple = ()) -> list[tuple]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


WHOLE = notification(
    status=status(
        reblog=None,
        poll={"options": [{"title": "yes"}]},
        media_attachments=[{"type": "image", "url": "https://a.example/a.png", "meta": {"original": {"width": 1}}}],
    )
)


@settings(max_examples=400)
@given(place=st.sampled_from(_places(WHOLE)[1:]), instead=JSON, feed=st.sampled_from(["notifications", "check"]))
def test_whatever_stands_at_any_place_is_read_or_unreadable_and_never_a_crash(place, instead, feed):
    body = copy.deepcopy(WHOLE)
    at = body
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = instead

    try:
        events = read(feed, body if feed == "notifications" else body.get("status"))
    except Unreadable:
        return
    assert all(isinstance(event, Said | Reacted) for event in events)
