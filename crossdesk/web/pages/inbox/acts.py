"""What people do to conversations. Each view checks the form, calls one service, and redraws what changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from crossdesk.inbox import queries as inbox
from crossdesk.inbox import services
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid, NotFound
from crossdesk.messages import services as messages
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox import conversation as cards
from crossdesk.web.pages.inbox import forms, moving, show
from crossdesk.web.pages.inbox.builder import Builder
from crossdesk.web.pages.inbox.views import builder_for, queue_of
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

Do = Callable[[int, str, Actor, datetime], object]


def _assign(pk: int, value: str, by: Actor, now: datetime) -> object:
    if value == cards.NOBODY:
        return services.unassign(conversation_id=pk, by=by, now=now)
    return services.assign(conversation_id=pk, member_id=forms.id_of(value), by=by, now=now)


def _decide(pk: int, value: str, by: Actor, now: datetime) -> object:
    if value == cards.NO_REPLY:
        return services.decide(conversation_id=pk, needs_reply=False, by=by, now=now)
    return services.decide(conversation_id=pk, needs_reply=True, department_id=forms.id_of(value), by=by, now=now)


# act: (what it does with the chosen value, what the toast says afterwards)
ACTS: Final[dict[str, tuple[Do, str | Promise]]] = {
    "take": (lambda pk, value, by, now: services.take(conversation_id=pk, by=by, now=now), lazy("It is yours.")),
    "assign": (_assign, lazy("Assigned.")),
    "hand_over": (
        lambda pk, value, by, now: services.hand_over(conversation_id=pk, department_id=forms.id_of(value), by=by, now=now),
        lazy("Handed over."),
    ),
    "decide": (_decide, lazy("Decided.")),
    "snooze": (
        lambda pk, value, by, now: services.snooze(conversation_id=pk, until=forms.moment_of(value), by=by, now=now),
        lazy("Put off. It comes back by itself."),
    ),
    "unsnooze": (lambda pk, value, by, now: services.unsnooze(conversation_id=pk, by=by, now=now), lazy("It is back.")),
    "reopen": (lambda pk, value, by, now: services.reopen(conversation_id=pk, by=by, now=now), lazy("Opened again.")),
    "tag": (lambda pk, value, by, now: services.tag(conversation_id=pk, name=value, by=by, now=now), lazy("Tagged.")),
    "untag": (
        lambda pk, value, by, now: services.untag(conversation_id=pk, tag_id=forms.id_of(value), by=by, now=now),
        lazy("The word is off."),
    ),
}  # fmt: skip


@require_POST
@member_page
def act(request: Request, conversation_id: int, name: str) -> HttpResponse:
    """One act with at most one value."""
    if name not in ACTS:
        raise Http404
    do, sentence = ACTS[name]
    value = request.POST.get("value", "")
    do(conversation_id, value, request.actor, clock.now())
    return _redrawn(request, conversation_id, str(sentence), leaves=moving.takes_away(request, name, value))


@require_POST
@member_page
def resolve(request: Request, conversation_id: int) -> HttpResponse:
    """Settled. What other departments still owe stops it once and asks for a reason."""
    given = request.POST
    resolution = given.get("value", "")
    if resolution not in cards.resolutions():
        raise Invalid("Choose how it was settled.")
    try:
        services.resolve(
            conversation_id=conversation_id, resolution=resolution, by=request.actor, now=clock.now(),
            reason=given.get("reason", ""), waive_others=given.get("waive_others", ""),
        )  # fmt: skip
    except services.OthersOwe as owing:
        if not request.htmx:
            raise
        context = {"sentence": spoken(owing.message), "address": request.get_full_path(), "value": resolution}
        return render(request, "inbox/_others_owe.html.jinja", context, status=owing.status)
    return _redrawn(request, conversation_id, _("Resolved."), leaves=True)


@require_POST
@member_page
def ask(request: Request, conversation_id: int) -> HttpResponse:
    """Another department is to look at it."""
    given = request.POST
    services.add_duty(
        conversation_id=conversation_id, department_id=forms.id_of(given.get("value", "")), by=request.actor, now=clock.now(),
        because=given.get("because", "") or _("%(name)s asks you to look at it.") % {"name": request.actor.name},
    )  # fmt: skip
    return _redrawn(request, conversation_id, _("Asked."), undoable=False)


@require_POST
@member_page
def enclose(request: Request, conversation_id: int) -> HttpResponse:
    """Behind a wall, or out again, with a reason that is written down."""
    value, reason = request.POST.get("value", ""), request.POST.get("reason", "").strip()
    if not reason:
        raise Invalid("Say why. It is written down.")
    wall_id = None if value == cards.NO_WALL else forms.id_of(value)
    services.enclose(
        conversation_id=conversation_id, wall_id=wall_id, reason=reason, by=request.actor, now=clock.now()
    )  # fmt: skip
    said = _("Only people inside the wall see it now.") if wall_id else _("It stands outside of walls again.")
    return _redrawn(request, conversation_id, said, undoable=False)


@require_POST
@member_page
def duty_done(request: Request, conversation_id: int, duty_id: int) -> HttpResponse:
    """What our department owed is done."""
    services.discharge_duty(conversation_id=conversation_id, duty_id=duty_id, by=request.actor, now=clock.now())
    return _redrawn(request, conversation_id, _("Done."))


@require_POST
@member_page
def undo(request: Request, act_id: int) -> HttpResponse:
    """Take an act back."""
    row = services.undo(act_id=act_id, by=request.actor, now=clock.now())
    return _taken_back(request, row.pk)


def _taken_back(request: Request, conversation_id: int) -> HttpResponse:
    """Word of it where the toast stood; the panes draw themselves anew."""
    if not request.htmx:
        toasts.say(request, _("Taken back."))
        return redirect(show.open_address(request.workspace.slug, queue_of(request), conversation_id))
    said = {"sentence": _("Taken back."), "undo": "", "tone": "quiet"}
    if request.POST.get("open"):
        return moving.opened_again(request, builder_for(request, queue_of(request)), conversation_id, said)
    response = render(request, "inbox/_said_so.html.jinja", said)
    response.headers["HX-Trigger"] = moving.changed(conversation_id, redraw=True)
    return response


@require_POST
@member_page
def correct(request: Request, message_id: int) -> HttpResponse:
    """A person knows better than the reader."""
    head, value = request.POST.get("head", ""), request.POST.get("value", "")
    wanted: Any = value or None
    if head == "needs_reply":
        wanted = value == "yes"
    elif head in ("intents", "safety"):
        wanted = [value] if value else []
    fix = messages.correct(message_id=message_id, head=head, value=wanted, by=request.actor, now=clock.now())
    way_back = with_query(reverse("web:uncorrect", args=[request.workspace.slug, fix.pk]), queue=queue_of(request))
    return _redrawn(
        request, fix.message.entry.conversation_id, _("Corrected. It counts at once."), undoable=False, undo=way_back
    )


@require_POST
@member_page
def uncorrect(request: Request, correction_id: int) -> HttpResponse:
    """The correction before, or the reader's own verdict, stands again."""
    fix = messages.undo_correction(correction_id=correction_id, by=request.actor, now=clock.now())
    return _taken_back(request, fix.message.entry.conversation_id)


def _redrawn(
    request: Request,
    conversation_id: int,
    sentence: str,
    *,
    undoable: bool = True,
    leaves: bool = False,
    undo: str = "",
) -> HttpResponse:
    """The conversation as it now is, or the next one, a toast with the way back, and word to the other panes.

    undo: the way back of what is no act of the inbox.
    """
    builder = builder_for(request, queue_of(request))
    if not request.htmx:
        toasts.say(request, sentence)
        return redirect(show.open_address(request.workspace.slug, queue_of(request), conversation_id))
    newest = inbox.newest_act(request.actor, conversation_id) if undoable else None
    undo = _undo_address(builder, newest.pk) if newest is not None else undo
    if leaves and (moved := moving.next_opened(request, builder, conversation_id, sentence=sentence, undo=undo)):
        return moved
    try:
        page = builder.page_of(conversation_id)
    except NotFound:  # handed to people behind a wall or on another account: it is gone from this reader's sight
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = show.queue_address(request.workspace.slug, queue_of(request))
        return response
    context = {
        "conversation": builder.conversation(page),
        "sentence": sentence,
        "tone": "good",
        "undo": undo,
    }
    response = render(request, "inbox/_redrawn.html.jinja", context)
    response.headers["HX-Trigger"] = moving.changed(conversation_id)
    return response


def _undo_address(builder: Builder, act_id: int) -> str:
    return with_query(reverse("web:undo", args=[builder.slug, act_id]), queue=builder.key)
