"""Doors that a link opens: joining a workspace, setting a new password. Pages outside of any workspace."""

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from crossdesk.kit import clock
from crossdesk.kit.errors import Conflict, Invalid
from crossdesk.org import queries, services
from crossdesk.org.enums import Role
from crossdesk.web import toasts
from crossdesk.web.sentences import spoken

BACKEND = "django.contrib.auth.backends.ModelBackend"


def _the_same(request: HttpRequest) -> str:
    """The password, typed twice alike. Raises Invalid."""
    password = request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        raise Invalid(_("The two passwords are not the same."))
    return password


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: with a click for who is signed in, with a name and a password for who is new."""
    now = clock.now()
    invitation = queries.invitation_by_token(token, now=now)
    user = request.user if request.user.is_authenticated else None
    problem, status = "", 200
    if request.method == "POST":
        try:
            password = _the_same(request) if user is None else ""
            member = services.accept_invitation(
                token=token, now=now, user=user, name=request.POST.get("name", ""), password=password
            )
        except (Invalid, Conflict) as error:
            problem, status = spoken(error.message), error.status
        else:
            if user is None:
                login(request, member.user, backend=BACKEND)
            toasts.say(request, _("Welcome to %(name)s.") % {"name": member.workspace.name})
            return redirect("web:workspace", member.workspace.slug)
    context = {
        "invitation": invitation,
        "role": spoken(Role(invitation.role).label),
        "person": user,
        "for_somebody_else": user is not None and user.email != invitation.email,
        "name": request.POST.get("name", invitation.name),
        "problem": problem,
        "here": request.path,
    }
    return render(request, "account/join.html.jinja", context, status=status)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password by link, once; all open sessions of this person end."""
    now = clock.now()
    reset = queries.reset_by_token(token, now=now)
    problems: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            user = services.reset_password(token=token, password=_the_same(request), now=now)
        except Invalid as error:
            problems, status = [spoken(error.message)], error.status
        else:
            login(request, user, backend=BACKEND)
            toasts.say(request, _("Your new password is set."))
            return redirect("web:home")
    context = {
        "title": _("Set a new password"),
        "sentence": _("For %(email)s. Wherever you are signed in, you will be signed out.")
        % {"email": reset.user.email},
        "problems": problems,
        "asks_name": False,
        "submit": _("Set password"),
    }
    return render(request, "account/new_password.html.jinja", context, status=status)
