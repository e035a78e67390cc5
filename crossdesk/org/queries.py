"""Reads of the organisation."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from crossdesk.journal.bulk import columns_of
from crossdesk.journal.models import AuditEntry
from crossdesk.journal.prepared import Prepared
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotFound
from crossdesk.org import checks, policies, presets
from crossdesk.org.enums import Part, Right
from crossdesk.org.models import (
    Department,
    FirstLink,
    Holiday,
    Hours,
    Invitation,
    Member,
    PasswordReset,
    Responsibility,
    Seat,
    SetUp,
    Target,
    User,
    Wall,
    WallMember,
    Workspace,
)
from crossdesk.org.rights import RIGHTS_OF_ROLE


class LinkNotValid(NotFound):
    """The link is unknown, used, taken back or too old: all look the same from outside."""

    code = "org.link_not_valid"


def actor_of(member: Member) -> Actor:
    """The member as an actor, without account access (`channels.queries.actor_of` adds that). Two queries.

    Somebody who is deactivated has no rights, no departments and stands inside no wall.
    """
    places = _SEATS.read(member=member.pk) if member.active else []
    walls = _WALLS.read(member=member.pk) if member.active else []
    return Actor(
        kind="member",
        workspace_id=member.workspace_id,
        name=member.user.name or member.user.email,
        member_id=member.pk,
        user_id=member.user_id,
        role=member.role,
        rights=RIGHTS_OF_ROLE[member.role] if member.active else frozenset(),
        departments=frozenset(department for department, _ in places),
        leads=frozenset(department for department, leads in places if leads),
        walls=frozenset(wall_id for (wall_id,) in walls),
    )


_SEATS = Prepared(
    Seat,
    lambda member: Seat.objects.filter(member_id=member, department__archived_at=None),
    ("department_id", "leads"),
)
_WALLS = Prepared(WallMember, lambda member: WallMember.objects.filter(member_id=member, asleep_at=None), ("wall_id",))


# Workspaces


def memberships(user: User) -> list[Member]:
    """The workspaces that a user may enter, by name, as members. One query."""
    return _MEMBERSHIPS.load(user=user.pk)


_MEMBERSHIPS = Prepared(
    Member,
    lambda user: Member.objects.filter(user_id=user, active=True).order_by("workspace__name", "id"),
    (*columns_of(Member), *columns_of(Workspace, "workspace__")),
)


def member_of(*, user_id: int, slug: str) -> Member | None:
    """The user's active member in the workspace with this slug, with user and workspace. One query."""
    return next(iter(_MEMBER_OF.load(user=user_id, slug=slug)), None)


_MEMBER_OF = Prepared(
    Member,
    lambda user, slug: Member.objects.filter(
        user_id=user, workspace__slug=slug, active=True, user__is_active=True
    ).order_by("id")[:1],
    (*columns_of(Member), *columns_of(User, "user__"), *columns_of(Workspace, "workspace__")),
)


# People


def everybody() -> list[tuple[User, list[Member]]]:
    """All users of the installation by address, with the workspaces they may enter. For the command line. Two queries."""
    places: dict[int, list[Member]] = {}
    rows = Member.objects.filter(active=True).select_related("workspace").order_by("workspace__slug", "id")
    for member in rows:
        places.setdefault(member.user_id, []).append(member)
    return [(user, places.get(user.pk, [])) for user in User.objects.order_by("email", "id")]


@dataclass(frozen=True, slots=True)
class MemberLine:
    """Somebody with their seats, in the order of departments."""

    member: Member
    seats: Sequence[Seat]


def members(actor: Actor) -> list[Member]:
    """Everybody of the workspace by name, those without access last. One query."""
    rows = Member.objects.filter(workspace_id=actor.workspace_id).select_related("user")
    return list(rows.order_by("-active", "user__name", "id"))


def members_with_seats(actor: Actor) -> list[MemberLine]:
    """The same with their seats. Two queries."""
    seats: dict[int, list[Seat]] = {}
    rows = Seat.objects.filter(member__workspace_id=actor.workspace_id, department__archived_at=None)
    for seat in rows.select_related("department").order_by("department__position", "id"):
        seats.setdefault(seat.member_id, []).append(seat)
    return [MemberLine(row, seats.get(row.pk, [])) for row in members(actor)]


def member(actor: Actor, member_id: int) -> Member:
    """One member of the actor's workspace. Raises NotFound."""
    row = Member.objects.filter(workspace_id=actor.workspace_id, pk=member_id).select_related("user").first()
    if row is None:
        raise NotFound("This person is no member of the workspace.")
    return row


def open_invitations(workspace_id: int, *, now: datetime) -> QuerySet[Invitation]:
    """Those whose links still work."""
    return Invitation.objects.filter(
        workspace_id=workspace_id, accepted_at=None, revoked_at=None, expires_at__gt=now
    )  # fmt: skip


def invitations(actor: Actor, *, now: datetime) -> list[Invitation]:
    """Open invitations, newest first, with their departments and who invited. Two queries."""
    policies.require(actor, Right.MANAGE_PEOPLE, "see invitations")
    return list(
        open_invitations(actor.workspace_id, now=now)
        .select_related("invited_by__user")
        .prefetch_related("departments")
        .order_by("-created_at", "-id")
    )


def invitation_by_token(token: str, *, now: datetime, lock: bool = False) -> Invitation:
    """The invitation of a link. Raises LinkNotValid."""
    rows = Invitation.objects.select_for_update(of=("self",)) if lock else Invitation.objects.all()
    row = (
        rows.select_related("workspace")
        .filter(token_hash=checks.hash_of(token), accepted_at=None, revoked_at=None, expires_at__gt=now)
        .first()
    )
    if row is None:
        raise LinkNotValid("This invitation no longer works. Ask for a new one.")
    return row


def reset_by_token(token: str, *, now: datetime, lock: bool = False) -> PasswordReset:
    """The reset of a link. Raises LinkNotValid."""
    rows = PasswordReset.objects.select_for_update(of=("self",)) if lock else PasswordReset.objects.all()
    row = (
        rows.select_related("user")
        .filter(token_hash=checks.hash_of(token), used_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if row is None:
        raise LinkNotValid("This link no longer works. Ask for a new one.")
    return row


# The beginning


def nobody_is_there() -> bool:
    """Is this an installation without any person? One query."""
    return not User.objects.exists()


def first_link(token: str, *, now: datetime, lock: bool = False) -> FirstLink:
    """The link of a new installation. Raises LinkNotValid, for every link once somebody is there."""
    rows = FirstLink.objects.select_for_update() if lock else FirstLink.objects.all()
    row = rows.filter(token_hash=checks.hash_of(token), used_at=None, expires_at__gt=now).first()
    if row is None or not nobody_is_there():
        raise LinkNotValid("This link no longer works. Ask for a new one.")
    return row


def set_up(actor: Actor) -> SetUp | None:
    """How far the workspace is set up, for who may set it up; None where it was not begun in the browser. One query."""
    if not actor.may(Right.MANAGE_WORKSPACE):
        return None
    return SetUp.objects.filter(workspace_id=actor.workspace_id).first()


def hours_were_changed(actor: Actor) -> bool:
    """Did anybody set a department's hours or a holiday? Two queries at most."""
    rows = Hours.objects.filter(department__workspace_id=actor.workspace_id).exclude(week=presets.WEEK)
    return rows.exists() or Holiday.objects.filter(department__workspace_id=actor.workspace_id).exists()


def others_were_asked(actor: Actor) -> bool:
    """Is anybody else a member, or invited? Two queries at most."""
    members = Member.objects.filter(workspace_id=actor.workspace_id).exclude(pk=actor.member_id or 0)
    return members.exists() or Invitation.objects.filter(workspace_id=actor.workspace_id, revoked_at=None).exists()


# Departments, their calendars


def departments(actor: Actor) -> list[Department]:
    """The workspace's departments in their order, without archived ones. One query."""
    return _DEPARTMENTS.load(workspace=actor.workspace_id)


_DEPARTMENTS = Prepared(
    Department,
    lambda workspace: Department.objects.filter(workspace_id=workspace, archived_at=None).order_by("position", "id"),
    columns_of(Department),
)


def every_department(actor: Actor) -> list[Department]:
    """Those in use and those archived: for telling what was. One query."""
    return list(Department.objects.filter(workspace_id=actor.workspace_id).order_by("position", "id"))


@dataclass(frozen=True, slots=True)
class DepartmentLine:
    """A department with how many active members sit there."""

    department: Department
    people: int


def departments_with_people(actor: Actor) -> list[DepartmentLine]:
    """The same with their people. Two queries."""
    seats = Seat.objects.filter(department__workspace_id=actor.workspace_id, member__active=True)
    people = Counter(seats.values_list("department_id", flat=True))
    return [DepartmentLine(desk, people[desk.pk]) for desk in departments(actor)]


def archived_departments(actor: Actor) -> list[Department]:
    """Those that may be brought back, by name. One query."""
    rows = Department.objects.filter(workspace_id=actor.workspace_id, archived_at__isnull=False)
    return list(rows.order_by("name", "id"))


def department(actor: Actor, department_id: int) -> Department:
    """One department that is not archived. Raises NotFound."""
    row = Department.objects.filter(workspace_id=actor.workspace_id, archived_at=None, pk=department_id).first()
    if row is None:
        raise NotFound("This department does not exist.")
    return row


@dataclass(frozen=True, slots=True)
class Week:
    """A department's hours: those in force on a day, and those that will take over, soonest first."""

    department: Department
    now: Hours | None
    later: Sequence[Hours]
    holidays: Sequence[Holiday]  # from that day on, soonest first


def calendars(actor: Actor, *, day: date) -> list[Week]:
    """Hours and coming holidays of every department on a local day. Three queries."""
    desks = departments(actor)
    hours: dict[int, list[Hours]] = {}
    for row in Hours.objects.filter(department__in=desks).order_by("valid_from", "id"):
        hours.setdefault(row.department_id, []).append(row)
    holidays: dict[int, list[Holiday]] = {}
    for holiday in Holiday.objects.filter(department__in=desks, day__gte=day).order_by("day", "id"):
        holidays.setdefault(holiday.department_id, []).append(holiday)
    return [
        Week(
            department=desk,
            now=next((row for row in reversed(hours.get(desk.pk, [])) if row.valid_from <= day), None),
            later=[row for row in hours.get(desk.pk, []) if row.valid_from > day],
            holidays=holidays.get(desk.pk, []),
        )
        for desk in desks
    ]


def holiday(actor: Actor, holiday_id: int) -> Holiday:
    """One holiday of a department in use. Raises NotFound."""
    rows = Holiday.objects.filter(department__workspace_id=actor.workspace_id, department__archived_at=None)
    row = rows.select_related("department").filter(pk=holiday_id).first()
    if row is None:
        raise NotFound("This holiday does not exist.")
    return row


# The matrix and what is missing


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One intent. parts: the part of each department, in the order of the columns; "" where it has none."""

    intent: str
    parts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """The responsibility matrix: departments as columns, intents as rows."""

    departments: Sequence[Department]
    rows: Sequence[MatrixRow]


def matrix(actor: Actor) -> Grid:
    """The whole matrix. Two queries."""
    desks = departments(actor)
    cells = {
        (intent, department_id): part
        for intent, department_id, part in Responsibility.objects.filter(workspace_id=actor.workspace_id).values_list(
            "intent", "department_id", "part"
        )
    }
    return Grid(
        departments=desks,
        rows=[
            MatrixRow(intent=intent, parts=[cells.get((intent, desk.pk), "") for desk in desks])
            for intent in checks.INTENTS
        ],
    )


def targets(actor: Actor) -> list[Target]:
    """In their order; the first that matches counts. One query."""
    return list(Target.objects.filter(workspace_id=actor.workspace_id).order_by("position", "id"))


@dataclass(frozen=True, slots=True)
class Missing:
    """Something the set-up lacks. kind: intent, department, hours. sentence: what is missing and what to do."""

    kind: str
    subject: str
    sentence: str


def readiness(actor: Actor) -> list[Missing]:
    """What is missing for work to reach somebody who can do it; empty when all is well. Four queries."""
    lines = departments_with_people(actor)
    rows = Responsibility.objects.filter(
        workspace_id=actor.workspace_id, part=Part.RESPONSIBLE, department__archived_at=None
    ).values_list("intent", "department_id")
    owners = dict(rows)
    with_hours = set(
        Hours.objects.filter(department__workspace_id=actor.workspace_id).values_list("department_id", flat=True)
    )
    missing = [
        Missing("intent", intent, f"Nobody is responsible for {_spoken(intent)}: such messages wait in triage.")
        for intent in checks.INTENTS
        if intent not in owners and intent not in checks.NOBODYS
    ]
    for desk, people in ((line.department, line.people) for line in lines):
        if people == 0 and desk.pk in owners.values():
            topics = [_spoken(intent) for intent, owner in owners.items() if owner == desk.pk]
            sentence = f"{desk.name} is responsible for {', '.join(topics)}, and nobody sits there."
            missing.append(Missing("department", desk.key, sentence))
        elif people == 0:
            missing.append(Missing("department", desk.key, f"Nobody sits in {desk.name}."))
        elif people == 1:
            sentence = f"Only one person sits in {desk.name}: give them a stand-in."
            missing.append(Missing("department", desk.key, sentence))
        if desk.pk not in with_hours:
            missing.append(
                Missing("hours", desk.key, f"{desk.name} has no opening hours: its time never stands still.")
            )
    return missing


def _spoken(intent: str) -> str:
    return intent.replace("_", " ")


# Walls


def visible_walls(actor: Actor) -> QuerySet[Wall]:
    """Walls that the actor stands inside of. For all others there are none, whatever their role."""
    rows = Wall.objects.filter(workspace_id=actor.workspace_id)
    return rows if actor.sees_all_walls else rows.filter(pk__in=actor.walls)


@dataclass(frozen=True, slots=True)
class WallLine:
    """A wall with who stands inside, in the order in which they came; those who sleep are let in again before they see it."""

    wall: Wall
    insiders: Sequence[WallMember]


def walls(actor: Actor) -> list[WallLine]:
    """Those of them that stand, newest first. Two queries."""
    insiders: dict[int, list[WallMember]] = {}
    standing = visible_walls(actor).filter(taken_down_at=None)
    rows = WallMember.objects.filter(wall__in=standing).select_related("member__user")
    for place in rows.order_by("added_at", "id"):
        insiders.setdefault(place.wall_id, []).append(place)
    return [WallLine(row, insiders[row.pk]) for row in standing.order_by("-created_at", "-id")]


def wall_line(actor: Actor, wall_id: int) -> WallLine:
    """One of those walls, or one that was taken down. Two queries. Raises NotFound."""
    row = wall(actor, wall_id)
    return WallLine(row, list(row.insiders.select_related("member__user").order_by("added_at", "id")))


def wall(actor: Actor, wall_id: int) -> Wall:
    """One wall that the actor stands, or stood when it was taken down, inside of. Raises NotFound."""
    row = visible_walls(actor).filter(pk=wall_id).first()
    if row is None:
        raise NotFound("This wall does not exist.")
    return row


# The audit trail


def audit_entries(actor: Actor, *, before: int | None = None, limit: int = 100) -> list[AuditEntry]:
    """What was changed in the workspace, newest first, without what walls enclose that the actor stands outside of.

    before: the id of the last entry seen. One query.
    """
    policies.require(actor, Right.SEE_AUDIT, "read the audit trail")
    rows = AuditEntry.objects.filter(workspace_id=actor.workspace_id)
    if not actor.sees_all_walls:
        rows = rows.filter(Q(wall_id=None) | Q(wall_id__in=actor.walls))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-id")[:limit])
