"""Opening hours and holidays: a change takes effect from a day on and never touches the past."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotFound
from crossdesk.org import checks, policies
from crossdesk.org.enums import Right
from crossdesk.org.models import Department, Holiday, Hours


class InThePast(checks.Bad):
    """What was measured stays as it was."""

    code = "org.in_the_past"


class HolidayThere(Conflict):
    """One day, one holiday."""

    code = "org.holiday_there"


class OnlyHours(Conflict):
    """A department always has hours."""

    code = "org.only_hours"


@transaction.atomic
def set_hours(
    *, department_id: int, valid_from: date, week: Sequence[Sequence[Sequence[str]]], by: Actor, now: datetime,
    time_zone: str | None = None,
) -> Hours:  # fmt: skip
    """Opening hours from a local day on, today at the earliest. week: seven lists of ["09:00", "17:00"] pairs."""
    desk = _department(by, department_id)
    zone = checks.time_zone(time_zone or desk.time_zone)
    days = checks.week(week)
    _not_before_today(valid_from, zone, desk, now=now)
    row = Hours.objects.filter(department=desk, valid_from=valid_from).first()
    before = None if row is None else kept(row)
    row = row or Hours(department=desk, valid_from=valid_from)
    row.time_zone, row.week = zone, days
    row.save()
    if desk.time_zone != zone:
        desk.time_zone = zone
        desk.save(update_fields=["time_zone"])
    if kept(row) != before:
        _record("hours.set", desk, by=by, now=now, before=before, after=kept(row))
    return row


@transaction.atomic
def withdraw_hours(*, hours_id: int, by: Actor, now: datetime) -> None:
    """Take back hours that have not begun; the ones before go on."""
    policies.require(by, Right.MANAGE_RULES, "change opening hours")
    row = Hours.objects.select_related("department").filter(
        pk=hours_id, department__workspace_id=by.workspace_id
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("These opening hours do not exist.")
    if row.valid_from <= local_day(row.time_zone, now):
        raise InThePast("These opening hours have begun. Set other ones from today on.")
    _withdraw(row, by=by, now=now)


@transaction.atomic
def take_back_hours(*, department_id: int, valid_from: date, by: Actor, now: datetime) -> None:
    """As if these hours had never been set: for a change that counts from today at the earliest."""
    desk = _department(by, department_id)
    row = Hours.objects.select_related("department").filter(department=desk, valid_from=valid_from).first()
    if row is None:
        raise NotFound("These opening hours do not exist.")
    _not_before_today(row.valid_from, row.time_zone, desk, now=now)
    _withdraw(row, by=by, now=now)


def _withdraw(row: Hours, *, by: Actor, now: datetime) -> None:
    """The hours before go on, in their time zone."""
    desk = row.department
    if not Hours.objects.filter(department=desk, valid_from__lt=row.valid_from).exists():
        raise OnlyHours("These are the only opening hours of the department.")
    row.delete()
    last = Hours.objects.filter(department=desk).order_by("-valid_from").first()
    if last is not None and desk.time_zone != last.time_zone:
        desk.time_zone = last.time_zone
        desk.save(update_fields=["time_zone"])
    _record("hours.withdrawn", desk, by=by, now=now, before=kept(row))


@transaction.atomic
def add_holiday(
    *, day: date, name: str, by: Actor, now: datetime, department_ids: Sequence[int] | None = None
) -> list[Holiday]:
    """A day on which departments are closed, today at the earliest. department_ids None: all of them."""
    policies.require(by, Right.MANAGE_RULES, "change holidays")
    name = checks.text(name, "a name", most=80)
    desks = Department.objects.filter(workspace_id=by.workspace_id, archived_at=None).order_by("position", "id")
    if department_ids is not None:
        desks = desks.filter(pk__in=department_ids)
        if len(desks) != len(set(department_ids)):
            raise checks.Bad("One of the departments does not exist, or is archived.")
    for desk in desks:
        _not_before_today(day, desk.time_zone, desk, now=now)
    closed = set(Holiday.objects.filter(department__in=desks, day=day).values_list("department_id", flat=True))
    rows = Holiday.objects.bulk_create(
        Holiday(department=desk, day=day, name=name) for desk in desks if desk.pk not in closed
    )
    for row in rows:
        _record("holiday.added", row.department, by=by, now=now, after={"day": day.isoformat(), "name": name})
    return rows


@transaction.atomic
def remove_holiday(*, holiday_id: int, by: Actor, now: datetime) -> None:
    """Open on that day after all. Days that have passed stay."""
    policies.require(by, Right.MANAGE_RULES, "change holidays")
    row = Holiday.objects.select_related("department").filter(
        pk=holiday_id, department__workspace_id=by.workspace_id
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("This holiday does not exist.")
    _not_before_today(row.day, row.department.time_zone, row.department, now=now)
    row.delete()
    _record("holiday.removed", row.department, by=by, now=now, before={"day": row.day.isoformat(), "name": row.name})


@transaction.atomic
def change_holiday(*, holiday_id: int, day: date, name: str, by: Actor, now: datetime) -> Holiday:
    """Another name or another day for it. Neither day may have passed."""
    policies.require(by, Right.MANAGE_RULES, "change holidays")
    row = Holiday.objects.select_for_update(of=("self",)).select_related("department").filter(
        pk=holiday_id, department__workspace_id=by.workspace_id
    ).first()  # fmt: skip
    if row is None:
        raise NotFound("This holiday does not exist.")
    name = checks.text(name, "a name", most=80)
    for one in {row.day, day}:
        _not_before_today(one, row.department.time_zone, row.department, now=now)
    others = Holiday.objects.filter(department=row.department, day=day).exclude(pk=row.pk)
    if (other := others.first()) is not None:
        raise HolidayThere(f"{row.department.name} is closed on {day} already, for {other.name}.")
    before = {"day": row.day.isoformat(), "name": row.name}
    row.day, row.name = day, name
    row.save(update_fields=["day", "name"])
    after = {"day": day.isoformat(), "name": name}
    if after != before:
        _record("holiday.changed", row.department, by=by, now=now, before=before, after=after)
    return row


def local_day(time_zone: str, now: datetime) -> date:
    """Which day it is there."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def _not_before_today(day: date, zone: str, desk: Department, *, now: datetime) -> None:
    today = local_day(zone, now)
    if day < today:
        raise InThePast(f"{day} has passed. {desk.name} can change its days from {today} on; the past stays as it was.")


def _department(by: Actor, department_id: int) -> Department:
    policies.require(by, Right.MANAGE_RULES, "change opening hours")
    desk = (
        Department.objects.select_for_update()
        .filter(workspace_id=by.workspace_id, pk=department_id, archived_at=None)
        .first()
    )
    if desk is None:
        raise NotFound("This department does not exist.")
    return desk


def kept(row: Hours) -> dict[str, Any]:
    """As the audit trail holds them."""
    return {"valid_from": row.valid_from.isoformat(), "time_zone": row.time_zone, "week": row.week}


def _record(
    action: str, desk: Department, *, by: Actor, now: datetime, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    audit.record(
        action, by=by, at=now, subject_kind="department", subject_id=desk.pk, subject_name=desk.name, before=before,
        after=after,
    )  # fmt: skip
