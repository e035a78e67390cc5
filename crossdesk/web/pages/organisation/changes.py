"""The history of the set-up: who changed what, from what to what, and putting it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from crossdesk.channels import queries as channels
from crossdesk.journal import audit, changes
from crossdesk.journal.changes import About
from crossdesk.journal.models import AuditEntry
from crossdesk.kit import clock
from crossdesk.kit.errors import Conflict, Invalid
from crossdesk.org import queries
from crossdesk.org.enums import Right
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation import told
from crossdesk.web.pages.organisation.frame import at, draw, whole, with_undo
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

PAGE: Final = 30
LATELY: Final = 5
MOST_AT_ONCE: Final = 500
ACCOUNT: Final = (
    "channels.connect", "channels.reconnect", "channels.set_access", "channels.pause", "channels.resume",
    "channels.remove", "channels.follow_word", "channels.unfollow_word",
)  # fmt: skip
# By the page that they are the history of: beginnings of actions, the kinds of its things.
ACTIONS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "departments": (("department.", "hours.", "holiday.", "goal."), ("department",)),
    "people": (("member.",), ("member",)),
    "matrix": (("matrix.",), ("intent",)),
    "access": (ACCOUNT, ("account",)),
    "rules": (("rule.",), ("rule",)),
    "targets": (("targets.", "hours.", "holiday."), ("workspace", "department")),
    "writing": (("workspace.",), ("workspace",)),
    "walls": (("wall.",), ("wall",)),
}
THINGS: Final = {"departments": "department", "people": "person", "access": "account", "rules": "rule", "walls": "wall"}
PAGE_OF_KIND: Final = {
    "department": "departments",
    "member": "people",
    "account": "access",
    "rule": "rules",
    "wall": "walls",
}
TABS: Final = {"departments": "organisation"}  # where a page's name is another


@dataclass(frozen=True, slots=True)
class Change:
    """One change as a page draws it."""

    id: int
    at: datetime
    by: str
    action: str
    subject: str
    steps: Sequence[told.Step]
    reason: str
    may_put_back: bool
    put_back_by: str
    puts_back: bool
    address: str  # the history of the thing alone


def about(request: Request, key: str, thing: int | None = None) -> About:
    """What the history of a page, or of one thing on it, is about. Who may see the page may see it."""
    if key not in ACTIONS:
        raise Http404
    actions, kinds = ACTIONS[key]
    if key == "people" and request.actor.may(Right.MANAGE_PEOPLE) and thing is None:
        actions = (*actions, "invitation.made", "invitation.restored", "invitation.revoked")
        kinds = (*kinds, "invitation")
    if key == "walls" and not (request.actor.walls or request.actor.may(Right.OPEN_WALLS)):
        raise Http404
    things = None
    if key == "access":
        things = list(channels.visible_to(request.actor).values_list("pk", flat=True))
        if thing is not None and thing not in things:
            raise Http404
    elif thing is not None and key == "departments":
        if thing not in [desk.pk for desk in queries.every_department(request.actor)]:
            raise Http404
    elif thing is not None and key == "people":
        queries.member(request.actor, thing)
    elif thing is not None and key == "walls":
        queries.wall(request.actor, thing)
    elif thing is not None and key != "rules":
        raise Http404
    topic = request.GET.get("topic", "") if key == "matrix" and request.path == at(request, "history", key) else ""
    return About(actions=actions, kinds=kinds, thing=thing, name=topic, things=things)


def _changes(request: Request, what: About, *, before: int | None = None, limit: int) -> list[Change]:
    teller = told.Teller(request.actor)
    return [
        Change(
            id=line.entry.pk,
            at=line.entry.at,
            by=line.entry.by_name,
            action=told.action(line.entry.action),
            subject=told.subject(line.entry),
            steps=teller.steps(line.entry),
            reason=line.entry.reason,
            may_put_back=line.may_put_back and line.put_back is None,
            put_back_by=line.put_back.by_name if line.put_back else "",
            puts_back=line.entry.puts_back_id is not None,
            address=_of_thing(request, line.entry),
        )
        for line in changes.history(request.actor, what, before=before, limit=limit)
    ]


def _of_thing(request: Request, entry: AuditEntry) -> str:
    """Where the changes of the same thing alone stand; nothing where it has no history of its own."""
    if entry.subject_kind == "intent":
        return with_query(at(request, "history", "matrix"), topic=entry.subject_name)
    key = PAGE_OF_KIND.get(entry.subject_kind)
    return at(request, "history_of", key, entry.subject_id) if key and entry.subject_id is not None else ""


def lately(request: Request, key: str, thing: int | None = None) -> dict[str, Any]:
    """The last changes, for the foot of a page: what `parts.lately` draws. Three queries where there are some."""
    args = [key] if thing is None else [key, thing]
    return {
        "changes": _changes(request, about(request, key, thing), limit=LATELY),
        "all": at(request, "history" if thing is None else "history_of", *args),
        "put_back": at(request, "put_back"),
        "back": at(request, TABS.get(key, key) if thing is None else THINGS[key], *args[1:]),
    }


@require_GET
@member_page
def history(request: Request, key: str, thing_id: int | None = None) -> HttpResponse:
    """All changes of a page, or of one thing on it, newest first."""
    rows = _changes(request, about(request, key, thing_id), before=whole(request.GET.get("before")), limit=PAGE)
    here = request.path
    topic = {"topic": request.GET["topic"]} if request.GET.get("topic") else {}
    context = {
        "changes": rows,
        "of": rows[0].subject if rows and (thing_id is not None or topic) else "",
        "older": with_query(here, before=rows[-1].id, **topic) if len(rows) == PAGE else "",
        "newest": with_query(here, **topic) if request.GET.get("before") else "",
        "put_back": at(request, "put_back"),
        "back": request.get_full_path(),
    }
    return draw(request, "history", TABS.get(key, key), context)


@require_POST
@member_page
def put_back(request: Request) -> HttpResponse:
    """Take changes back, as changes of their own. entry: their numbers."""
    ids = [number for text in request.POST.getlist("entry")[:MOST_AT_ONCE] if (number := whole(text)) is not None]
    try:
        with audit.noted() as entries:
            found = changes.put_back(entry_ids=ids, by=request.actor, now=clock.now())
    except (Invalid, Conflict) as error:
        if request.htmx:
            raise
        toasts.say(request, spoken(error.message), tone="bad")
    else:
        count = len(found)
        said = ngettext("Put back.", "%(number)s changes put back.", count) % {"number": count}
        with_undo(request, said, entries, back=_back(request))
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(_back(request))


def _back(request: Request) -> str:
    """The page that it was asked from, if it is one of this workspace."""
    home = reverse("web:workspace", args=[request.workspace.slug])
    given = request.POST.get("back", "")
    return given if given.startswith(home) and "\\" not in given and "//" not in given else at(request, "organisation")
