"""Pictures and files that came with messages: our own copies, for those who may see the message."""

from typing import Final

from django.http import FileResponse, Http404
from django.views.decorators.http import require_GET

from crossdesk.messages import queries as messages
from crossdesk.web.access import Request, member_page

# What a browser may show in a page. Everything else is a download, so that nothing of others runs under our address.
SHOWN: Final = frozenset({
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/avif",
    "video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "audio/mp4",
})  # fmt: skip


@require_GET
@member_page
def media(request: Request, media_id: int) -> FileResponse:
    """One file. 404 where there is none, or not for this reader."""
    found = messages.media_file(request.actor, media_id)
    if found is None or not found[0].is_file():
        raise Http404
    path, mime = found
    shown = mime in SHOWN
    response = FileResponse(
        path.open("rb"), content_type=mime if shown else "application/octet-stream", as_attachment=not shown
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
