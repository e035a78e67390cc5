"""What a member says to two contacts that may be one person: they are, or they are not. Both with their way back."""

from collections.abc import Callable
from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdesk.journal import audit
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.messages import services as messages
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.inbox.views import builder_for
from crossdesk.web.pages.organisation.frame import way_back, with_undo


@require_POST
@member_page
def same_person(request: Request, contact_id: int, other_id: int) -> HttpResponse:
    """They are one: all that both ever said stands together from now on."""

    def join(by: Actor, now: datetime) -> object:
        return messages.join_contacts(keep_id=contact_id, other_id=other_id, by=by, now=now)

    return _done(request, contact_id, join, said=_("One person from now on."))


@require_POST
@member_page
def not_the_same(request: Request, contact_id: int, other_id: int) -> HttpResponse:
    """They are two: it is never asked again."""

    def part(by: Actor, now: datetime) -> object:
        return messages.keep_apart(contact_id=contact_id, other_id=other_id, by=by, now=now)

    return _done(request, contact_id, part, said=_("They stay two. It is not asked again."))


def _done(request: Request, contact_id: int, act: Callable[[Actor, datetime], object], *, said: str) -> HttpResponse:
    """The pane as it is now, with the way back in a toast."""
    back = _back(request)
    with audit.noted() as entries:
        act(request.actor, clock.now())
    if not request.htmx:
        with_undo(request, said, entries, back=back)
        return redirect(back)
    contact = builder_for(request, "all").contact(contact_id, back=back, focused=True)
    if contact is None:
        raise Http404
    undo, fields = way_back(request, entries, back=back)
    context = {"contact": contact, "sentence": said, "tone": "good", "undo": undo, "fields": fields}
    return render(request, "inbox/_contact_redrawn.html.jinja", context)


def _back(request: Request) -> str:
    """The page that it was asked from, if it is one of this workspace."""
    home = reverse("web:workspace", args=[request.workspace.slug])
    given = request.POST.get("back", "")
    fine = given.startswith(home) and "\\" not in given and "//" not in given
    return given if fine else reverse("web:inbox", args=[request.workspace.slug])
