"""Every component with its states, for those who build pages. Signed-in people only."""

from dataclasses import replace

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk.kit import clock
from crossdesk.web import errors
from crossdesk.web.pages.gallery import samples

SHOWN_STATUSES = (400, 403, 404, 409, 422, 500, 503)


@require_GET
@login_required
def components(request: HttpRequest) -> HttpResponse:
    """All components on one page."""
    return render(request, "gallery/page.html.jinja", {"samples": samples.pieces(clock.now()), "before": ""})


@require_GET
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """The inbox drawn from samples. ?empty and ?held show those states."""
    page = samples.inbox(clock.now())
    if "empty" in request.GET:
        page = replace(page, rows=(), conversation=None, contact=None, more_address="")
    if "list" in request.GET:
        page = replace(page, conversation=None, contact=None)
    if "held" in request.GET and page.conversation is not None:
        page = replace(page, conversation=replace(page.conversation, composer=samples.held_composer()))
    return render(request, "inbox/page.html.jinja", {"inbox": page})


@require_GET
@login_required
def error(request: HttpRequest, status: int) -> HttpResponse:
    """One of the error pages."""
    if status not in SHOWN_STATUSES:
        raise Http404
    return errors.answer(request, status=status)
