"""Writing: saved replies, listed and changed in place, and whether pictures must be described."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.inbox import policies, queries, services
from crossdesk.inbox.models import SavedReply
from crossdesk.kit import clock
from crossdesk.org import services as org
from crossdesk.org.enums import Right
from crossdesk.org.queries import departments
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import at, draw, tried, whole

EVERYBODY = ""


@require_http_methods(["GET", "POST"])
@member_page
def writing(request: Request) -> HttpResponse:
    """All saved replies; a new one, or a changed one, is sent here."""
    if request.method == "GET":
        return _page(request)
    given = request.POST
    saved_id = whole(given.get("saved"))
    return tried(
        request,
        lambda: services.save_reply(
            title=given.get("title", ""), shortcut=given.get("shortcut", ""), text=given.get("text", ""),
            department_id=whole(given.get("department")), by=request.actor, now=clock.now(), saved_id=saved_id,
        ),
        said=_("Saved."), back=at(request, "writing"), page=lambda problem, status: _page(request, problem, status),
    )  # fmt: skip


@require_POST
@member_page
def act(request: Request, saved_id: int, name: str) -> HttpResponse:
    """Take one away, or bring it back."""
    if name == "remove":
        gone = services.remove_reply(saved_id=saved_id, by=request.actor, now=clock.now())
        way_back = at(request, "saved_act", saved_id, "restore")
        toasts.say(request, _("“%(title)s” is taken away.") % {"title": gone.title}, undo=way_back)
    elif name == "restore":
        services.restore_reply(saved_id=saved_id, by=request.actor)
        toasts.say(request, _("It is back."))
    else:
        raise Http404
    response = HttpResponse(status=303, headers={"Location": at(request, "writing")})
    if request.htmx:
        response = HttpResponse(status=204, headers={"HX-Redirect": at(request, "writing")})
    return response


@require_POST
@member_page
def pictures(request: Request) -> HttpResponse:
    """Must pictures be described?"""
    return tried(
        request,
        lambda: org.set_pictures_described(must=request.POST.get("must") == "on", by=request.actor, now=clock.now()),
        said=_("Saved."), back=at(request, "writing"), page=lambda problem, status: _page(request, problem, status),
    )  # fmt: skip


def _may_change(request: Request, row: SavedReply) -> bool:
    return policies.can_save_for(request.actor, row.department_id)


def _page(request: Request, problem: str = "", status: int = 200) -> HttpResponse:
    rows = queries.saved_replies(request.actor, everything=True)
    desks = departments(request.actor)
    may_all = policies.can_save_for(request.actor, None)
    own = [desk for desk in desks if policies.can_save_for(request.actor, desk.pk)]
    everybody = [(EVERYBODY, _("Everybody"))] if may_all else []
    context = {
        "rows": [(row, _may_change(request, row)) for row in rows],
        "desks": [*everybody, *((str(desk.pk), desk.name) for desk in own)],
        "places": [f"{{{place}}}" for place in services.PLACES],
        "typed": {name: request.POST.get(name, "") for name in ("saved", "title", "shortcut", "text", "department")},
        "must_describe": request.workspace.pictures_described,
        "may_manage": request.actor.may(Right.MANAGE_WORKSPACE),
        "lately": lately(request, "writing"),
    }
    return draw(request, "writing", "writing", context, problem=problem, status=status)
