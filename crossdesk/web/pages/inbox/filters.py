"""Filters of the list: what is asked for in addresses and in words, the form, and the kept ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crossdesk.channels import queries as channels
from crossdesk.inbox import queries as inbox
from crossdesk.inbox import services
from crossdesk.inbox.enums import State
from crossdesk.inbox.queries import Terms, terms_of
from crossdesk.kit import clock
from crossdesk.org import queries as org
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox import forms, show, words
from crossdesk.web.pages.inbox.cards.words import Choice
from crossdesk.web.pages.inbox.thread import name_of

ANY: Final = "any"
# What stands in an address → what the room calls it.
NAMES: Final = {
    "department": "department_id", "assignee": "assignee", "network": "network", "urgency": "urgency",
    "tag": "tag_id", "q": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One question of the form, with its answers."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    value: str


def asked(given: Mapping[str, str]) -> Terms:
    """What an address or a form asks for. No state named: open ones, but for words those of every state."""
    plain: dict[str, object] = {kept: given.get(name, "") for name, kept in NAMES.items()}
    state = given.get("state", "") or ("" if str(plain["text"]).strip() else State.OPEN.value)
    return terms_of({**plain, "state": "" if state == ANY else state})


def query_of(terms: Terms) -> dict[str, object]:
    """The same terms as they stand in an address."""
    usual = "" if terms.text else State.OPEN
    query: dict[str, object] = {name: getattr(terms, kept) for name, kept in NAMES.items()}
    return {**query, "state": "" if terms.state == usual else terms.state or ANY}


def states() -> tuple[tuple[str, str], ...]:
    return (
        (State.OPEN.value, _("Open")), (State.WAITING.value, _("Waiting")), (State.RESOLVED.value, _("Resolved")),
        (State.CLOSED.value, _("Closed")), (ANY, _("Any")),
    )  # fmt: skip


@require_GET
@member_page
def form(request: Request) -> HttpResponse:
    """What one may filter by, and keeping it under a name; fetched when the menu opens."""
    terms = asked(request.GET.dict())
    slug = request.workspace.slug
    own = [(str(row.pk), row.name) for row in org.departments(request.actor) if row.pk in request.actor.departments]
    context = {
        "fields": _fields(request, terms),
        "words": terms.text,
        "show_address": show.queue_address(slug, "all"),
        "save_address": reverse("web:save_filter", args=[slug]),
        "shared": [("", _("Only me")), *own],
        "may_save": request.actor.member_id is not None,
    }
    return render(request, "inbox/_filter.html.jinja", context)


def _fields(request: Request, terms: Terms) -> list[Field]:
    actor = request.actor
    anything = ("", _("Any"))
    people = [(str(row.pk), name_of(row)) for row in org.members(actor) if row.active and row.pk != actor.member_id]
    networks = sorted({account.network for account in channels.visible_to(actor)})

    def text(value: object) -> str:
        return "" if value is None else str(value)

    return [
        Field("state", _("State"), states(), terms.state or ANY),
        Field(
            "department", _("Department"), [anything, *((str(row.pk), row.name) for row in org.departments(actor))],
            text(terms.department_id),
        ),
        Field(
            "assignee", _("Assigned to"), [anything, ("me", _("Whoever reads")), ("nobody", _("Nobody")), *people],
            terms.assignee,
        ),
        Field("network", _("Network"), [anything, *((key, words.network(key)) for key in networks)], terms.network),
        Field(
            "urgency", _("Urgency"), [anything, *((key, str(name)) for key, (name, _t) in words.URGENCIES.items())],
            terms.urgency,
        ),
        Field("tag", _("Word"), [anything, *((str(tag.pk), f"#{tag.name}") for tag in inbox.tags(actor))], text(terms.tag_id)),
    ]  # fmt: skip


def chips(terms: Terms, slug: str, names: Mapping[str, str]) -> tuple[Choice, ...]:
    """What narrows the list of all, each with the address of the list without it. The state has its own switch."""
    found = []
    for name, kept in NAMES.items():
        value = getattr(terms, kept)
        if name == "q" or value in ("", None):
            continue
        without = terms_of({one: asked for one, asked in terms.as_plain().items() if one != kept})
        label = names.get(f"{name}:{value}", "")
        found.append(Choice(show.queue_address(slug, "all", **query_of(without)), label or str(value)))
    return tuple(found)


@require_POST
@member_page
def save(request: Request) -> HttpResponse:
    """Keep what the form asks for under a name."""
    given = request.POST
    shared = given.get("shared", "")
    row = services.save_filter(
        name=given.get("name", ""), terms=asked(given.dict()), by=request.actor, now=clock.now(),
        department_id=forms.id_of(shared) if shared else None,
    )  # fmt: skip
    toasts.say(request, _("The filter is kept."))
    return _to(request, row.pk)


@require_POST
@member_page
def rename(request: Request, filter_id: int) -> HttpResponse:
    """Another name; the one before is kept in the way back."""
    before = services.rename_filter(filter_id=filter_id, name=request.POST.get("name", ""), by=request.actor)
    back = reverse("web:rename_filter", args=[request.workspace.slug, filter_id])
    toasts.say(request, _("Renamed."), undo=back, fields=(("name", before),))
    return _to(request, filter_id)


@require_POST
@member_page
def remove(request: Request, filter_id: int) -> HttpResponse:
    """Out of the list, with the way back."""
    row = services.remove_filter(filter_id=filter_id, by=request.actor, now=clock.now())
    back = reverse("web:restore_filter", args=[request.workspace.slug, filter_id])
    toasts.say(request, _("The filter “%(name)s” is removed.") % {"name": row.name}, undo=back)
    return _gone(request, show.queue_address(request.workspace.slug, "all"))


@require_POST
@member_page
def restore(request: Request, filter_id: int) -> HttpResponse:
    """Back in the list."""
    services.restore_filter(filter_id=filter_id, by=request.actor)
    toasts.say(request, _("The filter is back."))
    return _to(request, filter_id)


def _to(request: Request, filter_id: int) -> HttpResponse:
    return _gone(request, show.queue_address(request.workspace.slug, f"filter-{filter_id}"))


def _gone(request: Request, address: str) -> HttpResponse:
    """A toast's way back is sent by HTMX; forms go there by themselves."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def filter_id_of(key: str) -> int | None:
    """The kept filter that a queue's key names: `filter-12`."""
    number = key.removeprefix("filter-")
    if number == key:
        return None
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Http404
    return int(number)
