"""What stands in a field of somebody else's file, as we understand it: ids, moments, directions, visibilities."""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any, Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
NOTHING: Final = frozenset({"", "nan", "null", "none", "nil", "n/a", "na", "undefined", "-"})
_WHOLE = re.compile(r"-?\d+")
_FLOAT = re.compile(r"(-?\d+)\.0+")
_ROUNDED = re.compile(r"-?\d(?:[.,]\d+)?[eE]\+?\d+")
_LIST = re.compile(r"[\s,;|]+")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_TWITTER = re.compile(r"[A-Za-z]{3} ([A-Za-z]{3}) (\d\d?) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d) (\d{4})")
_NUMBERED = re.compile(
    r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:,?[ T]+(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*([AaPp][Mm])?)?"
)
_IN = frozenset(
    [
        "true",
        "1",
        "yes",
        "y",
        "t",
        "in",
        "inbound",
        "incoming",
        "received",
        "customer",
        "user",
        "contact",
        "consumer",
        "visitor",
        "client",
        "enduser",
        "end-user",
        "guest",
        "requester",
        "eingehend",
        "kunde",
    ]
)
_OUT = frozenset(
    [
        "false",
        "0",
        "no",
        "n",
        "f",
        "out",
        "outbound",
        "outgoing",
        "sent",
        "agent",
        "brand",
        "company",
        "staff",
        "operator",
        "bot",
        "us",
        "ours",
        "admin",
        "page",
        "business",
        "support",
        "ausgehend",
        "wir",
    ]
)
_PRIVATE = frozenset(
    ["direct", "dm", "private", "pm", "true", "1", "yes", "direct_message", "private_message", "directmessage"]
)


class Rounded(ValueError):
    """A spreadsheet has turned a long id into a rounded number; what it was cannot be told."""


class NoMoment(ValueError):
    """No date and time that we understand."""


def plain(value: Any) -> str:
    """A field as text without space around it; "" for what means nothing."""
    if value is None or isinstance(value, list | dict):
        return ""
    text = value.strip() if isinstance(value, str) else str(value)
    return "" if text.lower() in NOTHING else text


def id_of(value: Any) -> str:
    """An id as it was before a spreadsheet or a data frame made a number of it. Raises Rounded."""
    if isinstance(value, float):
        if value != value:
            return ""
        if abs(value) >= 2**53:
            raise Rounded
        return str(int(value)) if value.is_integer() else str(value)
    text = plain(value)
    if not text or text.isdecimal():
        return text[:200]
    if found := _FLOAT.fullmatch(text):
        return found[1]
    if _ROUNDED.fullmatch(text):
        raise Rounded
    return text[:200]


def ids_of(value: Any) -> list[str]:
    """Several ids: a list, or separated by commas, semicolons or spaces, with or without brackets. Raises Rounded."""
    if isinstance(value, str) and value.isdecimal():
        return [value]
    each = value if isinstance(value, list) else _LIST.split(plain(value).strip("[](){}"))
    return [found for one in each if (found := id_of(one.strip("\"'") if isinstance(one, str) else one))]


def handle_of(value: Any) -> str:
    """A handle without the sign before it."""
    return id_of(value).lstrip("@").strip()


def is_inbound(value: Any, *, turned: bool) -> bool | None:
    """Did they say it? turned: the column says of what is ours that it is true. None: the value says nothing."""
    if isinstance(value, bool):
        return value is not turned
    word = id_of(value).lower()
    inbound = True if word in _IN else False if word in _OUT else None
    # A word for who it was says the same under any name; truth and numbers go by what the column asks.
    if inbound is None or (turned and word not in _TRUTHS):
        return inbound
    return inbound is not turned


_TRUTHS = frozenset(["true", "false", "1", "0", "yes", "no", "y", "n", "t", "f"])


def directions(values: Collection[Any]) -> bool:
    """Do all of these say a direction?"""
    words = {id_of(value).lower() for value in values} - {""}
    return 0 < len(words) <= 6 and words <= _IN | _OUT


def is_private(value: Any) -> bool:
    """Was it said between the two of them alone?"""
    return id_of(value).lower().replace(" ", "_").replace("-", "_") in _PRIVATE


class Moments:
    """Reads the moments of one column. day_first: of 3/4/2017 the 3 is the day. zone: of those that name none."""

    def __init__(self, *, day_first: bool, zone: tzinfo) -> None:
        self.day_first, self.zone = day_first, zone
        self._ways: list[Callable[[str], datetime]] = [_twitter, _iso, _stamp, self._numbered, _mail]

    def read(self, value: Any) -> datetime:
        """An aware moment in UTC. Raises NoMoment."""
        if isinstance(value, datetime):
            return self._aware(value)
        if isinstance(value, date):
            return self._aware(datetime.combine(value, time()))
        text = plain(value)
        if not text:
            raise NoMoment
        for place, way in enumerate(self._ways):
            try:
                found = self._aware(way(text))
            except (ValueError, OverflowError, TypeError, IndexError):
                continue
            if place:
                self._ways.insert(0, self._ways.pop(place))  # the next row is most likely written alike
            return found
        raise NoMoment

    def _aware(self, moment: datetime) -> datetime:
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)

    def _numbered(self, text: str) -> datetime:
        found = _NUMBERED.fullmatch(text)
        if found is None:
            raise NoMoment
        first, _sign, second, third, hour, minute, seconds, half = found.groups()
        if len(first) == 4:
            year, month, day = int(first), int(second), int(third)
        else:
            year = int(third) + (2000 if len(third) == 2 else 0)
            day, month = (int(first), int(second)) if self.day_first else (int(second), int(first))
        hours = int(hour or 0)
        if half:
            hours = hours % 12 + (12 if half.lower() == "pm" else 0)
        return datetime(year, month, day, hours, int(minute or 0), int(seconds or 0))  # noqa: DTZ001 -- its zone comes after


def _twitter(text: str) -> datetime:
    found = _TWITTER.fullmatch(text)
    if found is None:
        raise NoMoment
    month, day, hour, minute, second, sign, hours, minutes, year = found.groups()
    moment = datetime(
        int(year), _MONTHS.get(month.lower(), 0), int(day), int(hour), int(minute), int(second), tzinfo=UTC
    )
    away = timedelta(hours=int(hours), minutes=int(minutes))
    return moment - away if sign == "+" else moment + away


def _iso(text: str) -> datetime:
    if not text[:4].isdigit() or text[4:5] != "-":
        raise NoMoment
    if text.endswith((" UTC", " GMT")):
        text = text[:-4] + "+00:00"
    return datetime.fromisoformat(text)


def _stamp(text: str) -> datetime:
    """Seconds since 1970, or thousandths or millionths of them."""
    number = float(text)
    while abs(number) >= 1e11:
        number /= 1000
    if abs(number) < 1e8:
        raise NoMoment
    return EPOCH + timedelta(seconds=number)


def _mail(text: str) -> datetime:
    return parsedate_to_datetime(text)


def day_comes_first(values: Sequence[Any]) -> bool | None:
    """Of dates like 3/4/2017: is the day written first? None: nothing tells. False too where no date is so written."""
    found = [match for value in values if (match := _NUMBERED.fullmatch(plain(value))) and len(match[1]) < 4]
    if not found or any(int(one[3]) > 12 for one in found):
        return False
    if any(int(one[1]) > 12 for one in found) or all(one[2] == "." for one in found):
        return True
    return None
