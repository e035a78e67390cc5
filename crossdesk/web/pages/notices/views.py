"""What the reader was told: the bell, the list, and what they wish to be told."""

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crossdesk.channels.models import Account
from crossdesk.inbox.models import Conversation
from crossdesk.kit import clock
from crossdesk.notices import queries, services
from crossdesk.notices.enums import Kind
from crossdesk.notices.models import Notice
from crossdesk.web import formats, toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox.show import open_address
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

ICONS = {
    Kind.ASSIGNED: "assign",
    Kind.MENTIONED: "note",
    Kind.DUE_SOON: "clock",
    Kind.OVERDUE: "overdue",
    Kind.BROKEN: "key",
    Kind.ENDS: "clock",
    Kind.GAP: "bad",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One notice as the list shows it."""

    text: str
    excerpt: str
    at: datetime
    icon: str
    bad: bool
    unseen: bool
    address: str


def _card(row: Notice, slug: str) -> Card:
    text, excerpt = _of_account(row, row.account) if row.account else _of_conversation(row, row.conversation)
    return Card(
        text=text,
        excerpt=excerpt,
        at=row.at,
        icon=ICONS[Kind(row.kind)],
        bad=row.kind in (Kind.OVERDUE, Kind.BROKEN, Kind.GAP),
        unseen=row.seen_at is None,
        address=reverse("web:notice", args=[slug, row.pk]),
    )


def _of_account(row: Notice, account: Account) -> tuple[str, str]:
    due = formats.short(row.due_at, now=clock.now()) if row.due_at else ""
    texts = {
        Kind.BROKEN: _("@%(handle)s no longer works: somebody must look"),
        Kind.ENDS: _("The sign-in of @%(handle)s ends: %(due)s"),
        Kind.GAP: _("@%(handle)s: not everything of %(due)s came all the way through"),
    }
    text = texts[Kind(row.kind)] % {"handle": account.handle, "due": due}
    return text, spoken(account.state_reason) if row.kind == Kind.BROKEN else ""


def _of_conversation(row: Notice, conversation: Conversation | None) -> tuple[str, str]:
    assert conversation is not None  # a notice is of one thing
    name = conversation.identity.name or conversation.identity.handle
    due = formats.short(row.due_at, now=clock.now()) if row.due_at else ""
    texts = {
        Kind.ASSIGNED: _("%(by)s gave you %(name)s") if row.by_name else _("%(name)s was given to you"),
        Kind.MENTIONED: _("%(by)s named you in a note on %(name)s"),
        Kind.DUE_SOON: _("Your answer to %(name)s is due at %(due)s"),
        Kind.OVERDUE: _("Your answer to %(name)s has been late since %(due)s"),
    }
    return texts[Kind(row.kind)] % {"by": row.by_name, "name": name, "due": due}, conversation.excerpt


def _choices(request: Request) -> list[tuple[str, str, bool]]:
    wished = queries.wished(request.actor)
    names = {
        Kind.ASSIGNED: _("Somebody gives me a conversation"),
        Kind.MENTIONED: _("Somebody names me in a note"),
        Kind.DUE_SOON: _("What I owe is due within a quarter of an hour"),
        Kind.OVERDUE: _("What I owe is late"),
        Kind.BROKEN: _("An account that I manage needs somebody"),
        Kind.ENDS: _("The sign-in of an account that I manage ends soon"),
        Kind.GAP: _("On an account that I manage not everything came all the way through"),
    }
    return [(kind.value, names[kind], kind.value in wished) for kind in Kind]


@require_GET
@member_page
def notices(request: Request) -> HttpResponse:
    """All of them, newest first."""
    page = queries.notices(request.actor, after=request.GET.get("after", ""))
    here = reverse("web:notices", args=[request.workspace.slug])
    context = {
        "notices": [_card(row, request.workspace.slug) for row in page.rows],
        "older": with_query(here, after=page.after) if page.after else "",
        "choices": _choices(request),
    }
    return render(request, "notices/page.html.jinja", context)


@require_GET
@member_page
def bell(request: Request) -> HttpResponse:
    """The number beside the bell; every page asks for it when it stands, and when something is new."""
    return render(request, "notices/_bell.html.jinja", {"unseen": queries.unseen(request.actor), "most": queries.MOST})


@require_GET
@member_page
def notice(request: Request, notice_id: int) -> HttpResponse:
    """Where a notice leads; it is seen then, and so are the others of the same conversation."""
    row = queries.notice(request.actor, notice_id)
    if row is None:
        raise Http404
    if row.account_id is not None:
        services.see(by=request.actor, now=clock.now(), account_id=row.account_id)
        return redirect("web:account", request.workspace.slug, row.account_id)
    assert row.conversation_id is not None  # a notice is of one thing
    services.see(by=request.actor, now=clock.now(), conversation_id=row.conversation_id)
    key = "mine" if row.kind != Kind.MENTIONED else "all"
    return redirect(open_address(request.workspace.slug, key, row.conversation_id))


@require_POST
@member_page
def see_all(request: Request) -> HttpResponse:
    """Nothing is new any more."""
    services.see(by=request.actor, now=clock.now())
    return redirect("web:notices", request.workspace.slug)


@require_POST
@member_page
def wish(request: Request) -> HttpResponse:
    """What the reader is told of from now on."""
    services.wish(kinds=request.POST.getlist("kind"), by=request.actor)
    toasts.say(request, _("Saved."))
    return redirect("web:notices", request.workspace.slug)
