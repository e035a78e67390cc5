"""What the scoreboard's templates draw."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from crossdesk.insights.queries import Point, Scoreboard
from crossdesk.insights.registry import Measure, Unit
from crossdesk.insights.rows import Row
from crossdesk.insights.values import TRIAGE, MeasureValue
from crossdesk.org.models import Department
from crossdesk.web import formats
from crossdesk.web.sentences import spoken

Address = Callable[[str, int], str]
Home = Callable[[Department | None], str]

# What matters first, what stands now, and the rest; then the columns of the table.
FIRST: Final = ("sla_attainment", "response_rate_72h", "first_response")
NOW: Final = ("overdue_work", "open_work")
REST: Final = ("next_response", "needs_reply_share", "response_rate_72h_of_all")
COLUMNS: Final = (
    "sla_attainment", "response_rate_72h", "first_response", "next_response", "open_work", "overdue_work",
)  # fmt: skip
# The measures as one would say them. Their exact names and definitions stand on their own pages.
PLAIN: Final = {
    "sla_attainment": lazy("Answered in time"),
    "response_rate_72h": lazy("Answered within 72 hours"),
    "response_rate_72h_of_all": lazy("Answered, of all that came in"),
    "first_response": lazy("Wait for the first answer"),
    "next_response": lazy("Wait for the next answer"),
    "needs_reply_share": lazy("Needed an answer"),
    "open_work": lazy("Open now"),
    "overdue_work": lazy("Late now"),
}
NOTHING: Final = "–"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure beside the same figure of the period before. sign: rise, fall or minus."""

    text: str
    tone: str
    sign: str
    before: str


@dataclass(frozen=True, slots=True)
class GoalSign:
    """What is wanted, and whether it is reached; None while there is too little to say."""

    text: str
    reached: bool | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with all that it needs to be read right. part: of which rows it opens to."""

    label: str
    definition: str
    value: str
    unit: str
    note: str
    enough: bool
    bad: bool
    address: str
    plain: str = ""
    change: Change | None = None
    goal: GoalSign | None = None


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """One row of the table."""

    name: str
    key: str
    address: str
    figures: Sequence[Figure]


@dataclass(frozen=True, slots=True)
class ChartLine:
    """One line of a chart. address: of its measure, which the chart narrows to the day or week that was chosen."""

    name: str
    address: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One day or week of the table behind a chart: its cells are value, what it is made of, and where it opens."""

    name: str
    cells: Sequence[tuple[str, str, str]]


def figure(
    one: MeasureValue, address: str, *, before: MeasureValue | None = None, wanted: float | None = None
) -> Figure:
    """A value in words: never a rate without what it is of, never a time without its p90 and n."""
    value, unit = words(one)
    return Figure(
        label=spoken(one.measure.label),
        definition=spoken(one.measure.definition),
        value=value,
        unit=unit,
        note=_note(one),
        enough=one.enough,
        bad=one.measure.key == "overdue_work" and one.numerator > 0,
        address=address,
        plain=str(PLAIN.get(one.measure.key, spoken(one.measure.label))),
        change=None if before is None else change(one, before),
        goal=None if wanted is None else goal_sign(one, wanted),
    )


def change(one: MeasureValue, before: MeasureValue) -> Change | None:
    """More or less than before, and whether that is better. None for what stands now."""
    if one.measure.unit is Unit.COUNT:
        return None
    if one.value is None or before.value is None or not (one.enough and before.enough):
        return Change(_("too little to compare"), "quiet", "minus", " ".join(words(before)).strip())
    much, rises = one.value - before.value, one.value > before.value
    was = " ".join(words(before)).strip()
    if one.measure.unit is Unit.SHARE:
        size = formats.number(abs(much) * 100, 1)
        same = abs(much) < 0.0005
        says = _("%(size)s points more") if rises else _("%(size)s points less")
    else:
        size = formats.duration(abs(much))
        same = abs(much) < 0.01 * max(before.value, 60)
        says = _("%(size)s longer") if rises else _("%(size)s shorter")
    if same:
        return Change(_("as before"), "quiet", "minus", was)
    if one.measure.better == "neither":
        return Change(says % {"size": size}, "quiet", "rise" if rises else "fall", was)
    better = rises == (one.measure.better == "higher")
    return Change(
        (_("better: %(change)s") if better else _("worse: %(change)s")) % {"change": says % {"size": size}},
        "good" if better else "bad", "rise" if rises else "fall", was,
    )  # fmt: skip


def goal_words(measure: Measure, wanted: float) -> str:
    """What a department wants to reach, as people say it."""
    if measure.unit is Unit.SHARE:
        return formats.percent(wanted, 1 if round(wanted * 100, 1) % 1 else 0)
    return formats.duration(wanted)


def goal_sign(one: MeasureValue, wanted: float) -> GoalSign:
    """The goal of a department in words."""
    text = goal_words(one.measure, wanted)
    if one.value is None or not one.enough:
        return GoalSign(text, None)
    return GoalSign(text, one.value >= wanted if one.measure.better == "higher" else one.value <= wanted)


def sentence(total: Mapping[str, MeasureValue]) -> str:
    """The period in one breath: who was answered in time, how long it took, what is late."""
    rate, wait, late = total["sla_attainment"], total["first_response"], total["overdue_work"].numerator
    told = [_("Too little happened in this period to say how well people were answered.")]
    if rate.value is not None and rate.enough:
        told = [_("%(share)s of the answers owed came in time.") % {"share": formats.percent(rate.value)}]
    if wait.value is not None and wait.enough:
        told.append(
            _("Half of the people waited less than %(time)s for the first one.")
            % {"time": formats.duration(wait.value)}
        )
    told.append(
        ngettext("%(num)s answer is late now.", "%(num)s answers are late now.", late) % {"num": formats.number(late)}
        if late
        else _("Nothing is late now.")
    )
    return " ".join(told)


def words(one: MeasureValue) -> tuple[str, str]:
    """Value and unit as they are read."""
    if one.value is None:
        return NOTHING, ""
    if one.measure.unit is Unit.SHARE:
        return formats.number(one.value * 100, 1), "%"
    if one.measure.unit is Unit.SECONDS:
        return formats.duration(one.value), ""
    return formats.number(one.value), ""


def _note(one: MeasureValue) -> str:
    if one.measure.unit is Unit.SECONDS:
        if one.p90 is None:
            return _("nothing answered in this period")
        return _("median · p90 %(p90)s · n %(n)s") % {"p90": formats.duration(one.p90), "n": formats.number(one.n)}
    if one.measure.key == "overdue_work":
        return _("of %(all)s open") % {"all": formats.number(one.denominator)}
    if one.measure.unit is Unit.COUNT:
        return _("now")
    return _("%(part)s of %(all)s") % {"part": formats.number(one.numerator), "all": formats.number(one.denominator)}


def lines(
    board: Scoreboard, before: Scoreboard, wanted: Mapping[tuple[int, str], float], address: Address, home: Home
) -> list[DepartmentLine]:
    """The table by department, each figure beside the one before and its goal."""
    earlier = {line.department.pk if line.department else TRIAGE: line.values for line in before.lines}
    made = []
    for line in board.lines:
        pk = line.department.pk if line.department else TRIAGE
        figures = [
            figure(
                line.values[key], address(key, pk), before=earlier[pk][key] if pk in earlier else None,
                wanted=wanted.get((pk, key)),
            )
            for key in COLUMNS
        ]  # fmt: skip
        name = line.department.name if line.department else _("Triage")
        key = line.department.key if line.department else "triage"
        made.append(DepartmentLine(name=name, key=key, address=home(line.department), figures=figures))
    return made


def chart(lines: Sequence[ChartLine], *, unit: Unit) -> dict[str, Any]:
    """What `charts.js` draws: days, and a line for each name; a day without enough to say anything is a gap."""
    points = lines[0].points if lines else []
    return {
        "unit": unit.value,
        "days": [point.first.isoformat() for point in points],
        "ends": [_end(point).isoformat() for point in points],
        "lines": [
            {
                "name": line.name,
                "address": line.address,
                "values": [point.value.value for point in line.points],
                "notes": [_note(point.value) for point in line.points],
            }
            for line in lines
        ],
    }


def chart_table(lines: Sequence[ChartLine]) -> list[ChartRow]:
    """The same as a table, newest first; days on which nothing counts are left out."""
    rows = []
    for points in zip(*(line.points for line in lines), strict=True):
        if not any(point.value.denominator for point in points):
            continue
        first, last = points[0].first, _end(points[0])
        days = {"from": first.isoformat(), "to": last.isoformat()}
        name = formats.date(first) if first == last else _("%(first)s to %(last)s") % {"first": formats.date(first), "last": formats.date(last)}  # fmt: skip
        cells = [
            (" ".join(words(point.value)).strip(), _note(point.value), with_query_added(line.address, **days))
            for line, point in zip(lines, points, strict=True)
        ]
        rows.append(ChartRow(name, cells))
    return rows[::-1]


def with_query_added(address: str, **values: str) -> str:
    """The address with these beside what it asks for already."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(values)}"


def _end(point: Point) -> date:
    return point.value.window.last if point.value.window else point.first


def duration_of(row: Row) -> str:
    """How long a row's answer took."""
    return formats.duration(row.seconds) if row.seconds is not None else ""
