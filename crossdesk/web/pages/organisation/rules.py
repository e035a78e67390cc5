"""The rules in their order, each in one sentence; switched, moved, archived."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crossdesk.kit import clock
from crossdesk.org.enums import Right
from crossdesk.triage import queries, services
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation import places
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import at, draw, in_place, tried, whole


@require_GET
@member_page
def rules(request: Request) -> HttpResponse:
    """Everybody may know how routing works."""
    return _page(request)


def _list(request: Request) -> dict[str, Any]:
    return {
        "rules": [(line, places.rule_name(request, line.id, line.name)) for line in queries.rule_lines(request.actor)],
        "may_manage": request.actor.may(Right.MANAGE_RULES),
        "slug": request.workspace.slug,
    }


def _page(request: Request, problem: str = "", status: int = 200) -> HttpResponse:
    context = {**_list(request), "lately": lately(request, "rules")}
    return draw(request, "rules", "rules", context, problem=problem, status=status)


@require_POST
@member_page
def act(request: Request, rule_id: int) -> HttpResponse:
    """Let it work or rest, move it, archive it; in place, or without scripts as the page."""
    do, said = _act(request, rule_id)
    if request.htmx:
        return in_place(
            request, do, said=said, back=at(request, "rules"), lately=lambda: lately(request, "rules"),
            show=lambda problem, status: render(
                request, "organisation/_rules.html.jinja", {**_list(request), "problem": problem}, status=status
            ),
        )  # fmt: skip
    return tried(
        request, do, said=said, back=at(request, "rules"),
        page=lambda problem, status: _page(request, problem, status),
    )  # fmt: skip


def _act(request: Request, rule_id: int) -> tuple[Callable[[], object], str]:
    actor, now = request.actor, clock.now()
    match request.POST.get("act"):
        case "enable":
            return lambda: services.enable_rule(rule_id=rule_id, on=True, by=actor, now=now), _("The rule works now.")
        case "disable":
            return lambda: services.enable_rule(rule_id=rule_id, on=False, by=actor, now=now), _("The rule rests.")
        case "archive":
            return lambda: services.archive_rule(rule_id=rule_id, by=actor, now=now), _("The rule is archived.")
        case "move":
            to = whole(request.POST.get("to"))
            if to is not None:
                return lambda: services.move_rule(rule_id=rule_id, to=to, by=actor, now=now), _("Moved.")
    raise Http404
