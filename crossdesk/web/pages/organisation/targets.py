"""How soon an answer is owed, first match first; and every department's hours at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossdesk.kit import clock
from crossdesk.org import checks, queries, services
from crossdesk.org.enums import Basis, Right
from crossdesk.org.models import Target
from crossdesk.org.services.hours import local_day
from crossdesk.web.access import Request, member_page
from crossdesk.web.jinja import words
from crossdesk.web.pages.organisation import week
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import at, draw, tried, whole
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


@require_http_methods(["GET", "POST"])
@member_page
def targets(request: Request) -> HttpResponse:
    """Read by everybody, changed as a whole."""
    if request.method == "GET":
        return _page(request, [_kept(number, row) for number, row in enumerate(queries.targets(request.actor))])
    lines, do = _sent(request.POST), request.POST.get("do", "")
    if do != "keep":
        return _page(request, _changed(lines, do))
    rows = [services.TargetRow(line.intent, line.urgency, line.seconds, line.basis) for line in lines]
    return tried(
        request, lambda: services.set_targets(rows=rows, by=request.actor, now=clock.now()),
        said=_("Kept. Duties that stand already keep their time."), back=at(request, "targets"),
        page=lambda problem, status: _page(request, lines, problem, status),
    )  # fmt: skip


def _page(request: Request, lines: Sequence[Line], problem: str = "", status: int = 200) -> HttpResponse:
    today = local_day(request.workspace.time_zone, clock.now())
    context = {
        "lines": lines,
        "here": at(request, "targets"),
        "intents": [("", _("Every topic")), *((one, words(one)) for one in checks.INTENTS)],
        "urgencies": [("", _("Every urgency")), *((one, words(one)) for one in checks.URGENCIES)],
        "units": [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))],
        "bases": [(value, spoken(label)) for value, label in Basis.choices],
        "calendars": [
            (
                calendar.department,
                week.words(calendar.now.week) if calendar.now else "",
                (calendar.now.time_zone if calendar.now else calendar.department.time_zone).replace("_", " "),
                calendar.later[0] if calendar.later else None,
                calendar.holidays[0] if calendar.holidays else None,
            )
            for calendar in queries.calendars(request.actor, day=today)
        ],
        "may_manage": request.actor.may(Right.MANAGE_RULES),
        "lately": lately(request, "targets"),
    }
    return draw(request, "targets", "targets", context, problem=problem, status=status)
