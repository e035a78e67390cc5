"""Ninety days of the demo company as a list of what happened when, and how the sandbox network comes to hold it."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crossdesk.channels.networks.sandbox import cast
from crossdesk.cli.demo.network import Sandbox

POSTS_AT_ONCE = 400
STORIES_OF_ONE = 2


@dataclass(frozen=True, slots=True)
class Happening:
    """One turn of one story at its moment. ref names the post on the network that it became or answers."""

    at: datetime
    story_number: int
    turn_number: int
    story: cast.Story
    turn: cast.Turn

    @property
    def ref(self) -> str:
        """The turn's own name."""
        return f"{self.story_number}:{self.turn_number}"

    @property
    def parent_ref(self) -> str:
        """The name of the turn before it; empty for the first, and where that one was taken back."""
        if not self.turn_number or self.story.turns[self.turn_number - 1].deleted:
            return ""
        return f"{self.story_number}:{self.turn_number - 1}"


def post_of(body: str) -> str:
    """The id of the post that an event of the network tells of."""
    event = json.loads(body)
    return str(event.get("post_id") or event["post"]["id"])


def happenings(seed: int, *, end: datetime, count: int) -> list[Happening]:
    """All turns of all stories before `end` (aware), oldest first. What lies after the end has not happened."""
    found, met = [], Counter[str]()
    for number, (start, told) in enumerate(cast.history(seed, end=end, count=count)):
        met[told.person.handle] += 1
        story = told if met[told.person.handle] <= STORIES_OF_ONE else _by_somebody_else(told, number)
        for place, (at, turn) in enumerate(zip(cast.moments(story, start=start), story.turns, strict=True)):
            if at >= end:
                break
            found.append(Happening(at=at, story_number=number, turn_number=place, story=story, turn=turn))
    return sorted(found, key=lambda one: (one.at, one.story_number, one.turn_number))


def _by_somebody_else(story: cast.Story, number: int) -> cast.Story:
    """Most customers write once or twice: what goes beyond is told by somebody who has not been heard of."""
    if story.person.kind != "customer":
        return story
    everybody = cast.people()
    first = story.person.name.split()[0]  # the company's answers call them by it
    last = everybody[number * 13 % len(everybody)].name.split()[-1]
    letters = re.sub(r"[^a-z]", "", f"{first}{last}".lower()) or "somebody"
    person = replace(
        story.person, name=f"{first} {last}", handle=f"{letters[:18]}{number}", bio="", followers=number % 290
    )
    return replace(story, person=person)


def load(sandbox: Sandbox, past: Sequence[Happening], *, in_use_from: datetime) -> dict[str, str]:
    """Let the network hold these posts as its own past. Returns the network's ids by ref.

    in_use_from: what the company wrote after it, it wrote in Crossdesk, and the network need not tell of it.
    """
    ids: dict[str, str] = {}
    for chunk in _chunks(past):
        wishes = [_wish(one, ids, tell=one.turn.by == "customer" or one.at <= in_use_from) for one in chunk]
        ids |= sandbox.control("load", posts=wishes)["ids"]
    return ids


def _chunks(past: Sequence[Happening]) -> Iterator[Sequence[Happening]]:
    for start in range(0, len(past), POSTS_AT_ONCE):
        yield past[start : start + POSTS_AT_ONCE]


def _wish(one: Happening, ids: dict[str, str], *, tell: bool) -> dict[str, Any]:
    ours = one.turn.by == "brand"
    person = one.story.person
    wish: dict[str, Any] = {
        "ref": one.ref,
        "handle": one.story.account_handle if ours else person.handle,
        "text": text_of(one),
        "visibility": one.turn.visibility,
        "language": one.story.language,
        "sent_at": one.at.isoformat(),
        "tell": tell,
    }
    if one.parent_ref in ids:
        wish["parent"] = ids[one.parent_ref]
    elif one.parent_ref:
        wish["parent_ref"] = one.parent_ref
    if not ours:
        wish |= {"name": person.name, "bio": person.bio, "followers": person.followers, "hue": person.avatar_hue}
        wish["follow_ups"] = [[each.mood, each.text] for each in one.story.follow_ups]
        wish["deleted"] = one.turn.deleted
    if one.turn.media:
        wish["media"] = [{"alt": one.turn.media.alt, "mime": "image/png"}]
    if one.turn.edited_to:
        wish["edited_to"] = _addressed(one.turn.edited_to, one)
    return wish


def text_of(one: Happening) -> str:
    """The turn's text as it stands on the network."""
    return _addressed(one.turn.text, one)


def _addressed(text: str, one: Happening) -> str:
    """Somebody must be named so that it reaches them."""
    named = one.story.person.handle if one.turn.by == "brand" else one.story.account_handle
    return text if f"@{named.lower()}" in text.lower() else f"@{named} {text}"
