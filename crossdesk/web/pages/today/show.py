"""From the rooms' rows to the cards of *Today* and of a department's home."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossdesk.inbox.queries import Change, Line, Pressure
from crossdesk.insights.goals import Aim
from crossdesk.kit.actor import Actor
from crossdesk.kit.worktime import Standing
from crossdesk.org.models import Department
from crossdesk.org.queries import MemberLine
from crossdesk.web import formats
from crossdesk.web.jinja import department_icon
from crossdesk.web.pages.inbox import show, words
from crossdesk.web.pages.scoreboard.show import NOTHING, figure, goal_words
from crossdesk.web.pages.scoreboard.show import words as value_words
from crossdesk.web.pages.today.cards import Changed, Colleague, Desk, Goal, Load, Task

NOTHING_OPEN: Final = Pressure(0, 0, 0, 0, None, None)
ICONS: Final = {"handed": "hand_over", "assigned": "assign", "back": "reopen", "asked": "consult"}


def greeting(name: str, now: datetime) -> str:
    """By the reader's own clock."""
    hour, first = timezone.localtime(now).hour, (name.split() or [""])[0]
    if 5 <= hour < 12:
        return _("Good morning, %(name)s") % {"name": first}
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s") % {"name": first}
    return _("Good evening, %(name)s") % {"name": first}


def sentence(loads: Iterable[Pressure]) -> str:
    """The day in one sentence."""
    all_of = list(loads)
    late, due = sum(one.late for one in all_of), sum(one.hour + one.today for one in all_of)
    if late and due:
        return _("%(late)s and %(due)s.") % {"late": _late(late), "due": _due(due)}
    if late:
        return _("%(late)s, nothing else is due today.") % {"late": _late(late)}
    if due:
        return _("Nothing is late. %(due)s.") % {"due": _due(due)}
    return _("Nothing is late and nothing more is due today.")


def _late(number: int) -> str:
    return ngettext("%(number)s answer is late", "%(number)s answers are late", number) % {
        "number": formats.number(number)
    }


def _due(number: int) -> str:
    return ngettext("%(number)s more is due today", "%(number)s more are due today", number) % {
        "number": formats.number(number)
    }


def load(one: Pressure) -> Load:
    """For the bar and its legend."""
    parts = (
        ("late", _("Late"), one.late), ("hour", _("Within the hour"), one.hour), ("today", _("Today"), one.today),
        ("later", _("Later"), one.later),
    )  # fmt: skip
    return Load(open=one.open, late=one.late, parts=parts, oldest=one.oldest, next_due=one.next_due)


def opening(standing: Standing, now: datetime) -> str:
    """Open until 17:00; closed, opens Mon 09:00; round the clock."""
    if standing.changes_at is None:
        return _("Open round the clock") if standing.open else _("No opening hours ahead")
    at = formats.short(standing.changes_at, now=now)
    return _("Open until %(time)s") % {"time": at} if standing.open else _("Closed, opens %(time)s") % {"time": at}


def desk(slug: str, row: Department, pressure: Pressure, standing: Standing, now: datetime) -> Desk:
    """One department in short."""
    return Desk(
        key=row.key,
        name=row.name,
        icon=department_icon(row.key),
        address=reverse("web:desk", args=[slug, row.key]),
        queue_address=show.queue_address(slug, row.key),
        load=load(pressure),
        opening=opening(standing, now),
        closed=not standing.open,
    )


def task(actor: Actor, slug: str, line: Line, desks: Mapping[int, Department]) -> Task:
    """A line of work; what is the reader's own opens in *Mine*, the rest in its department's queue."""
    duty = line.duty
    mine = duty is not None and duty.owner_id is not None and duty.owner_id == actor.member_id
    own = desks.get(duty.department_id) if duty is not None else None
    key = "mine" if mine or own is None else own.key
    return Task(
        row=show.row(line, slug, key, query={}),
        desk=own.name if own else "",
        desk_icon=department_icon(own.key) if own else "",
        mine=mine,
    )


def changed(slug: str, one: Change, desks: Mapping[int, Department]) -> Changed:
    """What somebody did, in words."""
    row = one.conversation
    desk_row = desks.get(one.department_id or 0)
    desk_name = desk_row.name if desk_row else ""
    by, name = one.by_name, row.identity.name or row.identity.handle
    texts = {
        "handed": _("%(by)s handed %(name)s over to %(desk)s") if by else _("%(name)s was handed over to %(desk)s"),
        "assigned": _("%(by)s gave you %(name)s") if by else _("%(name)s was given to you"),
        "back": _("%(name)s wrote again after it was resolved"),
        "asked": _("%(by)s asks %(desk)s to look at %(name)s"),
    }
    return Changed(
        text=texts[one.what] % {"by": by, "name": name, "desk": desk_name},
        at=one.at,
        icon=ICONS[one.what],
        who=by or name,
        excerpt=row.excerpt,
        intent=words.intent(row.intent),
        address=show.open_address(slug, "all", row.pk),
    )


def people(
    lines: Sequence[MemberLine], department_id: int, open_work: Mapping[int, tuple[int, int]]
) -> list[Colleague]:
    """Who sits there, those with most open work first."""
    found = [
        Colleague(
            name=line.member.user.name or line.member.user.email,
            title=line.member.title,
            open=open_work.get(line.member.pk, (0, 0))[0],
            late=open_work.get(line.member.pk, (0, 0))[1],
            lead=seat.leads,
        )
        for line in lines
        if line.member.active
        for seat in line.seats
        if seat.department_id == department_id
    ]
    return sorted(found, key=lambda one: (-one.open, one.name))


def goal(aim: Aim, address: str) -> Goal:
    """How far it is: all the way when it is reached, by proportion before that."""
    shown = figure(aim.figure, address)
    value, measure = aim.figure.value, aim.figure.measure
    way = (value or 0) / aim.wanted
    if measure.better != "higher":
        way = 1 / way if way else 1.0
    return Goal(
        key=aim.key,
        label=shown.label,
        wanted=goal_words(measure, aim.wanted),
        value=NOTHING if value is None else " ".join(value_words(aim.figure)).strip(),
        share=0 if value is None else max(2, min(100, round(way * 100))),
        reached=aim.reached,
        address=address,
    )
