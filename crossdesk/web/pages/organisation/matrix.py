"""The responsibility matrix: who answers what; changed cell by cell, in place."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from crossdesk.kit import clock
from crossdesk.org import queries, services
from crossdesk.org.enums import Part, Right
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import at, draw, in_place, tried


@dataclass(frozen=True, slots=True)
class Cell:
    """One department's part in one intent. open: its choices are shown."""

    department_id: int
    department: str
    address: str
    part: str
    open: bool
    id: str
    problem: str


@dataclass(frozen=True, slots=True)
class Row:
    """One intent. owned: somebody is responsible."""

    intent: str
    cells: list[Cell]
    owned: bool


def parts() -> list[tuple[str, str, str]]:
    """Value, letter, words; nothing last."""
    return [
        (Part.RESPONSIBLE, "R", _("Responsible")),
        (Part.CONSULTED, "C", _("Consulted")),
        (Part.INFORMED, "I", _("Informed")),
        ("", "–", _("No part")),
    ]


def _rows(request: Request, grid: queries.Grid, opened: tuple[str, int] | None = None, problem: str = "") -> list[Row]:
    return [
        Row(
            intent=row.intent,
            cells=[
                Cell(
                    department_id=desk.pk,
                    department=desk.name,
                    address=at(request, "matrix_cell", row.intent, desk.pk),
                    part=part,
                    open=opened == (row.intent, desk.pk),
                    id=f"part-{row.intent}-{desk.pk}",
                    problem=problem if opened == (row.intent, desk.pk) else "",
                )
                for desk, part in zip(grid.departments, row.parts, strict=True)
            ],
            owned=Part.RESPONSIBLE in row.parts,
        )
        for row in grid.rows
    ]


@require_GET
@member_page
def matrix(request: Request) -> HttpResponse:
    """The whole grid, and what is missing beside it."""
    return _page(request)


def _page(
    request: Request, problem: str = "", status: int = 200, opened: tuple[str, int] | None = None
) -> HttpResponse:
    grid = queries.matrix(request.actor)
    rows = _rows(request, grid, opened)
    if opened is not None and not any(cell.open for row in rows for cell in row.cells):
        raise Http404
    context = {
        "departments": grid.departments,
        "rows": rows,
        "missing": queries.readiness(request.actor),
        "parts": parts(),
        "may_manage": request.actor.may(Right.MANAGE_RULES),
        "lately": lately(request, "matrix"),
    }
    return draw(request, "matrix", "matrix", context, problem=problem, status=status)


@require_http_methods(["GET", "POST"])
@member_page
def cell(request: Request, intent: str, department_id: int) -> HttpResponse:
    """GET shows the choices of a cell, POST takes one. As a fragment, or without scripts as the page."""
    here = (intent, department_id)
    if request.method == "POST":
        return _take(request, here)
    if not request.htmx:
        return _page(request, opened=here)
    opened = None if "closed" in request.GET else here
    return _fragment(request, "organisation/_matrix_row.html.jinja", here, opened=opened)


def _take(request: Request, here: tuple[str, int]) -> HttpResponse:
    def act() -> None:
        services.set_part(
            intent=here[0], department_id=here[1], part=request.POST.get("part") or None, by=request.actor,
            now=clock.now(),
        )  # fmt: skip

    if request.htmx:
        return in_place(
            request, act, said=_("Saved."), back=at(request, "matrix"), lately=lambda: lately(request, "matrix"),
            show=lambda problem, status: _fragment(
                request, "organisation/_matrix_row.html.jinja", here, opened=here, problem=problem, status=status
            ) if problem else _fragment(request, "organisation/_matrix_changed.html.jinja", here),
        )  # fmt: skip
    return tried(
        request, act, said=_("Saved."), back=at(request, "matrix"),
        page=lambda problem, status: _page(request, problem, status, opened=here),
    )  # fmt: skip


def _fragment(
    request: Request, template: str, here: tuple[str, int], opened: tuple[str, int] | None = None, problem: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    """One row of the grid; after a change with what is missing now."""
    rows = _rows(request, queries.matrix(request.actor), opened, problem)
    row = next((row for row in rows if row.intent == here[0]), None)
    if row is None or here[1] not in [cell.department_id for cell in row.cells]:
        raise Http404
    context = {
        "row": row,
        "parts": parts(),
        "missing": queries.readiness(request.actor) if opened is None else [],
        "may_manage": request.actor.may(Right.MANAGE_RULES),
    }
    return render(request, template, context, status=status)
