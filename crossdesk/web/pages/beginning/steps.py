"""Setting a workspace up: you or a team, departments, an account, people, ready. Every step can be left and changed."""

from collections.abc import Callable
from functools import wraps
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from crossdesk.channels import queries as channels
from crossdesk.channels import services as accounts_do
from crossdesk.channels.services import connecting
from crossdesk.inbox import queries as inbox
from crossdesk.kit import clock
from crossdesk.kit.errors import Conflict, CrossdeskError, Invalid
from crossdesk.org import queries, services
from crossdesk.org.enums import Company, Role, Step
from crossdesk.org.models import Department, SetUp
from crossdesk.web import toasts
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.accounts import show as accounts_show
from crossdesk.web.pages.accounts.views import begin, connect_form, fields_address, may_lead_out, problem_with
from crossdesk.web.pages.beginning import show
from crossdesk.web.pages.inbox import show as rows
from crossdesk.web.pages.organisation.names import preset_name
from crossdesk.web.sentences import spoken

PEOPLE = 4  # lines of the form at first

StepPage = Callable[[Request, SetUp], HttpResponse]


def step(page: StepPage) -> Callable[..., HttpResponseBase]:
    """For who may set this workspace up, where it was begun in the browser; a 404 for all others."""

    @member_page
    @wraps(page)
    def enter(request: Request) -> HttpResponse:
        row = queries.set_up(request.actor)
        if row is None:
            raise Http404
        return page(request, row)

    return enter


def _draw(
    request: Request, row: SetUp, here: str, context: dict[str, Any], *, problem: str = "", status: int = 200
) -> HttpResponse:
    places = show.way(row, request.workspace.slug, here)
    before = next((one.address for one, following in pairwise(places) if following.state == "here"), "")
    more = {
        "way": places,
        "before": before,
        "problem": problem,
        "leave": reverse("web:today", args=[request.workspace.slug]),
    }
    return render(request, f"beginning/{here}.html.jinja", context | more, status=status)


def _on(request: Request, row: SetUp, here: str) -> HttpResponse:
    """This step is finished or passed over: to the next."""
    following = show.after(here, row.company)
    services.go_on(to=following, by=request.actor)
    return redirect(f"web:set_up_{following}", request.workspace.slug)


@require_GET
@step
def set_up(request: Request, row: SetUp) -> HttpResponse:
    """Where one was."""
    reached = Step.READY if row.reached == Step.PEOPLE and row.company == Company.ALONE else row.reached
    return redirect(f"web:set_up_{reached}", request.workspace.slug)


@require_http_methods(["GET", "POST"])
@step
def company(request: Request, row: SetUp) -> HttpResponse:
    """Just me, or a team?"""
    problem, status = "", 200
    if request.method == "POST":
        try:
            row = services.choose_company(company=request.POST.get("company", ""), by=request.actor, now=clock.now())
            return _on(request, row, Step.COMPANY)
        except Invalid as error:
            problem, status = spoken(error.message), error.status
    return _draw(request, row, Step.COMPANY, {"chosen": row.company}, problem=problem, status=status)


@require_http_methods(["GET", "POST"])
@step
def departments(request: Request, row: SetUp) -> HttpResponse:
    """Which desks there are, with what each will see."""
    problem, status = "", 200
    there = {desk.key for desk in queries.departments(request.actor)}
    chosen = set(request.POST.getlist("department")) if request.method == "POST" else there or show.usual(row.company)
    if request.method == "POST":
        try:
            called = {key: preset_name(key) for key in chosen}
            came = services.choose_departments(chosen=called, by=request.actor, now=clock.now())
            _let_in(request, came)
            return _on(request, row, Step.DEPARTMENTS)
        except (Invalid, Conflict) as error:
            problem, status = spoken(error.message), error.status
    context = {"offers": show.offers(chosen), "alone": row.company == Company.ALONE}
    return _draw(request, row, Step.DEPARTMENTS, context, problem=problem, status=status)


def _let_in(request: Request, came: list[Department]) -> None:
    """Departments that come after an account see it as those before them do."""
    for account in channels.visible_to(request.actor).filter(removed_at=None).order_by("id"):
        for desk in came:
            connecting.set_access(
                account_id=account.pk, department_id=desk.pk, levels=connecting.LEVELS, by=request.actor,
                now=clock.now(),
            )  # fmt: skip


@require_http_methods(["GET", "POST"])
@step
def account(request: Request, row: SetUp) -> HttpResponse:
    """A real account, or the practice network."""
    problem, connect_problem, status, form = "", "", 200, connect_form(request)
    if request.method == "POST":
        try:
            match request.POST.get("act"):
                case "practise":
                    _practise(request)
                    return _on(request, row, Step.ACCOUNT)
                case "connect" if form.is_valid():
                    return begin(request, form)
                case "connect":
                    status = 422
                case _:
                    return _on(request, row, Step.ACCOUNT)
        except CrossdeskError as error:
            status = error.status
            if request.POST.get("act") == "connect":
                connect_problem = problem_with(form, error)
            else:
                problem = spoken(error.message)
    networks = [one for one in accounts_show.networks() if one.key != "sandbox"]
    rows_of = channels.visible_to(request.actor).filter(removed_at=None).order_by("id")
    context = {
        "networks": networks,
        "network": form.card,
        "form": form,
        "connect_problem": connect_problem,
        "fields_address": fields_address(request),
        "connected": [(f"@{one.handle}", accounts_show.network_name(one.network)) for one in rows_of],
        "practises": any(accounts_do.is_practice(one) for one in rows_of),
    }
    return may_lead_out(_draw(request, row, Step.ACCOUNT, context, problem=problem, status=status))


def _practise(request: Request) -> None:
    workspace = request.workspace
    accounts_do.practise(
        handle=workspace.slug, name=workspace.name, language=get_language() or "en", by=request.actor, now=clock.now()
    )
    toasts.say(request, _("You are practising: eight people have written to you."))


@never_cache
@require_http_methods(["GET", "POST"])
@step
def people(request: Request, row: SetUp) -> HttpResponse:
    """Colleagues, by link. Several at once; nobody is invited while one line is wrong."""
    desks = [(str(desk.pk), desk.name) for desk in queries.departments(request.actor)]
    emails, seats = request.POST.getlist("email"), request.POST.getlist("department")
    lines = [(email.strip(), seat) for email, seat in zip(emails, seats, strict=False)]
    problems: dict[int, str] = {}
    links: list[tuple[str, str]] = []
    if request.method == "POST":
        if request.POST.get("act") != "invite" or not any(email for email, _seat in lines):
            return _on(request, row, Step.PEOPLE)
        links, problems = _invited(request, lines, [key for key, _name in desks])
        if not problems:
            services.go_on(to=Step.READY, by=request.actor)
    context = {
        "lines": [(*line, problems.get(place, "")) for place, line in enumerate(lines)] or [("", "", "")] * PEOPLE,
        "desks": [("", _("All departments")), *desks],
        "links": links if not problems else [],
    }
    return _draw(request, row, Step.PEOPLE, context, status=422 if problems else 200)


def _invited(
    request: Request, lines: list[tuple[str, str]], desks: list[str]
) -> tuple[list[tuple[str, str]], dict[int, str]]:
    """Address and link of each; or what is wrong, by line, and then no link is worth anything."""
    made: list[tuple[int, str, str]] = []
    problems: dict[int, str] = {}
    for place, (email, seat) in enumerate(lines):
        if not email:
            continue
        ids = [int(seat)] if seat in desks else [int(key) for key in desks]
        try:
            invitation, token = services.invite(
                email=email, role=Role.MEMBER, department_ids=ids, by=request.actor, now=clock.now()
            )
        except (Invalid, Conflict) as error:
            problems[place] = spoken(error.message)
        else:
            made.append((invitation.pk, invitation.email, f"{settings.URL}{reverse('web:join', args=[token])}"))
    if problems:
        for pk, _email, _link in made:
            services.revoke_invitation(invitation_id=pk, by=request.actor, now=clock.now())
    return [(email, link) for _pk, email, link in made], problems


@require_GET
@step
def ready(request: Request, row: SetUp) -> HttpResponse:
    """All set: what is there now, and the first message to answer."""
    return _draw(request, row, Step.READY, _ready(request, row))


@require_GET
@step
def ready_body(request: Request, row: SetUp) -> HttpResponse:
    """The same again when something came in."""
    return render(request, "beginning/_ready.html.jinja", _ready(request, row))


def _ready(request: Request, row: SetUp) -> dict[str, Any]:
    slug, desks = request.workspace.slug, queries.departments(request.actor)
    own = {desk.pk: desk for desk in desks}
    first = next(iter(inbox.soonest(request.actor, list(own), limit=1)), None)
    desk = own.get(first.duty.department_id) if first is not None and first.duty is not None else None
    return {
        "row": rows.row(first, slug, desk.key if desk else "all", query={}) if first else None,
        "waits_for": bool(channels.connected_networks(request.actor)),
        "departments": len(desks),
        "alone": row.company == Company.ALONE,
        "ready_address": reverse("web:set_up_ready_body", args=[slug]),
    }
