"""What networks handed over, and the way of each: stored, understood, message, read, decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crossdesk.channels import policies
from crossdesk.channels import queries as channels
from crossdesk.channels.enums import DeliveryState, Source
from crossdesk.channels.models import Account, RawDelivery
from crossdesk.channels.services import deliveries as delivering
from crossdesk.inbox import queries as inbox
from crossdesk.kit import clock
from crossdesk.messages import ways as understood
from crossdesk.messages.ways import Way
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page, needs
from crossdesk.web.pages.operations.views import PAGE, SEE, before_of, draw
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

HOURS: Final = (1, 24, 24 * 7, 24 * 30)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way. tone: good: done; quiet: still to come or nothing to do; bad: it ended here."""

    name: str
    at: datetime | None = None
    tone: str = "quiet"
    note: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery with its way."""

    id: int
    account: str
    account_address: str
    feed: str
    how: str
    times: int
    error: str
    steps: Sequence[Step]
    may_run: bool


@require_GET
@member_page
@needs(SEE)
def deliveries(request: Request) -> HttpResponse:
    """Everything that networks handed over, newest first, each with its way."""
    given, account = request.GET.get("state", ""), _account(request, request.GET.get("account", ""))
    state = DeliveryState(given) if given in DeliveryState.values else None
    account_id = account.pk if account else None
    rows = channels.deliveries(
        request.actor, account_id=account_id, state=state, before=before_of(request), limit=PAGE
    )  # fmt: skip
    here = reverse("web:operations_deliveries", args=[request.workspace.slug])
    chosen = str(account_id or "")
    states = [("", _("All")), *((one.value, spoken(one.label)) for one in DeliveryState)]
    older = with_query(here, state=given, account=chosen, before=rows[-1].pk) if len(rows) == PAGE else ""
    return draw(
        request, "operations_deliveries", "deliveries", deliveries=_rows(request, rows), older=older, account=account,
        everything=with_query(here, state=given),
        states=[(with_query(here, state=key, account=chosen), name, key == (state or "")) for key, name in states],
        ranges=_ranges() if account is not None and policies.can_manage(request.actor, account) else (),
    )  # fmt: skip


@require_POST
@member_page
@needs(SEE)
def again(request: Request, delivery_id: int) -> HttpResponse:
    """Let one delivery go its way once more."""
    delivering.run_again(delivery_id=delivery_id, by=request.actor, now=clock.now())
    toasts.say(request, _("It is being read again."))
    return redirect("web:operations_deliveries", request.workspace.slug)


@require_POST
@member_page
@needs(SEE)
def range_again(request: Request, account_id: int) -> HttpResponse:
    """Let all that an account brought within some hours go its way once more."""
    account = _account(request, str(account_id))
    if account is None or request.POST.get("hours") not in {str(hours) for hours in HOURS}:
        raise Http404
    now = clock.now()
    number = delivering.run_range_again(
        account_id=account.pk, since=now - timedelta(hours=int(request.POST["hours"])), until=now, by=request.actor,
        now=now,
    )  # fmt: skip
    toasts.say(request, _("%(number)s are being read again.") % {"number": number})
    here = reverse("web:operations_deliveries", args=[request.workspace.slug])
    return redirect(with_query(here, account=str(account.pk)))


def _account(request: Request, given: str) -> Account | None:
    """The account that was asked for. Raises Http404 where it is not the reader's to see."""
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 18):
        raise Http404
    found = channels.visible_to(request.actor).filter(pk=int(given)).first()
    if found is None:
        raise Http404
    return found


def _ranges() -> list[tuple[int, str]]:
    names = (_("the last hour"), _("the last 24 hours"), _("the last 7 days"), _("the last 30 days"))
    return list(zip(HOURS, names, strict=True))


def _rows(request: Request, rows: Sequence[RawDelivery]) -> list[Row]:
    found = understood.ways(request.actor, rows)
    places = inbox.conversations_of(request.actor, [way.message_id for way in found.values()])
    slug = request.workspace.slug
    made = []
    for row in rows:
        way = found.get(row.pk)
        place = places.get(way.message_id) if way else None
        address = reverse("web:conversation", args=[slug, place]) if place else ""
        made.append(
            Row(
                id=row.pk,
                account=f"@{row.account.handle}",
                account_address=reverse("web:account", args=[slug, row.account_id]),
                feed=row.feed,
                how=spoken(Source(row.source).label),
                times=row.times,
                error=spoken(row.error),
                steps=_steps(row, way, address),
                may_run=row.state != DeliveryState.STORED
                and not row.whole
                and policies.can_manage(request.actor, row.account),
            )
        )
    return made


def _steps(row: RawDelivery, way: Way | None, address: str) -> list[Step]:
    stored = Step(_("Stored"), row.received_at, "good")
    if row.state == DeliveryState.UNREADABLE:
        return [stored, Step(_("Unreadable"), row.parsed_at, "bad")]
    if row.state == DeliveryState.STORED:
        return [stored, *(Step(name) for name in (_("Understood"), _("Message"), _("Read"), _("Decided")))]
    steps = [stored, Step(_("Understood"), row.parsed_at, "good")]
    if way is None:
        return [*steps, Step(_("Message"), note=_("it brought none, or none that you may see"))]
    notes = {"deleted": _("deleted"), "reacted": _("a reaction to it")}
    steps.append(Step(_("Message"), way.stored_at, "good", note=notes.get(way.tells, ""), address=address))
    if way.ours:
        return [*steps, Step(_("Ours"), note=_("nothing is to be decided"))]
    return [
        *steps,
        Step(_("Read"), way.read_at, "good" if way.read_at else "quiet"),
        Step(_("Decided"), way.decided_at, "good" if way.decided_at else "quiet"),
    ]
