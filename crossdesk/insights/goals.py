"""What departments want to reach, and whether they do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from crossdesk.insights import queries
from crossdesk.insights.models import Goal
from crossdesk.insights.policies import must_see_figures
from crossdesk.insights.registry import MEASURES, Unit
from crossdesk.insights.values import Filters, MeasureValue, Window, measure_of
from crossdesk.journal import audit, changes
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid, NotAllowed
from crossdesk.org import queries as org
from crossdesk.org.enums import Right

# What a department may set itself; the other measures tell what came in, not how well it was done.
GOAL_MEASURES: Final = ("sla_attainment", "response_rate_72h", "first_response")
LONGEST: Final = 72 * 3600


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal beside the figure of the period."""

    key: str
    wanted: float
    figure: MeasureValue

    @property
    def reached(self) -> bool | None:
        """None: not enough data yet."""
        value = self.figure.value
        if value is None or not self.figure.enough:
            return None
        return value >= self.wanted if self.figure.measure.better == "higher" else value <= self.wanted


def may_set(actor: Actor, department_id: int) -> bool:
    """Who leads the department, and who manages targets."""
    return department_id in actor.leads or actor.may(Right.MANAGE_RULES)


def goals(actor: Actor, department_id: int, window: Window) -> list[Aim]:
    """The department's goals in the order of `GOAL_MEASURES`, with its figures. Two queries for each, and one."""
    desk = org.department(actor, department_id)
    wanted = dict(Goal.objects.filter(department=desk).values_list("measure", "value"))
    filters = Filters(department_id=desk.pk)
    return [Aim(key, wanted[key], queries.value(actor, key, window, filters)) for key in GOAL_MEASURES if key in wanted]


def wanted(actor: Actor) -> dict[tuple[int, str], float]:
    """What every department of the workspace wants to reach, by department and measure. One query."""
    must_see_figures(actor)
    rows = Goal.objects.filter(workspace_id=actor.workspace_id, department__archived_at=None)
    return {
        (department, key): value for department, key, value in rows.values_list("department_id", "measure", "value")
    }


@transaction.atomic
def set_goal(*, department_id: int, key: str, value: float | None, by: Actor, now: datetime) -> None:
    """Set what the department wants to reach; None takes the goal away.

    value: a share of 1, or seconds. Raises NotAllowed, NotFound, Invalid.
    """
    desk = org.department(by, department_id)
    if not may_set(by, desk.pk):
        raise NotAllowed("Goals are set by who leads the department. Ask them, or an administrator.")
    if key not in GOAL_MEASURES:
        raise Invalid("There is no goal for this figure.")
    if value is not None:
        _check(key, value)
    row = Goal.objects.filter(department=desk, measure=key).first()
    before = row.value if row else None
    if before == value:
        return
    if value is None:
        Goal.objects.filter(department=desk, measure=key).delete()
    else:
        Goal.objects.update_or_create(
            department=desk, measure=key, defaults={"value": value, "workspace_id": by.workspace_id}
        )
    audit.record(
        "goal.set", by=by, at=now, subject_kind="department", subject_id=desk.pk, subject_name=desk.name,
        before={key: before}, after={key: value},
    )  # fmt: skip


def _may_put_back(by: Actor, entry: AuditEntry) -> bool:
    return may_set(by, changes.thing(entry))


def _stands(entry: AuditEntry) -> dict[str, float | None]:
    here = dict(Goal.objects.filter(department_id=changes.thing(entry)).values_list("measure", "value"))
    return {key: here.get(key) for key in changes.values(entry)}


@changes.way_back("goal.set", may=_may_put_back, stands=_stands)
def _put_back(entry: AuditEntry, wanted: dict[str, float | None], by: Actor, now: datetime) -> None:
    for key, value in wanted.items():
        set_goal(department_id=changes.thing(entry), key=key, value=value, by=by, now=now)


def _check(key: str, value: float) -> None:
    if MEASURES[key].unit is Unit.SHARE and not 0 < value <= 1:
        raise Invalid("A goal for a share lies between 1 and 100 %.")
    if measure_of(key).unit is Unit.SECONDS and not 60 <= value <= LONGEST:
        raise Invalid("A goal for a time lies between one minute and 72 hours.")
