"""Connected accounts: their state, the way of what came in, who may use them, connecting."""

from datetime import timedelta
from typing import Final, get_args

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crossdesk.channels import policies, queries
from crossdesk.channels.models import Account
from crossdesk.channels.queries import Tally
from crossdesk.channels.services import (
    change_secret,
    connecting,
    deliveries,
    end_practice,
    follow_word,
    is_practice,
    managing,
    opened,
    unfollow_word,
)
from crossdesk.imports.policies import can_import
from crossdesk.journal import audit
from crossdesk.kit import clock
from crossdesk.kit.actor import Access
from crossdesk.kit.errors import CrossdeskError, Invalid
from crossdesk.org import queries as org
from crossdesk.org import services as setting_up
from crossdesk.org.enums import Step
from crossdesk.web import safety, toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.accounts import doors, show
from crossdesk.web.pages.accounts.forms import ConnectForm, ReasonForm
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import tried, with_undo
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

DAY: Final = timedelta(days=1)
LEVELS: tuple[Access, ...] = get_args(Access)


@require_GET
@member_page
def accounts(request: Request) -> HttpResponse:
    """All accounts of the workspace that the reader may see."""
    rows = queries.visible_to(request.actor).filter(removed_at=None).select_related("credential")
    now = clock.now()
    sums = queries.tallies(request.actor, since=now - DAY)
    gaps = queries.gaps(request.actor, now=now, since=now - DAY)
    cards = [
        show.account_card(
            row, request.workspace.slug, sums.get(row.pk, Tally()), now=now, gaps=len(gaps.get(row.pk, ()))
        )
        for row in rows.order_by("network", "handle", "id")
    ]
    context = {
        "accounts": cards,
        "may_connect": policies.can_connect(request.actor),
        "connect_address": reverse("web:connect", args=[request.workspace.slug]),
        "import_address": reverse("web:imports", args=[request.workspace.slug]) if can_import(request.actor) else "",
    }
    return render(request, "accounts/page.html.jinja", context)


def _one(request: Request, account_id: int) -> Account:
    rows = queries.visible_to(request.actor).select_related("credential", "stream")
    row = rows.filter(pk=account_id, removed_at=None).first()
    if row is None:
        raise Http404
    return row


@require_GET
@member_page
def account(request: Request, account_id: int) -> HttpResponse:
    """One account: is all well, what came in, who may use it."""
    return _drawn(request, _one(request, account_id))


def _drawn(request: Request, row: Account, *, word: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    """word, problem: what was to be followed, and why it is not."""
    now = clock.now()
    hours = queries.tallies_by_hour(request.actor, row.pk, since=now - DAY)
    gaps = queries.gaps(request.actor, now=now, since=now - DAY).get(row.pk, [])
    may_manage = policies.can_manage(request.actor, row)
    tally = queries.tallies(request.actor, since=now - DAY).get(row.pk, Tally())
    context = {
        "account": show.account_card(row, request.workspace.slug, tally, now=now, gaps=len(gaps)),
        "gaps": gaps,
        "heard_since": queries.heard_since(row, now=now),
        "heard_by": queries.heard_by(row, now=now),
        "not_heard_because": spoken(queries.not_heard_because(row)),
        "asked_every": show.asked_every(row),
        "hours": hours,
        "may_manage": may_manage,
        "departments": org.departments(request.actor),
        "access": queries.access_on(request.actor, row.pk),
        "levels": show.level_names(),
        "unreadable": queries.unreadable(request.actor, row.pk) if may_manage else (),
        "act_address": reverse("web:account_act", args=[request.workspace.slug, row.pk]),
        "access_address": reverse("web:account_access", args=[request.workspace.slug, row.pk]),
        "connect_address": show.again_address(row, request.workspace.slug),
        "accounts_address": reverse("web:accounts", args=[request.workspace.slug]),
        "lately": lately(request, "access", row.pk),
        "practice": is_practice(row),
        "door": doors.card(request, row),
        "abilities": show.abilities(row),
        "followed": show.words_card(row, queries.followed_words(request.actor, row.pk)),
        "word": word,
        "problem": problem,
        "deliveries_address": _deliveries_address(request, row),
    }
    return render(request, "accounts/account.html.jinja", context, status=status)


def _deliveries_address(request: Request, row: Account) -> str:
    """Where the way of each delivery stands, for who may look there."""
    if not request.actor.may("see_operations"):
        return ""
    return with_query(reverse("web:operations_deliveries", args=[request.workspace.slug]), account=str(row.pk))


@require_POST
@member_page
def act(request: Request, account_id: int) -> HttpResponse:
    """Pause, resume, fetch now, read unreadable ones again, disconnect."""
    row, now, actor = _one(request, account_id), clock.now(), request.actor
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    here = reverse("web:account", args=[request.workspace.slug, row.pk])
    match request.POST.get("act"):
        case "pause":
            with audit.noted() as entries:
                connecting.pause_account(account_id=row.pk, reason=reason, by=actor, now=now)
            said = _("Paused. Nothing comes in and nothing leaves until you resume it.")
            with_undo(request, said, entries, back=here)
        case "resume":
            with audit.noted() as entries:
                connecting.resume_account(account_id=row.pk, by=actor, now=now)
            with_undo(request, _("Resumed. What was said meanwhile is being fetched."), entries, back=here)
        case "pull":
            connecting.pull_now(account_id=row.pk, by=actor, now=now)
            toasts.say(request, _("Fetching now."))
        case "again":
            policies.demand(policies.can_manage(actor, row), managing.MAY_NOT_MANAGE)
            ids = [one.pk for one in queries.unreadable(actor, row.pk)]
            number = deliveries.parse_again(delivery_ids=ids, workspace_id=actor.workspace_id, now=now)
            toasts.say(request, _("%(number)s are being read again.") % {"number": number})
        case "follow" | "unfollow" as what:
            return _follow(request, row, what)
        case "secret":
            return doors.show_once(request, row, change_secret(account_id=row.pk, by=actor, now=now), changed=True)
        case "remove":
            connecting.remove_account(account_id=row.pk, by=actor, now=now)
            toasts.say(request, _("Disconnected. What it brought stays."))
            return redirect("web:accounts", request.workspace.slug)
        case _:
            raise Http404
    return redirect("web:account", request.workspace.slug, row.pk)


def _follow(request: Request, row: Account, what: str) -> HttpResponse:
    """One hashtag or word more, or one less."""
    word, now, actor = " ".join(request.POST.get("word", "").split()), clock.now(), request.actor

    def change() -> None:
        turn = follow_word if what == "follow" else unfollow_word
        turn(account_id=row.pk, word=word, by=actor, now=now)

    said = (
        _("Following %(word)s. What is found comes to the inbox.")
        if what == "follow"
        else _("No longer following %(word)s. What it brought stays.")
    )
    return tried(
        request, change, said=said % {"word": word}, back=reverse("web:account", args=[request.workspace.slug, row.pk]),
        page=lambda problem, status: _drawn(request, row, word=word, problem=problem, status=status),
    )  # fmt: skip


@require_POST
@member_page
def stop_practising(request: Request) -> HttpResponse:
    """Disconnect the practice network, and end it when no other workspace practises."""
    if end_practice(by=request.actor, now=clock.now()):
        toasts.say(request, _("You no longer practise. What came in stays."))
    return redirect("web:accounts", request.workspace.slug)


@require_POST
@member_page
def access(request: Request, account_id: int) -> HttpResponse:
    """Who may do what: the whole table at once; rows that did not change stay as they are."""
    row = _one(request, account_id)
    policies.demand(policies.can_manage(request.actor, row), managing.MAY_NOT_MANAGE)
    with transaction.atomic(), audit.noted() as entries:
        for desk in org.departments(request.actor):
            levels: list[Access] = [level for level in LEVELS if request.POST.get(f"{desk.pk}-{level}")]
            connecting.set_access(
                account_id=row.pk, department_id=desk.pk, levels=levels, by=request.actor, now=clock.now()
            )  # fmt: skip
    here = reverse("web:account", args=[request.workspace.slug, row.pk])
    with_undo(request, _("Access saved."), entries, back=here)
    return redirect(here)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@member_page
def connect(request: Request) -> HttpResponse:
    """Choose a network and say which account; then the browser goes there to sign in, or it is tried at once."""
    policies.demand(policies.can_connect(request.actor), connecting.MAY_NOT_CONNECT)
    form = connect_form(request)
    if "fields" in request.GET:  # another network was chosen
        return render(request, "accounts/_connect_fields.html.jinja", {"form": form, "network": form.card})
    problem, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return begin(request, form)
            except CrossdeskError as error:
                problem = problem_with(form, error)
    return _connect_page(request, form, problem, status=status)


def _connect_page(request: Request, form: ConnectForm, problem: str, *, status: int) -> HttpResponse:
    context = {
        "form": form,
        "network": form.card,
        "problem": problem,
        "networks": show.networks(),
        "fields_address": fields_address(request),
        "accounts_address": reverse("web:accounts", args=[request.workspace.slug]),
        "connect_address": reverse("web:connect", args=[request.workspace.slug]),
    }
    return may_lead_out(render(request, "accounts/connect.html.jinja", context, status=status))


def connect_form(request: Request) -> ConnectForm:
    """The form of the network that was chosen, with what was typed."""
    given = request.POST if request.method == "POST" else request.GET
    card = show.chosen_network(given.get("network", ""))
    return ConnectForm(request.POST if request.method == "POST" else None, initial=request.GET.dict(), network=card)


def problem_with(form: ConnectForm, error: CrossdeskError) -> str:
    """What did not work, for above the form; what is wrong with the host stands beside its field."""
    if isinstance(error, Invalid) and "host" in form.fields:
        form.add_error("host", spoken(error.message))
        return ""
    return spoken(error.message)


def fields_address(request: Request) -> str:
    """Where the fields of another network come from."""
    return f"{reverse('web:connect', args=[request.workspace.slug])}?fields"


def may_lead_out(response: HttpResponse) -> HttpResponse:
    """For pages whose form's answer sends the browser to a network: the strict policy would stop it on the way."""
    response.headers["Content-Security-Policy"] = safety.POLICY.replace(
        "form-action 'self'", "form-action 'self' https: http://localhost:* http://127.0.0.1:*"
    )
    return response


def begin(request: Request, form: ConnectForm) -> HttpResponse:
    """To the network's sign-in page, or at once with what was typed. Raises NotAllowed, Invalid, the errors of `ports`."""
    network, host, now = form.card.key, form.cleaned_data.get("host", ""), clock.now()
    if form.at_once:
        made = connecting.connect_with_token(network=network, host=host, answer=form.typed, by=request.actor, now=now)
        return _welcome(request, made)
    back = show.way_back(network, request.workspace.slug)
    started = connecting.start_connecting(
        network=network, host=host, redirect_uri=back, asked=form.typed, by=request.actor, now=now
    )
    return redirect(started.url)


@require_GET
@member_page
def connected(request: Request) -> HttpResponse:
    """The browser comes back from the network with an answer. Where that is no sign-in, the form says why."""
    policies.demand(policies.can_connect(request.actor), connecting.MAY_NOT_CONNECT)
    answer = request.GET.dict()
    try:
        made = connecting.finish_connecting(answer=answer, by=request.actor, now=clock.now())
    except CrossdeskError as error:
        was = connecting.begun(answer.get("state", ""))
        known = was is not None and was.workspace == request.workspace.slug
        card = show.chosen_network(was.network if was is not None and known else "")
        form = ConnectForm(None, initial=dict(was.typed) if was is not None and known else {}, network=card)
        return _connect_page(request, form, spoken(error.message), status=error.status)
    return _welcome(request, made)


def _welcome(request: Request, made: Account) -> HttpResponse:
    set_up, shown = org.set_up(request.actor), opened(made)
    first = set_up is not None and set_up.reached == Step.ACCOUNT
    if first:
        setting_up.go_on(to=Step.PEOPLE, by=request.actor)
    if shown is not None:
        return doors.show_once(request, made, shown)
    toasts.say(request, _("Connected @%(handle)s. The first messages are on their way.") % {"handle": made.handle})
    return (
        redirect("web:set_up", request.workspace.slug)
        if first
        else redirect("web:account", request.workspace.slug, made.pk)
    )
