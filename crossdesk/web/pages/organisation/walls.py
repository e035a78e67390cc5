"""Walls, for those who stand inside: who else does, and why."""

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossdesk.kit import clock
from crossdesk.org import policies, queries, services
from crossdesk.org.enums import Right, WallKind
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation.departments import name_of
from crossdesk.web.pages.organisation.frame import at, draw, tried, whole
from crossdesk.web.sentences import spoken


class WallForm(forms.Form):
    """What for, how it is called and why."""

    kind = forms.ChoiceField(choices=WallKind.choices)
    name = forms.CharField(max_length=120)
    reason = forms.CharField(max_length=2000)


@require_http_methods(["GET", "POST"])
@member_page
def walls(request: Request) -> HttpResponse:
    """Those that the reader stands inside of; for all others they do not exist."""
    if not (request.actor.walls or request.actor.may(Right.OPEN_WALLS)):
        raise Http404
    if request.method == "GET":
        return _list(request)
    form = WallForm(request.POST)
    if not form.is_valid():
        return _list(request, _("Say what kind of wall it is, how it is called and why it stands."), 422)
    given = form.cleaned_data
    return tried(
        request,
        lambda: services.open_wall(
            kind=given["kind"], name=given["name"], reason=given["reason"], by=request.actor, now=clock.now()
        ),
        said=_("The wall stands. Now say who else stands inside."), back=at(request, "walls"),
        page=lambda problem, status: _list(request, problem, status),
    )  # fmt: skip


def _list(request: Request, problem: str = "", status: int = 200) -> HttpResponse:
    lines = queries.walls(request.actor)
    context = {
        "walls": [
            (line.wall, spoken(WallKind(line.wall.kind).label), [name_of(one.member) for one in line.insiders])
            for line in lines
        ],
        "kinds": [(value, spoken(label)) for value, label in WallKind.choices],
        "typed": {name: request.POST.get(name, "") for name in ("kind", "name", "reason")},
        "may_open": request.actor.may(Right.OPEN_WALLS),
    }
    return draw(request, "walls", "walls", context, problem=problem, status=status)


@require_http_methods(["GET", "POST"])
@member_page
def wall(request: Request, wall_id: int) -> HttpResponse:
    """Who stands inside; somebody more or less, with a reason."""
    queries.wall(request.actor, wall_id)
    if request.method == "GET":
        return _one(request, wall_id)
    member_id, reason = whole(request.POST.get("member")), request.POST.get("reason", "")
    act = {"add": services.add_insider, "remove": services.remove_insider}.get(request.POST.get("act", ""))
    if act is None or member_id is None:
        raise Http404
    leaves = act is services.remove_insider and member_id == request.actor.member_id
    return tried(
        request,
        lambda: act(wall_id=wall_id, member_id=member_id, reason=reason, by=request.actor, now=clock.now()),
        said=_("Done, and noted with your reason."),
        back=at(request, "organisation") if leaves else at(request, "wall", wall_id),
        page=lambda problem, status: _one(request, wall_id, problem, status),
    )  # fmt: skip


def _one(request: Request, wall_id: int, problem: str = "", status: int = 200) -> HttpResponse:
    line = next(line for line in queries.walls(request.actor) if line.wall.pk == wall_id)
    inside = {place.member_id for place in line.insiders}
    context = {
        "wall": line.wall,
        "kind": spoken(WallKind(line.wall.kind).label),
        "insiders": [(place, name_of(place.member)) for place in line.insiders],
        "others": [
            (member.pk, name_of(member))
            for member in queries.members(request.actor)
            if member.active and member.pk not in inside
        ],
        "may_manage": policies.can_manage_walls(request.actor, wall_id),
    }
    return draw(request, "wall", "walls", context, problem=problem, status=status)
