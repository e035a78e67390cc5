"""Departments: who sits there, what is open, their names, their order, their end; and the page of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crossdesk.inbox import queries as inbox
from crossdesk.kit import clock
from crossdesk.org import presets, queries, services
from crossdesk.org.enums import Right
from crossdesk.org.models import Department, Member
from crossdesk.org.services.hours import local_day
from crossdesk.web import zones
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation import places, week
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import at, draw, in_place, tried, whole
from crossdesk.web.pages.organisation.names import preset_name


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One line of the list."""

    id: int
    key: str
    name: str
    people: int
    leads: Sequence[str]
    open: int
    late: int
    hours: str
    purpose: str


def name_of(member: Member) -> str:
    """As everybody reads it."""
    return member.user.name or member.user.email


def _rows(request: Request) -> list[DepartmentRow]:
    lines = [line for line in queries.members_with_seats(request.actor) if line.member.active]
    work = inbox.counts(request.actor).departments
    rows = []
    for calendar in queries.calendars(request.actor, day=local_day(request.workspace.time_zone, clock.now())):
        desk = calendar.department
        seats = [(line.member, seat) for line in lines for seat in line.seats if seat.department_id == desk.pk]
        open_work = work.get(desk.pk)
        rows.append(
            DepartmentRow(
                id=desk.pk,
                key=desk.key,
                name=desk.name,
                people=len(seats),
                leads=[name_of(member) for member, seat in seats if seat.leads],
                open=open_work.open if open_work else 0,
                late=open_work.overdue if open_work else 0,
                hours=week.words(calendar.now.week) if calendar.now else "",
                purpose=places.purpose_of(desk),
            )
        )
    return rows


@require_GET
@member_page
def departments(request: Request) -> HttpResponse:
    """All departments in their order, and those that were archived."""
    return _list(request)


def _rows_alone(request: Request, problem: str, status: int) -> HttpResponse:
    context = {
        "rows": _rows(request), "may_manage": request.actor.may(Right.MANAGE_WORKSPACE), "problem": problem,
        "slug": request.workspace.slug,
    }  # fmt: skip
    return render(request, "organisation/_departments.html.jinja", context, status=status)


def _list(request: Request, problem: str = "", status: int = 200) -> HttpResponse:
    rows = _rows(request)
    archived = queries.archived_departments(request.actor)
    taken = {row.key for row in rows} | {desk.key for desk in archived}
    context = {
        "rows": rows,
        "archived": archived,
        "presets": [(preset, preset_name(preset.key)) for preset in presets.DEPARTMENTS if preset.key not in taken],
        "name": request.POST.get("name", ""),
        "may_manage": request.actor.may(Right.MANAGE_WORKSPACE),
        "lately": lately(request, "departments"),
    }
    return draw(request, "departments", "organisation", context, problem=problem, status=status)


@require_POST
@member_page
def add(request: Request) -> HttpResponse:
    """One of the presets, or one of the workspace's own."""
    preset, now = request.POST.get("preset", ""), clock.now()

    def act() -> Department:
        if preset:
            return services.add_preset(key=preset, name=preset_name(preset), by=request.actor, now=now)
        return services.add_department(name=request.POST.get("name", ""), by=request.actor, now=now)

    return tried(
        request, act, said=_("Added. Now say who sits there."), back=at(request, "organisation"),
        page=lambda problem, status: _list(request, problem, status),
    )  # fmt: skip


@require_GET
@member_page
def department(request: Request, department_id: int) -> HttpResponse:
    """One department: its people, its hours, its holidays."""
    return page(request, department_id)


def page(request: Request, department_id: int, problem: str = "", status: int = 200) -> HttpResponse:
    """Drawn again with what was typed when something was refused."""
    desk = queries.department(request.actor, department_id)
    today = local_day(desk.time_zone, clock.now())
    calendar = next(one for one in queries.calendars(request.actor, day=today) if one.department.pk == desk.pk)
    typed = request.POST if "valid_from" in request.POST else None
    zone = typed.get("time_zone", "") if typed else calendar.now.time_zone if calendar.now else desk.time_zone
    shown = week.sent(typed.dict()) if typed else calendar.now.week if calendar.now else presets.WEEK
    context = {
        "desk": desk,
        "seats": [
            (line.member, name_of(line.member), seat.leads)
            for line in queries.members_with_seats(request.actor)
            for seat in line.seats
            if seat.department_id == desk.pk and line.member.active
        ],
        "name_place": places.department_name(request, desk),
        "purpose_place": places.department_purpose(request, desk),
        "days": [places.hours_day(request, desk, number, calendar.now) for number in range(7)],
        "typed": typed is not None,
        "now": _hours(calendar.now.week, calendar.now.time_zone, calendar.now.valid_from) if calendar.now else None,
        "later": [(row.pk, _hours(row.week, row.time_zone, row.valid_from)) for row in calendar.later],
        "holidays": [(row, places.holiday_place(request, row)) for row in calendar.holidays],
        "grid": week.grid(shown),
        "valid_from": typed.get("valid_from", "") if typed else today.isoformat(),
        "today": today.isoformat(),
        "zone": zone,
        "zones": zones.with_present(zone),
        "name": request.POST.get("name", desk.name) if request.POST.get("act") == "rename" else desk.name,
        "may_manage": request.actor.may(Right.MANAGE_WORKSPACE),
        "may_set_hours": request.actor.may(Right.MANAGE_RULES),
        "lately": lately(request, "departments", desk.pk),
    }
    return draw(request, "department", "organisation", context, problem=problem, status=status)


def _hours(days: Sequence[week.Spans], zone: str, valid_from: date) -> tuple[str, str, date]:
    return week.words(days), zone.replace("_", " "), valid_from


@require_POST
@member_page
def act(request: Request, department_id: int) -> HttpResponse:
    """Rename, order, archive, bring back."""
    actor, now, wanted = request.actor, clock.now(), request.POST.get("act")
    everything, one = at(request, "organisation"), at(request, "department", department_id)
    match wanted:
        case "rename":
            return tried(
                request,
                lambda: services.rename_department(
                    department_id=department_id, name=request.POST.get("name", ""), by=actor, now=now
                ),
                said=_("Renamed."), back=one,
                page=lambda problem, status: page(request, department_id, problem, status),
            )  # fmt: skip
        case "move":
            to = whole(request.POST.get("to"))
            if to is None:
                raise Http404
            if request.htmx:
                return in_place(
                    request, lambda: services.move_department(department_id=department_id, to=to, by=actor, now=now),
                    said=_("Moved."), back=everything, lately=lambda: lately(request, "departments"),
                    show=lambda problem, status: _rows_alone(request, problem, status),
                )  # fmt: skip
            return tried(
                request, lambda: services.move_department(department_id=department_id, to=to, by=actor, now=now),
                said=_("Moved."), back=everything, page=lambda problem, status: _list(request, problem, status),
            )  # fmt: skip
        case "archive":
            return tried(
                request, lambda: services.archive_department(department_id=department_id, by=actor, now=now),
                said=_("Archived. Its past stays readable."), back=everything,
                page=lambda problem, status: page(request, department_id, problem, status),
            )  # fmt: skip
        case "restore":
            return tried(
                request, lambda: services.restore_department(department_id=department_id, by=actor, now=now),
                said=_("Brought back, with its people."), back=everything,
                page=lambda problem, status: _list(request, problem, status),
            )  # fmt: skip
    raise Http404
