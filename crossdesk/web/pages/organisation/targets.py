"""How soon an answer is owed, first match first; and every department's hours at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossdesk.kit import clock
from crossdesk.org import checks, queries, services
from crossdesk.org.enums import Basis, Right
from crossdesk.org.models import Target
from crossdesk.org.services.hours import local_day
from crossdesk.web import formats
from crossdesk.web.access import Request, member_page
from crossdesk.web.jinja import words
from crossdesk.web.pages.organisation import week
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import at, draw, in_place, tried, whole
from crossdesk.web.sentences import spoken

UNITS: Final = {"minutes": 60, "hours": 3600, "days": 86400}
MOST_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One target as its fields hold it."""

    number: int
    intent: str = ""
    urgency: str = ""
    amount: str = "24"
    unit: str = "hours"
    basis: str = Basis.CALENDAR

    @property
    def about(self) -> str:
        """Which messages it is for: its topic and its urgency, where it names them."""
        told = [words(one) for one in (self.intent, self.urgency) if one]
        return ", ".join(told) or _("Everything else")

    @property
    def time(self) -> str:
        """How soon, in words."""
        return formats.duration(self.seconds)

    @property
    def runs(self) -> str:
        """How its time runs."""
        return spoken(Basis(self.basis).label)

    @property
    def seconds(self) -> int:
        """Nought where the amount is no number; the room refuses that with a sentence."""
        return (whole(self.amount) or 0) * UNITS.get(self.unit, 0)


def _kept(number: int, row: Target) -> Line:
    unit = next(
        (name for name in ("days", "hours") if row.seconds % UNITS[name] == 0 and row.seconds > UNITS[name]),
        "hours" if row.seconds % 3600 == 0 else "minutes",
    )
    return Line(number, row.intent, row.urgency, str(row.seconds // UNITS[unit]), unit, row.basis)


def _sent(form: QueryDict) -> list[Line]:
    number = min(whole(form.get("lines")) or 0, MOST_ROWS)
    return [
        Line(
            n, form.get(f"intent-{n}", ""), form.get(f"urgency-{n}", ""), form.get(f"amount-{n}", ""),
            form.get(f"unit-{n}", ""), form.get(f"basis-{n}", ""),
        )
        for n in range(number)
    ]  # fmt: skip


def _changed(lines: list[Line], do: str) -> list[Line]:
    """With a line more or less, or at another place. A new one comes before the last, which matches everything."""
    word, _dash, text = do.partition("-")
    place = whole(text)
    if word == "add":
        lines.insert(max(len(lines) - 1, 0), Line(0))
    elif place is not None and place < len(lines):
        line = lines.pop(place)
        if word != "remove":
            lines.insert(max(place - 1, 0) if word == "up" else place + 1, line)
    return [replace(line, number=number) for number, line in enumerate(lines)]


def _focus(do: str, lines: Sequence[Line]) -> str:
    """The field or button that has the focus in the form drawn anew: what was moved keeps it, a new line gets it."""
    word, _dash, text = do.partition("-")
    place, last = whole(text), len(lines) - 1
    if word == "add" and lines:
        return f"intent-{max(last - 1, 0)}"
    if place is None or not lines:
        return "add" if do else "intent-0"
    if word == "remove":
        return f"remove-{min(place, last)}"
    place = max(place - 1, 0) if word == "up" else min(place + 1, last)
    return f"{'down' if place == 0 else 'up' if place == last else word}-{place}"


@require_http_methods(["GET", "POST"])
@member_page
def targets(request: Request) -> HttpResponse:
    """Read by everybody; changed where they stand, all lines as one form, since their order is what counts.

    GET `?change` opens the form, `?closed` closes it again. POST keeps what was typed, or draws the form with a line more
    or less, or at another place.
    """
    stand = [_kept(number, row) for number, row in enumerate(queries.targets(request.actor))]
    if request.method == "GET":
        opens = "change" in request.GET and request.actor.may(Right.MANAGE_RULES)
        return _drawn(request, stand, focus=_focus("", stand) if opens else None)
    lines, do = _sent(request.POST), request.POST.get("do", "keep")
    if do != "keep":
        lines = _changed(lines, do)
        return _drawn(request, lines, focus=_focus(do, lines))
    return _keep(request, lines)


def _keep(request: Request, lines: Sequence[Line]) -> HttpResponse:
    rows = [services.TargetRow(line.intent, line.urgency, line.seconds, line.basis) for line in lines]

    def act() -> None:
        services.set_targets(rows=rows, by=request.actor, now=clock.now())

    def show(problem: str, status: int) -> HttpResponse:
        if problem:
            return _drawn(request, lines, problem, status, focus=_focus("", lines))
        return _drawn(request, [_kept(number, row) for number, row in enumerate(queries.targets(request.actor))])

    said, back = _("Kept. Duties that stand already keep their time."), at(request, "targets")
    if request.htmx:
        return in_place(
            request, act, said=said, back=back, show=show, lately=lambda: lately(request, "targets")
        )  # fmt: skip
    return tried(request, act, said=said, back=back, page=show)


def _drawn(
    request: Request, lines: Sequence[Line], problem: str = "", status: int = 200, *, focus: str | None = None
) -> HttpResponse:
    """The targets alone for HTMX, else the page. focus: None to read them; otherwise they are open, and what has it."""
    context = {
        "lines": lines,
        "open": focus is not None,
        "focus": focus,
        "here": at(request, "targets"),
        "intents": [("", _("Every topic")), *((one, words(one)) for one in checks.INTENTS)],
        "urgencies": [("", _("Every urgency")), *((one, words(one)) for one in checks.URGENCIES)],
        "units": [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))],
        "bases": [(value, spoken(label)) for value, label in Basis.choices],
        "may_manage": request.actor.may(Right.MANAGE_RULES),
    }
    if request.htmx:
        return render(request, "organisation/_targets.html.jinja", {**context, "problem": problem}, status=status)
    today = local_day(request.workspace.time_zone, clock.now())
    context["calendars"] = [
        (
            calendar.department,
            week.words(calendar.now.week) if calendar.now else "",
            (calendar.now.time_zone if calendar.now else calendar.department.time_zone).replace("_", " "),
            calendar.later[0] if calendar.later else None,
            calendar.holidays[0] if calendar.holidays else None,
        )
        for calendar in queries.calendars(request.actor, day=today)
    ]
    context["lately"] = lately(request, "targets")
    return draw(request, "targets", "targets", context, problem=problem, status=status)
