"""Why a message was read as it was, with the words that carried it: found when somebody opens the reasons."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from crossdesk.messages import explaining
from crossdesk.messages import queries as messages
from crossdesk.messages.models import Message
from crossdesk.org import queries as org
from crossdesk.reading.services import default_reader
from crossdesk.triage import nearest
from crossdesk.triage import queries as triage
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox import reading
from crossdesk.web.pages.quality import meaning


@require_GET
@member_page
def why(request: Request, message_id: int) -> HttpResponse:
    """The reasons of a reading. There are none while the message waits for the label of somebody who has not seen it."""
    message = messages.visible_to(request.actor).filter(pk=message_id).select_related("entry").first()
    if message is None or triage.blind_waiting(request.actor, [message.entry.conversation_id]):
        raise Http404
    values = messages.effective_reading(message)
    words = explaining.words_that_carried(request.actor, message_id, default_reader())
    context = {"reasons": tuple(reading.reasons(values, words)), "examples": _examples(request, message)}
    response = render(request, "inbox/_why.html.jinja", context)
    response.headers["Cache-Control"] = "no-store"  # what somebody may no longer see is not kept by their browser
    return response


@dataclass(frozen=True, slots=True)
class Example:
    """A message that lies near, with what people said of it."""

    text: str
    said: str
    address: str


def _examples(request: Request, message: Message) -> list[Example]:
    found = nearest.corrected_like(request.actor, message)
    names = {str(desk.pk): desk.name for desk in org.every_department(request.actor)} if found else {}
    slug = request.workspace.slug
    return [
        Example(
            text=one.text,
            said=" · ".join(
                f"{meaning.HEADS[head]}: {', '.join(meaning.value(head, key, names) for key in truths)}"
                for head, truths in one.truths.items()
            ),
            address=reverse("web:open", args=[slug, "all", one.conversation_id]) if one.conversation_id else "",
        )
        for one in found
    ]
