"""What every page of the company shares: its tabs, and acts that end in a sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from crossdesk.journal import audit, changes
from crossdesk.kit.errors import Conflict, Invalid
from crossdesk.org.enums import Right
from crossdesk.web import toasts
from crossdesk.web.access import Request
from crossdesk.web.sentences import spoken

Page = Callable[[str, int], HttpResponse]  # problem, status → the page that says it


@dataclass(frozen=True, slots=True)
class Tab:
    """A link to a sister page."""

    name: str
    address: str
    current: bool


def at(request: Request, name: str, *args: object) -> str:
    """The address of a page of this workspace."""
    return reverse(f"web:{name}", args=[request.workspace.slug, *args])


def tabs(request: Request, current: str) -> list[Tab]:
    """Walls are named only to those who stand inside one or may open one."""
    wanted = [
        ("organisation", _("Departments")),
        ("people", _("People")),
        ("matrix", _("Responsibility matrix")),
        ("access", _("Access")),
        ("rules", _("Rules")),
        ("targets", _("Targets & hours")),
        ("writing", _("Writing")),
    ]
    if request.actor.walls or request.actor.may(Right.OPEN_WALLS):
        wanted.append(("walls", _("Walls")))
    return [Tab(name, at(request, page), page == current) for page, name in wanted]


def draw(
    request: Request, template: str, tab: str, context: dict[str, Any], *, problem: str = "", status: int = 200
) -> HttpResponse:
    """A page of the company under its tabs; a problem is said on top of it."""
    common = {"tabs": tabs(request, tab), "problem": problem, "slug": request.workspace.slug}
    return render(request, f"organisation/{template}.html.jinja", {**common, **context}, status=status)


def tried(
    request: Request, act: Callable[[], object], *, said: str, back: str, page: Page, undo: bool = True
) -> HttpResponse:
    """Do it, say so and go back. What is refused is said on the page it was asked from.

    undo: offer the way back where there is one; False where it ends with the right to go it.
    """
    try:
        with audit.noted() as entries:
            act()
    except (Invalid, Conflict) as error:
        return page(spoken(error.message), error.status)
    with_undo(request, said, entries if undo else (), back=back)
    return redirect(back)


def in_place(
    request: Request, act: Callable[[], object], *, said: str, back: str, show: Page,
    lately: Callable[[], dict[str, Any]],
) -> HttpResponse:  # fmt: skip
    """Do it where it stands: the fragment as it is now, a toast with the way back, and the last changes of the page.

    show: draws the fragment, with what was refused beside its field.
    """
    try:
        with audit.noted() as entries:
            act()
    except (Invalid, Conflict) as error:
        return show(spoken(error.message), error.status)
    answer = show("", 200)
    if entries:
        undo, fields = way_back(request, entries, back=back)
        context = {"said": said, "undo": undo, "fields": fields, "lately": lately()}
        answer.write(render_to_string("organisation/_said_so.html.jinja", context, request=request))
    return answer


def with_undo(request: Request, said: str, entries: Sequence[int], *, back: str) -> None:
    """Say what was done, with the way back where what was written down has one."""
    undo, fields = way_back(request, entries, back=back)
    toasts.say(request, said, undo=undo, fields=fields)


def way_back(request: Request, entries: Sequence[int], *, back: str) -> tuple[str, list[tuple[str, str]]]:
    """The address that puts these changes back, and what is sent there; nothing where one of them has no way back."""
    if not changes.can_all_be_put_back(request.actor, entries):
        return "", []
    return at(request, "put_back"), [*(("entry", str(entry)) for entry in entries), ("back", back)]


def whole(text: str | None) -> int | None:
    """A whole number from a form or an address; None where it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None
