"""The door of a new installation. Only who holds the link that the server printed comes in, and only once."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from crossdesk.kit import clock
from crossdesk.org import queries, services
from crossdesk.web import languages, toasts, zones
from crossdesk.web.pages.account.links import BACKEND
from crossdesk.web.pages.beginning.forms import FounderForm


@never_cache
@require_GET
def closed(request: HttpRequest) -> HttpResponse:
    """Without the link: where to find it."""
    if not queries.nobody_is_there():
        return redirect("web:home")
    return render(request, "beginning/closed.html.jinja", {})


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """Who you are and what your workspace is called. Raises LinkNotValid, a 404, for any link but the one that stands."""
    now = clock.now()
    queries.first_link(token, now=now)
    form, status = FounderForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            member = services.found(token=token, founder=form.founder(), now=now)
            login(request, member.user, backend=BACKEND)
            languages.settle(request, member.user)
            toasts.say(request, _("Welcome to %(name)s.") % {"name": member.workspace.name})
            return redirect("web:set_up", member.workspace.slug)
    zone = request.POST.get("time_zone") or "UTC"
    context = {
        "form": form,
        "zones": zones.with_present(zone),
        "zone": zone,
        "languages": languages.choices(),
        "language": request.POST.get("language") or languages.supported(get_language() or ""),
        "place": f"{urlsplit(settings.URL).netloc}{reverse('web:workspace', args=['x'])}".removesuffix("x/"),
    }
    return render(request, "beginning/welcome.html.jinja", context, status=status)
