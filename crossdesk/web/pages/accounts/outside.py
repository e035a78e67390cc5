"""What networks read of this installation, and the one address to which they send browsers back. No sign-in, no session."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_safe

from crossdesk.channels.services import connecting
from crossdesk.kit import clock
from crossdesk.kit.errors import NotFound
from crossdesk.web.pages.accounts import show

KEPT_SECONDS: Final = 600


@require_safe
def description(request: HttpRequest, network: str) -> HttpResponse:
    """Who we are, for servers of a network that ask before they let anybody sign in for us."""
    try:
        told = connecting.description(network=network, redirect_uri=show.way_back(network), now=clock.now())
    except NotFound as error:
        return JsonResponse({"error": error.message}, status=error.status)
    return JsonResponse(dict(told), headers={"Cache-Control": f"public, max-age={KEPT_SECONDS}"})


@require_GET
def back(request: HttpRequest, network: str) -> HttpResponse:
    """On to the workspace in which the sign-in began. Raises AttemptOver where it never did."""
    was = connecting.begun(request.GET.get("state", ""))
    if was is None or was.network != network:
        raise connecting.AttemptOver("This sign-in does not belong to you. Begin again from the accounts page.")
    return redirect(f"{settings.URL}{reverse('web:connected', args=[was.workspace])}?{request.GET.urlencode()}")
