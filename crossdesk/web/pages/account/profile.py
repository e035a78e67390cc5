"""What a person sets for themselves: name, time zone, language, theme, password."""

from typing import Final

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid
from crossdesk.org import services
from crossdesk.web import languages, toasts, zones
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.account.views import YEAR, safe_next
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import SCHEMES, THEME_COOKIE

# The room calls auto what pages call system.
THEME_OF: Final = {"system": "auto", "light": "light", "dark": "dark"}


@require_http_methods(["GET", "POST"])
@member_page
def profile(request: Request) -> HttpResponse:
    """How a person is called and how pages look for them."""
    if request.method == "GET":
        return _page(request)
    given = request.POST
    scheme = given.get("theme", "")
    try:
        user = services.change_profile(
            user_id=request.user.pk, name=given.get("name", ""), time_zone=given.get("time_zone", ""),
            language=given.get("language", ""), theme=THEME_OF.get(scheme, scheme), now=clock.now(),
        )  # fmt: skip
    except Invalid as error:
        return _page(request, spoken(error.message), error.status)
    languages.settle(request, user)
    toasts.say(request, _("Saved."))
    response = redirect("web:profile", request.workspace.slug)
    response.set_cookie(THEME_COOKIE, scheme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@sensitive_post_parameters("old", "password", "again")
@require_POST
@member_page
def password(request: Request) -> HttpResponse:
    """Another password; other sessions of this person end, this one stays."""
    given = request.POST
    try:
        if given.get("password") != given.get("again"):
            raise Invalid(_("The two passwords are not the same."))
        user = services.change_password(
            user_id=request.user.pk, old=given.get("old", ""), new=given.get("password", ""), now=clock.now()
        )
    except Invalid as error:
        return _page(request, spoken(error.message), error.status)
    update_session_auth_hash(request, user)
    toasts.say(request, _("Your password is changed. Elsewhere you are signed out."))
    return redirect("web:profile", request.workspace.slug)


@require_POST
@member_page
def preference(request: Request) -> HttpResponse:
    """One preference, from a menu: the density of lists, or moving on after acts."""
    given = request.POST
    if "density" in given:
        services.set_density(user_id=request.user.pk, density=given["density"])
    if "moves_on" in given:
        services.set_moves_on(user_id=request.user.pk, moves_on=given["moves_on"] == "yes")
    if given.get("undo_seconds", "").isdigit():
        services.set_undo_seconds(user_id=request.user.pk, seconds=int(given["undo_seconds"]))
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(safe_next(request))


def _page(request: Request, problem: str = "", status: int = 200) -> HttpResponse:
    user, given = request.user, request.POST
    scheme = next((name for name, kept in THEME_OF.items() if kept == user.theme), SCHEMES[0])
    zone, language = given.get("time_zone", user.time_zone), given.get("language", user.language)
    context = {
        "person": user,
        "name": given.get("name", user.name),
        "zone": zone,
        "zones": zones.with_present(zone),
        "language": language,
        "languages": [("", _("As the browser")), *languages.choices()],
        "scheme": given.get("theme", scheme),
        "schemes": [("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))],
        "undo_seconds": user.undo_seconds,
        "undo_choices": [(seconds, _undo_words(seconds)) for seconds in services.UNDO_SECONDS],
        "problem": problem,
        "slug": request.workspace.slug,
    }
    return render(request, "account/profile.html.jinja", context, status=status)


def _undo_words(seconds: int) -> str:
    return ngettext("%(num)d second", "%(num)d seconds", seconds) % {"num": seconds} if seconds else _("Not at all")
