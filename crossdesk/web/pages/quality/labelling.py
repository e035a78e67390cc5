"""Labelling: one message at a time, without the model's answer; then that answer beside one's own."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid, NotAllowed
from crossdesk.messages import queries as messages
from crossdesk.messages.models import Message
from crossdesk.org import queries as org
from crossdesk.triage import policies, services
from crossdesk.triage import queries as triage
from crossdesk.triage.enums import SampleKind, SampleState
from crossdesk.triage.judging import Answer
from crossdesk.triage.models import Label, Sample
from crossdesk.web import formats
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.quality import meaning
from crossdesk.web.sentences import spoken

NOBODY = "nobody"
BEFORE = 3  # messages of theirs that stand above the one to label
LOOK_BACK = timedelta(days=7)


def page(request: Request) -> HttpResponse:
    """The section as who labels and may see no figures has it: what waits for their label."""
    left = triage.to_label(request.actor, now=clock.now(), time_zone=request.workspace.time_zone)
    context = {
        "left": len(left),
        "label": reverse("web:quality_label", args=[request.workspace.slug]),
        "next_draw": triage.next_draw_of(request.workspace.pk, now=clock.now()),
    }
    return render(request, "quality/yours.html.jinja", context)


@require_GET
@member_page
def following(request: Request) -> HttpResponse:
    """The next of this week's messages; the end where none is left."""
    _must_label(request)
    left = triage.to_label(request.actor, now=clock.now(), time_zone=request.workspace.time_zone)
    if left:
        return redirect(reverse("web:quality_sample", args=[request.workspace.slug, left[0].pk]))
    context = {"next_draw": triage.next_draw_of(request.workspace.pk, now=clock.now()), "quality": _quality(request)}
    return render(request, "quality/done.html.jinja", context)


@require_http_methods(["GET", "POST"])
@member_page
def sample(request: Request, sample_id: int) -> HttpResponse:
    """One message: the form, or what was said beside what had been said."""
    _must_label(request)
    row = triage.sample(request.actor, sample_id)
    if request.method == "POST":
        return _given(request, row)
    label = triage.label_of(request.actor, row)
    if label is not None:
        return render(request, "quality/compared.html.jinja", _compared(request, row, label))
    if row.state == SampleState.LAPSED:
        return render(request, "quality/lapsed.html.jinja", {"conversation": _conversation(request, row)})
    return _form(request, row)


def _given(request: Request, row: Sample) -> HttpResponse:
    given = request.POST
    try:
        services.label(sample_id=row.pk, answer=_answer(given), by=request.actor, now=clock.now())
    except Invalid as error:
        return _form(request, row, spoken(error.message), error.status)
    return redirect(reverse("web:quality_sample", args=[request.workspace.slug, row.pk]))


def _answer(given: QueryDict) -> Answer:
    """From the form. Raises Invalid for what was not said at all."""
    if given.get("needs_reply") not in meaning.REPLY:
        raise Invalid("Say whether it needs a reply.")
    whose = given.get("department", "")
    if whose != NOBODY and not (whose.isascii() and whose.isdigit() and len(whose) < 18):
        raise Invalid("Say whose it is.")
    first = [one for one in given.getlist("intent")[:1] if one]
    return Answer(
        needs_reply=given["needs_reply"] == "yes",
        intents=[*first, *given.getlist("also")],
        sentiment=given.get("sentiment", ""),
        urgency=given.get("urgency", ""),
        safety=given.getlist("safety"),
        complaint_reason=given.get("complaint_reason", ""),
        department_id=None if whose == NOBODY else int(whose),
    )


def _form(request: Request, row: Sample, problem: str = "", status: int = 200) -> HttpResponse:
    desks = [meaning.Pick(str(desk.pk), desk.name) for desk in org.departments(request.actor)]
    given = request.POST
    context = {
        **_message(request, row),
        "problem": problem,
        "intents": meaning.intents(),
        "replies": meaning.replies(),
        "urgencies": meaning.urgencies(),
        "sentiments": meaning.sentiments(),
        "safety": meaning.safety(),
        "reasons": meaning.reasons(),
        "desks": [*desks, meaning.Pick(NOBODY, _("Nobody: it owes us nothing"))],
        "typed": {name: given.get(name, "") for name in ("intent", "needs_reply", "urgency", "sentiment", "department", "complaint_reason")},
        "also": given.getlist("also"),
        "found": given.getlist("safety"),
    }  # fmt: skip
    return render(request, "quality/label.html.jinja", context, status=status)


def _message(request: Request, row: Sample) -> dict[str, Any]:
    """The message with what they had written before it."""
    said = row.message
    left = triage.to_label(request.actor, now=clock.now(), time_zone=request.workspace.time_zone)
    return {
        "text": "" if said.deleted_at else said.text,
        "at": said.sent_at,
        "account": f"@{said.account.handle.lstrip('@')}",
        "who": said.identity.name or said.identity.handle if said.identity else "",
        "private": said.visibility in ("private", "direct"),
        "earlier": [one.text for one in _earlier(request, said)],
        "blind": row.kind == SampleKind.BLIND,
        "left": len(left),
        "quality": _quality(request),
    }


def _earlier(request: Request, said: Message) -> list[Message]:
    if said.contact_id is None:
        return []
    found = messages.said_by(request.actor, said.contact_id, before=(said.sent_at, said.pk), limit=BEFORE)
    near = [one for one in found if one.account_id == said.account_id and one.sent_at > said.sent_at - LOOK_BACK]
    return [one for one in reversed(near) if one.deleted_at is None]


def _compared(request: Request, row: Sample, label: Label) -> dict[str, Any]:
    names = {str(desk.pk): desk.name for desk in org.every_department(request.actor)}
    lines = [
        {
            "name": str(meaning.HEADS[one.head]),
            "truth": meaning.value(one.head, one.truth, names),
            "said": meaning.value(one.head, one.said, names),
            "sure": "" if one.p is None else formats.percent(one.p),
            "in_doubt": one.in_doubt,
            "right": one.said == one.truth,
        }
        for one in triage.compared(row, label)
    ]
    return {
        **_message(request, row),
        "lines": lines,
        "model": row.model,
        "own": label.by_id == request.actor.member_id,
        "following": reverse("web:quality_label", args=[request.workspace.slug]),
        "conversation": _conversation(request, row),
    }


def _conversation(request: Request, row: Sample) -> str:
    if row.conversation_id is None:
        return ""
    return reverse("web:open", args=[request.workspace.slug, "all", row.conversation_id])


def _quality(request: Request) -> str:
    """Where figures stand, and what waits."""
    return reverse("web:quality", args=[request.workspace.slug])


def _must_label(request: Request) -> None:
    if not policies.can_label(request.actor):
        raise NotAllowed("You may not label messages. Ask a lead of your department.")
