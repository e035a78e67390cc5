"""The inbox's pages and the fragments that keep them true. Reading only; `acts` changes things."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from crossdesk.inbox.queries import counts, visible_to
from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid
from crossdesk.messages import queries as messages
from crossdesk.notices import services as notices
from crossdesk.org.queries import departments
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox import filters, person, show
from crossdesk.web.pages.inbox.builder import LIST_LEAST, Builder


def builder_for(request: Request, key: str) -> Builder:
    """From the address: which queue, which words, which state, how much of it."""
    given = request.GET
    return Builder(
        actor=request.actor,
        slug=request.workspace.slug,
        must_describe=request.workspace.pictures_described,
        key=key,
        given=filters.asked(given.dict()),
        after=given.get("after", ""),
        rows_wanted=_number(given.get("rows", ""), LIST_LEAST),
        message_id=_number(given.get("at", ""), 0) or None,
    )


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def queue_of(request: Request) -> str:
    """The queue that a conversation's fragment was asked from."""
    return request.GET.get("queue", "") or "all"


@require_GET
@member_page
def inbox(request: Request) -> HttpResponse:
    """The inbox opens where work waits: on what is mine, else on a department of mine, else on triage."""
    found = show.where_work_waits(request.actor, counts(request.actor), departments(request.actor))
    return redirect("web:queue", request.workspace.slug, found)


@require_GET
@member_page
def queue(request: Request, key: str) -> HttpResponse:
    """One queue, nothing open; for HTMX the pane where nothing stands open."""
    if request.htmx:
        return render(request, "inbox/_opened.html.jinja", {"conversation": None, "contact": None})
    return render(request, "inbox/page.html.jinja", {"inbox": builder_for(request, key).whole()})


@require_GET
@member_page
def opened(request: Request, key: str, conversation_id: int) -> HttpResponse:
    """A conversation beside its queue; for HTMX the panes that change."""
    builder = builder_for(request, key)
    notices.see(by=request.actor, now=clock.now(), conversation_id=conversation_id)
    if not request.htmx:
        return render(request, "inbox/page.html.jinja", {"inbox": builder.whole(builder.panes(conversation_id))})
    return render(request, "inbox/_opened.html.jinja", builder.panes(conversation_id))


@require_GET
@member_page
def conversation(request: Request, conversation_id: int) -> HttpResponse:
    """The lasting address of a conversation."""
    if not visible_to(request.actor).filter(pk=conversation_id).exists():
        raise Http404
    return redirect(show.open_address(request.workspace.slug, "all", conversation_id))


@require_GET
@member_page
def queues(request: Request, key: str) -> HttpResponse:
    """The left column again, and the count above the list."""
    return render(request, "inbox/_queues_again.html.jinja", {"inbox": builder_for(request, key).groups()})


@require_GET
@member_page
def rows(request: Request, key: str) -> HttpResponse:
    """The list again, or the next page of it."""
    return render(request, "inbox/_rows.html.jinja", {"inbox": builder_for(request, key).listing()})


@require_GET
@member_page
def main(request: Request, conversation_id: int) -> HttpResponse:
    """The open conversation again, without the field one writes in."""
    builder = builder_for(request, queue_of(request))
    context = {"conversation": builder.conversation(builder.page_of(conversation_id))}
    return render(request, "inbox/_conversation_main.html.jinja", context)


@require_GET
@member_page
def lines(request: Request, conversation_id: int) -> HttpResponse:
    """Earlier lines, put above those that are shown, or later ones below them."""
    given = request.GET
    more = builder_for(request, queue_of(request)).more_lines(
        conversation_id, before=given.get("before", ""), after=given.get("after", "")
    )
    if given.get("after"):  # what lies above is shown already
        more["older_address"] = ""
    else:
        more["newer_address"] = ""
    return render(request, "inbox/_entries.html.jinja", {"conversation": more})


@require_GET
@member_page
def said(request: Request, contact_id: int) -> HttpResponse:
    """What the person said before that."""
    builder = builder_for(request, "all")
    if messages.contact(request.actor, contact_id) is None:
        raise Http404
    found = messages.said_by(
        request.actor, contact_id, before=_place(request.GET.get("before", "")), limit=person.PAGE + 1
    )
    context = {
        "contact": {"said": person.said(found[: person.PAGE]), "older_address": builder.older_said(contact_id, found)}
    }
    return render(request, "inbox/_said.html.jinja", context)


def _place(text: str) -> tuple[datetime, int] | None:
    if not text:
        return None
    moment, _, number = text.partition("~")
    try:
        return datetime.fromisoformat(moment.replace(" ", "+")), int(number)
    except ValueError as error:
        raise Invalid("This address is damaged. Open the person again.") from error
