"""From lines to sums: what one block adds to which cell, and how cells are stored. Nothing else writes rollups."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from crossdesk.insights.histogram import Histogram
from crossdesk.insights.models import MeasuredBlock, Rollup
from crossdesk.insights.registry import ROLLED_UP, Counting
from crossdesk.insights.store import add_to_rollups


class Cell(NamedTuple):
    """One series in one place on one day; 0 is no department or no wall."""

    series: str
    day: date
    account_id: int
    department_id: int
    wall_id: int


@dataclass(slots=True)
class Sum:
    """What stands in a cell, or the difference that it gets."""

    numerator: int = 0
    denominator: int = 0
    elsewhere: int = 0
    automated: int = 0
    histogram: Histogram = field(default_factory=Histogram)

    def add(self, other: "Sum", sign: int = 1) -> None:
        """Add another sum, or take it away with sign -1."""
        self.numerator += sign * other.numerator
        self.denominator += sign * other.denominator
        self.elsewhere += sign * other.elsewhere
        self.automated += sign * other.automated
        for bucket, times in other.histogram.times.items():
            self.histogram.times[bucket] = self.histogram.times.get(bucket, 0) + sign * times

    @property
    def empty(self) -> bool:
        """Does it hold nothing, or as a difference change nothing?"""
        numbers = (self.numerator, self.denominator, self.elsewhere, self.automated)
        return not any(numbers) and not any(self.histogram.times.values())

    def values(self) -> tuple[int, int, int, int, bytes]:
        """As stored. Not for differences: what is stored is never below 0."""
        return self.numerator, self.denominator, self.elsewhere, self.automated, self.histogram.to_bytes()


Sums = dict[Cell, Sum]


def meets(line: MeasuredBlock, conditions: Mapping[str, bool]) -> bool:
    """Does the line meet them all?"""
    held = line.__dict__
    for name, wanted in conditions.items():  # noqa: SIM110 -- a loop is twice as quick, and this runs for each measure
        if held[name] is not wanted:
            return False
    return True


def counted(line: MeasuredBlock, counting: Counting) -> bool:
    """Is the line among the rows of the measure?"""
    if line.taken_back or not meets(line, counting.where):
        return False
    return not counting.value or getattr(line, counting.value) is not None


def shares(line: MeasuredBlock) -> Iterator[tuple[Cell, Sum]]:
    """What this block adds to each series, and where."""
    for series, counting in ROLLED_UP:
        if not counted(line, counting):
            continue
        hit = meets(line, counting.hit)
        adds = Sum(
            numerator=int(hit),
            denominator=1,
            elsewhere=int(hit and line.answered_kind == "elsewhere"),
            automated=int(line.answered_kind == "automation"),
        )
        if counting.value:
            adds.histogram.add(getattr(line, counting.value))
        day, department = getattr(line, counting.day), getattr(line, counting.department)
        yield Cell(series, day, line.account_id, department, line.wall_id), adds


def put(sums: Sums, line: MeasuredBlock, sign: int = 1) -> None:
    """Add what the line adds, or take it away with sign -1."""
    for cell, adds in shares(line):
        sums.setdefault(cell, Sum()).add(adds, sign)


def store(workspace_id: int, differences: Sums) -> None:
    """Add differences to the stored rollups, within the caller's transaction, which nobody else writes beside."""
    changed = {cell: one for cell, one in differences.items() if not one.empty}
    timed = [cell for cell, one in changed.items() if one.histogram.times]
    standing = read(workspace_id, cells=timed) if timed else {}
    rows = []
    for cell in sorted(changed):
        difference = changed[cell]
        histogram = standing[cell].histogram if cell in standing else Histogram()
        histogram.merge(difference.histogram)
        counts = difference.numerator, difference.denominator, difference.elsewhere, difference.automated
        rows.append((workspace_id, *cell, *counts, histogram.to_bytes()))
    add_to_rollups(rows)


def read(workspace_id: int, *, cells: Iterable[Cell] | None = None) -> Sums:
    """The stored sums of these cells, or all of the workspace. One query."""
    rows = Rollup.objects.filter(workspace_id=workspace_id)
    if cells is not None:
        wanted = set(cells)
        rows = rows.filter(
            series__in={cell.series for cell in wanted},
            day__in={cell.day for cell in wanted},
            department_id__in={cell.department_id for cell in wanted},
            account_id__in={cell.account_id for cell in wanted},
        )
    found: Sums = {}
    for *place, numerator, denominator, elsewhere, automated, histogram in rows.values_list(
        *Cell._fields, "numerator", "denominator", "elsewhere", "automated", "histogram"
    ).iterator(chunk_size=2000):
        total = Sum(numerator, denominator, elsewhere, automated, Histogram.from_bytes(bytes(histogram)))
        found[Cell(*place)] = total
    return found
