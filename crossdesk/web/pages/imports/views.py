"""Import: choose a file, confirm what its columns hold, see what would come in, let it come in, take it back."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crossdesk.channels import queries as channels
from crossdesk.imports import queries, services
from crossdesk.imports.columns import FIELDS, Columns, checked
from crossdesk.imports.enums import ImportState
from crossdesk.imports.models import Import
from crossdesk.imports.plan import Plan
from crossdesk.kit import clock
from crossdesk.kit.errors import CrossdeskError, Invalid
from crossdesk.org.enums import Right
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page, needs
from crossdesk.web.pages.imports import show
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

MEGABYTE = 1024 * 1024
PAGE = 30


@require_http_methods(["GET", "POST"])
@member_page
@needs(Right.MANAGE_WORKSPACE)
def imports(request: Request) -> HttpResponse:
    """All imports, and a file for the next one."""
    if request.method == "POST":
        try:
            return redirect("web:import", request.workspace.slug, _upload(request).pk)
        except CrossdeskError as error:
            return _list(request, problem=spoken(error.message), status=422)
    return _list(request)


def _list(request: Request, *, problem: str = "", status: int = 200) -> HttpResponse:
    given = request.GET.get("before", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None
    rows = queries.past(request.actor, before=before, limit=PAGE + 1)
    here = reverse("web:imports", args=[request.workspace.slug])
    context = {
        "imports": [show.import_card(row, request.workspace.slug, now=clock.now()) for row in rows[:PAGE]],
        "older": with_query(here, before=rows[PAGE - 1].pk) if len(rows) > PAGE else "",
        "problem": problem,
        "most": settings.IMPORT_MOST_MB,
        "accounts_address": reverse("web:accounts", args=[request.workspace.slug]),
    }
    return render(request, "imports/page.html.jinja", context, status=status)


def _upload(request: Request) -> Import:
    """Written to the disk piece by piece. Raises Invalid and what looking at a file raises."""
    chosen = request.FILES.get("file")
    if chosen is None:
        raise Invalid("Choose a file.")
    if (chosen.size or 0) > settings.IMPORT_MOST_MB * MEGABYTE:
        raise Invalid("This file is too large to be uploaded here. Run “crossdesk import” on the server instead.")
    return services.upload(name=chosen.name or "file", pieces=chosen.chunks(), by=request.actor, now=clock.now())


def _one(request: Request, import_id: int) -> Import:
    row = queries.visible_to(request.actor).filter(pk=import_id).first()
    if row is None:
        raise Http404
    return row


@require_GET
@member_page
@needs(Right.MANAGE_WORKSPACE)
def one(request: Request, import_id: int) -> HttpResponse:
    """One import, as far as it is."""
    return _page(request, _one(request, import_id))


def _page(request: Request, row: Import, *, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        **_state(request, row),
        "problem": problem,
        "imports_address": reverse("web:imports", args=[request.workspace.slug]),
    }
    if row.state == ImportState.LOOKED:
        try:
            context |= _columns(request, row)
        except CrossdeskError as error:  # the file has gone, or can no longer be read
            context |= {"problem": problem or spoken(error.message), "fields": ()}
    return render(request, "imports/one.html.jinja", context, status=status)


@require_GET
@member_page
@needs(Right.MANAGE_WORKSPACE)
def state(request: Request, import_id: int) -> HttpResponse:
    """What changes while it goes on; the page asks for it by itself. Another state is another page."""
    row = _one(request, import_id)
    if row.state != request.GET.get("state"):
        return HttpResponse(headers={"HX-Redirect": reverse("web:import", args=[request.workspace.slug, row.pk])})
    return render(request, "imports/_progress.html.jinja", _state(request, row))


def _state(request: Request, row: Import) -> dict[str, Any]:
    card = show.import_card(row, request.workspace.slug, now=clock.now())
    found = row.summary
    return {
        "one": card,
        "expected": show.expected(found) if found else (),
        "came": show.came(row),
        "first": show.moment_of(found["first"]) if found else None,
        "last": show.moment_of(found["last"]) if found else None,
        "wrong_rows": found.get("wrong_rows", ()),
        "handles": found.get("handles", ())[:12],
        "position": row.position,
        "heard": row.heard,
    }


def _columns(request: Request, row: Import) -> dict[str, Any]:
    look = services.look(services.file_of(row))
    said = {field: request.POST[field] for field in FIELDS if field in request.POST} or (row.plan or {}).get("columns")
    accounts = channels.visible_to(request.actor).filter(removed_at=None).order_by("handle", "id")
    return {
        "fields": show.fields(look, look.guess if said is None else said),
        "choices": [("", "–"), *((name, name) for name in look.columns)],
        "heads": look.columns[:12],
        "rows": show.first_rows(look),
        "accounts": [("", _("By our handles in the file")), *((one.pk, f"@{one.handle.lstrip('@')}") for one in accounts)],
        "account": request.POST.get("account_id", row.account_id or ""),
        "dates": [("", _("as the file says")), ("day", _("the day first: 31/12/2020")), ("month", _("the month first: 12/31/2020"))],
        "day_unsure": look.day_first is None,
        "zone": request.POST.get("zone", request.workspace.time_zone),
        "network": request.POST.get("network_name", (row.plan or {}).get("network", "")),
        "ours": request.POST.get("ours", ", ".join((row.plan or {}).get("ours", ()))),
    }  # fmt: skip


@require_POST
@member_page
@needs(Right.MANAGE_WORKSPACE)
def act(request: Request, import_id: int) -> HttpResponse:
    """Confirm the columns, begin, stop, go on, choose other columns, take back, throw away."""
    row, by, now = _one(request, import_id), request.actor, clock.now()
    what = request.POST.get("act", "")
    try:
        match what:
            case "confirm":
                account = _account(request)
                services.confirm(
                    import_id=row.pk, plan=_plan(request, row), account_id=account, by=by, now=now, in_background=True
                )
            case "begin":
                services.begin(import_id=row.pk, by=by, now=now, in_background=True)
            case "stop":
                services.stop(import_id=row.pk, by=by, now=now)
                toasts.say(request, _("Stopped. What came in stays; it can go on at any time."))
            case "columns":
                services.look_again(import_id=row.pk, by=by)
            case "take_back":
                services.take_back(import_id=row.pk, by=by, now=now)
            case "discard":
                services.discard(import_id=row.pk, by=by)
                toasts.say(request, _("Thrown away. Nothing of it came in."))
                return redirect("web:imports", request.workspace.slug)
            case _:
                raise Http404
    except CrossdeskError as error:
        return _page(request, _one(request, import_id), problem=spoken(error.message), status=error.status)
    return redirect("web:import", request.workspace.slug, row.pk)


def _account(request: Request) -> int | None:
    given = request.POST.get("account_id", "")
    if not given:
        return None
    found = channels.visible_to(request.actor).filter(removed_at=None)
    row = found.filter(pk=int(given)).first() if given.isascii() and given.isdigit() and len(given) < 18 else None
    if row is None:
        raise Invalid("This account does not exist any more. Choose another one.")
    return row.pk


def _plan(request: Request, row: Import) -> Plan:
    """What was said on the form. Raises Invalid."""
    given: Mapping[str, str] = request.POST
    look = services.look(services.file_of(row))
    columns: Columns = checked({field: given[field] for field in FIELDS if given.get(field)}, look.columns)
    ours = tuple(each for each in re.split(r"[\s,;]+", given.get("ours", "")) if each)
    if "direction" not in columns and not ours:
        raise Invalid("Nothing says which messages are yours. Choose the column, or name your own handles.")
    zone = given.get("zone", "")
    if zone not in available_timezones():
        raise Invalid(f"“{zone}” is no time zone. Write it like Europe/Berlin.")
    dates = given.get("dates", "")
    day_first = services.read_days(look.rows, columns["at"]) if not dates else dates == "day"
    if day_first is None:
        raise Invalid("The dates of this file may be read in two ways. Say whether the day or the month comes first.")
    network = given.get("network_name", "").strip().lower()[:60]
    return Plan.made(columns, day_first=day_first, zone=zone, ours=ours, network=network)


@require_GET
@member_page
@needs(Right.MANAGE_WORKSPACE)
def errors(request: Request, import_id: int) -> FileResponse:
    """The rows that cannot come in, each with what is wrong."""
    path = services.errors_path(_one(request, import_id))
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), content_type="text/csv; charset=utf-8", as_attachment=True, filename="errors.csv"
    )
