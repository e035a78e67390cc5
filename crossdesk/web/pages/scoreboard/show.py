"""What the scoreboard's templates draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from crossdesk.insights.queries import Point, Scoreboard
from crossdesk.insights.registry import Unit
from crossdesk.insights.rows import Row
from crossdesk.insights.values import TRIAGE, MeasureValue
from crossdesk.web import formats
from crossdesk.web.sentences import spoken

# The figures in the order of the page, and those of the table.
TILES: Final = (
    "response_rate_72h", "sla_attainment", "first_response", "next_response",
    "response_rate_72h_of_all", "needs_reply_share", "open_work", "overdue_work",
)  # fmt: skip
COLUMNS: Final = (
    "response_rate_72h", "sla_attainment", "first_response", "next_response", "open_work", "overdue_work",
)  # fmt: skip
NOTHING: Final = "–"


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


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """One row of the table."""

    name: str
    key: str
    figures: Sequence[Figure]


def figure(one: MeasureValue, address: str) -> Figure:
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
    )


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


def lines(board: Scoreboard, address: "Any") -> list[DepartmentLine]:
    """The table by department; address makes a figure's address from its key and department."""
    return [
        DepartmentLine(
            name=line.department.name if line.department else _("Triage"),
            key=line.department.key if line.department else "triage",
            figures=[
                figure(line.values[key], address(key, line.department.pk if line.department else TRIAGE))
                for key in COLUMNS
            ],
        )
        for line in board.lines
    ]


def chart(lines: Sequence[tuple[str, Sequence[Point]]], *, unit: Unit) -> dict[str, Any]:
    """What `charts.js` draws: days, and a line for each name; a day without enough to say anything is a gap."""
    days = [point.first.isoformat() for point in lines[0][1]] if lines else []
    return {
        "unit": unit.value,
        "days": days,
        "lines": [
            {
                "name": name,
                "values": [point.value.value for point in points],
                "notes": [_note(point.value) for point in points],
            }
            for name, points in lines
        ],
    }


def duration_of(row: Row) -> str:
    """How long a row's answer took."""
    return formats.duration(row.seconds) if row.seconds is not None else ""
