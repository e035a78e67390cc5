"""*Today*: a person's day over all their departments; and the home of each department."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crossdesk.inbox import queries as inbox
from crossdesk.inbox.calendars import Calendars
from crossdesk.insights import goals
from crossdesk.insights import queries as insights
from crossdesk.insights.registry import MEASURES, Unit
from crossdesk.insights.values import Filters, Window
from crossdesk.journal import audit
from crossdesk.kit import clock, worktime
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import CrossdeskError, Invalid
from crossdesk.org import queries as org
from crossdesk.org.enums import Company, Right
from crossdesk.org.models import Department
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.beginning import checklist as beginning
from crossdesk.web.pages.inbox import show as rows
from crossdesk.web.pages.organisation.frame import with_undo
from crossdesk.web.pages.scoreboard.show import figure
from crossdesk.web.pages.today import show
from crossdesk.web.pages.today.cards import Desk, DeskHome, Today
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

TASKS: Final = 8
CHANGES: Final = 8
SNOOZED: Final = 5
LOOK_BACK: Final = timedelta(days=7)
DAYS: Final = 28
FIGURES: Final = ("sla_attainment", "response_rate_72h", "first_response")


def _day_ends(now: datetime) -> datetime:
    """Midnight on the reader's clock."""
    local = timezone.localtime(now)
    return datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=local.tzinfo).astimezone(UTC)


def _window(now: datetime) -> Window:
    return Window.until(timezone.localtime(now).date(), days=DAYS)


def _measure(request: Request, key: str, department_id: int | None = None) -> str:
    address = reverse("web:measure", args=[request.workspace.slug, key])
    return with_query(address, department=department_id or "")


def _todays(request: Request) -> Today:
    now, actor, slug = clock.now(), request.actor, request.workspace.slug
    departments = org.departments(actor)
    by_id = {row.pk: row for row in departments}
    own = [row for row in departments if row.pk in actor.departments] or departments
    pressures = inbox.pressure(actor, now=now, day_ends=_day_ends(now))
    calendars, counts = Calendars(actor.workspace_id), inbox.counts(actor)
    triage, triage_oldest = inbox.waiting_in_triage(actor)

    def short(row: Department) -> Desk:
        standing = worktime.standing(now, calendars.of(row.pk))
        return show.desk(slug, row, pressures.get(row.pk, show.NOTHING_OPEN), standing, now)

    desks = [short(row) for row in own]
    sees_figures = actor.may(Right.SEE_SCOREBOARD)
    if sees_figures:
        board = insights.scoreboard(actor, _window(now))
        by_desk = {line.department.pk: line.values for line in board.lines if line.department}
        desks = [
            replace(card, figure=figure(by_desk[row.pk]["sla_attainment"], _measure(request, "sla_attainment", row.pk)))
            if row.pk in by_desk else card for row, card in zip(own, desks, strict=True)
        ]  # fmt: skip
    checklist = beginning.of(request)
    back = inbox.snoozed(actor, limit=SNOOZED).rows
    return Today(
        greeting=show.greeting(actor.name, now),
        sentence=show.sentence(pressures[row.pk] for row in own if row.pk in pressures),
        tasks=[show.task(actor, slug, one, by_id) for one in inbox.soonest(actor, [r.pk for r in own], limit=TASKS)],
        desks=desks,
        others=[short(row) for row in departments if row not in own],
        changes=[
            show.changed(slug, one, by_id)
            for one in inbox.changes(actor, {row.pk for row in own}, since=now - LOOK_BACK, limit=CHANGES)
        ],
        triage=triage,
        triage_oldest=triage_oldest,
        triage_address=rows.queue_address(slug, "triage"),
        mine=counts.mine,
        mine_address=rows.queue_address(slug, "mine"),
        snoozed=[rows.row(line, slug, "snoozed", query={}) for line in back],
        missing=[] if checklist or not actor.may(Right.MANAGE_WORKSPACE) else _missing(actor),
        checklist=checklist,
        figures=[figure(board.total[key], _measure(request, key)) for key in FIGURES] if sees_figures else [],
        address=reverse("web:today_body", args=[slug]),
    )


def _missing(actor: Actor) -> list[str]:
    """What the set-up lacks. Who works alone is not told that departments have one person."""
    set_up = org.set_up(actor)
    alone = set_up is not None and set_up.company == Company.ALONE
    return [one.sentence for one in org.readiness(actor) if not (alone and one.kind == "department")]


@require_GET
@member_page
def today(request: Request) -> HttpResponse:
    """What a person opens in the morning."""
    return render(request, "today/page.html.jinja", {"today": _todays(request)})


@require_GET
@member_page
def today_body(request: Request) -> HttpResponse:
    """The same again, while it stands open."""
    return render(request, "today/_today.html.jinja", {"today": _todays(request)})


def _home(request: Request, key: str) -> DeskHome:
    now, actor, slug = clock.now(), request.actor, request.workspace.slug
    departments = org.departments(actor)
    row = next((one for one in departments if one.key == key), None)
    if row is None:
        raise Http404
    by_id = {one.pk: one for one in departments}
    pressure = inbox.pressure(actor, now=now, day_ends=_day_ends(now)).get(row.pk, show.NOTHING_OPEN)
    standing = worktime.standing(now, Calendars(actor.workspace_id).of(row.pk))
    window, filters = _window(now), Filters(department_id=row.pk)
    figures, aims = [], []
    if actor.may(Right.SEE_SCOREBOARD):
        for one in FIGURES:
            line = insights.series(actor, one, window, filters, step="week")
            shown = figure(insights.value(actor, one, window, filters), _measure(request, one, row.pk))
            figures.append((shown, [point.value.value for point in line]))
        aims = goals.goals(actor, row.pk, window)
    queue = inbox.queue(actor, row.pk, limit=TASKS)
    return DeskHome(
        desk=show.desk(slug, row, pressure, standing, now),
        sentence=show.sentence([pressure]),
        tasks=[show.task(actor, slug, line, by_id) for line in queue.rows],
        changes=[
            show.changed(slug, one, by_id)
            for one in inbox.changes(actor, {row.pk}, since=now - LOOK_BACK, limit=CHANGES)
        ],
        people=show.people(org.members_with_seats(actor), row.pk, inbox.open_by_owner(actor, row.pk)),
        figures=figures,
        goals=[show.goal(aim, _measure(request, aim.key, row.pk)) for aim in aims],
        may_set_goals=goals.may_set(actor, row.pk),
        address=reverse("web:desk_body", args=[slug, key]),
    )


@require_GET
@member_page
def desk(request: Request, key: str) -> HttpResponse:
    """The home of one department."""
    return render(request, "today/desk.html.jinja", {"home": _home(request, key), **_goal_form(request, key)})


@require_GET
@member_page
def desk_body(request: Request, key: str) -> HttpResponse:
    """The same again, while it stands open."""
    return render(request, "today/_desk.html.jinja", {"home": _home(request, key), **_goal_form(request, key)})


def _goal_form(request: Request, key: str) -> dict[str, object]:
    return {
        "goal_address": reverse("web:desk_goal", args=[request.workspace.slug, key]),
        "goal_choices": [
            (one, spoken(MEASURES[one].label), "%" if MEASURES[one].unit is Unit.SHARE else _("minutes"))
            for one in goals.GOAL_MEASURES
        ],
    }


@require_POST
@member_page
def set_goal(request: Request, key: str) -> HttpResponse:
    """What the department wants to reach; an empty field takes the goal away."""
    row = next((one for one in org.departments(request.actor) if one.key == key), None)
    if row is None:
        raise Http404
    measure = request.POST.get("measure", "")
    try:
        value = _goal_value(measure, request.POST.get("value", ""))
        with audit.noted() as entries:
            goals.set_goal(department_id=row.pk, key=measure, value=value, by=request.actor, now=clock.now())
    except CrossdeskError as error:
        toasts.say(request, spoken(error.message), tone="bad")
    else:
        said = _("The goal is set.") if value is not None else _("The goal is taken away.")
        with_undo(request, said, entries, back=reverse("web:desk", args=[request.workspace.slug, key]))
    return redirect("web:desk", request.workspace.slug, key)


def _goal_value(measure: str, words: str) -> float | None:
    """Percent or minutes as they were typed."""
    given = words.strip().replace(",", ".").removesuffix("%").strip()
    if not given:
        return None
    try:
        number = float(given)
    except ValueError as error:
        raise Invalid(_("Give the goal as a number, for example 95.")) from error
    if measure in MEASURES and MEASURES[measure].unit is Unit.SHARE:
        return number / 100
    return number * 60
