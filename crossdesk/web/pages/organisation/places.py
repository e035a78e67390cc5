"""What is changed where it stands: a click or Enter opens its field, Escape closes it, Enter keeps it.

Each kind of place says what stands there, with which control it is changed, and which service keeps it. Without scripts the
same address is a small page with the same form.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid, NotAllowed
from crossdesk.org import policies, presets, queries, services
from crossdesk.org.enums import Right, Role
from crossdesk.org.models import Department, Holiday, Hours, Member
from crossdesk.org.services.hours import local_day
from crossdesk.triage import queries as triage
from crossdesk.triage import services as triage_services
from crossdesk.triage.models import Rule
from crossdesk.triage.rules import Draft
from crossdesk.web import formats
from crossdesk.web.access import Request, member_page
from crossdesk.web.pages.organisation import week
from crossdesk.web.pages.organisation.changes import lately
from crossdesk.web.pages.organisation.frame import at, draw, in_place, tried
from crossdesk.web.sentences import spoken

Spans = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Something that stands on a page. words: as it is read. control: text, choice, seats, day or holiday, with value
    and choices for it. empty: what is said where nothing is. back: the page on which it stands. alone: its form has
    a page of its own."""

    what: str
    thing: int
    address: str
    label: str
    words: Sequence[str]
    may: bool
    control: str = "text"
    value: Any = ""
    choices: Sequence[Any] = ()
    look: str = "plain"
    empty: str = "–"
    most: int = 0
    today: str = ""
    open: bool = False
    problem: str = ""
    back: str = ""
    alone: bool = False

    @property
    def id(self) -> str:
        """Of the element that opens it, and that gets the focus back."""
        return f"place-{self.what}-{self.thing}"


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of place is drawn, kept, and which history and page it belongs to."""

    place: Callable[[Request, int], Place]
    save: Callable[[Request, int], object]
    back: Callable[[Request, int], str]
    history: Callable[[Request, int], dict[str, Any]]
    said: Callable[[], str] = field(default=lambda: _("Saved."))


def _of(request: Request, what: str, thing: int, label: str, words: Sequence[str], *, may: bool, **more: Any) -> Place:
    return Place(what, thing, at(request, "place", what, thing), label, words, may, **more)


# Departments


def purpose_of(desk: Department) -> str:
    """Its own words, or those of the preset in the reader's language."""
    preset = next((one for one in presets.DEPARTMENTS if one.key == desk.key), None)
    return desk.purpose or (spoken(preset.purpose) if preset else "")


def department_name(request: Request, desk: Department) -> Place:
    """What it is called."""
    may = request.actor.may(Right.MANAGE_WORKSPACE)
    return _of(request, "department-name", desk.pk, _("Name"), [desk.name], may=may, value=desk.name, most=80)


def department_purpose(request: Request, desk: Department) -> Place:
    """What it is there for."""
    may, purpose = request.actor.may(Right.MANAGE_WORKSPACE), purpose_of(desk)
    return _of(
        request, "department-purpose", desk.pk, _("Purpose"), [purpose] if purpose else [], may=may, value=purpose,
        most=200, empty=_("Say what it is there for"),
    )  # fmt: skip


def _rename(request: Request, thing: int) -> object:
    name = request.POST.get("value", "")
    return services.rename_department(department_id=thing, name=name, by=request.actor, now=clock.now())


def _repurpose(request: Request, thing: int) -> object:
    desk, purpose = queries.department(request.actor, thing), request.POST.get("value", "")
    if purpose == purpose_of(Department(key=desk.key)):
        purpose = ""  # the preset's own: it goes on being read in each reader's language
    return services.rename_department(
        department_id=thing, name=desk.name, purpose=purpose, by=request.actor, now=clock.now()
    )


# Hours and holidays


def hours_day(request: Request, desk: Department, number: int, hours: Hours | None) -> Place:
    """One day of the week. number: Monday is 0."""
    spans: Spans = hours.week[number] if hours else presets.WEEK[number]
    return _of(
        request, f"day-{number}", desk.pk, str(WEEKDAYS[number]), [week.times(spans)] if spans else [],
        may=request.actor.may(Right.MANAGE_RULES), control="day", empty=_("closed"),
        value=week.day(number, spans), today=local_day(desk.time_zone, clock.now()).isoformat(),
    )  # fmt: skip


def _in_force(request: Request, thing: int, day: date) -> tuple[Department, Hours | None]:
    calendar = next((one for one in queries.calendars(request.actor, day=day) if one.department.pk == thing), None)
    if calendar is None:
        raise Http404
    return calendar.department, calendar.now


def _day(number: int) -> Kind:
    def place(request: Request, thing: int) -> Place:
        desk = queries.department(request.actor, thing)
        desk, hours = _in_force(request, thing, local_day(desk.time_zone, clock.now()))
        return hours_day(request, desk, number, hours)

    def save(request: Request, thing: int) -> object:
        try:
            begins = date.fromisoformat(request.POST.get("valid_from", ""))
        except ValueError as error:
            raise Invalid(_("Say from which day on.")) from error
        desk, hours = _in_force(request, thing, begins)
        days = [list(spans) for spans in (hours.week if hours else presets.WEEK)]
        days[number] = week.sent(request.POST.dict())[number]
        return services.set_hours(
            department_id=desk.pk, valid_from=begins, week=days, time_zone=hours.time_zone if hours else None,
            by=request.actor, now=clock.now(),
        )  # fmt: skip

    return Kind(place, save, _department, _department_history)


def holiday_place(request: Request, row: Holiday) -> Place:
    """A day on which a department is closed."""
    return _of(
        request, "holiday", row.pk, _("Holiday"), [f"{formats.date(row.day)} {row.name}"],
        may=request.actor.may(Right.MANAGE_RULES), control="holiday", value=(row.day.isoformat(), row.name), most=80,
    )  # fmt: skip


def _change_holiday(request: Request, thing: int) -> object:
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError as error:
        raise Invalid(_("Give the day and what it is called.")) from error
    return services.change_holiday(
        holiday_id=thing, day=day, name=request.POST.get("name", ""), by=request.actor, now=clock.now()
    )


# People


def _may_change(request: Request, member: Member) -> bool:
    return request.actor.may(Right.MANAGE_PEOPLE) and policies.can_make(request.actor, member.role)


def role_place(request: Request, member: Member) -> Place:
    """What somebody may do."""
    roles = [(value, spoken(label)) for value, label in Role.choices if policies.can_make(request.actor, value)]
    return _of(
        request, "role", member.pk, _("Role"), [spoken(Role(member.role).label)], may=_may_change(request, member),
        control="choice", value=member.role, choices=roles,
    )  # fmt: skip


def title_place(request: Request, member: Member) -> Place:
    """What colleagues read beside the name."""
    may = _may_change(request, member) or member.pk == request.actor.member_id
    return _of(
        request, "title", member.pk, _("Title"), [member.title] if member.title else [], may=may, value=member.title,
        most=80, empty=_("Give a title"),
    )  # fmt: skip


def seats_place(request: Request, line: queries.MemberLine, desks: Sequence[Department]) -> Place:
    """Where somebody sits, and what of it they lead."""
    sits = {seat.department_id: seat.leads for seat in line.seats}
    words = [f"{seat.department.name} · {_('leads')}" if seat.leads else seat.department.name for seat in line.seats]
    return _of(
        request, "seats", line.member.pk, _("Sits in"), words, may=_may_change(request, line.member), control="seats",
        choices=[(desk.pk, desk.name, desk.pk in sits, sits.get(desk.pk, False)) for desk in desks],
        look="badges", empty=_("nowhere"),
    )  # fmt: skip


def _seats(request: Request, thing: int) -> Place:
    member = queries.member(request.actor, thing)
    line = next(one for one in queries.members_with_seats(request.actor) if one.member.pk == member.pk)
    return seats_place(request, line, queries.departments(request.actor))


def _save_seats(request: Request, thing: int) -> object:
    desks = [desk.pk for desk in queries.departments(request.actor)]
    return services.set_seats(
        member_id=thing, department_ids=[pk for pk in desks if f"seat-{pk}" in request.POST],
        leads=[pk for pk in desks if f"lead-{pk}" in request.POST], by=request.actor, now=clock.now(),
    )  # fmt: skip


def _save_role(request: Request, thing: int) -> object:
    role = request.POST.get("value", "")
    return services.change_role(member_id=thing, role=role, by=request.actor, now=clock.now())


def _save_title(request: Request, thing: int) -> object:
    title = request.POST.get("value", "")
    return services.change_title(member_id=thing, title=title, by=request.actor, now=clock.now())


# Rules


def rule_name(request: Request, rule_id: int, name: str) -> Place:
    """What a rule is called."""
    may = request.actor.may(Right.MANAGE_RULES)
    return _of(request, "rule-name", rule_id, _("Name"), [name], may=may, value=name, most=120)


def _rule(request: Request, thing: int) -> Rule:
    return triage.rule(request.actor, thing)


def _rename_rule(request: Request, thing: int) -> object:
    row = _rule(request, thing)
    draft = Draft(request.POST.get("value", ""), row.conditions, row.outcome, row.match)
    return triage_services.change_rule(rule_id=row.pk, draft=draft, by=request.actor, now=clock.now())


def _department(request: Request, thing: int) -> str:
    return at(request, "department", thing)


def _department_history(request: Request, thing: int) -> dict[str, Any]:
    return lately(request, "departments", thing)


def _holiday(request: Request, thing: int) -> int:
    return queries.holiday(request.actor, thing).department_id


def _people(request: Request, _thing: int) -> str:
    return at(request, "people")


def _people_history(request: Request, _thing: int) -> dict[str, Any]:
    return lately(request, "people")


KINDS: Final[dict[str, Kind]] = {
    "department-name": Kind(
        lambda request, pk: department_name(request, queries.department(request.actor, pk)),
        _rename, _department, _department_history, lambda: _("Renamed."),
    ),
    "department-purpose": Kind(
        lambda request, pk: department_purpose(request, queries.department(request.actor, pk)),
        _repurpose, _department, _department_history,
    ),
    **{f"day-{number}": _day(number) for number in range(7)},
    "holiday": Kind(
        lambda request, pk: holiday_place(request, queries.holiday(request.actor, pk)),
        _change_holiday,
        lambda request, pk: _department(request, _holiday(request, pk)),
        lambda request, pk: _department_history(request, _holiday(request, pk)),
    ),
    "role": Kind(
        lambda request, pk: role_place(request, queries.member(request.actor, pk)),
        _save_role, _people, _people_history, lambda: _("Role changed."),
    ),
    "title": Kind(
        lambda request, pk: title_place(request, queries.member(request.actor, pk)),
        _save_title, lambda request, pk: at(request, "person", pk),
        lambda request, pk: lately(request, "people", pk),
    ),
    "seats": Kind(_seats, _save_seats, _people, _people_history, lambda: _("Seats saved.")),
    "rule-name": Kind(
        lambda request, pk: rule_name(request, pk, _rule(request, pk).name),
        _rename_rule, lambda request, _pk: at(request, "rules"), lambda request, _pk: lately(request, "rules"),
        lambda: _("Renamed."),
    ),
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@member_page
def place(request: Request, what: str, thing_id: int) -> HttpResponse:
    """GET opens the field (or closes it again), POST keeps what was typed."""
    kind = KINDS.get(what)
    if kind is None:
        raise Http404
    stands = kind.place(request, thing_id)
    if not stands.may:
        raise NotAllowed(_("You may not change this. Ask an administrator."))
    if request.method == "GET":
        if request.htmx:
            return _fragment(request, kind, replace(stands, open="closed" not in request.GET))
        return _page(request, kind, stands)

    def show(problem: str, status: int) -> HttpResponse:
        now = kind.place(request, thing_id)
        if not problem:
            return _fragment(request, kind, now)
        return _fragment(request, kind, _typed(request, replace(now, open=True, problem=problem)), status)

    back = kind.back(request, thing_id)
    if request.htmx and stands.control == "day" and request.POST.get("valid_from") != stands.today:
        # What begins later stands elsewhere on the page: it is drawn anew.
        answer = tried(request, lambda: kind.save(request, thing_id), said=kind.said(), back=back, page=show)
        return HttpResponse(status=204, headers={"HX-Redirect": back}) if answer.status_code == 302 else answer
    if request.htmx:
        return in_place(
            request, lambda: kind.save(request, thing_id), said=kind.said(), back=back, show=show,
            lately=lambda: kind.history(request, thing_id),
        )  # fmt: skip
    return tried(
        request, lambda: kind.save(request, thing_id), said=kind.said(), back=back,
        page=lambda problem, status: _page(request, kind, _typed(request, replace(stands, problem=problem)), status),
    )  # fmt: skip


def _typed(request: Request, stands: Place) -> Place:
    """With what was typed, so that nobody types it twice."""
    given = request.POST
    if stands.control == "holiday":
        return replace(stands, value=(given.get("day", ""), given.get("name", "")))
    if stands.control == "day":
        number = int(stands.what[-1])
        spans = week.sent(given.dict())[number]
        return replace(stands, value=week.day(number, spans), today=given.get("valid_from", stands.today))
    if stands.control == "seats":
        choices = [
            (pk, name, f"seat-{pk}" in given, f"lead-{pk}" in given) for pk, name, _sits, _leads in stands.choices
        ]
        return replace(stands, choices=choices)
    return replace(stands, value=given.get("value", ""))


def _fragment(request: Request, kind: Kind, stands: Place, status: int = 200) -> HttpResponse:
    """What stands in the page, opened or closed."""
    heading = request.method == "POST" and stands.what == "department-name" and not stands.open
    context = {"place": replace(stands, back=kind.back(request, stands.thing)), "heading": heading}
    return render(request, "organisation/_place.html.jinja", context, status=status)


def _page(request: Request, kind: Kind, stands: Place, status: int = 200) -> HttpResponse:
    """The same form on a page of its own, for browsers without scripts."""
    context = {"place": replace(stands, open=True, alone=True, back=kind.back(request, stands.thing))}
    tab = {"role": "people", "title": "people", "seats": "people", "rule-name": "rules"}.get(
        stands.what, "organisation"
    )
    return draw(request, "place", tab, context, status=status)
