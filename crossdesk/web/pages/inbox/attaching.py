"""Pictures in the composer: taken in, described, put away, shown."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from crossdesk.inbox import queries, services
from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid
from crossdesk.kit.pictures import MOST_BYTES
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox import composing
from crossdesk.web.pages.inbox.views import builder_for, queue_of


def _drawn(request: Request, conversation_id: int) -> HttpResponse:
    """The pictures in hand, as they now are."""
    setting = builder_for(request, queue_of(request)).setting
    rows = queries.in_hand(request.actor, conversation_id, held_too=True)
    context = {"attached": composing.attached(rows, setting), "must_describe": setting.must_describe}
    return render(request, "inbox/_attached.html.jinja", context)


@require_POST
@member_page
def attach(request: Request, conversation_id: int) -> HttpResponse:
    """Take pictures in hand."""
    if not queries.visible_to(request.actor).filter(pk=conversation_id).exists():
        raise Http404
    files = request.FILES.getlist("picture")
    if not files:
        raise Invalid("Choose a picture.")
    for one in files:
        _take(request, conversation_id, one)
    return _drawn(request, conversation_id)


def _take(request: Request, conversation_id: int, one: "UploadedFile[Any]") -> None:
    if (one.size or 0) > MOST_BYTES:
        raise Invalid(f"A picture has at most {MOST_BYTES // 1024 // 1024} MB.")
    services.attach(
        conversation_id=conversation_id, content=one.read(), name=one.name or "picture", by=request.actor, now=clock.now()
    )  # fmt: skip


@require_POST
@member_page
def describe(request: Request, conversation_id: int, attachment_id: int) -> HttpResponse:
    """Say what it shows."""
    services.describe(attachment_id=attachment_id, alt=request.POST.get(f"alt_{attachment_id}", ""), by=request.actor)
    return HttpResponse(status=204)


@require_POST
@member_page
def detach(request: Request, conversation_id: int, attachment_id: int) -> HttpResponse:
    """Put one away."""
    services.detach(attachment_id=attachment_id, by=request.actor)
    return _drawn(request, conversation_id)


@require_GET
@member_page
def picture(request: Request, attachment_id: int) -> FileResponse:
    """The file, for its writer and for who may see the answer it goes with."""
    found = queries.attachment(request.actor, attachment_id)
    if found is None or not queries.file_of(found).is_file():
        raise Http404
    response = FileResponse(queries.file_of(found).open("rb"), content_type=found.mime)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
