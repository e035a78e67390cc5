"""Why a message was read as it was, with the words that carried it: found when somebody opens the reasons."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from crossdesk.messages import explaining
from crossdesk.messages import queries as messages
from crossdesk.reading.services import default_reader
from crossdesk.triage import queries as triage
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox import reading


@require_GET
@member_page
def why(request: Request, message_id: int) -> HttpResponse:
    """The reasons of a reading. There are none while the message waits for the label of somebody who has not seen it."""
    message = messages.visible_to(request.actor).filter(pk=message_id).select_related("entry").first()
    if message is None or triage.blind_waiting(request.actor, [message.entry.conversation_id]):
        raise Http404
    values = messages.effective_reading(message)
    words = explaining.words_that_carried(request.actor, message_id, default_reader())
    response = render(request, "inbox/_why.html.jinja", {"reasons": tuple(reading.reasons(values, words))})
    response.headers["Cache-Control"] = "private, max-age=300"  # opened and closed again it stays as it was
    return response
