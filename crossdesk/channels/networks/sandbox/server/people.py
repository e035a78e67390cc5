"""The people who live here: they write to companies by themselves and react to answers.

What they will do is planned in the file, so it survives any stop; an act and its being done are one transaction, so
nobody says a thing twice. Everything comes from the seed: who, what, and after how long.
"""

import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from crossdesk.kit import clock

from . import accounts, config, pictures, posts
from .store import Store, stamp
from .stories import Story, Turn
from .trouble import Trouble

LONGEST_PAUSE = timedelta(minutes=2)  # between two messages of one live story
WAIT_FOR_A_COMPANY = timedelta(seconds=2)
POSITION = "position"  # how many stories were told


class People:
    """Carries out what is planned, in a thread of its own."""

    def __init__(self, store: Store, *, base: str, stories: Callable[[int, int], Iterator[Story]]) -> None:
        self._store, self._base, self._stories = store, base, stories
        self._told: tuple[int, int, Iterator[Story]] | None = None  # seed, position, the rest
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._live, name="people", daemon=True)

    def start(self) -> None:
        """Begin to live."""
        with self._store.change() as db:
            self.set_rate(db, float(config.get(db, "rate")))
        self._thread.start()

    def stop(self) -> None:
        """Stop after the act that is under way."""
        self._stop.set()
        self._wake.set()
        self._thread.join(timeout=5)

    def wake(self) -> None:
        """Something was planned: look again."""
        self._wake.set()

    def set_rate(self, db: sqlite3.Connection, rate: float) -> None:
        """New stories a minute from now on; 0 for none."""
        config.put(db, "rate", rate)
        db.execute("DELETE FROM plans WHERE done_at IS NULL AND body = ?", [json.dumps({"do": "tell"})])
        if rate > 0:
            _plan(db, {"do": "tell"}, due_at=clock.now() + self._pause(db, position(db)))

    def step(self, now: datetime) -> bool:
        """Carry out the plan that is due longest. Returns whether there was one."""
        with self._store.change() as db:
            row = db.execute(
                "SELECT * FROM plans WHERE done_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT 1", [stamp(now)]
            ).fetchone()
            if row is None:
                return False
            db.execute("UPDATE plans SET done_at = ? WHERE id = ?", [stamp(now), row["id"]])
            with _in_part(db):
                self._act(db, json.loads(row["body"]), now=now)
        return True

    def _live(self) -> None:
        while not self._stop.is_set():
            while not self._stop.is_set() and self.step(clock.now()):
                pass
            self._wake.wait(timeout=self._seconds_to_next())
            self._wake.clear()

    def _seconds_to_next(self) -> float:
        with self._store.read() as db:
            row = db.execute("SELECT min(due_at) AS due_at FROM plans WHERE done_at IS NULL").fetchone()
        if row["due_at"] is None:
            return 5.0
        wait = (datetime.fromisoformat(row["due_at"]) - clock.now()).total_seconds()
        return min(max(wait, 0.01), 5.0)

    def _act(self, db: sqlite3.Connection, plan: Mapping[str, Any], *, now: datetime) -> None:
        if plan["do"] == "tell":
            self._tell_next(db, now=now)
        elif plan["do"] == "say":
            say(db, plan, base=self._base, now=now)
        elif plan["do"] == "edit":
            author = accounts.by_handle(db, plan["handle"])["id"]
            posts.edit(db, account_id=author, post_id=plan["post_id"], text=plan["text"], base=self._base, now=now)
        elif plan["do"] == "delete":
            author = accounts.by_handle(db, plan["handle"])["id"]
            posts.delete(db, account_id=author, post_id=plan["post_id"], base=self._base, now=now)
        elif plan["do"] == "favourite":
            author = accounts.by_handle(db, plan["handle"])["id"]
            posts.react(db, account_id=author, post_id=plan["post_id"], kind="favourite", base=self._base, now=now)

    def _tell_next(self, db: sqlite3.Connection, *, now: datetime) -> None:
        companies = {row["handle"].lower(): row for row in accounts.brands(db)}
        if not companies:
            _plan(db, {"do": "tell"}, due_at=now + WAIT_FOR_A_COMPANY)
            return
        story = self._next_story(db)
        company = companies.get(story.account_handle.lower()) or next(iter(companies.values()))
        _plan(db, {"do": "tell"}, due_at=now + self._pause(db, position(db)))
        with _in_part(db):
            tell(db, story, company=company, base=self._base, now=now)

    def _next_story(self, db: sqlite3.Connection) -> Story:
        seed, place = int(config.get(db, "seed")), position(db)
        if self._told is None or self._told[:2] != (seed, place):
            self._told = (seed, place, self._stories(seed, place))
        story = next(self._told[2])
        self._told = (seed, place + 1, self._told[2])
        db.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [POSITION, str(place + 1)],
        )
        return story

    def _pause(self, db: sqlite3.Connection, place: int) -> timedelta:
        dice = random.Random(f"{config.get(db, 'seed')}:pause:{place}")
        return timedelta(minutes=min(dice.expovariate(1.0), 4.0) / float(config.get(db, "rate")))


@contextmanager
def _in_part(db: sqlite3.Connection) -> Iterator[None]:
    """Undo this part alone when the network refuses it: what it was about is gone, and the person lets it be."""
    db.execute("SAVEPOINT part")
    try:
        yield
    except Trouble:
        db.execute("ROLLBACK TO part")
    db.execute("RELEASE part")


def position(db: sqlite3.Connection) -> int:
    """How many stories were told so far."""
    row = db.execute("SELECT value FROM settings WHERE name = ?", [POSITION]).fetchone()
    return int(row["value"]) if row else 0


def say(db: sqlite3.Connection, wish: Mapping[str, Any], *, base: str, now: datetime) -> int:
    """A person says something; the account is made where it is new.

    wish: handle, text, and where wanted name, bio, followers, hue, kind, visibility, parent (id), language,
    media (a list of {alt, mime, content}: bytes, or a picture made of the words), sent_at.
    """
    author = accounts.make(
        db,
        handle=wish["handle"],
        name=wish.get("name", ""),
        bio=wish.get("bio", ""),
        kind=wish.get("kind", "person"),
        followers=int(wish.get("followers", 0)),
        hue=wish.get("hue"),
        now=now,
    )
    media_ids = [_keep(db, author["id"], item) for item in wish.get("media", ())]
    draft = posts.Draft(
        text=wish["text"],
        visibility=wish.get("visibility", "public"),
        parent_id=int(wish["parent"]) if wish.get("parent") else None,
        media_ids=media_ids,
        language=wish.get("language", ""),
    )
    return posts.make(db, account_id=author["id"], draft=draft, base=base, now=now)[0]


def tell(db: sqlite3.Connection, story: Story, *, company: sqlite3.Row, base: str, now: datetime) -> None:
    """A person begins a story: the first message now, what they add before an answer a little later."""
    opening: list[Turn] = []
    for turn in story.turns:
        if turn.by != "customer":
            break
        opening.append(turn)
    parent, due_at = _post_to_answer(db, company) if story.answers_post else None, now
    for number, turn in enumerate(opening):
        wish = {
            "do": "say",
            "handle": story.person.handle,
            "name": story.person.name,
            "bio": story.person.bio,
            "followers": story.person.followers,
            "hue": story.person.avatar_hue,
            "text": _addressed(turn.text, story.account_handle, company["handle"]),
            "visibility": turn.visibility,
            "language": story.language,
            "media": [{"alt": turn.media.alt}] if turn.media else [],
        }
        if number:
            due_at += min(turn.after, LONGEST_PAUSE)
            _plan(db, wish | {"parent": parent}, due_at=due_at)
            continue
        parent = say(db, wish | {"parent": parent}, base=base, now=now)
        _change_of_mind(db, story, turn, post_id=parent, company=company, now=now)
    expect(db, handle=story.person.handle, follow_ups=[[each.mood, each.text] for each in story.follow_ups])


def expect(db: sqlite3.Connection, *, handle: str, follow_ups: list[list[str]]) -> None:
    """Keep what a person will say to the next answers: (mood, text), the likeliest first."""
    db.execute(
        "INSERT INTO moods (account_id, follow_ups) SELECT id, ? FROM accounts WHERE handle = ? "
        "ON CONFLICT (account_id) DO UPDATE SET follow_ups = excluded.follow_ups",
        [json.dumps(follow_ups, ensure_ascii=False), handle],
    )


def answered(db: sqlite3.Connection, *, post_id: int, now: datetime) -> None:
    """A company posted: whoever is answered in it plans a reaction, in the same transaction."""
    if not config.get(db, "react"):
        return
    rows = db.execute(
        "SELECT DISTINCT moods.account_id, moods.follow_ups, accounts.handle, answer.visibility "
        "FROM posts answer JOIN accounts company ON company.id = answer.account_id AND company.kind = 'brand' "
        "LEFT JOIN posts parent ON parent.id = answer.parent_id "
        "LEFT JOIN mentions ON mentions.post_id = answer.id "
        "JOIN moods ON moods.account_id = parent.account_id "
        "OR (answer.parent_id IS NULL AND moods.account_id = mentions.account_id) "
        "JOIN accounts ON accounts.id = moods.account_id WHERE answer.id = ?",
        [post_id],
    )
    for row in rows.fetchall():
        _plan_reaction(db, row, post_id=post_id, now=now)


def _plan_reaction(db: sqlite3.Connection, row: sqlite3.Row, *, post_id: int, now: datetime) -> None:
    follow_ups = json.loads(row["follow_ups"])
    if not follow_ups:
        return
    dice = random.Random(f"{config.get(db, 'seed')}:reaction:{row['handle']}:{len(follow_ups)}")
    weights = [1 / (place + 1) for place in range(len(follow_ups))]
    chosen = dice.choices(range(len(follow_ups)), weights)[0]
    mood, text = follow_ups[chosen]
    rest = [] if mood == "thanks" else follow_ups[:chosen] + follow_ups[chosen + 1 :]
    expect(db, handle=row["handle"], follow_ups=rest)
    least, most = config.get(db, "react_after")
    due_at = now + timedelta(seconds=dice.uniform(least, most))
    said = {"do": "say", "handle": row["handle"], "text": text, "visibility": row["visibility"], "parent": post_id}
    _plan(db, said, due_at=due_at)
    if mood == "thanks" and dice.random() < 0.6:
        _plan(db, {"do": "favourite", "handle": row["handle"], "post_id": post_id}, due_at=due_at)


def _change_of_mind(
    db: sqlite3.Connection, story: Story, turn: Turn, *, post_id: int, company: sqlite3.Row, now: datetime
) -> None:
    whose = {"handle": story.person.handle, "post_id": post_id}
    if turn.edited_to is not None:
        text = _addressed(turn.edited_to, story.account_handle, company["handle"])
        _plan(db, {"do": "edit", "text": text, **whose}, due_at=now + timedelta(seconds=45))
    if turn.deleted:
        _plan(db, {"do": "delete", **whose}, due_at=now + LONGEST_PAUSE)


def _addressed(text: str, written_to: str, handle: str) -> str:
    """The text with the company's real handle in it; put first where the writer named nobody."""
    text = text.replace(f"@{written_to}", f"@{handle}")
    return text if f"@{handle}".lower() in text.lower() else f"@{handle} {text}"


def _post_to_answer(db: sqlite3.Connection, company: sqlite3.Row) -> int | None:
    row = db.execute(
        "SELECT max(id) AS id FROM posts WHERE account_id = ? AND parent_id IS NULL AND deleted_at IS NULL "
        "AND visibility = 'public'",
        [company["id"]],
    ).fetchone()
    return int(row["id"]) if row["id"] is not None else None


def _keep(db: sqlite3.Connection, account_id: int, item: Mapping[str, Any]) -> int:
    content = item.get("content") or pictures.photo(item.get("alt", ""))
    row = posts.keep_media(
        db,
        account_id=account_id,
        content=content,
        mime=item.get("mime", "image/png"),
        name=item.get("name", "photo.png"),
        alt=item.get("alt", ""),
    )
    return int(row["id"])


def _plan(db: sqlite3.Connection, body: Mapping[str, Any], *, due_at: datetime) -> None:
    db.execute("INSERT INTO plans (due_at, body) VALUES (?, ?)", [stamp(due_at), json.dumps(body, ensure_ascii=False)])
