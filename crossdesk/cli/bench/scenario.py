"""What is said in the archive: stories of the demo's people on a Mastodon server, as long as real messages are.

A scenario can be told again and again. A telling has a name of its own, which stands in ids, handles and links
instead of `NAME`, and lies so many whole weeks later, so that hours, weekdays and clocks stay as they were.
"""

import html
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from crossdesk.channels.networks.sandbox import cast
from crossdesk.channels.ports import Delivery
from crossdesk.cli.bench.company import HANDLES, HOST

NAME: Final = "c0000000"  # of the first telling
BEGIN: Final = datetime(2025, 1, 6, tzinfo=UTC)  # a Monday; the first telling begins then
OPENING: Final = timedelta(days=7)  # stories begin in it
TALKING: Final = timedelta(days=13)  # and have ended by then
SETTLED: Final = timedelta(days=21)  # every clock has rung by then
UNANSWERED: Final = 9  # every so many stories are never answered by us
LINK_EVERY: Final = 3  # every so many messages carry a link with a word of its own

# Characters of 2,778 messages of customers and 2,222 of companies in a real export: every twentieth, and the longest.
LENGTHS: Final = {
    "customer": (6, 27, 38, 47, 56, 64, 72, 80, 90, 97, 106, 115, 123, 130, 135, 139, 144, 151, 163, 217, 387),
    "brand": (9, 41, 53, 63, 73, 81, 88, 94, 99, 104, 108, 114, 119, 123, 127, 130, 133, 138, 146, 166, 338),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One message of the first telling. parent: the number of the line it answers; -1: none."""

    number: int
    story: int
    person: int
    parent: int
    at: datetime
    ours: bool
    account: int
    text: str
    direct: bool
    language: str
    name: str
    bio: str
    department: str  # whose it is in the end; "" where nobody's
    intent: str
    needs_reply: bool


def name_of(telling: int) -> str:
    """The word that stands for `NAME` in this telling, of the same length."""
    return f"c{telling:07d}"


def lines(count: int, *, seed: int = 3) -> list[Line]:
    """So many messages, oldest first. The same from a seed."""
    rng = random.Random(seed)
    found: list[Line] = []
    people: dict[str, int] = {}
    for number, story in enumerate(cast.stories(seed)):
        if len(found) >= count:
            break
        begins = BEGIN + timedelta(seconds=rng.randrange(int(OPENING.total_seconds())))
        person = people.setdefault(story.person.handle, len(people))
        found += _of_story(rng, number, story, person=person, begins=begins, first=len(found))
    return sorted(found[:count], key=lambda line: (line.at, line.number))


def _of_story(
    rng: random.Random, number: int, story: cast.Story, *, person: int, begins: datetime, first: int
) -> Iterator[Line]:
    turns = [turn for turn in story.turns if turn.by == "customer" or number % UNANSWERED]
    at, parent = begins, -1
    for place, turn in enumerate(turns):
        if place:
            at += max(min(turn.after, timedelta(hours=20)), timedelta(minutes=2))
        if at > BEGIN + TALKING - timedelta(hours=7):
            return
        yield Line(
            number=first + place, story=number, person=person, parent=parent, at=at, ours=turn.by == "brand",
            account=0 if story.account_handle == "wrenholt" else 1,
            text=fitted(rng, turn.text, LENGTHS[turn.by]), direct=turn.visibility == "direct",
            language=story.language, name=story.person.name, bio=story.person.bio,
            department="" if story.department == "none" else story.department, intent=story.intent,
            needs_reply=story.needs_reply,
        )  # fmt: skip
        parent = first + place


def fitted(rng: random.Random, text: str, lengths: Sequence[int]) -> str:
    """The text, made about as long as one drawn from the table: cut between words, or gone on with its own words."""
    place = rng.randrange(len(lengths) - 1)
    length = rng.randint(lengths[place], lengths[place + 1])
    words = text.split()
    while len(text) < length:
        text += " " + rng.choice(words)
    cut = text[:length].rsplit(" ", 1)[0] if len(text) > length else text
    return cut.strip() or words[0]


def delivery(line: Line, *, name: str = NAME, weeks: int = 0) -> Delivery:
    """The line as the server would have given it, in one telling."""
    status = _status(line, name, weeks=weeks)
    if line.ours:
        return Delivery("own", json.dumps(status), str(status["id"]))
    told: dict[str, Any] = {
        "id": f"{name}n{line.number}",
        "type": "mention",
        "created_at": status["created_at"],
        "account": status["account"],
        "status": status,
    }
    return Delivery("notifications", json.dumps(told), str(told["id"]))


def _status(line: Line, name: str, *, weeks: int) -> dict[str, Any]:
    handle = HANDLES[line.account]
    text = line.text if line.ours else f"@{handle} {line.text}"
    if line.number % LINK_EVERY == 0:
        text += f" https://shop.invalid/o/{name}n{line.number}"
    return {
        "id": f"{name}s{line.number}",
        "created_at": (line.at + timedelta(weeks=weeks)).isoformat(),
        "in_reply_to_id": f"{name}s{line.parent}" if line.parent >= 0 else None,
        "visibility": "direct" if line.direct else "public",
        "language": line.language,
        "url": f"{HOST}/@{name}/{line.number}",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "content": f"<p>{html.escape(text)}</p>",
        "account": _brand(line.account) if line.ours else _person(line, name),
        "media_attachments": [],
        "mentions": [{"id": f"brand-{line.account}", "username": handle, "acct": handle, "url": f"{HOST}/@{handle}"}],
    }


def _brand(number: int) -> dict[str, Any]:
    handle = HANDLES[number]
    return {"id": f"brand-{number}", "acct": handle, "display_name": handle, "url": f"{HOST}/@{handle}"}


def _person(line: Line, name: str) -> dict[str, Any]:
    return {
        "id": f"{name}p{line.person}",
        "acct": f"{name}_{line.person}@away.invalid",
        "display_name": line.name,
        "note": f"<p>{html.escape(line.bio)}</p>",
        "url": f"https://away.invalid/@{name}_{line.person}",
        "followers_count": 40 + line.person,
    }
