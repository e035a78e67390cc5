"""What Bluesky sends, understood: payloads as they are, and with anything in any place."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.channels.networks.bluesky import facets, ids, reading
from crossdesk.channels.ports import Deleted, Delivery, MediaItem, Reacted, Said, Unreadable
from tests.channels.networks.bluesky.payloads import OURS, THEIRS, THEM, US, told, view

KIND = "app.bsky.richtext.facet"
CDN = "https://cdn.example/img"
REFERENCE = {"uri": OURS, "cid": "c"}


def events(body, feed="notifications"):
    return list(reading.events_of(Delivery(feed=feed, body=json.dumps(body)), profile=US))


def said(post, feed="check"):
    (event,) = events(post, feed)
    assert isinstance(event, Said)
    return event


def facet(text, words, **feature):
    start = text.encode().index(words.encode())
    return {"index": {"byteStart": start, "byteEnd": start + len(words.encode())}, "features": [feature]}


def test_a_post_is_the_same_from_whichever_feed_it_comes():
    post = view(record={"facets": [facet("Hello @brand.test", "@brand.test", did=US.external_id)]})

    expected = said(post)

    assert said({**told(), "post": post}, "notifications") == said(post, "own") == expected
    assert (expected.kind, expected.external_id, expected.mentions) == ("mention", THEIRS, (US.external_id,))
    assert expected.metrics == {"favourites": 2, "reposts": 0, "quotes": 0, "replies": 0}
    assert (expected.author.handle, expected.author.name) == ("nora.test", "Nora")


def test_a_notification_without_its_post_is_read_from_the_bare_record():
    body = told()
    bare = {**{name: value for name, value in body.items() if name != "post"}, "record": body["post"]["record"]}

    event = said(bare, "notifications")

    assert (event.external_id, event.text, event.metrics) == (THEIRS, "Hello @brand.test", {})


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        ({}, "post"),
        ({"reply": {"parent": REFERENCE, "root": REFERENCE}}, "reply"),
        ({"embed": {"record": REFERENCE}}, "quote"),
        ({"embed": {"record": {"record": REFERENCE}, "media": {}}}, "quote"),
        ({"embed": {"record": {"uri": f"at://{THEM}/app.bsky.feed.post/1", "cid": "c"}}}, "post"),
        ({"reply": {"parent": REFERENCE, "root": REFERENCE}, "embed": {"record": REFERENCE}}, "quote"),
    ],
)
def test_the_kind_is_in_the_record(record, kind):
    assert said(view(record=record)).kind == kind


@pytest.mark.parametrize(("reason", "kind"), [("like", "favourite"), ("repost", "repost")])
def test_reactions_to_our_posts_are_told(reason, kind):
    (event,) = events(told(reason))

    assert isinstance(event, Reacted)
    assert (event.external_id, event.kind, event.by.external_id) == (OURS, kind, THEM)


@pytest.mark.parametrize("reason", ["follow", "starterpack-joined", "verified", "like-via-repost", "subscribed-post"])
def test_what_is_no_message_brings_nothing(reason):
    assert events(told(reason)) == []


def test_what_is_gone_is_a_deletion():
    at = datetime(2026, 3, 4, 13, tzinfo=UTC)

    assert events({"deleted": {"uri": THEIRS, "at": at.isoformat()}}, "check") == [Deleted(THEIRS, at)]


@pytest.mark.parametrize(
    ("shown", "uri", "text"),
    [
        ("shop.example/a-long…", "https://shop.example/a-long/way", "See https://shop.example/a-long/way now"),
        ("shop.example/a...", "https://shop.example/a-long/way", "See https://shop.example/a-long/way now"),
        ("shop.example", "https://shop.example/", "See https://shop.example/ now"),
        ("https://shop.example", "https://shop.example/", "See https://shop.example now"),
        ("über uns 👋🏽", "https://shop.example/", "See über uns 👋🏽 (https://shop.example/) now"),
        ("bank.example…", "https://thief.example/", "See bank.example… (https://thief.example/) now"),
        ("…", "https://thief.example/", "See … (https://thief.example/) now"),
    ],
)
def test_a_link_says_where_it_leads(shown, uri, text):
    words = f"See {shown} now"

    assert said(view(words, record={"facets": [facet(words, shown, uri=uri)]})).text == text


def test_facets_that_overlap_or_reach_beyond_the_text_are_passed_over():
    wrong = [
        {"index": {"byteStart": a, "byteEnd": b}, "features": [{"uri": "https://thief.example/"}]}
        for a, b in ((0, 99), (-3, 2), (3, 3), (4, 2))
    ]

    assert said(view("Grüße", record={"facets": wrong})).text == "Grüße"


def test_pictures_videos_and_their_words():
    picture = {"fullsize": f"{CDN}/a", "thumb": f"{CDN}/b", "alt": "a box", "aspectRatio": {"width": 4, "height": 3}}
    video = {"playlist": f"{CDN}/v.m3u8", "alt": "it falls"}

    both = said(view(embed={"record": {}, "media": {"images": [picture, {"fullsize": "javascript:x"}, 7]}}))
    moving = said(view(embed=video))

    assert both.media == (MediaItem("image", f"{CDN}/a", "", "a box", 4, 3),)
    assert moving.media == (MediaItem("video", f"{CDN}/v.m3u8", "application/vnd.apple.mpegurl", "it falls"),)


@pytest.mark.parametrize(
    ("created", "sent"),
    [
        ("2026-03-04T11:00:00Z", datetime(2026, 3, 4, 11, tzinfo=UTC)),
        ("2031-01-01T00:00:00Z", datetime(2026, 3, 4, 12, 0, 1, tzinfo=UTC)),
        ("yesterday", datetime(2026, 3, 4, 12, 0, 1, tzinfo=UTC)),
        (None, datetime(2026, 3, 4, 12, 0, 1, tzinfo=UTC)),
    ],
)
def test_nothing_was_said_later_than_it_was_seen(created, sent):
    assert said(view(record={"createdAt": created})).sent_at == sent


def test_an_account_without_a_working_handle_is_known_by_its_id():
    author = {"did": THEM, "handle": "handle.invalid"}

    assert (said(view(author=author)).author.handle, said(view(author=author)).author.name) == (THEM, THEM)


@pytest.mark.parametrize(
    "broken",
    [
        view(uri="https://example.com"),
        view(author={}),
        view(author={"did": US.external_id, "handle": "not.theirs"}),
        view(record={"createdAt": 5}, indexedAt=None),
        {"post": 7},
        [],
        7,
    ],
)
def test_what_cannot_be_understood_is_kept_as_unreadable(broken):
    with pytest.raises(Unreadable):
        events(broken, "check")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PLACES = [
    ("post",), ("post", "record"), ("post", "author"), ("post", "record", "facets"), ("post", "record", "langs"),
    ("post", "record", "embed"), ("post", "record", "reply"), ("post", "record", "text"), ("post", "embed"),
    ("post", "record", "createdAt"), ("post", "likeCount"), ("post", "author", "displayName"), ("reason",), ("author",),
    ("reasonSubject",), ("indexedAt",),
]  # fmt: skip


@given(place=st.sampled_from(PLACES), value=anything, reason=st.sampled_from(["mention", "like"]))
def test_anything_in_any_place_is_read_or_kept_as_unreadable(place, value, reason):
    body = told(reason, post=view())
    inner = body
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value

    with suppress(Unreadable):
        events(body)


@given(text=st.text(max_size=60), cuts=st.lists(st.tuples(st.integers(-5, 80), st.integers(-5, 80)), max_size=4))
def test_writing_out_never_fails_and_keeps_the_words(text, cuts):
    marked = [{"index": {"byteStart": a, "byteEnd": b}, "features": [{"uri": "https://a.example"}]} for a, b in cuts]

    assert isinstance(facets.written_out(text, marked), str)
    assert facets.written_out(text, []) == facets.written_out(text, None)


@given(text=st.text(st.sampled_from("ab@#.é👋 /:h-(1"), max_size=40))
def test_our_facets_stand_where_their_words_do(text):
    whole = text.encode()
    end = 0
    for one in facets.of_text(text, did_of=lambda handle: f"did:{handle}"):
        index, feature = one["index"], one["features"][0]
        words = whole[index["byteStart"] : index["byteEnd"]].decode()
        assert index["byteStart"] >= end
        end = index["byteEnd"]
        if "did" in feature:
            assert words == f"@{feature['did'][4:]}" or words.lower() == f"@{feature['did'][4:]}"
        elif "tag" in feature:
            assert words == f"#{feature['tag']}"
        else:
            assert words == feature["uri"]


@given(words=st.text(max_size=20), at=st.datetimes(datetime(2020, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_keys_are_valid_the_same_each_time_and_near_their_moment(words, at):
    key = ids.key_for(words, near=at)

    assert key == ids.key_for(words, near=at)
    assert key != ids.key_for(words + "x", near=at)
    found = ids.moment_of(key)
    assert found is not None and abs((found - at).total_seconds()) <= 1.1


@pytest.mark.parametrize("key", ["", "self", "3n2vuoixrpc2", "zn2vuoixrpc2b", "3n2vuoixrpc21"])
def test_other_keys_have_no_moment(key):
    assert ids.moment_of(key) is None
