"""A week of opening hours: as a form shows it, as people read it, as a form sends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

Spans = Sequence[Sequence[str]]
LEAST_SPANS: Final = 2
MOST_SPANS: Final = 6


@dataclass(frozen=True, slots=True)
class Day:
    """One line of the grid. spans: beginning and end, empty where there is none."""

    number: int
    name: str
    spans: Sequence[tuple[str, str]]


def grid(week: Sequence[Spans]) -> list[Day]:
    """Seven lines, Monday first, all with the same number of places."""
    places = min(MOST_SPANS, max(LEAST_SPANS, *(len(spans) for spans in week)))
    return [day(number, spans, places) for number, spans in enumerate(week)]


def day(number: int, spans: Spans, places: int = LEAST_SPANS) -> Day:
    """One line, with places for another time. number: Monday is 0."""
    places = min(MOST_SPANS, max(places, len(spans)))
    return Day(
        number=number,
        name=str(WEEKDAYS[number]),
        spans=[(spans[n][0], spans[n][1]) if n < len(spans) else ("", "") for n in range(places)],
    )


def sent(form: Mapping[str, str]) -> list[list[list[str]]]:
    """What was typed into the grid, unchecked."""
    week: list[list[list[str]]] = []
    for day in range(7):
        pairs = [
            [form.get(f"opens-{day}-{n}", "").strip(), form.get(f"closes-{day}-{n}", "").strip()]
            for n in range(MOST_SPANS)
        ]
        week.append([pair for pair in pairs if any(pair)])
    return week


def words(week: Sequence[Spans]) -> str:
    """Mon–Fri 09:00–17:00, Sat 10:00–14:00."""
    parts: list[str] = []
    start = 0
    for day in range(1, 8):
        if day < 7 and week[day] == week[start]:
            continue
        if week[start]:
            parts.append(f"{_days(start, day - 1)} {times(week[start])}")
        start = day
    return ", ".join(parts) or _("closed")


def _days(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS_ABBR[first])
    return f"{WEEKDAYS_ABBR[first]}–{WEEKDAYS_ABBR[last]}"


def times(spans: Spans) -> str:
    """09:00–12:00 & 13:00–17:00."""
    if [list(span) for span in spans] == [["00:00", "24:00"]]:
        return _("all day")
    return " & ".join(f"{opens}–{closes}" for opens, closes in spans)
