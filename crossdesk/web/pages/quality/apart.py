"""The messages behind what stands apart: two people's labels of one message, and corrections."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from crossdesk.insights import apart
from crossdesk.org import queries as org
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.quality import meaning, show
from crossdesk.web.pages.quality.views import Asked, asked, opening
from crossdesk.web.shell import with_query

SAME = {"": None, "same": True, "different": False}
DOUBT = {"": None, "left": True}


@require_GET
@member_page
def twice(request: Request, head: str) -> HttpResponse:
    """What two people said of the same messages."""
    wanted, slug, part = asked(request), request.workspace.slug, request.GET.get("part", "")
    found = apart.labelled_twice(
        request.actor, head, wanted.wanted, same=SAME.get(part), after=request.GET.get("after") or None
    )
    context = {
        "rows": show.twice(
            found.rows, head, _names(request), opening(slug),
            lambda one: reverse("web:quality_sample", args=[slug, one.sample_id]),
        ),
        "sentence": _("Messages that two people have labelled, neither having seen the other's answer."),
        "columns": (_("Message"), _("One says"), _("The other says"), _("Drawn"), ""),
        **_frame(request, "web:quality_twice", head, wanted, found.after, part if part in SAME else "", {
            "": _("All"), "same": _("Same"), "different": _("Different"),
        }),
    }  # fmt: skip
    return render(request, "quality/apart.html.jinja", context)


@require_GET
@member_page
def fixes(request: Request, head: str) -> HttpResponse:
    """What people corrected."""
    wanted, slug, part = asked(request), request.workspace.slug, request.GET.get("part", "")
    found = apart.corrected(
        request.actor, head, wanted.wanted, in_doubt=DOUBT.get(part), after=request.GET.get("after") or None
    )
    context = {
        "rows": show.fixes(found.rows, head, _names(request), opening(slug)),
        "sentence": _("Corrections, as people happened to make them. They are in no other figure."),
        "columns": (_("Message"), _("It had said"), _("People say"), _("Corrected"), ""),
        **_frame(request, "web:quality_fixes", head, wanted, found.after, part if part in DOUBT else "", {
            "": _("All"), "left": _("Left to people"),
        }),
    }  # fmt: skip
    return render(request, "quality/apart.html.jinja", context)


def _names(request: Request) -> dict[str, str]:
    return {str(desk.pk): desk.name for desk in org.every_department(request.actor)}


def _frame(
    request: Request, name: str, head: str, wanted: Asked, after: str | None, part: str, parts: dict[str, str]
) -> dict[str, Any]:
    slug = request.workspace.slug
    here = reverse(name, args=[slug, head])
    return {
        "head_name": str(meaning.HEADS[head]),
        "parts": [(words, with_query(here, **wanted.query(part=key)), key == part) for key, words in parts.items()],
        "older": with_query(here, **wanted.query(part=part, after=after)) if after else "",
        "back": with_query(reverse("web:quality", args=[slug]), **wanted.query(head=head)),
    }
