"""Who stands before the page: from session and address to a member and an actor, once for each request."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from crossdesk.channels import queries as channels
from crossdesk.journal import facts
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed
from crossdesk.org import queries as org
from crossdesk.org.models import Member, User, Workspace
from crossdesk.web import languages

P = ParamSpec("P")


class Request(HttpRequest):
    """A request to a page of a workspace, as `member_page` hands it on."""

    user: User
    actor: Actor
    member: Member
    workspace: Workspace
    htmx: HtmxDetails
    since: int


Page = Callable[Concatenate[Request, P], HttpResponseBase]
Entered = Callable[..., HttpResponseBase]


def member_page(page: Page[P]) -> Entered:
    """For pages below /w/<slug>/. Not signed in: the sign-in page. Not a member: the same 404 as no such workspace."""

    @wraps(page)
    def enter(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        member = org.member_of(user_id=request.user.pk, slug=slug)
        if member is None:
            raise Http404("There is no such workspace for you.")
        known = cast(Request, request)
        known.member, known.workspace, known.actor = member, member.workspace, channels.actor_of(member)
        # Before anything is read: the live line begins here, so that nothing falls between page and line.
        known.since = 0 if getattr(request, "htmx", False) else facts.last_number(member.workspace_id)
        languages.settle(known, member.user, workspace_language=member.workspace.language)
        with _zone_of(member):
            return page(known, *args, **kwargs)

    return enter


def needs(right: str) -> Callable[[Page[P]], Entered]:
    """Only for roles with this right; others are told that they may not."""

    def around(page: Page[P]) -> Entered:
        @wraps(page)
        def enter(request: Request, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.actor.may(right):
                raise NotAllowed("Your role does not include this page. Ask an administrator of your workspace.")
            return page(request, *args, **kwargs)

        return enter

    return around


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """A fragment cannot show the sign-in page: it asks the browser to go there."""
    address = reverse("web:sign_in")
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect_to_login(request.get_full_path(), address)


def _zone_of(member: Member) -> Any:
    for name in (member.user.time_zone, member.workspace.time_zone):
        if name and name != "UTC":
            try:
                return timezone.override(ZoneInfo(name))
            except (ZoneInfoNotFoundError, ValueError):
                continue
    return timezone.override(ZoneInfo("UTC"))
