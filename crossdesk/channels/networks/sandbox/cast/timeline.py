"""Lays stories on the clock: when people write, and when those who answer are at work."""

import random
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from .company import company
from .incidents import incidents
from .shapes import StaffMember, Story, Turn
from .stories import stories

BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 9, 10, 9, 8, 8, 9, 10, 12, 13, 14, 12, 8, 4)  # local time, Brussels
BY_WEEKDAY = (1.12, 1.05, 1.0, 0.98, 1.0, 0.86, 0.9)


def history(seed: int, *, end: datetime, days: int = 90, count: int = 2200) -> list[tuple[datetime, Story]]:
    """A past of so many days up to `end` (aware): about `count` ordinary stories, and the incidents; oldest first.

    The last days are as busy as the others; a story near the end may have turns after `end`, which have not happened.
    """
    rng = random.Random(seed * 7919 + 11)
    begin = end - timedelta(days=days)
    told = [(_arrival(rng, begin, days), story) for _, story in zip(range(count), stories(seed), strict=False)]
    for incident in incidents(seed):
        told += [(end - incident.starts + after, story) for after, story in incident.stories]
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
