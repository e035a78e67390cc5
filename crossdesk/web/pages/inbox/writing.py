"""What people write: answers now and later, notes, drafts. Each view checks the form, calls one service, and redraws."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crossdesk.inbox import services
from crossdesk.inbox.enums import Parting, ReplyState
from crossdesk.inbox.models import Reply
from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid
from crossdesk.web import formats, toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox import composing, moving, parting, show
from crossdesk.web.pages.inbox.views import builder_for, queue_of
from crossdesk.web.shell import with_query

ALT: Final = re.compile(r"alt_(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Written:
    """The composer's form as it was sent."""

    text: str
    seen: int
    visibility: str
    attachment_ids: list[int]
    resolves: bool
    later: datetime | None
    used: list[int]  # saved replies that are in it
    parting: Parting


def _written_in(request: Request) -> Written:
    given = request.POST
    return Written(
        text=given.get("text", ""),
        seen=_number(given.get("seen", "")),
        visibility=given.get("visibility", ""),
        attachment_ids=[_number(value) for value in given.getlist("attachment")],
        resolves=given.get("then") == "resolve",
        later=moment(given.get("at_own", "") if given["leave_at"] == "own" else given["leave_at"])
        if given.get("leave_at")
        else None,
        used=[_number(value) for value in given.getlist("used")],
        parting=parting.chosen_in(given),
    )


def moment(value: str) -> datetime:
    """A moment of a menu (aware) or of a date field (the reader's own zone)."""
    try:
        found = parse_datetime(value)
    except ValueError:
        found = None
    if found is None:
        raise Invalid("Choose a day and a time.")
    return make_aware(found) if is_naive(found) else found


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _descriptions(request: Request) -> dict[int, str]:
    """What was said of each picture in the composer, whether or not it was kept before."""
    found = ((ALT.fullmatch(name), request.POST.get(name, "")) for name in request.POST)
    return {int(match[1]): value for match, value in found if match}


def leaves_at(request: Request, now: datetime) -> datetime | None:
    """When an answer of this person leaves: after the seconds in which they can take it back."""
    seconds = request.user.undo_seconds
    return now + timedelta(seconds=seconds) if seconds else None


@require_POST
@member_page
def note(request: Request, conversation_id: int) -> HttpResponse:
    """Only for us."""
    services.note(conversation_id=conversation_id, text=request.POST.get("text", ""), by=request.actor, now=clock.now())
    return written(request, conversation_id, kind="note")


@require_POST
@member_page
def reply(request: Request, conversation_id: int) -> HttpResponse:
    """Answer, now or later. When something newer came in, the text is held and its writer chooses: 409."""
    form, now = _written_in(request), clock.now()
    services.describe_all(descriptions=_descriptions(request), by=request.actor)
    if form.later is not None:
        made = services.send_later(
            conversation_id=conversation_id, text=form.text, saw_entry_id=form.seen, at=form.later, by=request.actor,
            now=now, visibility=form.visibility, resolve_after=form.resolves, attachment_ids=form.attachment_ids,
            parting=form.parting,
        )  # fmt: skip
    else:
        made = services.reply(
            conversation_id=conversation_id, text=form.text, saw_entry_id=form.seen, by=request.actor, now=now,
            visibility=form.visibility, resolve_after=form.resolves, attachment_ids=form.attachment_ids,
            parting=form.parting, leaves_at=leaves_at(request, now),
        )  # fmt: skip
    services.count_uses(saved_ids=form.used, by=request.actor, now=now)
    return written(request, conversation_id, made=made)


@require_POST
@member_page
def held_send(request: Request, conversation_id: int, reply_id: int) -> HttpResponse:
    """Send what was held after all, as it stands in the field now."""
    form, now = _written_in(request), clock.now()
    services.describe_all(descriptions=_descriptions(request), by=request.actor)
    if form.later is not None:
        made = services.send_held_later(
            reply_id=reply_id, text=form.text, saw_entry_id=form.seen, at=form.later, by=request.actor, now=now,
            visibility=form.visibility, resolve_after=form.resolves, attachment_ids=form.attachment_ids,
            parting=form.parting,
        )  # fmt: skip
    else:
        made = services.send_held(
            reply_id=reply_id, saw_entry_id=form.seen, text=form.text, by=request.actor, now=now,
            visibility=form.visibility, resolve_after=form.resolves, attachment_ids=form.attachment_ids,
            parting=form.parting, leaves_at=leaves_at(request, now),
        )  # fmt: skip
    return written(request, conversation_id, made=made)


@require_POST
@member_page
def held_discard(request: Request, conversation_id: int, reply_id: int) -> HttpResponse:
    """Throw away what was held."""
    services.discard_held(reply_id=reply_id, by=request.actor, now=clock.now())
    return written(request, conversation_id)


def _keep_begun(request: Request, conversation_id: int) -> None:
    """What stands in the field while something else is done there; it is not lost."""
    given = request.POST
    if given.get("begun", "").strip():
        services.keep_draft(
            conversation_id=conversation_id, text=given["begun"], kind=given.get("begun_kind", "reply"),
            stamp=_number(given.get("begun_stamp", "")), by=request.actor, now=clock.now(),
        )  # fmt: skip


@require_POST
@member_page
def undo(request: Request, conversation_id: int, reply_id: int) -> HttpResponse:
    """Take an answer back before it leaves; its text stands in the field again."""
    _keep_begun(request, conversation_id)
    services.take_back(reply_id=reply_id, by=request.actor, now=clock.now())
    return written(request, conversation_id, said=_("Taken back. It has not left."), keep=True)


def _move(request: Request, reply_id: int, now: datetime) -> str:
    value = request.POST.get("leave_at", "")
    at = now if value == "now" else moment(request.POST.get("at_own", "") if value == "own" else value)
    made = services.move_later(reply_id=reply_id, at=at, by=request.actor, now=now)
    return _("It leaves now.") if at <= now else _leaves(made, now)


def _edit(request: Request, reply_id: int, now: datetime) -> str:
    services.edit_later(reply_id=reply_id, by=request.actor, now=now)
    return _("It does not leave; change it below.")


def _cancel(request: Request, reply_id: int, now: datetime) -> str:
    services.cancel_later(reply_id=reply_id, by=request.actor, now=now)
    return _("Cancelled. It does not leave.")


def _restore(request: Request, reply_id: int, now: datetime) -> str:
    return _leaves(services.restore_later(reply_id=reply_id, by=request.actor, now=now), now)


LATER: Final[dict[str, Callable[[Request, int, datetime], str]]] = {
    "move": _move, "edit": _edit, "cancel": _cancel, "restore": _restore,
}  # fmt: skip


@require_POST
@member_page
def later_act(request: Request, conversation_id: int, reply_id: int, name: str) -> HttpResponse:
    """Something is done to an answer that leaves later."""
    if name not in LATER:
        raise Http404
    _keep_begun(request, conversation_id)
    said = LATER[name](request, reply_id, clock.now())
    way_back = ""
    if name == "cancel":
        address = reverse("web:later_act", args=[request.workspace.slug, conversation_id, reply_id, "restore"])
        way_back = with_query(address, queue=queue_of(request))
    return written(request, conversation_id, said=said, way_back=way_back, keep=True)


@require_POST
@member_page
def rest(request: Request, conversation_id: int, reply_id: int, name: str) -> HttpResponse:
    """What becomes of the rest of an answer of which only some posts got out."""
    if name not in ("again", "leave"):
        raise Http404
    _keep_begun(request, conversation_id)
    if name == "again":
        services.send_rest(reply_id=reply_id, by=request.actor, now=clock.now())
        return written(request, conversation_id, said=_("The rest is on its way."), keep=True)
    services.leave_rest(reply_id=reply_id, by=request.actor, now=clock.now())
    return written(request, conversation_id, said=_("It stays as it is."), keep=True)


@require_POST
@member_page
def draft(request: Request, conversation_id: int) -> HttpResponse:
    """What was written so far, kept quietly. 409: something newer is kept, from another device."""
    given = request.POST
    kept = services.keep_draft(
        conversation_id=conversation_id, text=given.get("text", ""), kind=given.get("kind", "reply"),
        stamp=_number(given.get("stamp", "")), by=request.actor, now=clock.now(),
    )  # fmt: skip
    return HttpResponse(status=204 if kept else 409)


def written(
    request: Request,
    conversation_id: int,
    *,
    made: Reply | None = None,
    kind: str = "reply",
    said: str = "",
    way_back: str = "",
    keep: bool = False,
) -> HttpResponse:
    """The field as it now is (empty, or a text that came back), and the thread above it.

    said: what the toast says; way_back: where that is undone. keep: the field's own text came along and stays.
    """
    now = clock.now()
    if not request.htmx:
        if said or made is not None:
            toasts.say(request, said or _sent_words(made, now)[0])
        return redirect(show.open_address(request.workspace.slug, queue_of(request), conversation_id))
    builder = builder_for(request, queue_of(request))
    page = builder.page_of(conversation_id)
    held = made is not None and made.state == ReplyState.HELD
    sentence, seconds = (said, 0.0) if said or held else _sent_words(made, now)
    if seconds and made is not None:
        way_back = builder.setting.address("reply_undo", conversation_id, made.pk)
    card = builder.conversation(page)
    context = {
        "conversation": card,
        "composer": card.composer if keep else composing.composer(page, builder.setting, kind=kind),
        "sentence": sentence,
        "way_back": way_back,
        "seconds": seconds,
    }
    response = render(request, "inbox/_written.html.jinja", context, status=409 if held else 200)
    response.headers["HX-Trigger"] = moving.changed(conversation_id)
    return response


def _sent_words(made: Reply | None, now: datetime) -> tuple[str, float]:
    """What the toast says of an answer that was sent off, and the seconds in which it can be taken back."""
    if made is None or made.leaves_at is None:
        return "", 0.0
    if made.state == ReplyState.SCHEDULED:
        return _leaves(made, now), 0.0
    seconds = max(0.0, (made.leaves_at - now).total_seconds())
    if made.state != ReplyState.QUEUED or not seconds:
        return "", 0.0
    whole = round(seconds)
    return ngettext("Leaves in %(count)d second", "Leaves in %(count)d seconds", whole) % {"count": whole}, seconds


def _leaves(made: Reply, now: datetime) -> str:
    return _("Leaves %(moment)s.") % {"moment": formats.short(made.leaves_at or now, now=now)}
