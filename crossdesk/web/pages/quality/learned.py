"""Learned here: heads that learn from what people say, beside the general ones, and which of the two answers."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from crossdesk.kit import clock
from crossdesk.org import queries as org
from crossdesk.triage import heads, services
from crossdesk.triage import queries as triage
from crossdesk.triage.enums import HeadState
from crossdesk.triage.models import LearnedHead
from crossdesk.triage.policies import can_label
from crossdesk.triage.taught import ENOUGH, LEAST
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation.frame import Tab, tried
from crossdesk.web.pages.quality import learned_show, meaning
from crossdesk.web.shell import with_query


def tabs(slug: str, current: str) -> list[Tab]:
    """The section's two pages for who may see figures."""
    wanted = (("quality", pgettext("section", "Figures")), ("quality_learned", pgettext("section", "Learned here")))
    return [Tab(name, reverse(f"web:{page}", args=[slug]), page == current) for page, name in wanted]


@require_GET
@member_page
def page(request: Request) -> HttpResponse:
    """All heads in a table, one of them with its versions."""
    return _drawn(request)


def _drawn(request: Request, problem: str = "", status: int = 200) -> HttpResponse:
    slug = request.workspace.slug
    found = heads.learned_here(request.actor)
    chosen = _chosen(found, request.GET.get("head", ""))

    def here(head: str) -> str:
        return with_query(reverse("web:quality_learned", args=[slug]), head=head)

    def act(row: LearnedHead) -> learned_show.Act:
        active = row.state == HeadState.ACTIVE
        address = reverse("web:quality_general" if active else "web:quality_use", args=[slug, row.pk])
        words = _("Use the general one again") if active else _("Use this one")
        return learned_show.Act(words, with_query(address, head=row.head))

    context: dict[str, Any] = {
        "tabs": tabs(slug, "quality_learned"),
        "problem": problem,
        "nothing": not any(one.answers or one.rows for one in found),
        "lines": learned_show.lines(found, chosen, here=here, act=act),
        "head_name": str(meaning.HEADS[chosen.head]),
        "versions": learned_show.versions(chosen, act),
        "columns": [],
        "least": LEAST,
        "enough": ENOUGH,
        "may_label": can_label(request.actor),
        "left": len(triage.to_label(request.actor, now=clock.now(), time_zone=request.workspace.time_zone)),
        "label": reverse("web:quality_label", args=[slug]),
    }
    names = {str(desk.pk): desk.name for desk in org.every_department(request.actor)}
    if chosen.shown and chosen.shown.confused:
        context["columns"], context["confused"] = learned_show.confusion(chosen.shown, names)
        context["confused_number"] = chosen.shown.number
    return render(request, "quality/learned.html.jinja", context, status=status)


def _chosen(found: Sequence[heads.HeadHere], name: str) -> heads.HeadHere:
    """The head that is asked for; else the first in use, the first that learned something, the first."""
    asked = (one for one in found if one.head == name)
    return next(chain(asked, (one for one in found if one.in_use), (one for one in found if one.rows), found))


@require_POST
@member_page
def use(request: Request, learned_id: int) -> HttpResponse:
    """Put a head in use that was learned here."""

    def act() -> None:
        services.use_learned(learned_id=learned_id, by=request.actor, now=clock.now())

    return _tried(request, act, _("What was learned here answers now."))


@require_POST
@member_page
def use_general(request: Request, learned_id: int) -> HttpResponse:
    """Take a head out of use."""

    def act() -> None:
        services.use_general(learned_id=learned_id, by=request.actor, now=clock.now())

    return _tried(request, act, _("The general one answers again."))


def _tried(request: Request, act: Callable[[], object], said: str) -> HttpResponse:
    here = with_query(reverse("web:quality_learned", args=[request.workspace.slug]), head=request.GET.get("head", ""))
    return tried(request, act, said=said, back=here, page=lambda problem, status: _drawn(request, problem, status))
