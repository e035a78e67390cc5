"""Lays stories on the clock: when people write, and when those who answer are at work."""

import random
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from . import kinds
from .company import company
from .grammar import Topic, topics
from .incidents import incidents
from .shapes import StaffMember, Story, Turn
from .stories import Teller, stories

OPEN_WORK = 5  # stories of the last days that wait for each department
BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 10, 9, 8, 8, 9, 10, 12, 13, 14, 12, 8, 4)  # local time, Brussels
BY_WEEKDAY = (1.12, 1.05, 1.0, 0.98, 1.0, 0.86, 0.9)


def history(seed: int, *, end: datetime, days: int = 90, count: int = 2200) -> list[tuple[datetime, Story]]:
    """A past of so many days up to `end` (aware): about `count` ordinary stories, and the incidents; oldest first.

    Every department has work of the last days that waits for it. A story near the end may have turns after `end`, which have not happened.
    """
    rng = random.Random(seed * 7919 + 11)
    begin = end - timedelta(days=days)
    told = [(_arrival(rng, begin, days), story) for _, story in zip(range(count), stories(seed), strict=False)]
    for incident in incidents(seed):
        told += [(end - incident.starts + after, story) for after, story in incident.stories]
    told += [(end - timedelta(hours=rng.uniform(1, 60)), story) for story in _waiting(seed)]
    return sorted(told, key=lambda pair: pair[0])


def moments(story: Story, *, start: datetime) -> tuple[datetime, ...]:
    """When each turn of a story happens, if the first is said at `start`. Answers wait for working hours, P1 does not."""
    at, found = start, []
    for turn in story.turns:
        at += turn.after
        if turn.by == "brand" and story.urgency != "p1":
            at = _at_work(_member(turn.member), at, turn)
        found.append(at)
    return tuple(found)


def _waiting(seed: int) -> list[Story]:
    """A few stories for each department that nobody has answered yet."""
    teller = Teller(seed * 31 + 7)
    found: list[Story] = []
    for department in company().departments:
        own = [about for about in topics("en") if _fresh(about) and kinds.department(about) == department]
        waiting = 0
        while waiting < OPEN_WORK:
            beginning = teller.about(teller.rng.choice(own))
            if beginning.needs_reply:
                found.append(beginning.told(answered=0))
                waiting += 1
    return found


def _fresh(about: Topic) -> bool:
    """Whether a story about this may stand unanswered in a demo: nobody in distress is left alone."""
    return "first" in about.sections and "only" not in about.meta and "self_harm" not in about.meta.get("safety", "")


def _arrival(rng: random.Random, begin: datetime, days: int) -> datetime:
    zone = ZoneInfo(company().time_zone)
    while True:
        day = (begin + timedelta(days=rng.randrange(days))).astimezone(zone)
        if rng.random() * max(BY_WEEKDAY) < BY_WEEKDAY[day.weekday()]:
            break
    hour = rng.choices(range(24), BY_HOUR)[0]
    at = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
    at = at.astimezone(begin.tzinfo)
    return at if begin <= at < begin + timedelta(days=days) else begin + timedelta(seconds=rng.randrange(days * 86_400))


def _at_work(member: StaffMember, at: datetime, turn: Turn) -> datetime:
    """The moment itself, or a little after the member's next start of work."""
    local = at.astimezone(ZoneInfo(member.time_zone))
    for later in range(8):
        day = local + timedelta(days=later)
        span = member.hours.days.get(day.isoweekday())
        if span is None:
            continue
        opens, closes = (day.replace(hour=int(t[:2]), minute=int(t[3:]), second=0, microsecond=0) for t in span)
        if later == 0 and opens <= local < closes:
            return at
        if opens > local:
            return opens.astimezone(at.tzinfo) + timedelta(seconds=turn.after.total_seconds() % 5400)
    return at


@cache
def _member(email: str) -> StaffMember:
    return next(member for member in company().members if member.email == email)
