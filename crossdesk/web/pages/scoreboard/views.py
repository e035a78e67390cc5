"""The scoreboard: figures, charts, and the rows behind every one."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, get_args

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from crossdesk.channels import queries as channels
from crossdesk.insights import drill, exports, policies, queries
from crossdesk.insights.drill import Part
from crossdesk.insights.registry import MEASURES, Unit
from crossdesk.insights.values import TRIAGE, Filters, Window, measure_of
from crossdesk.kit import clock
from crossdesk.org import queries as org
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.scoreboard import show
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

PERIODS: Final = (7, 28, 90)
PARTS: tuple[Part, ...] = get_args(Part)
WEEKS_FROM: Final = 60  # so many days and more are drawn by week


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    days: int
    department_id: int | None
    account_id: int | None

    @property
    def filters(self) -> Filters:
        """For the room."""
        return Filters(department_id=self.department_id, account_id=self.account_id)

    @property
    def window(self) -> Window:
        """So many of the reader's days, today included."""
        return Window.until(timezone.localtime(clock.now()).date(), days=self.days)

    def query(self, **changes: object) -> dict[str, object]:
        """For an address that keeps what was asked."""
        kept: dict[str, object] = {
            "days": "" if self.days == PERIODS[1] else self.days,
            "department": "" if self.department_id is None else self.department_id,
            "account": "" if self.account_id is None else self.account_id,
        }
        return {**kept, **changes}


def asked(request: Request) -> Asked:
    """From the address; what makes no sense is left out."""
    days = _number(request.GET.get("days", ""))
    return Asked(
        days=days if days in PERIODS else PERIODS[1],
        department_id=_number(request.GET.get("department", "")),
        account_id=_number(request.GET.get("account", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _rows_address(request: Request, wanted: Asked, key: str, department_id: int | None = None) -> str:
    query = wanted.query() if department_id is None else wanted.query(department=department_id)
    return with_query(reverse("web:measure", args=[request.workspace.slug, key]), **query)


@require_GET
@member_page
def scoreboard(request: Request) -> HttpResponse:
    """All measures, in all and by department."""
    policies.must_see_figures(request.actor)
    wanted = asked(request)
    board = queries.scoreboard(request.actor, wanted.window, wanted.filters)
    step: queries.Step = "week" if wanted.days >= WEEKS_FROM else "day"
    line = partial(queries.series, request.actor, window=wanted.window, filters=wanted.filters, step=step)
    here = reverse("web:scoreboard", args=[request.workspace.slug])
    context = {
        "tiles": [show.figure(board.total[key], _rows_address(request, wanted, key)) for key in show.TILES],
        "columns": [spoken(MEASURES[key].label) for key in show.COLUMNS],
        "lines": show.lines(board, partial(_rows_address, request, wanted)),
        "rates": show.chart([(spoken(MEASURES[key].label), line(key=key)) for key in ("response_rate_72h", "sla_attainment")], unit=Unit.SHARE),
        "times": show.chart([(spoken(MEASURES["first_response"].label), line(key="first_response"))], unit=Unit.SECONDS),
        "periods": [(days, with_query(here, **wanted.query(days="" if days == PERIODS[1] else days)), days == wanted.days) for days in PERIODS],
        "departments": [("", _("All departments")), *((desk.pk, desk.name) for desk in org.departments(request.actor)), (TRIAGE, _("Triage"))],
        "accounts": [("", _("All accounts")), *((row.pk, f"@{row.handle}") for row in channels.visible_to(request.actor).order_by("handle", "id"))],
        "wanted": wanted,
        "by_week": step == "week",
        "here": here,
    }  # fmt: skip
    return render(request, "scoreboard/page.html.jinja", context)


@require_GET
@member_page
def measure(request: Request, key: str) -> HttpResponse:
    """One figure, what it means, and its rows, newest first."""
    policies.must_see_figures(request.actor)
    wanted, part = asked(request), _part(request)
    found = measure_of(key)
    value = queries.value(request.actor, key, wanted.window, wanted.filters)
    page = drill.rows(
        request.actor, key, wanted.window, wanted.filters, part=part, after=request.GET.get("after") or None
    )
    here = reverse("web:measure", args=[request.workspace.slug, key])
    parts = [("denominator", _("All")), ("numerator", spoken(found.numerator)), ("missed", _("Missed"))]
    names = dict(drill.department_names(request.actor))
    context = {
        "measure": found,
        "figure": show.figure(value, ""),
        "rows": page.rows,
        "took": show.duration_of,
        "parts": [(name, with_query(here, **wanted.query(part=one)), one == part) for one, name in parts]
        if found.unit is Unit.SHARE
        else [],
        "older": with_query(here, **wanted.query(part=part, after=page.after)) if page.after else "",
        "csv": with_query(reverse("web:measure_csv", args=[request.workspace.slug, key]), **wanted.query(part=part)),
        "board": with_query(reverse("web:scoreboard", args=[request.workspace.slug]), **wanted.query()),
        "place": names.get(wanted.department_id or 0, _("Triage") if wanted.department_id == TRIAGE else ""),
        "wanted": wanted,
        "conversation": lambda pk: reverse("web:open", args=[request.workspace.slug, "all", pk]),
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
    last = wanted.window.last
    name = f"{key}-{last - timedelta(days=wanted.days - 1)}-{last}.csv"
    return StreamingHttpResponse(
        lines, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
