"""The access matrix: what each department may do on each account; changed cell by cell, in place."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from crossdesk.channels import policies, queries
from crossdesk.channels.services import connecting
from crossdesk.kit import clock
from crossdesk.kit.actor import Access
from crossdesk.org import queries as org
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.accounts.show import level_names, network_name
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import at, draw, in_place, tried

Here = tuple[int, int]  # account, department


@dataclass(frozen=True, slots=True)
class Cell:
    """What one department may do on one account. open: its choices are shown. problem: what was refused."""

    id: str
    department: str
    address: str
    levels: frozenset[Access]
    open: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Row:
    """One account."""

    id: int
    handle: str
    network: str
    network_name: str
    cells: list[Cell]
    may_manage: bool


def _rows(request: Request, opened: Here | None = None, problem: str = "") -> list[Row]:
    desks, kept = org.departments(request.actor), queries.access_grid(request.actor)
    accounts = queries.visible_to(request.actor).filter(removed_at=None).order_by("network", "handle", "id")
    return [
        Row(
            id=account.pk,
            handle=f"@{account.handle.lstrip('@')}",
            network=account.network,
            network_name=network_name(account.network),
            cells=[
                Cell(
                    id=f"access-{account.pk}-{desk.pk}",
                    department=desk.name,
                    address=at(request, "access_cell", account.pk, desk.pk),
                    levels=kept.get((account.pk, desk.pk), frozenset()),
                    open=opened == (account.pk, desk.pk),
                    problem=problem if opened == (account.pk, desk.pk) else "",
                )
                for desk in desks
            ],
            may_manage=policies.can_manage(request.actor, account),
        )
        for account in accounts
    ]


def _levels() -> list[tuple[str, str, str]]:
    """Value, words, and the letter that stands for it in the grid."""
    letters = {
        "monitor": pgettext("letter of See", "S"),
        "respond": pgettext("letter of Respond", "R"),
        "publish": pgettext("letter of Publish", "P"),
        "approve": pgettext("letter of Approve", "A"),
        "manage": pgettext("letter of Manage", "M"),
    }
    return [(level, name, letters[level]) for level, name in level_names()]


@require_GET
@member_page
def access(request: Request) -> HttpResponse:
    """All accounts that the reader may see, and all departments."""
    return _page(request)


def _page(request: Request, opened: Here | None = None, problem: str = "", status: int = 200) -> HttpResponse:
    rows = _rows(request, opened, problem)
    if opened is not None and not any(cell.open for row in rows for cell in row.cells):
        raise Http404
    context = {
        "departments": org.departments(request.actor),
        "rows": rows,
        "levels": _levels(),
        "may_connect": policies.can_connect(request.actor),
        "lately": lately(request, "access"),
    }
    return draw(request, "access", "access", context, problem=problem, status=status)


@require_http_methods(["GET", "POST"])
@member_page
def cell(request: Request, account_id: int, department_id: int) -> HttpResponse:
    """GET shows the choices of a cell, POST takes them. As a fragment, or without scripts as the page."""
    here = (account_id, department_id)
    if request.method == "GET":
        if not request.htmx:
            return _page(request, here)
        return _row(request, None if "closed" in request.GET else here, here)

    def act() -> None:
        levels: list[Access] = [level for level in queries.LEVELS if request.POST.get(level)]
        connecting.set_access(
            account_id=account_id, department_id=department_id, levels=levels, by=request.actor, now=clock.now()
        )  # fmt: skip

    back, said = at(request, "access"), _("Access saved.")
    if request.htmx:
        return in_place(
            request, act, said=said, back=back, lately=lambda: lately(request, "access"),
            show=lambda problem, status: _row(request, here if problem else None, here, problem, status),
        )  # fmt: skip
    return tried(
        request, act, said=said, back=back, page=lambda problem, status: _page(request, here, problem, status)
    )  # fmt: skip


def _row(request: Request, opened: Here | None, here: Here, problem: str = "", status: int = 200) -> HttpResponse:
    row = next((row for row in _rows(request, opened, problem) if row.id == here[0]), None)
    if row is None or f"access-{here[0]}-{here[1]}" not in [cell.id for cell in row.cells]:
        raise Http404
    return render(request, "organisation/_access_row.html.jinja", {"row": row, "levels": _levels()}, status=status)
