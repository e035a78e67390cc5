"""What is still to do after the set-up. Each line ticks itself from what is true, and the list goes when all is done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdesk.channels import queries as channels
from crossdesk.kit import clock
from crossdesk.org import queries, services
from crossdesk.org.enums import Company, Step
from crossdesk.org.models import SetUp
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page

PRACTICE = "sandbox"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do. act: what a button beside it says is so."""

    key: str
    text: str
    why: str
    address: str
    done: bool
    act: str = ""
    act_text: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """The list and where its buttons go."""

    items: Sequence[Item]
    done: int
    address: str


def of(request: Request) -> Checklist | None:
    """The list of the reader's workspace; None where there is none, it was put away, or all of it is done.

    Who sees it done sees it for the last time: that is kept, so that later days do not ask again.
    """
    row = queries.set_up(request.actor)
    if row is None or row.put_away_at or row.done_at:
        return None
    items = _items(request, row)
    done = sum(item.done for item in items)
    if done == len(items):
        services.all_done(by=request.actor, now=clock.now())
        return None
    return Checklist(items=items, done=done, address=reverse("web:checklist", args=[request.workspace.slug]))


def _items(request: Request, row: SetUp) -> list[Item]:
    actor, slug = request.actor, request.workspace.slug
    networks = channels.connected_networks(actor)
    real = bool(networks - {PRACTICE})

    def at(name: str) -> str:
        return reverse(f"web:{name}", args=[slug])

    items = [
        Item(
            "answer", _("Answer the first message"), _("Open one, write, send. It leaves after a few seconds."),
            at("inbox"), channels.has_answered(actor),
        ),
        Item(
            "account", _("Connect a real account"), _("Mentions, comments and direct messages come in from then on."),
            at("connect"), real,
        ),
        Item(
            "hours", _("Set the opening hours"), _("Deadlines in business hours stand still while you are closed."),
            at("organisation"), row.hours_right_at is not None or queries.hours_were_changed(actor), "hours",
            _("Mon to Fri, 9 to 5 is right"),
        ),
        Item(
            "topics", _("Give every topic a department"), _("What is nobody's waits in triage."), at("matrix"),
            not any(one.kind == "intent" for one in queries.readiness(actor)),
        ),
    ]  # fmt: skip
    if row.company == Company.TEAM:
        why = _("They get a link; no mail is needed.")
        items.insert(2, Item("people", _("Invite a colleague"), why, at("invite"), queries.others_were_asked(actor)))
    if real and PRACTICE in networks:
        why = _("Practice and real work would be counted together.")
        items.append(Item("practice", _("Stop practising"), why, at("accounts"), False))
    if row.reached != Step.READY:
        why = _("You left in between; everything you chose is kept.")
        items.insert(0, Item("set_up", _("Go on setting up"), why, at("set_up"), False))
    return items


@require_POST
@member_page
def act(request: Request) -> HttpResponse:
    """Put the list away, bring it back, or say that the hours are right."""
    now, by = clock.now(), request.actor
    match request.POST.get("act"):
        case "away":
            services.put_away(by=by, now=now)
            toasts.say(
                request, _("The list is put away."), undo=reverse("web:checklist", args=[request.workspace.slug]),
                fields=(("act", "back"),),
            )  # fmt: skip
        case "back":
            services.put_away(by=by, now=now, away=False)
        case "hours":
            services.hours_are_right(by=by, now=now)
        case _:
            raise Http404
    return redirect("web:today", request.workspace.slug)
