"""Signing in and out, the theme, where a person lands. Pages outside of any workspace."""

from typing import cast

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crossdesk.org import queries as org
from crossdesk.org.enums import Step
from crossdesk.org.models import User
from crossdesk.web.access import Request, member_page
from crossdesk.web.shell import SCHEMES, THEME_COOKIE

YEAR = 365 * 24 * 3600


def safe_next(request: HttpRequest) -> str:
    """Where the form wants to go back to, if that is one of our own pages; else the root."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else "/"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The door. A wrong address and a wrong password get the same answer."""
    if request.user.is_authenticated:
        return redirect(safe_next(request))
    if request.method == "GET" and org.nobody_is_there():
        return redirect("web:closed")
    email, problem, status = request.POST.get("email", "").strip().lower(), "", 200
    if request.method == "POST":
        user = authenticate(request, username=email, password=request.POST.get("password", ""))
        if user is not None:
            login(request, user)
            return redirect(safe_next(request))
        problem, status = _("The address or the password is not right."), 422
    context = {"email": email, "problem": problem, "next": safe_next(request)}
    return render(request, "account/sign_in.html.jinja", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
    logout(request)
    return redirect("web:sign_in")


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the choice in the browser; the server draws it from then on."""
    chosen = request.POST.get("theme", "")
    fragment = bool(request.headers.get("HX-Request"))
    response = HttpResponse(status=204) if fragment else HttpResponseRedirect(safe_next(request))
    if chosen in SCHEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@require_GET
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The reader's first workspace, or a page that says that there is none."""
    places = org.memberships(cast(User, request.user))
    if not places:
        return render(request, "account/nowhere.html.jinja", {})
    return redirect(reverse("web:workspace", args=[places[0].workspace.slug]))


@require_GET
@member_page
def workspace(request: Request) -> HttpResponse:
    """A workspace opens on the reader's day; while it is being set up, where its owner was."""
    set_up = org.set_up(request.actor)
    if set_up is not None and set_up.reached != Step.READY:
        return redirect(reverse("web:set_up", args=[request.workspace.slug]))
    return redirect(reverse("web:today", args=[request.workspace.slug]))
