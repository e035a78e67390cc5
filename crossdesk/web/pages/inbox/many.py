"""One act on all conversations that are chosen in the list: the bar with its menus, the acts, and the way back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy
from django.views.decorators.http import require_GET, require_POST

from crossdesk.inbox import services
from crossdesk.inbox.services import Many
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.jinja import department_icon
from crossdesk.web.pages.inbox import conversation as cards
from crossdesk.web.pages.inbox import forms, moving, show, words
from crossdesk.web.pages.inbox.builder import Builder
from crossdesk.web.pages.inbox.cards.words import Act, Choice
from crossdesk.web.pages.inbox.views import builder_for
from crossdesk.web.sentences import spoken

Do = Callable[[Sequence[int], str, Actor, datetime], Many]
REASONS: Final = 3  # so many different reasons are said; a toast is no list


def _assign(ids: Sequence[int], value: str, by: Actor, now: datetime) -> Many:
    if value == cards.NOBODY:
        return services.unassign_many(conversation_ids=ids, by=by, now=now)
    return services.assign_many(conversation_ids=ids, member_id=forms.id_of(value), by=by, now=now)


# act: (what it does with the chosen value, what is said of as many as it was done to)
ACTS: Final[dict[str, tuple[Do, object]]] = {
    "take": (
        lambda ids, value, by, now: services.take_many(conversation_ids=ids, by=by, now=now),
        ngettext_lazy("%(number)s is yours.", "%(number)s are yours.", "number"),
    ),
    "assign": (_assign, ngettext_lazy("%(number)s assigned.", "%(number)s assigned.", "number")),
    "hand_over": (
        lambda ids, value, by, now: services.hand_over_many(
            conversation_ids=ids, department_id=forms.id_of(value), by=by, now=now
        ),
        ngettext_lazy("%(number)s handed over.", "%(number)s handed over.", "number"),
    ),
    "snooze": (
        lambda ids, value, by, now: services.snooze_many(
            conversation_ids=ids, until=forms.moment_of(value), by=by, now=now
        ),
        ngettext_lazy("%(number)s put off.", "%(number)s put off.", "number"),
    ),
    "resolve": (
        lambda ids, value, by, now: services.resolve_many(conversation_ids=ids, resolution=value, by=by, now=now),
        ngettext_lazy("%(number)s resolved.", "%(number)s resolved.", "number"),
    ),
    "tag": (
        lambda ids, value, by, now: services.tag_many(conversation_ids=ids, name=value, by=by, now=now),
        ngettext_lazy("%(number)s tagged.", "%(number)s tagged.", "number"),
    ),
}


@require_GET
@member_page
def bar(request: Request, key: str) -> HttpResponse:
    """The bar with the acts for what is chosen; fetched when the first one is."""
    return render(request, "inbox/_many.html.jinja", {"acts": acts_of(builder_for(request, key))})


def acts_of(builder: Builder) -> tuple[Act, ...]:
    """What may be done to many, with the choices that hold for every conversation."""
    setting = builder.setting

    def act(key: str, label: str, icon: str, hotkey: str, **more: object) -> Act:
        address = reverse("web:many", args=[builder.slug, builder.key, key])
        return Act(key, label, icon, address, hotkey, **more)  # type: ignore[arg-type]

    people = (*cards.people(setting, None), Choice(cards.NOBODY, _("Nobody: back to everybody"), icon="no_person"))
    desks = tuple(Choice(str(desk.pk), desk.name, icon=department_icon(desk.key)) for desk in builder.departments)
    ends = tuple(Choice(key, str(words.RESOLUTIONS[key])) for key in words.RESOLUTIONS)
    return (
        act("take", _("Take"), "take", "t", small=True),
        act("assign", _("Assign"), "assign", "a", choices=people),
        act("hand_over", _("Hand over"), "hand_over", "h", choices=desks),
        act("snooze", _("Snooze"), "snooze", "s", choices=cards.times_offered(setting.now), custom="moment"),
        act("tag", _("Put a word on them"), "tag", "", custom="text"),
        act("resolve", _("Resolve"), "resolve", "e", choices=ends, prime=True),
    )


@require_POST
@member_page
def act(request: Request, key: str, name: str) -> HttpResponse:
    """Done to each, or refused in words for each."""
    if name not in ACTS:
        raise Http404
    do, sentence = ACTS[name]
    many = do(_ids(request.POST.get("ids", "")), request.POST.get("value", ""), request.actor, clock.now())
    undo = reverse("web:undo_many", args=[request.workspace.slug, key, many.batch]) if many.batch else ""
    return _told(request, key, many, str(sentence % {"number": len(many.done)}), undo=undo)  # type: ignore[operator]


@require_POST
@member_page
def undo(request: Request, key: str, batch: UUID) -> HttpResponse:
    """All of it back as it stood, but for what somebody changed since."""
    many = services.undo_many(batch=batch, by=request.actor, now=clock.now())
    count = len(many.done)
    sentence = ngettext("%(number)s taken back.", "%(number)s taken back.", count) % {"number": count}
    return _told(request, key, many, sentence)


def _ids(text: str) -> list[int]:
    ids = [part for part in text.split(",") if part]
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in ids):
        raise Invalid(_("Choose conversations of the list."))
    return [int(part) for part in ids]


def _told(request: Request, key: str, many: Many, done: str, *, undo: str = "") -> HttpResponse:
    """What was done and what was not, once, with the way back; the panes hear which conversations changed."""
    sentence = " ".join(part for part in (done if many.done else "", refusals(many)) if part)
    tone = "bad" if not many.done else "warn" if many.refused else "good"
    if not request.htmx:
        toasts.say(request, sentence, tone=tone)
        return redirect(show.queue_address(request.workspace.slug, key))
    response = render(request, "inbox/_said_so.html.jinja", {"sentence": sentence, "undo": undo, "tone": tone})
    response.headers["HX-Trigger"] = moving.changed(*many.done, redraw=True)
    return response


def refusals(many: Many) -> str:
    """How many could not be, and why, each reason once."""
    if not many.refused:
        return ""
    count = len(many.refused)
    reasons = list(dict.fromkeys(spoken(one.because) for one in many.refused))
    said = " ".join(reasons[:REASONS]) + (" …" if len(reasons) > REASONS else "")
    return ngettext("%(number)s could not be: %(why)s", "%(number)s could not be: %(why)s", count) % {
        "number": count, "why": said,
    }  # fmt: skip
