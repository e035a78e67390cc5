"""Figures, read from rollups and the inbox's counters alone: their cost does not grow with the archive behind them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from django.db import models
from django.db.models import QuerySet

from crossdesk.inbox.models import Counter
from crossdesk.insights.histogram import Histogram
from crossdesk.insights.models import Rollup
from crossdesk.insights.policies import in_sight, must_see_figures
from crossdesk.insights.registry import MEASURES, OPEN_WORK, OVERDUE_WORK, Measure, Unit
from crossdesk.insights.sums import Sum
from crossdesk.insights.values import TRIAGE, Filters, MeasureValue, Window, measure_of, value_of
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid
from crossdesk.org.models import Department

Group = tuple[Any, ...]
Step = Literal["day", "week"]
EVERYTHING = Filters()
NUMBERS = ("numerator", "denominator", "elsewhere", "automated")
TIMED = [measure.key for measure in MEASURES.values() if measure.unit is Unit.SECONDS]


@dataclass(frozen=True, slots=True)
class Point:
    """One day or week of a chart. first: its first day."""

    first: date
    value: MeasureValue


@dataclass(frozen=True, slots=True)
class Line:
    """One department's row of the scoreboard. department is None for triage. values: by measure key."""

    department: Department | None
    values: Mapping[str, MeasureValue]


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """All measures, in all and by department."""

    window: Window
    total: Mapping[str, MeasureValue]
    lines: Sequence[Line]


def visible_to(actor: Actor) -> QuerySet[Rollup]:
    """Rollups of work that the actor may see. Raises NotAllowed for who may not see figures."""
    must_see_figures(actor)
    return Rollup.objects.filter(in_sight(actor))


def value(actor: Actor, key: str, window: Window, filters: Filters = EVERYTHING) -> MeasureValue:
    """One figure. Two queries at most. What stands open now is asked without regard to the window."""
    measure = measure_of(key)
    if measure.counting is None:
        return _standing_value(measure, filters, _standing(actor, filters))
    found = _sums(actor, [key], window, filters, by=())
    return value_of(measure, window, filters, found.get((), Sum()))


def by_department(
    actor: Actor, key: str, window: Window, filters: Filters = EVERYTHING
) -> list[tuple[int, MeasureValue]]:
    """One figure for each department that had a part in it: (department id or TRIAGE, figure). Two queries at most."""
    measure = measure_of(key)
    if measure.counting is None:
        standing = _standing(actor, filters)
        return [
            (department, _standing_value(measure, narrow(filters, department), {department: standing[department]}))
            for department in sorted(standing)
        ]
    found = _sums(actor, [key], window, filters, by=("department_id",))
    return [
        (department, value_of(measure, window, narrow(filters, department), total))
        for (department,), total in sorted(found.items(), key=lambda item: item[0])
    ]


def series(actor: Actor, key: str, window: Window, filters: Filters = EVERYTHING, *, step: Step = "day") -> list[Point]:
    """One figure for each day or week (from Monday) of the window, days without any included. Two queries at most."""
    measure = measure_of(key)
    if measure.counting is None:
        raise Invalid(f"“{measure.label}” tells what stands now; it has no history.")
    found = _sums(actor, [key], window, filters, by=("day",))
    steps: dict[date, list[date]] = defaultdict(list)
    for day in window.days:
        steps[day - timedelta(days=day.weekday()) if step == "week" else day].append(day)
    points = []
    for first, days in steps.items():
        total = Sum()
        for day in days:
            total.add(found.get((day,), Sum()))
        points.append(Point(first, value_of(measure, Window(days[0], days[-1]), filters, total)))
    return points


def scoreboard(actor: Actor, window: Window, filters: Filters = EVERYTHING) -> Scoreboard:
    """Every measure, in all and for each department. Four queries: sums, histograms, departments, counters."""
    rolled_up = [measure.key for measure in MEASURES.values() if measure.counting]
    found = _sums(actor, rolled_up, window, filters, by=("series", "department_id"))
    standing = _standing(actor, filters)
    departments = Department.objects.filter(workspace_id=actor.workspace_id).order_by("position", "id")
    had_a_part = {department for _, department in found} | set(standing)
    lines = [
        Line(department, _values(window, narrow(filters, department.pk), found, standing))
        for department in departments
        if department.pk in had_a_part
        or (department.archived_at is None and filters.department_id in {None, department.pk})
    ]
    if TRIAGE in had_a_part:
        lines.append(Line(None, _values(window, narrow(filters, TRIAGE), found, standing)))
    return Scoreboard(window=window, total=_values(window, filters, found, standing), lines=lines)


def _values(
    window: Window, filters: Filters, found: Mapping[Group, Sum], standing: Mapping[int, tuple[int, int]]
) -> dict[str, MeasureValue]:
    """All measures of one line; of all departments together where the filters name none."""
    totals: dict[str, Sum] = defaultdict(Sum)
    for (key, department), one in found.items():
        if filters.department_id in {None, department}:
            totals[key].add(one)
    here = {one: both for one, both in standing.items() if filters.department_id in {None, one}}
    return {
        key: value_of(measure, window, filters, totals[key])
        if measure.counting
        else _standing_value(measure, filters, here)
        for key, measure in MEASURES.items()
    }


def narrow(filters: Filters, department_id: int) -> Filters:
    """The same filters for one department."""
    return replace(filters, department_id=department_id)


def _sums(
    actor: Actor, keys: Sequence[str], window: Window, filters: Filters, *, by: tuple[str, ...]
) -> dict[Group, Sum]:
    """Sums by group. One query, and one more where some of the measures are times."""
    rows = visible_to(actor).filter(series__in=keys, day__range=(window.first, window.last))
    if filters.department_id is not None:
        rows = rows.filter(department_id=filters.department_id)
    if filters.account_id is not None:
        rows = rows.filter(account_id=filters.account_id)
    added = {f"sum_{name}": models.Sum(name) for name in NUMBERS}
    grouped = rows.values(*by).annotate(**added) if by else [rows.aggregate(**added)]
    found: dict[Group, Sum] = {}
    for row in grouped:
        numerator, denominator, elsewhere, automated = (row[f"sum_{name}"] or 0 for name in NUMBERS)
        total = Sum(numerator, denominator, elsewhere, automated)
        if total.denominator or total.numerator:
            found[tuple(row[name] for name in by)] = total
    if any(key in TIMED for key in keys):
        blobs: dict[Group, list[bytes]] = defaultdict(list)
        for *group, blob in rows.filter(series__in=TIMED).values_list(*by, "histogram"):
            blobs[tuple(group)].append(bytes(blob))
        for place, stored in blobs.items():
            found.setdefault(place, Sum()).histogram = Histogram.merged(stored)
    return found


def _standing(actor: Actor, filters: Filters) -> dict[int, tuple[int, int]]:
    """Open and overdue now, by department or TRIAGE. One query."""
    must_see_figures(actor)
    rows = Counter.objects.filter(in_sight(actor))
    if filters.department_id == TRIAGE:
        rows = rows.filter(department=None)
    elif filters.department_id is not None:
        rows = rows.filter(department_id=filters.department_id)
    if filters.account_id is not None:
        rows = rows.filter(account_id=filters.account_id)
    grouped = rows.values("department_id").annotate(opens=models.Sum("open"), overdues=models.Sum("overdue"))
    return {
        row["department_id"] or TRIAGE: (row["opens"], row["overdues"])
        for row in grouped
        if row["opens"] or row["overdues"]
    }


def _standing_value(measure: Measure, filters: Filters, standing: Mapping[int, tuple[int, int]]) -> MeasureValue:
    opens = sum(one for one, _ in standing.values())
    numerator = {OPEN_WORK.key: opens, OVERDUE_WORK.key: sum(late for _, late in standing.values())}[measure.key]
    return value_of(measure, None, filters, Sum(numerator=numerator, denominator=opens))
