"""Users, members, their roles and seats."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotAllowed, NotFound
from crossdesk.org import checks, policies
from crossdesk.org.enums import Right, Role
from crossdesk.org.models import Department, Member, Seat, User, Workspace
from crossdesk.org.services import walls


class LastOwner(Conflict):
    """The workspace would be left without an owner."""

    code = "org.last_owner"


class AlreadyThere(Conflict):
    """Somebody with this address is there already."""

    code = "org.already_there"


def checked_password(password: str, user: User) -> str:
    """The password itself. Raises Bad with all that is wrong with it."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise checks.Bad(" ".join(error.messages)) from error
    return password


@transaction.atomic
def create_user(
    *, email: str, name: str, password: str | None, now: datetime, time_zone: str = "UTC", is_operator: bool = False
) -> User:
    """Somebody who may sign in; what they may do hangs on their members. password None: they need a link first.

    Users belong to no workspace, so this is in no audit trail; becoming a member is.
    """
    address = checks.email(email)
    if User.objects.filter(email=address).exists():
        raise AlreadyThere(f"There is a user with the address {address} already.")
    user = User(
        email=address, name=checks.text(name, "a name", most=120), time_zone=checks.time_zone(time_zone),
        is_operator=is_operator, created_at=now,
    )  # fmt: skip
    user.set_password(None if password is None else checked_password(password, user))
    user.save()
    return user


@transaction.atomic
def add_member(
    *, user: User, role: str, department_ids: Sequence[int], by: Actor, now: datetime, title: str = ""
) -> Member:
    """Make a user a member with seats. Somebody who was a member before comes back with what is given now."""
    policies.require(by, Right.MANAGE_PEOPLE, "add people")
    _may_make(by, role)
    return seat_member(user=user, role=role, department_ids=department_ids, by=by, now=now, title=title)


def seat_member(
    *, user: User, role: str, department_ids: Sequence[int], by: Actor, now: datetime, title: str = ""
) -> Member:
    """Without asking who may: for accepting an invitation. In the caller's transaction."""
    workspace = Workspace.objects.get(pk=by.workspace_id)
    desks = _desks(by.workspace_id, department_ids)
    member = Member.objects.filter(workspace=workspace, user=user).first()
    if member is not None and member.active:
        raise AlreadyThere(f"{_name(member)} is a member already.")
    if member is None:
        member = Member(workspace=workspace, user=user)
    member.role, member.active, member.joined_at, member.title = checks.role(role), True, now, title.strip()[:80]
    member.save()
    Seat.objects.filter(member=member).delete()
    Seat.objects.bulk_create(Seat(member=member, department=desk) for desk in desks)
    _record("member.joined", member, by=by, now=now, after=kept(member))
    return member


@transaction.atomic
def change_role(*, member_id: int, role: str, by: Actor, now: datetime) -> Member:
    """Give a member another role. Only an owner makes or changes owners; the last owner stays one."""
    policies.require(by, Right.MANAGE_PEOPLE, "change roles")
    member = _member(by, member_id)
    role = checks.role(role)
    if role == member.role:
        return member
    _may_make(by, role)
    _may_make(by, member.role)
    _keep_an_owner(member)
    before = kept(member)
    member.role = role
    member.save(update_fields=["role"])
    _record("member.role_changed", member, by=by, now=now, before=before, after=kept(member))
    return member


@transaction.atomic
def change_title(*, member_id: int, title: str, by: Actor, now: datetime) -> Member:
    """What the member is called beside their name."""
    if member_id != by.member_id:
        policies.require(by, Right.MANAGE_PEOPLE, "change what others are called")
    member = _member(by, member_id)
    kept = checks.text(title, "a title", most=80, least=0)
    if kept == member.title:
        return member
    before, member.title = {"title": member.title}, kept
    member.save(update_fields=["title"])
    _record("member.title_changed", member, by=by, now=now, before=before, after={"title": kept})
    return member


@transaction.atomic
def deactivate(*, member_id: int, by: Actor, now: datetime) -> Member:
    """Take somebody's access to the workspace; what they did keeps their name. Their places inside walls sleep: with
    their access alone they do not come back inside. It says nothing about walls to who does it."""
    if member_id != by.member_id:
        policies.require(by, Right.MANAGE_PEOPLE, "take people's access away")
    member = _member(by, member_id)
    if not member.active:
        return member
    if member_id != by.member_id:
        _may_make(by, member.role)
    _keep_an_owner(member)
    member.active = False
    member.save(update_fields=["active"])
    _record("member.deactivated", member, by=by, now=now, before=kept(member))
    walls.put_to_sleep(member, by=by, now=now)
    return member


@transaction.atomic
def reactivate(*, member_id: int, by: Actor, now: datetime) -> Member:
    """Give somebody their access back, with the role and seats they had. Inside walls they are let in by hand."""
    policies.require(by, Right.MANAGE_PEOPLE, "give people access")
    member = _member(by, member_id)
    if member.active:
        return member
    _may_make(by, member.role)
    member.active = True
    member.save(update_fields=["active"])
    _record("member.reactivated", member, by=by, now=now, after=kept(member))
    return member


@transaction.atomic
def set_seats(
    *, member_id: int, department_ids: Sequence[int], by: Actor, now: datetime, leads: Sequence[int] = ()
) -> Member:
    """The departments a member sits in, and those of them they lead."""
    policies.require(by, Right.MANAGE_PEOPLE, "change seats")
    member = _member(by, member_id)
    desks = _desks(by.workspace_id, department_ids)
    if not set(leads) <= {desk.pk for desk in desks}:
        raise checks.Bad("Somebody leads only departments in which they have a seat.")
    before = kept(member)
    # Seats in archived departments stay as they are: they come back with their department.
    Seat.objects.filter(member=member, department__archived_at=None).delete()
    Seat.objects.bulk_create(Seat(member=member, department=desk, leads=desk.pk in leads) for desk in desks)
    after = kept(member)
    if after != before:
        _record("member.seats_changed", member, by=by, now=now, before=before, after=after)
    return member


def _may_make(by: Actor, role: str) -> None:
    if not policies.can_make(by, role):
        raise NotAllowed("Only an owner makes, changes or takes away an owner.")


def _keep_an_owner(member: Member) -> None:
    """Called before an owner stops being one."""
    if member.role != Role.OWNER or not member.active:
        return
    owners = Member.objects.filter(workspace_id=member.workspace_id, role=Role.OWNER, active=True)
    if len(owners.select_for_update().order_by("id")) < 2:
        raise LastOwner(f"{_name(member)} is the last owner. Make somebody else an owner first.")


def _member(by: Actor, member_id: int) -> Member:
    row = Member.objects.select_for_update().filter(workspace_id=by.workspace_id, pk=member_id).first()
    if row is None:
        raise NotFound("This person is no member of the workspace.")
    return row


def _desks(workspace_id: int, department_ids: Sequence[int]) -> list[Department]:
    wanted = set(department_ids)
    desks = list(
        Department.objects.filter(workspace_id=workspace_id, archived_at=None, pk__in=wanted).order_by("position", "id")
    )
    if len(desks) != len(wanted):
        raise checks.Bad("One of the departments does not exist, or is archived.")
    return desks


def _name(member: Member) -> str:
    return member.user.name or member.user.email


def kept(member: Member) -> dict[str, Any]:
    """As the audit trail holds them: role and seats, by the key of the department with whether they lead it."""
    seats = member.seats.filter(department__archived_at=None).select_related("department")
    return {
        "role": member.role,
        "seats": {seat.department.key: seat.leads for seat in seats.order_by("department__position", "department_id")},
    }


def _record(
    action: str, member: Member, *, by: Actor, now: datetime, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    audit.record(
        action, by=by, at=now, subject_kind="member", subject_id=member.pk, subject_name=_name(member), before=before,
        after=after,
    )  # fmt: skip
