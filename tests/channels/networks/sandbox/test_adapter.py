"""The sandbox's adapter against a real sandbox process on loopback."""

import json
import re
import signal
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from crossdesk.channels.networks.sandbox.adapter import Sandbox, SandboxSession
from crossdesk.channels.ports import (
    Connected,
    Deleted,
    Delivery,
    Event,
    Gone,
    MissingScope,
    NetworkError,
    Outgoing,
    OutgoingMedia,
    Profile,
    RateLimited,
    Reacted,
    Refused,
    Said,
    SignInExpired,
    SignsInOnAPage,
    Unavailable,
    Unreadable,
)
from tests.servers.sandbox import SandboxServer

pytestmark = pytest.mark.network

REDIRECT = "http://127.0.0.1:9/back"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


class Desk:
    """One account of ours on the sandbox, as the rooms above would use it."""

    def __init__(self, sandbox: SandboxServer, outside: httpx.Client, handle: str) -> None:
        self.adapter = Sandbox(outside)
        self.profile, token = sandbox.account(handle)
        self.session: SandboxSession = self.adapter.session(
            host=sandbox.url, secrets={"token": token}, profile=self.profile
        )
        self.cursor = ""

    def news(self) -> list[Event]:
        """All events since the last time."""
        events: list[Event] = []
        more = True
        while more:
            page = self.session.pull("events", self.cursor, limit=3)
            self.cursor, more = page.cursor, page.has_more
            events += [event for delivery in page.deliveries for event in self.read(delivery)]
        return events

    def read(self, delivery: Delivery) -> list[Event]:
        """What one delivery says."""
        return list(self.adapter.parse(delivery, profile=self.profile))


@pytest.fixture
def desk(sandbox: SandboxServer, outside: httpx.Client) -> Desk:
    return Desk(sandbox, outside, "wrenholt")


def said(event: Event) -> Said:
    assert isinstance(event, Said)
    return event


def person(account: Profile) -> tuple[str, str]:
    return account.handle, account.name


def connect(sandbox: SandboxServer, adapter: SignsInOnAPage, press: dict[str, str]) -> Connected:
    """Sign in as a browser does it: follow the address, press a button, come back."""
    app = adapter.register_app(host=sandbox.url, redirect_uri=REDIRECT)
    start = adapter.connect_start(host=sandbox.url, redirect_uri=REDIRECT, app=app, state="s1")
    form = sandbox.http.get(start.url)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.text))
    back = sandbox.http.post("/authorize", data={**fields, **press})
    answer = {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}
    assert answer.pop("state") == "s1"
    return adapter.connect_finish(host=sandbox.url, redirect_uri=REDIRECT, app=app, keep=start.keep, answer=answer)


def test_the_adapter_keeps_the_contract(desk):
    assert isinstance(desk.adapter, SignsInOnAPage)


def test_a_person_signs_in_by_the_page_and_allows_it(sandbox, desk):
    connected = connect(sandbox, desk.adapter, {"answer": "allow", "handle": "wrenholt"})

    assert connected.profile.external_id == desk.profile.external_id
    assert (connected.host, connected.scopes) == (sandbox.url, ["read", "write"])
    assert connected.limits == {"max_text": 500, "max_media": 4, "max_media_bytes": 5_000_000, "idempotency": True}
    again = desk.adapter.session(host=connected.host, secrets=connected.secrets, profile=connected.profile)
    assert again.verify() == connected.profile


def test_a_sign_in_that_is_declined_is_refused(sandbox, desk):
    with pytest.raises(Refused, match="declined"):
        connect(sandbox, desk.adapter, {"answer": "deny"})


def test_a_code_is_worth_nothing_without_its_verifier_and_works_once(sandbox, desk):
    app = desk.adapter.register_app(host=sandbox.url, redirect_uri=REDIRECT)
    start = desk.adapter.connect_start(host=sandbox.url, redirect_uri=REDIRECT, app=app, state="")
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', sandbox.http.get(start.url).text))
    back = sandbox.http.post("/authorize", data={**fields, "answer": "allow", "handle": "wrenholt"})
    answer = {"code": parse_qs(urlsplit(back.headers["location"]).query)["code"][0]}

    def finish(keep):
        return desk.adapter.connect_finish(host=sandbox.url, redirect_uri=REDIRECT, app=app, keep=keep, answer=answer)

    with pytest.raises(Refused, match="verifier"):
        finish({"verifier": "guessed"})
    finish(start.keep)
    with pytest.raises(Refused, match="used already"):
        finish(start.keep)


def test_a_token_can_be_given_by_hand(sandbox, desk):
    _, token = sandbox.account("wrenholt")

    connected = desk.adapter.connect_finish(host=sandbox.url, redirect_uri="", app={}, keep={}, answer={"token": token})

    assert (connected.profile.external_id, connected.secrets) == (desk.profile.external_id, {"token": token})


def test_a_mention_arrives_whole(sandbox, desk):
    made = sandbox.say(
        "noor",
        "@wrenholt my parcel is late 📦",
        name="Noor",
        bio="runs",
        followers=12,
        language="en",
        media=[{"alt": "a box"}],
    )

    (event,) = desk.news()

    assert event == Said(
        external_id=made["id"],
        kind="mention",
        author=desk.adapter.session(
            host=sandbox.url, secrets={"token": sandbox.account("noor")[1]}, profile=desk.profile
        ).verify(),
        text="@wrenholt my parcel is late 📦",
        sent_at=datetime.fromisoformat(made["sent_at"]),
        root_external_id=made["id"],
        permalink=f"{sandbox.url}/posts/{made['id']}",
        language="en",
        media=said(event).media,
        metrics={"favourites": 0, "reposts": 0, "replies": 0},
        mentions=(desk.profile.external_id,),
    )
    (item,) = said(event).media
    assert (item.kind, item.mime, item.alt) == ("image", "image/png", "a box")
    fetched = desk.session.fetch(item.url, at_most=5_000_000)
    assert (fetched.mime, fetched.content[:4]) == ("image/png", b"\x89PNG")
    with pytest.raises(Refused):
        desk.session.fetch(item.url, at_most=100)
    assert desk.news() == []


def test_a_reply_reaches_the_person_in_its_thread_and_comes_back_as_ours(sandbox, outside, desk):
    question = sandbox.say("noor", "@wrenholt where is it?")
    customer = Desk(sandbox, outside, "noor")
    desk.news(), customer.news()
    picture = OutgoingMedia(PIXEL, "image/png", "map.png", alt="the way it takes")

    published = desk.session.send(
        Outgoing(key="k1", text="On its way!", in_reply_to=question["id"], to_handle="noor", media=[picture])
    )

    (theirs,), (ours,) = customer.news(), desk.news()
    for seen in (said(theirs), said(ours)):
        assert (seen.external_id, seen.kind, seen.text) == (published.external_id, "reply", "@noor On its way!")
        assert (seen.parent_external_id, seen.root_external_id) == (question["id"], question["id"])
        assert [item.alt for item in seen.media] == ["the way it takes"]
        assert customer.session.fetch(seen.media[0].url, at_most=1000).content == PIXEL
    assert (said(ours).ours, said(ours).idempotency_key) == (True, "k1")
    assert (said(theirs).ours, said(theirs).idempotency_key) == (False, "")
    assert [each for above in desk.session.thread(published.external_id) for each in desk.read(above)] == [
        said(each) for each in desk.read(desk.session.check([question["id"]])[0])
    ]


def test_direct_messages_go_both_ways_and_nobody_else_sees_them(sandbox, outside, desk):
    stranger = Desk(sandbox, outside, "stranger")
    question = sandbox.say("noor", "@wrenholt my order is 4711", visibility="direct")
    (event,) = desk.news()
    assert (said(event).kind, said(event).visibility) == ("direct", "direct")

    desk.session.send(Outgoing(key="k1", text="Thank you", in_reply_to=question["id"], to_handle="noor"))

    (ours,) = desk.news()
    assert (said(ours).kind, said(ours).visibility) == ("direct", "direct")
    assert stranger.news() == []
    (gone,) = stranger.read(stranger.session.check([question["id"]])[0])
    assert isinstance(gone, Deleted)


def test_edits_deletions_favourites_and_reposts_are_followed(sandbox, desk):
    question = sandbox.say("noor", "@wrenholt wher is it?")
    answer = desk.session.send(Outgoing(key="k1", text="Here", in_reply_to=question["id"]))
    desk.news()

    sandbox.tell("change", do="edit", id=question["id"], text="@wrenholt where is it?")
    sandbox.tell("change", do="favourite", id=answer.external_id, handle="noor")
    sandbox.tell("change", do="repost", id=answer.external_id, handle="noor")
    sandbox.tell("change", do="favourite", id=answer.external_id, handle="noor")
    sandbox.tell("change", do="delete", id=question["id"])

    edited, favourite, repost, deleted = desk.news()
    assert said(edited).text == "@wrenholt where is it?"
    assert said(edited).edited_at is not None
    assert isinstance(favourite, Reacted) and isinstance(repost, Reacted) and isinstance(deleted, Deleted)
    assert [(each.kind, each.external_id, each.by.handle) for each in (favourite, repost)] == [
        ("favourite", answer.external_id, "noor"),
        ("repost", answer.external_id, "noor"),
    ]
    assert deleted.external_id == question["id"]
    assert [type(each) for read in desk.session.check([question["id"]]) for each in desk.read(read)] == [Deleted]
    with pytest.raises(Gone):
        desk.session.send(Outgoing(key="k2", text="Too late", in_reply_to=question["id"]))
    with pytest.raises(Gone):
        desk.session.favourite(question["id"])


def test_we_can_favourite_repost_and_delete(sandbox, outside, desk):
    question = sandbox.say("noor", "@wrenholt is lovely")
    customer = Desk(sandbox, outside, "noor")
    customer.news()

    desk.session.favourite(question["id"])
    desk.session.repost(question["id"])
    published = desk.session.send(Outgoing(key="k1", text="Thank you @noor"))
    desk.session.delete(published.external_id)

    kinds = [(type(event).__name__, event.external_id) for event in customer.news()]
    mine, theirs = published.external_id, question["id"]
    assert kinds == [("Reacted", theirs), ("Reacted", theirs), ("Said", mine), ("Deleted", mine)]
    with pytest.raises(Gone):
        desk.session.delete(mine)


def test_one_post_is_seen_by_two_accounts_as_the_same(sandbox, outside, desk):
    other = Desk(sandbox, outside, "wrenholt_help")
    sandbox.say("noor", "@wrenholt @wrenholt_help anybody?")

    assert desk.news() == other.news() != []


@pytest.mark.parametrize("trouble", ["lost_answer", "error_after", "rubbish", "huge", "slow_answer"])
@pytest.mark.parametrize("keys", [True, False])
def test_a_lost_answer_leaves_the_outcome_unknown_and_the_post_is_found(sandbox, desk, trouble, keys):
    sandbox.tell("settings", idempotency=keys)
    question = sandbox.say("noor", "@wrenholt hello?")
    message = Outgoing(key="k1", text="Hello", in_reply_to=question["id"], to_handle="noor")
    assert desk.session.find(message, since=LONG_AGO) is None
    sandbox.fail(trouble, on="post", wait=3)

    with pytest.raises(Unavailable) as caught:
        desk.session.send(message)

    assert caught.value.outcome_unknown
    (held,) = sandbox.posts("wrenholt")
    found = desk.session.find(message, since=LONG_AGO)
    assert found is not None and found.external_id == held["id"]
    assert desk.session.find(message, since=datetime.now(UTC) + timedelta(minutes=1)) == (found if keys else None)
    assert desk.session.find(message, since=LONG_AGO, taken={held["id"]}) is None


@pytest.mark.parametrize(
    ("trouble", "more", "unknown"),
    [
        ("lost_request", {}, True),
        ("error", {"status": 500}, True),
        ("down", {"form": "503"}, True),
        ("down", {"form": "close"}, True),
        ("slow", {"wait": 3}, True),
    ],
)
def test_trouble_before_the_post_is_made_is_told_apart_by_asking(sandbox, desk, trouble, more, unknown):
    message = Outgoing(key="k1", text="Hello")
    sandbox.fail(trouble, on="post", **more)

    with pytest.raises(Unavailable) as caught:
        desk.session.send(message)

    assert caught.value.outcome_unknown is unknown
    if trouble != "slow":  # a slow request goes on without us
        assert desk.session.find(message, since=LONG_AGO) is None
        assert sandbox.posts() == []


def test_the_same_key_makes_one_post_and_no_key_support_makes_two(sandbox, desk):
    message = Outgoing(key="k1", text="Hello")

    assert desk.session.send(message) == desk.session.send(message)
    sandbox.tell("settings", idempotency=False)
    assert desk.session.send(message) != desk.session.send(message)

    assert len(sandbox.posts("wrenholt")) == 3


@pytest.mark.parametrize("form", ["seconds", "date", "reset"])
def test_a_rate_limit_says_until_when_in_any_form(sandbox, desk, form):
    sandbox.fail("rate_limit", on="post", times=2, retry_after=90, form=form)
    before = datetime.now(UTC)

    for _ in range(2):
        with pytest.raises(RateLimited) as caught:
            desk.session.send(Outgoing(key="k1", text="Hello"))
        assert timedelta(seconds=88) < caught.value.until - before < timedelta(seconds=95)

    desk.session.send(Outgoing(key="k1", text="Hello"))
    assert len(sandbox.posts("wrenholt")) == 1


def test_a_budget_is_told_in_the_headers_and_held(sandbox, desk):
    sandbox.tell("settings", budget={"limit": 2, "seconds": 3600})

    page = desk.session.pull("events", "")
    assert page.pace is not None and (page.pace.limit, page.pace.remaining) == (2, 1)
    desk.session.pull("events", "")
    with pytest.raises(RateLimited) as caught:
        desk.session.pull("events", "")
    assert page.pace.resets_at == pytest.approx(caught.value.until, abs=timedelta(seconds=1))


@pytest.mark.parametrize("how", ["expired", "revoked"])
def test_a_dead_token_asks_for_a_new_sign_in(sandbox, desk, how):
    sandbox.tell("tokens", handle="wrenholt", how=how)

    for act in (desk.session.verify, desk.news, lambda: desk.session.send(Outgoing(key="k", text="x"))):
        with pytest.raises(SignInExpired):
            act()
    assert sandbox.posts() == []


def test_a_token_without_the_right_says_which_is_missing(sandbox, desk):
    _, token = sandbox.account("wrenholt", scope="read")
    reader = desk.adapter.session(host=sandbox.url, secrets={"token": token}, profile=desk.profile)

    with pytest.raises(MissingScope) as caught:
        reader.send(Outgoing(key="k1", text="Hello"))

    assert caught.value.scope == "write"


def test_what_the_network_does_not_take_is_refused_in_its_own_words(desk):
    with pytest.raises(Refused, match="at most 500 characters"):
        desk.session.send(Outgoing(key="k1", text="x" * 501))


@pytest.mark.parametrize(
    ("trouble", "more", "error"),
    [
        ("down", {"form": "503"}, Unavailable),
        ("down", {"form": "close"}, Unavailable),
        ("error", {"status": 502}, Unavailable),
        ("error", {"status": 404}, Unavailable),
        ("slow", {"wait": 3}, Unavailable),
        ("rubbish", {}, Unreadable),
        ("rubbish", {"text": "[]"}, Unreadable),
        ("rubbish", {"text": "{}"}, Unreadable),
        ("rubbish", {"text": "[" * 100_000}, Unreadable),
        ("huge", {}, Unreadable),
    ],
)
def test_a_pull_that_fails_moves_no_cursor_and_loses_nothing(sandbox, desk, trouble, more, error):
    sandbox.say("noor", "@wrenholt hello")
    sandbox.fail(trouble, on="events", **more)

    with pytest.raises(error):
        desk.news()

    assert [said(event).text for event in desk.news()] == ["@wrenholt hello"]


def test_duplicates_and_disorder_come_as_deliveries_of_the_same_ids(sandbox, desk):
    for number in range(3):
        sandbox.say("noor", f"@wrenholt {number}")
    sandbox.fail("duplicate")
    sandbox.fail("reorder", seed=4)

    events = desk.news()

    assert sorted(said(event).text for event in events) == [f"@wrenholt {n}" for n in (0, 0, 1, 1, 2, 2)]
    assert events != sorted(events, key=lambda event: said(event).sent_at)
    assert desk.news() == []


def test_a_server_that_is_not_there_is_unavailable_and_nothing_was_sent(sandbox, desk):
    sandbox.stop()

    with pytest.raises(Unavailable, match="cannot be reached") as caught:
        desk.session.send(Outgoing(key="k1", text="Hello"))

    assert not caught.value.outcome_unknown


def test_kill_9_loses_nothing_that_was_answered(sandbox, desk):
    sandbox.say("noor", "@wrenholt before")
    published = desk.session.send(Outgoing(key="k1", text="Sent"))
    first = desk.session.pull("events", "")

    sandbox.stop(how=signal.SIGKILL)
    sandbox.start()
    sandbox.say("noor", "@wrenholt after")

    assert [post["text"] for post in sandbox.posts()] == ["@wrenholt before", "Sent", "@wrenholt after"]
    assert desk.session.find(Outgoing(key="k1", text="Sent"), since=LONG_AGO) == published
    desk.cursor = first.cursor
    assert [said(event).text for event in desk.news()] == ["@wrenholt after"]


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "[]",
        "{}",
        '{"type": "post"}',
        '{"type": "post", "post": []}',
        '{"type": "post", "post": {"id": "1", "sent_at": "yesterday", "author": {}}}',
        '{"type": "delete", "post_id": "1"}',
        '{"type": "dance"}',
    ],
)
def test_an_event_we_do_not_understand_is_unreadable_and_kept(outside, body):
    adapter = Sandbox(outside)

    with pytest.raises(Unreadable) as caught:
        list(adapter.parse(Delivery("events", body), profile=Profile("1", "wrenholt")))

    assert caught.value.payload == body


@pytest.mark.parametrize("host", ["", "ftp://x", "http://example.com", "https://a@b", "exa mple", "https://"])
def test_a_host_that_cannot_be_called_is_refused(desk, host):
    with pytest.raises(Refused):
        desk.adapter.register_app(host=host, redirect_uri=REDIRECT)


def test_a_network_error_never_holds_the_token(sandbox, desk):
    _, token = sandbox.account("wrenholt")
    session = desk.adapter.session(host=sandbox.url, secrets={"token": token}, profile=desk.profile)
    for trouble in ("down", "lost_request", "error", "rubbish", "rate_limit"):
        sandbox.fail(trouble, on="me")
        with pytest.raises(NetworkError) as caught:
            session.verify()
        assert token not in json.dumps([str(caught.value), repr(caught.value.__cause__)])
