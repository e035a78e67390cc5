"""The people of the sandbox: deterministic, durable, and never twice."""

import json
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from crossdesk.channels.networks.sandbox.server import accounts, config, people, posts
from crossdesk.channels.networks.sandbox.server.store import Store
from crossdesk.channels.networks.sandbox.server.stories import CHAPTER, from_place
from crossdesk.kit import clock
from tests.servers.sandbox import SandboxServer
from tests.servers.snac import soon

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:1"


@contextmanager
def network(home: Path, *, companies: tuple[str, ...] = ("wrenholt",), rate: float = 6) -> Iterator[people.People]:
    """A network in this process, without its HTTP and its thread."""
    store = Store(home)
    living = people.People(store, base=BASE, stories=from_place)
    with clock.standing_at(NOON), store.change() as db:
        for handle in companies:
            accounts.make(db, handle=handle, kind="brand", now=NOON)
        if people.position(db) == 0:
            config.put(db, "seed", 7)
            living.set_rate(db, rate)
    yield living
    store.close()


def live(living: people.People, *, until: datetime, since: datetime = NOON) -> None:
    """Let the people live for a while, second by second."""
    now = since
    while now <= until:
        while living.step(now):
            pass
        now += timedelta(seconds=1)


def held(living: people.People) -> list[tuple[Any, ...]]:
    """All posts with author, words and time."""
    with living._store.read() as db:
        sql = (
            "SELECT a.handle, p.text, p.visibility, p.sent_at, p.deleted_at, p.parent_id FROM posts p "
            "JOIN accounts a ON a.id = p.account_id ORDER BY p.id"
        )
        return [tuple(row) for row in db.execute(sql)]


def answer(living: people.People, parent_id: int, *, now: datetime, text: str = "We look into it") -> int:
    """The company answers a post."""
    with living._store.change() as db:
        company = accounts.by_handle(db, "wrenholt")["id"]
        draft = posts.Draft(text=text, parent_id=parent_id)
        post_id, _ = posts.make(db, account_id=company, draft=draft, base=BASE, now=now)
        people.answered(db, post_id=post_id, now=now)
    return post_id


def customer_says(living: people.People, follow_ups: list[list[str]], *, now: datetime = NOON) -> int:
    """A customer asks, and will react so."""
    with living._store.change() as db:
        post_id = people.say(db, {"handle": "noor", "text": "@wrenholt where is it?"}, base=BASE, now=now)
        people.expect(db, handle="noor", follow_ups=follow_ups)
    return post_id


def test_the_same_seed_lives_the_same_life(tmp_path):
    lives = []
    for name in ("one", "two"):
        with network(tmp_path / name) as living:
            live(living, until=NOON + timedelta(minutes=8))
            lives.append(held(living))

    assert lives[0] == lives[1]
    assert 20 < len(lives[0]) < 120


def test_a_restart_goes_on_where_the_life_stopped(tmp_path):
    half, end = NOON + timedelta(minutes=3), NOON + timedelta(minutes=6)
    with network(tmp_path / "whole") as living:
        live(living, until=end)
        whole = held(living)

    with network(tmp_path / "halves") as living:
        live(living, until=half)
    with network(tmp_path / "halves") as living:
        live(living, since=half + timedelta(seconds=1), until=end)
        assert held(living) == whole


def test_stories_from_any_place_are_those_from_the_beginning():
    from_the_beginning = list(islice(from_place(7, 0), CHAPTER + 30))

    assert list(islice(from_place(7, CHAPTER - 5), 20)) == from_the_beginning[CHAPTER - 5 : CHAPTER + 15]


def test_nobody_writes_while_there_is_no_company(tmp_path):
    with network(tmp_path, companies=()) as living:
        live(living, until=NOON + timedelta(minutes=2))
        assert held(living) == []
        with living._store.change() as db:
            accounts.make(db, handle="somewhere_else", kind="brand", now=NOON)
        live(living, since=NOON + timedelta(minutes=2), until=NOON + timedelta(minutes=5))

        told = held(living)
    assert told
    assert all("@somewhere_else" in text and "@wrenholt" not in text for _, text, *_ in told if text)


def test_rate_zero_silences_them_and_a_new_rate_wakes_them(tmp_path):
    with network(tmp_path, rate=0) as living:
        live(living, until=NOON + timedelta(minutes=3))
        assert held(living) == []
        with clock.standing_at(NOON + timedelta(minutes=3)), living._store.change() as db:
            living.set_rate(db, 30)
        live(living, since=NOON + timedelta(minutes=3), until=NOON + timedelta(minutes=6))
        assert len(held(living)) > 20


def test_a_customer_reacts_once_to_each_answer_and_is_silent_after_thanking(tmp_path):
    with network(tmp_path, rate=0) as living:
        question = customer_says(living, [["thanks", "Thank you!"]])

        first = answer(living, question, now=NOON)
        live(living, until=NOON + timedelta(minutes=2))
        answer(living, question, now=NOON + timedelta(minutes=3), text="Anything else?")
        live(living, since=NOON + timedelta(minutes=3), until=NOON + timedelta(minutes=9))

        said = [(handle, text, parent) for handle, text, _, _, _, parent in held(living) if handle == "noor"]
    assert said == [("noor", "@wrenholt where is it?", None), ("noor", "Thank you!", first)]


def test_who_is_not_satisfied_goes_on_with_other_words(tmp_path):
    with network(tmp_path, rate=0) as living:
        question = customer_says(living, [["further", "And when?"], ["angry", "Useless."]])
        now = NOON
        for _ in range(3):
            answer(living, question, now=now)
            live(living, since=now, until=now + timedelta(minutes=1))
            now += timedelta(minutes=2)

        said = [text for handle, text, *_ in held(living) if handle == "noor"]
    assert sorted(said[1:]) == ["And when?", "Useless."]


def test_a_direct_answer_is_answered_in_private(tmp_path):
    with network(tmp_path, rate=0) as living:
        with living._store.change() as db:
            wish = {"handle": "noor", "text": "@wrenholt my number", "visibility": "direct"}
            question = people.say(db, wish, base=BASE, now=NOON)
            people.expect(db, handle="noor", follow_ups=[["further", "Is it safe?"]])
        answer(living, question, now=NOON)
        live(living, until=NOON + timedelta(minutes=1))

        assert {visibility for _, _, visibility, *_ in held(living)} == {"direct"}


def test_a_reaction_to_an_answer_that_was_deleted_is_let_be(tmp_path):
    with network(tmp_path, rate=0) as living:
        question = customer_says(living, [["further", "And when?"]])
        reply = answer(living, question, now=NOON)
        with living._store.change() as db:
            company = accounts.by_handle(db, "wrenholt")["id"]
            posts.delete(db, account_id=company, post_id=reply, base=BASE, now=NOON)

        live(living, until=NOON + timedelta(minutes=2))

        assert [text for handle, text, *_ in held(living) if handle == "noor"] == ["@wrenholt where is it?"]


@pytest.mark.kills
@pytest.mark.network
def test_ten_kills_make_nobody_say_a_thing_twice_or_skip_one(tmp_path):
    options = ("--brand", "wrenholt", "--brand", "wrenholt_help", "--brand", "wrenholt_careers", "--seed", "7")
    server = SandboxServer(tmp_path / "sandbox", *options)
    dice = random.Random(5)
    server.start()
    server.tell("settings", rate=3000)
    for _ in range(10):
        told = server.state()["stories"]
        soon(lambda told=told: server.state()["stories"] > told + 1)  # type: ignore[misc]
        time.sleep(dice.uniform(0, 0.2))
        server.stop(how=signal.SIGKILL)
        server.start()
    server.tell("settings", rate=0)
    told = server.state()["stories"]
    said = [(post["author"]["handle"], post["text"], post["deleted_at"]) for post in server.posts()]
    server.close()

    expected = [(story.person.handle, story.turns[0].text) for story in islice(from_place(7, 0), told)]
    assert told > 20
    assert len(expected) == len(set(expected))
    begun = [(handle, text) for handle, text, _ in said]
    for handle, text in expected:
        times = sum(1 for who, words in begun if who == handle and words.endswith(text))
        assert times == 1, (handle, text)
    # Only what people add to their own stories comes beside these.
    assert len(said) - len(expected) <= sum(len(story.turns) - 1 for story in islice(from_place(7, 0), told))


@pytest.mark.network
def test_a_past_can_be_loaded_that_nobody_is_told_of_and_that_can_be_answered(sandbox):
    sandbox.account("wrenholt")
    posts_of_the_past = [
        {
            "ref": "a",
            "handle": "noor",
            "name": "Noor",
            "text": "@wrenholt late!",
            "sent_at": "2026-01-05T10:00:00+00:00",
        },
        {
            "ref": "b",
            "handle": "wrenholt",
            "text": "@noor Sorry!",
            "parent_ref": "a",
            "sent_at": "2026-01-05T11:00:00+00:00",
        },
        {
            "ref": "c",
            "handle": "noor",
            "text": "ok",
            "parent_ref": "b",
            "sent_at": "2026-01-05T12:00:00+00:00",
            "edited_to": "Ok, thanks",
            "media": [{"alt": "a picture"}],
            "follow_ups": [["thanks", "Great"]],
        },
        {"ref": "d", "handle": "lee", "text": "@wrenholt no", "deleted": True, "sent_at": "2026-01-06T12:00:00+00:00"},
    ]

    ids = sandbox.tell("load", posts=posts_of_the_past)["ids"]

    held = {post["id"]: post for post in sandbox.posts()}
    assert [held[ids[ref]]["parent_id"] for ref in "abcd"] == [None, ids["a"], ids["b"], None]
    assert [held[ids[ref]]["text"] for ref in "abcd"] == ["@wrenholt late!", "@noor Sorry!", "Ok, thanks", ""]
    assert held[ids["a"]]["sent_at"] == "2026-01-05T10:00:00.000000Z"
    assert held[ids["c"]]["media"][0]["alt"] == "a picture"
    assert held[ids["d"]]["deleted_at"] is not None
    _, token = sandbox.account("wrenholt")
    signed = {"Authorization": f"Bearer {token}"}
    assert sandbox.http.get("/api/events", headers=signed).json() == {"events": [], "next": "0", "has_more": False}
    answer = sandbox.http.post("/api/posts", headers=signed, json={"text": "You are welcome", "parent": ids["c"]})
    assert (answer.status_code, answer.json()["root_id"]) == (201, ids["a"])
    (plan,) = [json.loads(plan["body"]) for plan in sandbox.state()["plans"] if "say" in plan["body"]]
    assert (plan["handle"], plan["text"]) == ("noor", "Great")


@pytest.mark.network
def test_pages_show_a_thread_and_never_what_is_direct(sandbox):
    sandbox.account("wrenholt", name="Wrenholt & Co")
    open_post = sandbox.say("noor", "@wrenholt <b>hello</b>", media=[{"alt": "a 'box'"}])
    secret = sandbox.say("noor", "@wrenholt my number is 4711", visibility="direct")

    home = sandbox.http.get("/").text
    thread = sandbox.http.get(f"/posts/{open_post['id']}").text
    profile = sandbox.http.get("/@noor").text

    for page in (home, thread, profile):
        assert "@wrenholt &lt;b&gt;hello&lt;/b&gt;" in page
        assert "4711" not in page
    assert sandbox.http.get(f"/posts/{secret['id']}").status_code == 404
    assert sandbox.http.get("/avatars/wrenholt.svg").headers["content-type"] == "image/svg+xml"
    assert sandbox.http.get("/@nobody").status_code == 404


@pytest.mark.network
def test_anybody_can_write_on_its_pages_but_no_other_site_can(sandbox):
    sandbox.account("wrenholt")
    form = {"handle": "@kim", "text": "@wrenholt hello", "visibility": "public"}

    posted = sandbox.http.post("/write", data=form, headers={"Origin": sandbox.url})
    secret = sandbox.http.post("/write", data={**form, "visibility": "direct"})
    foreign = sandbox.http.post("/write", data=form, headers={"Origin": "https://evil.example"})

    first, second = sandbox.posts("kim")
    assert (posted.status_code, posted.headers["location"]) == (303, f"/posts/{first['id']}")
    assert (first["text"], second["visibility"]) == ("@wrenholt hello", "direct")
    assert (secret.headers["location"], foreign.status_code) == ("/", 403)
    assert "Write as" in sandbox.http.get(posted.headers["location"]).text
    reply = sandbox.http.post("/write", data={**form, "parent": first["id"]})
    assert sandbox.posts("kim")[-1]["parent_id"] == first["id"]
    assert reply.status_code == 303
