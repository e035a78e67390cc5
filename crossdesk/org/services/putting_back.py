"""How each change of the organisation is put back; `journal.changes` asks who may and whether it still stands."""

from datetime import date, datetime
from typing import Any

from crossdesk.journal.changes import place, thing, values, way_back, with_right
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.org import checks
from crossdesk.org.enums import Right
from crossdesk.org.models import Department, Holiday, Hours, Invitation, Member, Workspace
from crossdesk.org.services import departments, hours, invitations, matrix, people, pictures, workspaces

WORKSPACE, RULES, PEOPLE = (
    with_right(Right.MANAGE_WORKSPACE), with_right(Right.MANAGE_RULES), with_right(Right.MANAGE_PEOPLE)
)  # fmt: skip


# Departments


def _desk(entry: AuditEntry) -> dict[str, Any] | None:
    desk = Department.objects.filter(workspace_id=place(entry), pk=thing(entry), archived_at=None).first()
    return None if desk is None else departments.kept(desk)


@way_back("department.added", "department.restored", may=WORKSPACE, stands=_desk)
def _archive(entry: AuditEntry, wanted: None, by: Actor, now: datetime) -> None:
    departments.take_back_department(department_id=thing(entry), parts=values(entry).get("parts", {}), by=by, now=now)


@way_back("department.archived", may=WORKSPACE, stands=_desk)
def _restore(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    departments.restore_department(
        department_id=thing(entry), place=wanted.get("place"), parts=wanted.get("parts"), by=by, now=now
    )


@way_back("department.changed", may=WORKSPACE, stands=_desk)
def _rename(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    departments.rename_department(
        department_id=thing(entry), name=wanted["name"], purpose=wanted.get("purpose"), icon=wanted["icon"],
        color=wanted["color"], by=by, now=now,
    )  # fmt: skip


def _order(entry: AuditEntry) -> dict[str, Any]:
    return {"order": departments.order_of(place(entry))}


@way_back("department.moved", may=WORKSPACE, stands=_order)
def _move(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    desk = Department.objects.get(workspace_id=by.workspace_id, pk=thing(entry))
    departments.move_department(department_id=desk.pk, to=wanted["order"].index(desk.key), by=by, now=now)


# Hours and holidays


def _hours(entry: AuditEntry) -> dict[str, Any] | None:
    """The hours of that day, if they are those that the entry set: one row may have been set anew since."""
    day = values(entry)["valid_from"]
    row = Hours.objects.filter(department_id=thing(entry), valid_from=day).first()
    if row is None or (entry.after is not None and hours.kept(row) != entry.after):
        return None
    return hours.kept(row)


@way_back("hours.set", "hours.withdrawn", may=RULES, stands=_hours)
def _set_hours(entry: AuditEntry, wanted: dict[str, Any] | None, by: Actor, now: datetime) -> None:
    day = date.fromisoformat(values(entry)["valid_from"])
    if wanted is None:
        hours.take_back_hours(department_id=thing(entry), valid_from=day, by=by, now=now)
    else:
        hours.set_hours(
            department_id=thing(entry),
            valid_from=day,
            week=wanted["week"],
            time_zone=wanted["time_zone"],
            by=by,
            now=now,
        )


def _holiday_row(entry: AuditEntry) -> Holiday | None:
    day = values(entry)["day"]
    return Holiday.objects.filter(department_id=thing(entry), day=day).first()


def _holiday(entry: AuditEntry) -> dict[str, Any] | None:
    row = _holiday_row(entry)
    return None if row is None else {"day": row.day.isoformat(), "name": row.name}


@way_back("holiday.added", "holiday.removed", "holiday.changed", may=RULES, stands=_holiday)
def _set_holiday(entry: AuditEntry, wanted: dict[str, Any] | None, by: Actor, now: datetime) -> None:
    row = _holiday_row(entry)
    if row is None and wanted is not None:
        day = date.fromisoformat(wanted["day"])
        hours.add_holiday(day=day, name=wanted["name"], department_ids=[thing(entry)], by=by, now=now)
    elif row is not None and wanted is None:
        hours.remove_holiday(holiday_id=row.pk, by=by, now=now)
    elif row is not None and wanted is not None:
        day = date.fromisoformat(wanted["day"])
        hours.change_holiday(holiday_id=row.pk, day=day, name=wanted["name"], by=by, now=now)


# The matrix and the targets


def _parts(entry: AuditEntry) -> dict[str, str]:
    return matrix.parts_of(place(entry), entry.subject_name)


@way_back("matrix.changed", may=RULES, stands=_parts)
def _set_parts(entry: AuditEntry, wanted: dict[str, str], by: Actor, now: datetime) -> None:
    matrix.set_parts(intent=entry.subject_name, parts=wanted, by=by, now=now)


def _targets(entry: AuditEntry) -> list[dict[str, object]]:
    return matrix.target_lines(place(entry))


@way_back("targets.changed", may=RULES, stands=_targets)
def _set_targets(entry: AuditEntry, wanted: list[dict[str, Any]], by: Actor, now: datetime) -> None:
    matrix.set_targets(rows=[matrix.TargetRow(**row) for row in wanted], by=by, now=now)


# People


def _member_row(entry: AuditEntry) -> Member | None:
    return Member.objects.filter(workspace_id=place(entry), pk=thing(entry)).first()


def _member(entry: AuditEntry) -> dict[str, Any] | None:
    row = _member_row(entry)
    return None if row is None else {**people.kept(row), "title": row.title}


def _with_access(entry: AuditEntry) -> dict[str, Any] | None:
    row = _member_row(entry)
    return people.kept(row) if row is not None and row.active else None


@way_back("member.role_changed", may=PEOPLE, stands=_member)
def _change_role(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    people.change_role(member_id=thing(entry), role=wanted["role"], by=by, now=now)


@way_back("member.title_changed", may=PEOPLE, stands=_member)
def _change_title(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    people.change_title(member_id=thing(entry), title=wanted["title"], by=by, now=now)


@way_back("member.seats_changed", may=PEOPLE, stands=_member)
def _set_seats(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    seats: dict[str, bool] = wanted["seats"]
    desks = Department.objects.filter(workspace_id=by.workspace_id, archived_at=None, key__in=seats)
    ids = dict(desks.values_list("key", "pk"))
    if gone := sorted(set(seats) - set(ids)):
        raise checks.Bad(f"There is no department “{gone[0]}” any more. Bring it back first.")
    people.set_seats(
        member_id=thing(entry), department_ids=[ids[key] for key in seats],
        leads=[ids[key] for key, leads in seats.items() if leads], by=by, now=now,
    )  # fmt: skip


@way_back("member.reactivated", may=PEOPLE, stands=_with_access)
def _deactivate(entry: AuditEntry, wanted: None, by: Actor, now: datetime) -> None:
    people.deactivate(member_id=thing(entry), by=by, now=now)


@way_back("member.deactivated", may=PEOPLE, stands=_with_access)
def _reactivate(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    people.reactivate(member_id=thing(entry), by=by, now=now)


def _open_invitation(entry: AuditEntry) -> dict[str, Any] | None:
    rows = Invitation.objects.filter(workspace_id=place(entry), pk=thing(entry))
    row = rows.filter(accepted_at=None, revoked_at=None).first()
    return None if row is None else invitations.kept(row)


@way_back("invitation.made", "invitation.restored", may=PEOPLE, stands=_open_invitation)
def _revoke(entry: AuditEntry, wanted: None, by: Actor, now: datetime) -> None:
    invitations.revoke_invitation(invitation_id=thing(entry), by=by, now=now)


@way_back("invitation.revoked", may=PEOPLE, stands=_open_invitation)
def _restore_invitation(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    invitations.restore_invitation(invitation_id=thing(entry), by=by, now=now)


# The workspace


def _workspace(entry: AuditEntry) -> dict[str, Any]:
    row = Workspace.objects.get(pk=place(entry))
    return {"name": row.name, "time_zone": row.time_zone, "must": row.pictures_described}


@way_back("workspace.changed", may=WORKSPACE, stands=_workspace)
def _change_workspace(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    workspaces.rename_workspace(name=wanted["name"], time_zone=wanted["time_zone"], by=by, now=now)


@way_back("workspace.pictures_described", may=WORKSPACE, stands=_workspace)
def _set_pictures(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    pictures.set_pictures_described(must=wanted["must"], by=by, now=now)
