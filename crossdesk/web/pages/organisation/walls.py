"""Walls, for those who stand inside: who else does, and why."""

from collections.abc import Callable
from functools import partial

from django import forms
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossdesk.kit import clock
from crossdesk.org import policies, queries, services
from crossdesk.org.enums import Right, WallKind
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation import changes
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
            (
                line.wall,
                spoken(WallKind(line.wall.kind).label),
                [name_of(one.member) for one in line.insiders if one.asleep_at is None],
            )
            for line in lines
        ],
        "kinds": [(value, spoken(label)) for value, label in WallKind.choices],
        "typed": {name: request.POST.get(name, "") for name in ("kind", "name", "reason")},
        "may_open": request.actor.may(Right.OPEN_WALLS),
        "lately": changes.lately(request, "walls"),
    }
    return draw(request, "walls", "walls", context, problem=problem, status=status)


@require_http_methods(["GET", "POST"])
@member_page
def wall(request: Request, wall_id: int) -> HttpResponse:
    """Who stands inside; somebody more or less, with a reason."""
    queries.wall(request.actor, wall_id)
    if request.method == "GET":
        return _one(request, wall_id)
    do = _act(request, wall_id)
    leaves = request.POST.get("act") == "remove" and whole(request.POST.get("member")) == request.actor.member_id
    return tried(
        request, do, said=_("Done, and noted with your reason."), undo=not leaves,
        back=at(request, "organisation") if leaves else at(request, "wall", wall_id),
        page=lambda problem, status: _one(request, wall_id, problem, status),
    )  # fmt: skip


def _act(request: Request, wall_id: int) -> Callable[[], object]:
    """What the form asks for. Raises Http404 for what no form of the page asks."""
    name, member_id = request.POST.get("act", ""), whole(request.POST.get("member"))
    reason, now = request.POST.get("reason", ""), clock.now()
    if name == "take_down":
        return partial(services.take_down, wall_id=wall_id, reason=reason, by=request.actor, now=now)
    do = {"add": services.add_insider, "remove": services.remove_insider}.get(name)
    if do is None or member_id is None:
        raise Http404
    return partial(do, wall_id=wall_id, member_id=member_id, reason=reason, by=request.actor, now=now)


def _one(request: Request, wall_id: int, problem: str = "", status: int = 200) -> HttpResponse:
    line = queries.wall_line(request.actor, wall_id)
    standing = line.wall.taken_down_at is None
    inside = {place.member_id for place in line.insiders if place.asleep_at is None}
    context = {
        "wall": line.wall,
        "kind": spoken(WallKind(line.wall.kind).label),
        "insiders": [(place, name_of(place.member)) for place in line.insiders],
        "others": [
            (member.pk, name_of(member))
            for member in queries.members(request.actor)
            if member.active and member.pk not in inside
        ],
        "may_manage": standing and policies.can_manage_walls(request.actor, wall_id),
        "lately": changes.lately(request, "walls", wall_id),
    }
    return draw(request, "wall", "walls", context, problem=problem, status=status)
