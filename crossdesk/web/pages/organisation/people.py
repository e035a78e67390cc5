"""People: their roles, seats and access, and the page of one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from crossdesk.kit import clock
from crossdesk.org import policies, queries, services
from crossdesk.org.enums import Right, Role
from crossdesk.org.models import Department, Member
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation import places
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.departments import name_of
from crossdesk.web.pages.organisation.frame import at, draw, tried
from crossdesk.web.sentences import spoken

MEANS: Mapping[str, str | Promise] = {
    Role.OWNER: lazy("Everything, and who else is an owner."),
    Role.ADMINISTRATOR: lazy("Departments, people, accounts, rules and operations."),
    Role.LEAD: lazy("Works, and sets rules, matrix, targets and hours; may open walls."),
    Role.MEMBER: lazy("Works in their departments and sees the scoreboard."),
    Role.VIEWER: lazy("Reads and sees the scoreboard."),
}


@dataclass(frozen=True, slots=True)
class Person:
    """One line of the list."""

    id: int
    name: str
    email: str
    title: str
    role: str
    active: bool
    me: bool
    role_place: places.Place
    seats_place: places.Place


def _person(line: queries.MemberLine, request: Request, desks: Sequence[Department]) -> Person:
    member = line.member
    return Person(
        id=member.pk,
        name=name_of(member),
        email=member.user.email,
        title=member.title,
        role=spoken(Role(member.role).label),
        active=member.active,
        me=member.pk == request.actor.member_id,
        role_place=places.role_place(request, member),
        seats_place=places.seats_place(request, line, desks),
    )


def roles_for(request: Request) -> list[tuple[str, str]]:
    """The roles that the reader may give."""
    return [(value, spoken(label)) for value, label in Role.choices if policies.can_make(request.actor, value)]


@require_GET
@member_page
def people(request: Request) -> HttpResponse:
    """Everybody with role and seats; for who manages people also the links that are out."""
    return page(request)


def page(request: Request, problem: str = "", status: int = 200) -> HttpResponse:
    """The list."""
    may_manage = request.actor.may(Right.MANAGE_PEOPLE)
    desks = queries.departments(request.actor) if may_manage else []
    context = {
        "people": [_person(line, request, desks) for line in queries.members_with_seats(request.actor)],
        "invitations": queries.invitations(request.actor, now=clock.now()) if may_manage else [],
        "role_names": {value: spoken(label) for value, label in Role.choices},
        "may_manage": may_manage,
        "lately": lately(request, "people"),
    }
    return draw(request, "people", "people", context, problem=problem, status=status)


@require_GET
@member_page
def person(request: Request, member_id: int) -> HttpResponse:
    """One person: what they may do, where they sit."""
    return _one(request, member_id)


def _one(request: Request, member_id: int, problem: str = "", status: int = 200, link: str = "") -> HttpResponse:
    member = queries.member(request.actor, member_id)
    line = next(line for line in queries.members_with_seats(request.actor) if line.member.pk == member.pk)
    may_manage = request.actor.may(Right.MANAGE_PEOPLE) and policies.can_make(request.actor, member.role)
    wanted = request.POST if request.POST.get("act") == "seats" else None
    sits = {seat.department_id: seat.leads for seat in line.seats}
    desks = queries.departments(request.actor)
    context = {
        "person": _person(line, request, desks),
        "title_place": places.title_place(request, member),
        "member": member,
        "link": link,
        "roles": roles_for(request) if may_manage else [(member.role, spoken(Role(member.role).label))],
        "means": MEANS,
        "seats": [
            (
                desk,
                f"seat-{desk.pk}" in wanted if wanted else desk.pk in sits,
                f"lead-{desk.pk}" in wanted if wanted else sits.get(desk.pk, False),
            )
            for desk in desks
        ],
        "may_manage": may_manage,
        "may_title": may_manage or member.pk == request.actor.member_id,
        "lately": lately(request, "people", member.pk),
    }
    return draw(request, "person", "people", context, problem=problem, status=status)


@never_cache
@require_POST
@member_page
def act(request: Request, member_id: int) -> HttpResponse:
    """Role, title, seats, access; a link for a new password."""
    member = queries.member(request.actor, member_id)
    if request.POST.get("act") == "reset":
        token = services.make_reset_link(member_id=member.pk, by=request.actor, now=clock.now())
        return _one(request, member.pk, link=f"{settings.URL}{reverse('web:new_password', args=[token])}")
    do, said = _act(request, member)
    return tried(
        request, do, said=said, back=at(request, "person", member.pk),
        page=lambda problem, status: _one(request, member.pk, problem, status),
    )  # fmt: skip


def _act(request: Request, member: Member) -> tuple[Callable[[], object], str]:
    """What is wanted, and what to say once it is done."""
    actor, now, given, one = request.actor, clock.now(), request.POST, member.pk
    match given.get("act"):
        case "role":
            role = given.get("role", "")
            return lambda: services.change_role(member_id=one, role=role, by=actor, now=now), _("Role changed.")
        case "title":
            title = given.get("title", "")
            return lambda: services.change_title(member_id=one, title=title, by=actor, now=now), _("Saved.")
        case "seats":
            desks = [desk.pk for desk in queries.departments(actor)]
            sits = [desk for desk in desks if f"seat-{desk}" in given]
            leads = [desk for desk in desks if f"lead-{desk}" in given]
            return (
                lambda: services.set_seats(member_id=one, department_ids=sits, leads=leads, by=actor, now=now),
                _("Seats saved."),
            )
        case "deactivate":
            return (
                lambda: services.deactivate(member_id=one, by=actor, now=now),
                _("Access taken away. What they did keeps their name."),
            )
        case "reactivate":
            return lambda: services.reactivate(member_id=one, by=actor, now=now), _("Access given back.")
    raise Http404
