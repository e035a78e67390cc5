"""Operations: work that failed or waits, what came in, what is on its way out, holds, the audit trail."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crossdesk.channels import policies as channel_policies
from crossdesk.channels import queries as channels
from crossdesk.channels.enums import HoldScope, OutboxState
from crossdesk.channels.services import holds as holding
from crossdesk.channels.services import outbox as sending
from crossdesk.journal import jobs, queries
from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page, needs
from crossdesk.web.pages.organisation import told
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

PAGE: Final = 50
SEE, AUDIT = "see_operations", "see_audit"


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of this section."""

    name: str
    address: str
    current: bool


def _tabs(request: Request, current: str) -> list[Tab]:
    pages = [
        ("operations", _("Failed work")), ("operations_waiting", _("Waiting work")), ("operations_deliveries", _("Came in")),
        ("operations_outbox", _("Going out")), ("operations_holds", _("Holds")),
    ]  # fmt: skip
    if request.actor.may(AUDIT):
        pages.append(("operations_audit", _("Audit trail")))
    return [Tab(name, reverse(f"web:{page}", args=[request.workspace.slug]), page == current) for page, name in pages]


def draw(request: Request, page: str, template: str, **context: Any) -> HttpResponse:
    context["tabs"] = _tabs(request, page)
    context["here"] = reverse(f"web:{page}", args=[request.workspace.slug])
    return render(request, f"operations/{template}.html.jinja", context)


def before_of(request: Request) -> int | None:
    given = request.GET.get("before", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None


@require_GET
@member_page
@needs(SEE)
def failed(request: Request) -> HttpResponse:
    """Dead letters: work that was given up, with the way to run it again."""
    before = before_of(request)
    rows = queries.dead_letters(request.actor)
    found = list((rows.filter(pk__lt=before) if before else rows)[:PAGE])
    return draw(request, "operations", "failed", jobs=found)


@require_POST
@member_page
@needs(SEE)
def run_again(request: Request, job_id: int) -> HttpResponse:
    """Bring a dead letter back to life."""
    jobs.run_again(job_id=job_id, workspace_id=request.actor.workspace_id, now=clock.now())
    toasts.say(request, _("It runs again."))
    return redirect("web:operations", request.workspace.slug)


@require_GET
@member_page
@needs(SEE)
def waiting(request: Request) -> HttpResponse:
    """Work that is to be done, soonest first."""
    return draw(
        request, "operations_waiting", "waiting", jobs=list(queries.waiting_jobs(request.actor)[:PAGE]), now=clock.now()
    )


@require_GET
@member_page
@needs(SEE)
def outbox(request: Request) -> HttpResponse:
    """What has not left yet, what is held, what is in doubt."""
    rows = channels.outbox(request.actor, before=before_of(request), limit=PAGE)
    here = reverse("web:operations_outbox", args=[request.workspace.slug])
    older = with_query(here, before=rows[-1].pk) if len(rows) == PAGE else ""
    may = {row.pk: channel_policies.can_settle(request.actor, row) for row in rows}
    return draw(request, "operations_outbox", "outbox", items=rows, may=may, older=older, DOUBTFUL=OutboxState.DOUBTFUL)


@require_POST
@member_page
@needs(SEE)
def outbox_act(request: Request, item_id: int) -> HttpResponse:
    """A person decides what becomes of a message on its way."""
    by, now = request.actor, clock.now()
    match request.POST.get("act"):
        case "cancel":
            sending.cancel(item_id=item_id, by=by, now=now)
            toasts.say(request, _("Cancelled. It will not be sent."))
        case "release":
            sending.release(item_ids=[item_id], by=by, now=now)
            toasts.say(request, _("It may leave now."))
        case "found" | "send_again" | "drop" as choice:
            wanted: sending.Choice = "cancel" if choice == "drop" else choice
            sending.settle_doubtful(item_id=item_id, choice=wanted, by=by, now=now)
            toasts.say(request, _("Decided."))
        case _:
            raise Http404
    return redirect("web:operations_outbox", request.workspace.slug)


@require_GET
@member_page
@needs(SEE)
def holds(request: Request) -> HttpResponse:
    """What stops things from leaving."""
    return draw(
        request, "operations_holds", "holds", holds=channels.standing_holds(request.actor),
        may_hold=channel_policies.can_hold(request.actor), scopes=[(one.value, spoken(one.label)) for one in HoldScope],
        accounts=[("", _("No account")), *((row.pk, f"@{row.handle}") for row in channels.visible_to(request.actor).filter(removed_at=None))],
    )  # fmt: skip


@require_POST
@member_page
@needs(SEE)
def put_hold(request: Request) -> HttpResponse:
    """Stop everything in a scope."""
    given = request.POST
    if given.get("scope") not in HoldScope.values:
        raise Invalid("Choose what is to stop.")
    scope, account = HoldScope(given["scope"]), given.get("account", "")
    holding.put_hold(
        scope=scope, reason=given.get("reason", ""), by=request.actor, now=clock.now(), tag=given.get("tag", "").strip(),
        account_id=int(account) if scope == HoldScope.ACCOUNT and account.isascii() and account.isdigit() else None,
    )  # fmt: skip
    toasts.say(request, _("Nothing in this scope leaves any more."))
    return redirect("web:operations_holds", request.workspace.slug)


@require_POST
@member_page
@needs(SEE)
def lift_hold(request: Request, hold_id: int) -> HttpResponse:
    """Things may leave again, each with a person's yes."""
    holding.lift_hold(hold_id=hold_id, by=request.actor, now=clock.now())
    toasts.say(request, _("Lifted. What was kept back waits for your yes under Going out."))
    return redirect("web:operations_holds", request.workspace.slug)


@require_GET
@member_page
@needs(AUDIT)
def audit(request: Request) -> HttpResponse:
    """Who changed what, when, from what to what."""
    before = before_of(request)
    rows = queries.audit_trail(request.actor)
    found = list((rows.filter(pk__lt=before) if before else rows)[:PAGE])
    here = reverse("web:operations_audit", args=[request.workspace.slug])
    older = with_query(here, before=found[-1].pk) if len(found) == PAGE else ""
    return draw(
        request, "operations_audit", "audit", entries=found, older=older, action=told.action, subject=told.subject
    )  # fmt: skip
