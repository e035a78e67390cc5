"""The scoreboard: figures, charts, and the rows behind every one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, get_args

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from crossdesk.channels import queries as channels
from crossdesk.insights import drill, exports, goals, policies, queries
from crossdesk.insights.drill import Part
from crossdesk.insights.registry import MEASURES, Unit
from crossdesk.insights.values import TRIAGE, Filters, Window, measure_of
from crossdesk.kit import clock
from crossdesk.org import queries as org
from crossdesk.org.models import Department
from crossdesk.web import formats
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.scoreboard import show
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

PERIODS: Final = (7, 28, 90)
PARTS: tuple[Part, ...] = get_args(Part)
LONGEST: Final = timedelta(days=366)
WEEKS_FROM: Final = 60  # so many days and more are drawn by week


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    days: int
    department_id: int | None
    account_id: int | None
    first: date | None = None  # of one day or week that was chosen in a chart
    last: date | None = None

    @property
    def filters(self) -> Filters:
        """For the room."""
        return Filters(department_id=self.department_id, account_id=self.account_id)

    @property
    def window(self) -> Window:
        """So many of the reader's days, today included; or the days that were chosen."""
        if self.first and self.last:
            return Window(self.first, self.last)
        return Window.until(timezone.localtime(clock.now()).date(), days=self.days)

    def query(self, **changes: object) -> dict[str, object]:
        """For an address that keeps what was asked."""
        kept: dict[str, object] = {
            "days": "" if self.days == PERIODS[1] else self.days,
            "department": "" if self.department_id is None else self.department_id,
            "account": "" if self.account_id is None else self.account_id,
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
        }
        return {**kept, **changes}


def asked(request: Request) -> Asked:
    """From the address; what makes no sense is left out."""
    days = _number(request.GET.get("days", ""))
    first, last = _day(request.GET.get("from", "")), _day(request.GET.get("to", ""))
    if first is None or last is None or not first <= last <= first + LONGEST:
        first = last = None
    return Asked(
        days=days if days in PERIODS else PERIODS[1],
        department_id=_number(request.GET.get("department", "")),
        account_id=_number(request.GET.get("account", "")),
        first=first,
        last=last,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _rows_address(request: Request, wanted: Asked, key: str, department_id: int | None = None) -> str:
    query = wanted.query() if department_id is None else wanted.query(department=department_id)
    return with_query(reverse("web:measure", args=[request.workspace.slug, key]), **query)


def _titled(request: Request, wanted: Asked) -> dict[str, Any]:
    """What stands on paper above figures: whose, of when, of what."""
    window = wanted.window
    places = dict(_departments(request))
    accounts = dict(_accounts(request))
    return {
        "wanted": wanted,
        "span": _("%(first)s to %(last)s") % {"first": formats.date(window.first), "last": formats.date(window.last)},
        "span_before": _("%(first)s to %(last)s")
        % {"first": formats.date(window.before.first), "last": formats.date(window.before.last)},
        "place": places.get("" if wanted.department_id is None else wanted.department_id, ""),
        "account": accounts.get("" if wanted.account_id is None else wanted.account_id, ""),
        "printed": clock.now(),
        "departments": places.items(),
        "accounts": accounts.items(),
    }


def _departments(request: Request) -> list[tuple[int | str, str]]:
    own = [(desk.pk, desk.name) for desk in org.departments(request.actor)]
    return [("", _("All departments")), *own, (TRIAGE, _("Triage"))]


def _accounts(request: Request) -> list[tuple[int | str, str]]:
    rows = channels.visible_to(request.actor).order_by("handle", "id")
    return [("", _("All accounts")), *((row.pk, f"@{row.handle.lstrip('@')}") for row in rows)]


def _charted(request: Request, wanted: Asked, keys: Sequence[str]) -> tuple[dict[str, Any], list[show.ChartRow]]:
    """A chart of measures of one unit, and the table behind it."""
    lines = [
        show.ChartLine(
            name=str(show.PLAIN.get(key, spoken(MEASURES[key].label))),
            address=_rows_address(request, wanted, key),
            points=queries.series(request.actor, key, wanted.window, wanted.filters, step=_step(wanted)),
        )
        for key in keys
    ]
    return show.chart(lines, unit=MEASURES[keys[0]].unit), show.chart_table(lines)


def _step(wanted: Asked) -> queries.Step:
    return "week" if len(wanted.window.days) >= WEEKS_FROM else "day"


@require_GET
@member_page
def scoreboard(request: Request) -> HttpResponse:
    """All measures, in all and by department, beside the period before."""
    policies.must_see_figures(request.actor)
    wanted, slug = asked(request), request.workspace.slug
    board = queries.scoreboard(request.actor, wanted.window, wanted.filters)
    before = queries.scoreboard(request.actor, wanted.window.before, wanted.filters)
    aims = goals.wanted(request.actor)
    here = reverse("web:scoreboard", args=[slug])
    address = partial(_rows_address, request, wanted)

    def shown(key: str) -> show.Figure:
        aim = aims.get((wanted.department_id, key)) if wanted.department_id else None
        return show.figure(board.total[key], address(key), before=before.total[key], wanted=aim)

    rates, rate_rows = _charted(request, wanted, ("sla_attainment", "response_rate_72h"))
    times, time_rows = _charted(request, wanted, ("first_response",))
    context = {
        "sentence": show.sentence(board.total),
        "first": [shown(key) for key in show.FIRST],
        "rest": [shown(key) for key in (*show.NOW, *show.REST)],
        "columns": [str(show.PLAIN[key]) for key in show.COLUMNS],
        "lines": show.lines(board, before, aims, address, partial(_home, slug)),
        "rates": rates,
        "rate_rows": rate_rows,
        "times": times,
        "time_rows": time_rows,
        "periods": [(days, with_query(here, **_of_days(wanted, days)), days == wanted.days and not wanted.first) for days in PERIODS],
        "by_week": _step(wanted) == "week",
        "here": here,
        **_titled(request, wanted),
    }  # fmt: skip
    return render(request, "scoreboard/page.html.jinja", context)


def _of_days(wanted: Asked, days: int) -> dict[str, object]:
    return wanted.query(days="" if days == PERIODS[1] else days) | {"from": "", "to": ""}


def _home(slug: str, desk: Department | None) -> str:
    """Where a department's line leads: its own page, or the queue of triage."""
    return reverse("web:desk", args=[slug, desk.key]) if desk else reverse("web:queue", args=[slug, "triage"])


@require_GET
@member_page
def measure(request: Request, key: str) -> HttpResponse:
    """One figure, what it means, how it went, and its rows, newest first."""
    policies.must_see_figures(request.actor)
    wanted, part, slug = asked(request), _part(request), request.workspace.slug
    found = measure_of(key)
    standing = found.counting is None
    value = queries.value(request.actor, key, wanted.window, wanted.filters)
    before = None if standing else queries.value(request.actor, key, wanted.window.before, wanted.filters)
    page = drill.rows(
        request.actor, key, wanted.window, wanted.filters, part=part, after=request.GET.get("after") or None
    )
    here = reverse("web:measure", args=[slug, key])
    parts = [("denominator", _("All")), ("numerator", spoken(found.numerator)), ("missed", _("Missed"))]
    aim = goals.wanted(request.actor).get((wanted.department_id, key)) if wanted.department_id else None
    spec, spec_rows = (None, []) if standing or len(wanted.window.days) < 2 else _charted(request, wanted, (key,))
    context = {
        "measure": found,
        "figure": show.figure(value, "", before=before, wanted=aim),
        "spec": spec,
        "spec_rows": spec_rows,
        "by_week": _step(wanted) == "week",
        "rows": page.rows,
        "took": show.duration_of,
        "parts": [(name, with_query(here, **wanted.query(part=one)), one == part) for one, name in parts]
        if found.unit is Unit.SHARE
        else [],
        "older": with_query(here, **wanted.query(part=part, after=page.after)) if page.after else "",
        "whole": with_query(here, **_of_days(wanted, wanted.days)) if wanted.first else "",
        "everything": with_query(here, **wanted.query(department="", account=""))
        if wanted.filters != Filters()
        else "",
        "csv": with_query(reverse("web:measure_csv", args=[slug, key]), **wanted.query(part=part)),
        "board": with_query(reverse("web:scoreboard", args=[slug]), **_of_days(wanted, wanted.days)),
        "conversation": lambda pk: reverse("web:open", args=[slug, "all", pk]),
        "standing": standing,
        **_titled(request, wanted),
    }
    return render(request, "scoreboard/measure.html.jinja", context)


def _part(request: Request) -> Part:
    given = request.GET.get("part", PARTS[0])
    return next((part for part in PARTS if part == given), PARTS[0])


@require_GET
@member_page
def measure_csv(request: Request, key: str) -> StreamingHttpResponse:
    """The same rows as a file, streamed."""
    policies.must_see_figures(request.actor)
    if key not in MEASURES:
        raise Http404
    wanted, part = asked(request), _part(request)
    lines = exports.csv_lines(request.actor, key, wanted.window, wanted.filters, part=part)
    name = f"{key}-{wanted.window.first}-{wanted.window.last}.csv"
    return StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
