"""Inviting many people from a list: choose or paste it, see what would happen to each, then confirm."""

import base64
import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from crossdesk.insights.exports import harmless
from crossdesk.journal import audit
from crossdesk.kit import clock
from crossdesk.kit.errors import Conflict, Invalid
from crossdesk.org import policies, queries, roster, services
from crossdesk.org.enums import Right, Role
from crossdesk.org.services import Fate, Planned
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation.frame import at, draw, with_undo
from crossdesk.web.sentences import spoken

MARK = "\ufeff"  # tells spreadsheets that the letters are UTF-8


def _roles() -> dict[str, str]:
    """Roles by their name in the reader's language."""
    return {spoken(label).casefold(): value for value, label in Role.choices}


def _csv(rows: Sequence[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([[harmless(cell) for cell in row] for row in rows])
    return MARK + written.getvalue()


def _file(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_GET
@member_page
def example(request: Request) -> HttpResponse:
    """A file that can be filled in, with this workspace's own departments."""
    policies.require(request.actor, Right.MANAGE_PEOPLE, "invite people")
    desks = [desk.name for desk in queries.departments(request.actor)]
    rows = [
        ["email", "name", "departments", "role"],
        ["ada@example.com", "Ada Lovelace", "; ".join(desks[:2]), Role.LEAD],
        ["alan@example.com", "Alan Turing", "; ".join(desks[:1]), Role.MEMBER],
    ]
    return _file(_csv(rows), "people.csv")


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def importing(request: Request) -> HttpResponse:
    """GET asks for the list; POST shows what would happen, hands out what is wrong as a file, or does it."""
    policies.require(request.actor, Right.MANAGE_PEOPLE, "invite people")
    if request.method == "GET":
        return _ask(request)
    try:
        text = _text(request)
        people = roster.read(text)
        match request.POST.get("do"):
            case "confirm":
                return _done(request, people)
            case "wrong":
                plan = _plan(request, people)
                return _file(_wrong(plan), "people-wrong.csv")
        return _preview(request, people, text)
    except (Invalid, Conflict) as error:
        return _ask(request, spoken(error.message), error.status)


def _text(request: Request) -> str:
    """What was chosen, or else what was pasted."""
    chosen = request.FILES.get("file")
    if chosen is not None:
        return roster.decoded(chosen.read(roster.MOST_BYTES + 1))
    return roster.decoded(request.POST.get("text", "").encode())


def _ask(request: Request, problem: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "step": "ask",
        "text": request.POST.get("text", ""),
        "roles": ", ".join(spoken(label) for _value, label in Role.choices),
        "most": roster.MOST_PEOPLE,
    }
    return draw(request, "import", "people", context, problem=problem, status=status)


def _plan(request: Request, people: roster.Roster) -> list[Planned]:
    return services.plan_import(lines=people.lines, by=request.actor, now=clock.now(), roles=_roles())


def _preview(request: Request, people: roster.Roster, text: str) -> HttpResponse:
    plan = _plan(request, people)
    context = {
        "step": "preview",
        "text": text,
        "plan": plan,
        "counts": Counter(one.fate for one in plan),
        "role_names": {value: spoken(label) for value, label in Role.choices},
        "ignored": people.ignored,
    }
    return draw(request, "import", "people", context)


def _wrong(plan: Sequence[Planned]) -> str:
    """What could not be used, in the form in which it can be mended and sent again."""
    rows = [
        [one.line.email, one.line.name, "; ".join(one.line.departments), one.line.role, str(one.line.number), spoken(one.why)]
        for one in plan
        if one.fate == Fate.WRONG
    ]  # fmt: skip
    return _csv([["email", "name", "departments", "role", "line", "wrong"], *rows])


def _done(request: Request, people: roster.Roster) -> HttpResponse:
    """All in one transaction. The links are shown once, here."""
    with audit.noted() as entries:
        plan, made = services.import_people(lines=people.lines, by=request.actor, now=clock.now(), roles=_roles())
    links = [(one.invitation, f"{settings.URL}{reverse('web:join', args=[one.token])}") for one in made]
    said = ngettext("%(number)s person invited.", "%(number)s people invited.", len(made)) % {"number": len(made)}
    with_undo(request, said, entries, back=at(request, "people"))
    rows = [["email", "name", "link"], *([one.email, one.name, link] for one, link in links)]
    context = {
        "step": "done",
        "links": links,
        "file": base64.b64encode(_csv(rows).encode()).decode(),
        "left_out": sum(one.fate == Fate.WRONG for one in plan),
        "there": sum(one.fate == Fate.THERE for one in plan),
        "text": request.POST.get("text", ""),
    }
    return draw(request, "import", "people", context)
