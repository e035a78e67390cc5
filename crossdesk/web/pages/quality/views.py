"""How well messages are read and routed: figures, and the messages behind every one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crossdesk.insights import quality
from crossdesk.insights.values import Window
from crossdesk.journal import audit
from crossdesk.kit import clock
from crossdesk.org import queries as org
from crossdesk.triage import policies, services
from crossdesk.triage import queries as triage
from crossdesk.triage.judging import HEADS
from crossdesk.web import formats, toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation.frame import with_undo
from crossdesk.web.pages.quality import labelling, learned, meaning, show
from crossdesk.web.shell import with_query

PERIODS: Final = (28, 90, 365)
FIRST: Final = "department"
PARTS: Final = {
    "": quality.Part(),
    "answered": quality.Part(answered=True),
    "right": quality.Part(answered=True, right=True),
    "wrong": quality.Part(answered=True, right=False),
    "left": quality.Part(answered=False),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    days: int
    model: str
    head: str

    @property
    def wanted(self) -> quality.Asked:
        """For the room."""
        return quality.Asked(Window.until(timezone.localtime(clock.now()).date(), days=self.days), self.model)

    def query(self, **changes: object) -> dict[str, object]:
        """For an address that keeps what was asked."""
        kept: dict[str, object] = {"days": "" if self.days == PERIODS[1] else self.days, "model": self.model}
        return {**kept, **changes}


def asked(request: Request) -> Asked:
    """From the address; what makes no sense is left out."""
    days, head = request.GET.get("days", ""), request.GET.get("head", "")
    return Asked(
        days=next((one for one in PERIODS if str(one) == days), PERIODS[1]),
        model=request.GET.get("model", "")[:60],
        head=head if head in HEADS else FIRST,
    )


@require_GET
@member_page
def page(request: Request) -> HttpResponse:
    """All heads in a table, one of them in full; for who labels and may see no figures, what waits for their label."""
    wanted, slug = asked(request), request.workspace.slug
    if policies.can_label(request.actor) and not policies.can_see_quality(request.actor):
        return labelling.page(request)
    found = quality.quality(request.actor, wanted.wanted)
    here = reverse("web:quality", args=[slug])

    def at(**query: object) -> str:
        return with_query(here, **wanted.query(head="" if wanted.head == FIRST else wanted.head) | query)

    def rows(head: str, **query: object) -> str:
        return with_query(reverse("web:quality_rows", args=[slug, head]), **wanted.query(**query))

    def twice(head: str) -> str:
        return with_query(reverse("web:quality_twice", args=[slug, head]), **wanted.query())

    def fixes(head: str) -> str:
        return with_query(reverse("web:quality_fixes", args=[slug, head]), **wanted.query())

    head = found.head(wanted.head)
    columns, confused = show.confusion(head, found, rows)
    left = triage.to_label(request.actor, now=clock.now(), time_zone=request.workspace.time_zone)
    context = {
        "tabs": learned.tabs(slug, "quality"),
        "found": found,
        "lines": show.lines(found, wanted.head, rows=rows, twice=twice, fixes=fixes, here=at),
        "head": head,
        "head_name": str(meaning.HEADS[head.head]),
        "classes": show.classes(head, found, rows),
        "mean_f1": show.NOTHING if head.macro_f1 is None else formats.number(head.macro_f1, 2),
        "columns": columns,
        "confused": confused,
        "bins": show.bins(head, rows),
        "spec": show.chart(head),
        "all_rows": rows(head.head),
        "labelled_rows": rows(FIRST),
        "periods": [(days, at(days="" if days == PERIODS[1] else days), days == wanted.days) for days in PERIODS],
        "models": found.models if wanted.model in ("", *found.models) else [*found.models, wanted.model],
        "wanted": wanted,
        "here": here,
        "left": len(left),
        "label": reverse("web:quality_label", args=[slug]),
        "may_label": policies.can_label(request.actor),
        "shares": services.SHARES,
        "percent_now": services.blind_percent(request.workspace.pk),
        "share_address": reverse("web:quality_share", args=[slug]),
        "draw_address": reverse("web:quality_draw", args=[slug]),
        "next_draw": triage.next_draw_of(request.workspace.pk, now=clock.now()),
    }
    return render(request, "quality/page.html.jinja", context)


@require_GET
@member_page
def rows(request: Request, head: str) -> HttpResponse:
    """The messages behind a figure, newest label first."""
    wanted, given, slug = asked(request), request.GET, request.workspace.slug
    part, low, high = _part(given.get("part", "")), _share(given.get("low")), _share(given.get("high"))
    narrowed = quality.Part(
        answered=part.answered, right=part.right, said=given.get("said") or None, truth=given.get("truth") or None,
        either=given.get("either") or None, low=low, high=high,
    )  # fmt: skip
    found = quality.rows(request.actor, head, wanted.wanted, narrowed, after=given.get("after") or None)
    names = {str(desk.pk): desk.name for desk in org.every_department(request.actor)}
    kept = {name: given.get(name, "") for name in ("part", "said", "truth", "either", "low", "high")}
    here = reverse("web:quality_rows", args=[slug, head])
    context = {
        "head_name": str(meaning.HEADS[head]),
        "rows": show.messages(
            found.rows, head, names, opening(slug),
            lambda one: reverse("web:quality_sample", args=[slug, one.sample_id]),
        ),
        "narrowed": _narrowed(head, narrowed, names),
        "parts": [
            (name, with_query(here, **wanted.query(**kept | {"part": key})), key == kept["part"])
            for key, name in (
                ("", _("All")), ("answered", _("Answered")), ("right", _("Right")), ("wrong", _("Wrong")), ("left", _("Left to people")),
            )
        ],
        "older": with_query(here, **wanted.query(**kept, after=found.after)) if found.after else "",
        "back": with_query(reverse("web:quality", args=[slug]), **wanted.query(head=head)),
    }  # fmt: skip
    return render(request, "quality/rows.html.jinja", context)


def opening(slug: str) -> Callable[[Any], str]:
    """To the conversation that a message stands in; nowhere where it stands in none."""
    return lambda one: reverse("web:open", args=[slug, "all", one.conversation_id]) if one.conversation_id else ""


def _part(given: str) -> quality.Part:
    return PARTS.get(given, PARTS[""])


def _share(given: str | None) -> float | None:
    try:
        value = float(given or "")
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def _narrowed(head: str, part: quality.Part, names: dict[str, str]) -> list[str]:
    """What the list is narrowed to, in words."""
    told = []
    if part.said is not None:
        told.append(_("it had said %(value)s") % {"value": meaning.value(head, part.said, names)})
    if part.truth is not None:
        told.append(_("people say %(value)s") % {"value": meaning.value(head, part.truth, names)})
    if part.either is not None:
        told.append(_("it had said or people say %(value)s") % {"value": meaning.value(head, part.either, names)})
    if part.low is not None and part.high is not None:
        told.append(_("%(low)s to %(high)s %% sure") % {"low": round(part.low * 100), "high": round(part.high * 100)})
    return told


@require_POST
@member_page
def set_share(request: Request) -> HttpResponse:
    """How many of what comes in wait blind."""
    given = request.POST.get("percent", "")
    if not given.isascii() or not given.isdigit() or len(given) > 3:
        raise Http404
    back = reverse("web:quality", args=[request.workspace.slug])
    with audit.noted() as entries:
        services.set_blind_percent(percent=int(given), by=request.actor, now=clock.now())
    with_undo(request, _("Saved."), entries, back=back)
    return redirect(back)


@require_POST
@member_page
def draw(request: Request) -> HttpResponse:
    """This week's ten, now."""
    drawn = services.draw_now(by=request.actor, now=clock.now())
    if drawn:
        return redirect(reverse("web:quality_label", args=[request.workspace.slug]))
    toasts.say(request, _("There is nothing to draw: no new messages, or this week is drawn already."), tone="quiet")
    return redirect(reverse("web:quality", args=[request.workspace.slug]))
