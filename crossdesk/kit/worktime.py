"""Working time: how long something took in opening hours, and when so many hours of work will have passed.

Hours are effective-dated, so a change never touches the past. Local wall time is turned into moments with the rules
of the time zone: a wall time that occurs twice means its first occurrence, one that does not occur (the clock was put
forward over it) means the moment of the change. A day that is open from 00:00 to 24:00 therefore lasts 23, 24 or 25
hours, and a calendar that is always open agrees with the clock on the wall of the network.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FAR_DAYS = 400  # a calendar with no opening in so many days never opens


class NeverOpen(ValueError):
    """The calendar has no opening hours in reach."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Opening hours from a local day on. week: seven tuples, Monday first, of (opens, closes) in minutes of the day.

    closes may be 1440 (midnight), or not later than opens: then it closes on the next day.
    """

    valid_from: date
    time_zone: str
    week: tuple[tuple[tuple[int, int], ...], ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A department's hours over time, oldest first, and its holidays (local days). No hours at all: always open."""

    hours: tuple[WeekHours, ...] = ()
    holidays: frozenset[date] = frozenset()
    _days: dict[date, list[tuple[int, int]]] = field(default_factory=dict, compare=False, repr=False)

    def openings(self, day: date) -> list[tuple[int, int]]:
        """When it is open on one local day: (from, to) in whole seconds since 1970, in order, not touching each other."""
        if day not in self._days:
            self._days[day] = _openings(self, day)
        return self._days[day]


ALWAYS = Calendar()


def minutes_of(words: str) -> int:
    """The words “09:30” as minutes of the day. Raises ValueError when it is no time; "24:00" is one."""
    hour, _, minute = words.partition(":")
    minutes = int(hour) * 60 + int(minute)
    if not (0 <= minutes <= 1440 and 0 <= int(minute) < 60):
        raise ValueError(f"“{words}” is not a time of day. Write 09:30.")
    return minutes


def week_of(week: Sequence[Sequence[Sequence[str]]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Seven lists of ["09:00", "17:00"] pairs as `WeekHours.week`. Raises ValueError when a time is none."""
    if len(week) != 7:
        raise ValueError("A week has seven days, Monday first.")
    return tuple(tuple((minutes_of(opens), minutes_of(closes)) for opens, closes in day) for day in week)


def business_seconds(start: datetime, end: datetime, calendar: Calendar) -> int:
    """Seconds of opening hours between two aware moments; 0 when the end is not later."""
    if not calendar.hours:
        return max(0, int((end - start).total_seconds()))
    begin, finish = start.timestamp(), end.timestamp()
    total = 0.0
    for opens, closes in _from(calendar, start):
        if opens >= finish:
            break
        total += max(0.0, min(closes, finish) - max(opens, begin))
    return int(total + 1e-6)


def add_business_seconds(start: datetime, seconds: int, calendar: Calendar) -> datetime:
    """The moment at which so many seconds of opening hours will have passed. Raises NeverOpen when that is never."""
    if not calendar.hours:
        return start + timedelta(seconds=seconds)
    left = float(seconds)
    begin = start.timestamp()
    if left <= 0:
        return start
    for opens, closes in _from(calendar, start):
        usable = closes - max(opens, begin)
        if usable >= left:
            return _moment(max(opens, begin) + left)
        left -= max(0.0, usable)
    raise NeverOpen("These opening hours are never open.")


@dataclass(frozen=True, slots=True)
class Standing:
    """Is it open, and until when does that stay so? changes_at None: as far as can be seen."""

    open: bool
    changes_at: datetime | None


def standing(at: datetime, calendar: Calendar) -> Standing:
    """How a calendar stands at a moment. Openings that touch each other are one."""
    if not calendar.hours:
        return Standing(open=True, changes_at=None)
    now, end = at.timestamp(), 0.0
    for opens, closes in _from(calendar, at):
        if end and opens > end:
            break
        if end or opens <= now < closes:
            end = closes
            if end - now > FAR_DAYS * DAY.total_seconds():
                return Standing(open=True, changes_at=None)
        elif opens > now:
            return Standing(open=False, changes_at=_moment(opens))
    return Standing(open=True, changes_at=_moment(end)) if end else Standing(open=False, changes_at=None)


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def _from(calendar: Calendar, start: datetime) -> Iterator[tuple[float, float]]:
    """Openings in order from two days before a moment, cut where two sets of hours overlap. Ends after a long emptiness.

    Two days before: the local day may differ by one, and yesterday's opening may reach past midnight.
    """
    day = start.astimezone(UTC).date() - 3 * DAY
    reached, empty = float("-inf"), 0
    while empty < FAR_DAYS:
        openings = calendar.openings(day)
        empty = 0 if openings else empty + 1
        for opens, closes in openings:
            if closes > reached:
                yield max(opens, reached), closes
                reached = closes
        day += DAY


def _hours_on(calendar: Calendar, day: date) -> WeekHours | None:
    place = bisect_right([hours.valid_from for hours in calendar.hours], day)
    return calendar.hours[place - 1] if place else None


def _openings(calendar: Calendar, day: date) -> list[tuple[int, int]]:
    hours = _hours_on(calendar, day)
    if hours is None or day in calendar.holidays:
        return []
    zone = ZoneInfo(hours.time_zone)
    spans = []
    for opens, closes in hours.week[day.weekday()]:
        until = closes if closes > opens else closes + 1440
        spans.append((_stamp(day, opens, zone), _stamp(day, until, zone)))
    return _joined(spans)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
        elif closes > opens:
            joined.append((opens, closes))
    return joined


def _stamp(day: date, minutes: int, zone: ZoneInfo) -> int:
    """A local wall time as seconds since 1970; see the top of this file for times that occur twice or never."""
    wall = datetime.combine(day, time(), tzinfo=zone) + timedelta(minutes=minutes)  # wall-clock arithmetic
    first = int(wall.timestamp())
    if datetime.fromtimestamp(first, zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return first
    return _moment_of_change(int(wall.replace(fold=1).timestamp()), first, zone)


def _moment_of_change(before: int, after: int, zone: ZoneInfo) -> int:
    """The first second between two at which the zone has its new offset."""
    old = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
