"""Moving on: after an act that takes a conversation away from its reader the next one opens, in the same answer."""

import json
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render

from crossdesk.kit.errors import NotFound
from crossdesk.web.access import Request
from crossdesk.web.pages.inbox.builder import Builder
from crossdesk.web.pages.inbox.conversation import NOBODY

AWAY: Final = frozenset({"resolve", "hand_over", "snooze"})


def takes_away(request: Request, name: str, value: str) -> bool:
    """Is the reader done with a conversation after this act?"""
    if name == "assign":
        return value not in (NOBODY, str(request.actor.member_id))
    return name in AWAY or (name == "decide" and request.GET.get("queue") == "triage")


def next_opened(
    request: Request, builder: Builder, conversation_id: int, *, sentence: str, undo: str
) -> HttpResponse | None:
    """The conversation that the page names as the next one, opened in place of this one.

    None where the person wants to stay, where there is no next one, or where it is gone meanwhile.
    """
    given = request.POST.get("next", "")
    if not request.user.moves_on or not given.isascii() or not given.isdigit() or len(given) > 18:
        return None
    try:
        panes = builder.panes(int(given))
    except NotFound:
        return None
    context = {
        **panes,
        "sentence": sentence,
        "tone": "good",
        "undo": undo,
        "fields": (("open", "1"),),
    }
    response = render(request, "inbox/_moved_on.html.jinja", context)
    response.headers["HX-Retarget"] = "#conversation"
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Trigger"] = changed(conversation_id)
    return response


def opened_again(request: Request, builder: Builder, conversation_id: int, said: dict[str, str]) -> HttpResponse:
    """What was taken back stands open again, as it did before its reader moved on."""
    context = {**builder.panes(conversation_id), **said}
    response = render(request, "inbox/_moved_on.html.jinja", context)
    response.headers["HX-Retarget"] = "#conversation"
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Trigger"] = changed(conversation_id)
    return response


def changed(*conversation_ids: int, redraw: bool = False) -> str:
    """Word to the other panes: these are what the reader changed. redraw: one that stands open is not drawn yet."""
    return json.dumps({"inbox-changed": {"target": "body", "ids": list(conversation_ids), "redraw": redraw}})
