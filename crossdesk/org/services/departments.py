"""Desks: taken from a preset or named by the workspace, renamed, ordered, archived and brought back."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotFound
from crossdesk.org import checks, guards, policies, presets
from crossdesk.org.enums import Part, Right
from crossdesk.org.models import Department, Hours, Responsibility, Workspace


class DepartmentExists(Conflict):
    """There is a department of this name or key already."""

    code = "org.department_exists"


class DepartmentInUse(Conflict):
    """Something still hangs on it."""

    code = "org.department_in_use"


@transaction.atomic
def add_preset(*, key: str, by: Actor, now: datetime, name: str = "") -> Department:
    """One of the ten departments as it comes, with its part in the matrix where nobody has one yet.

    name: what the workspace calls it, in its own language; empty: as the preset does.
    """
    policies.require(by, Right.MANAGE_WORKSPACE, "add departments")
    preset = next((one for one in presets.DEPARTMENTS if one.key == key), None)
    if preset is None:
        raise checks.Bad(f"There is no preset “{key}”.")
    called = checks.text(name or preset.name, "a name", most=80)
    desk = _add(key=preset.key, name=called, icon=preset.icon, color=preset.color, by=by, now=now)
    parts = parts_of_preset(desk)
    _record("department.added", desk, by=by, now=now, after={**kept(desk), "parts": parts})
    return desk


@transaction.atomic
def add_department(*, name: str, by: Actor, now: datetime, icon: str = "users", color: str = "blue") -> Department:
    """A department of one's own. Its key comes from its name and stays."""
    policies.require(by, Right.MANAGE_WORKSPACE, "add departments")
    name = checks.text(name, "a name", most=80)
    desk = _add(key=_key_of(name), name=name, icon=icon, color=color, by=by, now=now)
    _record("department.added", desk, by=by, now=now, after=kept(desk))
    return desk


@transaction.atomic
def rename_department(
    *, department_id: int, name: str, by: Actor, now: datetime, icon: str | None = None, color: str | None = None,
    purpose: str | None = None,
) -> Department:  # fmt: skip
    """Another name, purpose, icon or colour; the key stays. An empty purpose is the preset's."""
    policies.require(by, Right.MANAGE_WORKSPACE, "rename departments")
    desk = _department(by, department_id)
    name = checks.text(name, "a name", most=80)
    _no_other_of_this_name(by.workspace_id, name, but=desk.pk)
    before = kept(desk)
    desk.name, desk.icon, desk.color = name, icon or desk.icon, color or desk.color
    if purpose is not None:
        desk.purpose = checks.text(purpose, "a purpose", most=200, least=0)
    desk.save(update_fields=["name", "icon", "color", "purpose"])
    if kept(desk) != before:
        _record("department.changed", desk, by=by, now=now, before=before, after=kept(desk))
    return desk


@transaction.atomic
def move_department(*, department_id: int, to: int, by: Actor, now: datetime) -> None:
    """Put a department at another place in the order. to: 0 is first."""
    policies.require(by, Right.MANAGE_WORKSPACE, "order departments")
    desk = _department(by, department_id)
    before, after = _put_at(desk, to)
    if after != before:
        _record("department.moved", desk, by=by, now=now, before={"order": before}, after={"order": after})


def order_of(workspace_id: int) -> list[str]:
    """The keys of the departments in use, in their order."""
    rows = Department.objects.filter(workspace_id=workspace_id, archived_at=None).order_by("position", "id")
    return list(rows.values_list("key", flat=True))


def _put_at(desk: Department, to: int) -> tuple[list[str], list[str]]:
    """The order before and after."""
    ordered = list(
        Department.objects.select_for_update()
        .filter(workspace_id=desk.workspace_id, archived_at=None)
        .order_by("position", "id")
    )
    before = [one.key for one in ordered]
    ordered = [one for one in ordered if one.pk != desk.pk]
    ordered.insert(max(0, to), desk)
    for position, one in enumerate(ordered):
        one.position = position
    Department.objects.bulk_update(ordered, ["position"])
    return before, [one.key for one in ordered]


@transaction.atomic
def archive_department(*, department_id: int, by: Actor, now: datetime) -> None:
    """Take a department out of use, when nothing is open in it and nobody counts on it. Its past stays readable."""
    policies.require(by, Right.MANAGE_WORKSPACE, "archive departments")
    desk = _department(by, department_id)
    owned = Responsibility.objects.filter(department=desk, part=Part.RESPONSIBLE).order_by("intent")
    if topics := [intent.replace("_", " ") for intent in owned.values_list("intent", flat=True)]:
        raise DepartmentInUse(
            f"{desk.name} is responsible for {', '.join(topics)}. Make another one responsible first."
        )
    if Department.objects.filter(workspace_id=by.workspace_id, archived_at=None).count() < 2:
        raise DepartmentInUse(f"{desk.name} is the last department.")
    if why := guards.why_not_archive(desk.pk):
        raise DepartmentInUse(why)
    parts = dict(Responsibility.objects.filter(department=desk).order_by("id").values_list("intent", "part"))
    before = {**kept(desk), "parts": parts, "place": order_of(by.workspace_id).index(desk.key)}
    Responsibility.objects.filter(department=desk).delete()
    desk.archived_at = now
    desk.save(update_fields=["archived_at"])
    _record("department.archived", desk, by=by, now=now, before=before)


@transaction.atomic
def restore_department(
    *, department_id: int, by: Actor, now: datetime, place: int | None = None, parts: Mapping[str, str] | None = None
) -> Department:
    """Bring an archived department back, with its people: last in the order, or at a place.

    parts: what it is given in the matrix again, by intent, where it can be.
    """
    policies.require(by, Right.MANAGE_WORKSPACE, "bring departments back")
    desk = (
        Department.objects.select_for_update()
        .filter(workspace_id=by.workspace_id, pk=department_id, archived_at__isnull=False)
        .first()
    )
    if desk is None:
        raise NotFound("There is no such archived department.")
    _no_other_of_this_name(by.workspace_id, desk.name, but=desk.pk)
    desk.archived_at, desk.position = None, _next_position(by.workspace_id)
    desk.save(update_fields=["archived_at", "position"])
    if place is not None:
        _put_at(desk, place)
    for intent, part in (parts or {}).items():
        Responsibility.objects.create(workspace_id=by.workspace_id, intent=intent, department=desk, part=part)
    _record("department.restored", desk, by=by, now=now, after={**kept(desk), "parts": dict(parts or {})})
    return desk


@transaction.atomic
def take_back_department(*, department_id: int, parts: Mapping[str, str], by: Actor, now: datetime) -> None:
    """Archive a department that was only just added: the parts that it came with, and nobody had before, go with it."""
    policies.require(by, Right.MANAGE_WORKSPACE, "archive departments")
    desk = _department(by, department_id)
    for intent, part in parts.items():
        Responsibility.objects.filter(department=desk, intent=intent, part=part).delete()
    archive_department(department_id=desk.pk, by=by, now=now)


def _add(*, key: str, name: str, icon: str, color: str, by: Actor, now: datetime) -> Department:
    workspace = Workspace.objects.get(pk=by.workspace_id)
    if Department.objects.filter(workspace=workspace, key=key).exists():
        raise DepartmentExists(f"There is a department {name} already, perhaps archived. Bring that one back.")
    _no_other_of_this_name(workspace.pk, name)
    desk = Department.objects.create(
        workspace=workspace, key=key, name=name, icon=icon, color=color, time_zone=workspace.time_zone,
        position=_next_position(workspace.pk),
    )  # fmt: skip
    Hours.objects.create(
        department=desk, valid_from=first_day(now), time_zone=workspace.time_zone, week=presets.WEEK
    )  # fmt: skip
    return desk


def first_day(now: datetime) -> date:
    """From when a new department's hours count: behind any import."""
    return date(now.year - 20, 1, 1)


def parts_of_preset(desk: Department) -> dict[str, str]:
    """What the presets give it, but never what somebody else is responsible for by now. By intent."""
    owned = set(
        Responsibility.objects.filter(workspace_id=desk.workspace_id, part=Part.RESPONSIBLE).values_list(
            "intent", flat=True
        )
    )
    parts: dict[str, str] = {}
    for intent, (responsible, consulted, informed) in presets.MATRIX.items():
        if responsible == desk.key:
            part = Part.CONSULTED if intent in owned else Part.RESPONSIBLE
        elif desk.key in consulted:
            part = Part.CONSULTED
        elif desk.key in informed:
            part = Part.INFORMED
        else:
            continue
        Responsibility.objects.create(workspace_id=desk.workspace_id, intent=intent, department=desk, part=part)
        parts[intent] = str(part)
    return parts


def _key_of(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:40]
    return key or f"desk_{checks.hash_of(name)[:8]}"


def _no_other_of_this_name(workspace_id: int, name: str, *, but: int | None = None) -> None:
    rows = Department.objects.filter(workspace_id=workspace_id, archived_at=None, name__iexact=name)
    if (rows if but is None else rows.exclude(pk=but)).exists():
        raise DepartmentExists(f"There is a department called {name} already.")


def _next_position(workspace_id: int) -> int:
    last = Department.objects.filter(workspace_id=workspace_id).aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def _department(by: Actor, department_id: int) -> Department:
    desk = (
        Department.objects.select_for_update()
        .filter(workspace_id=by.workspace_id, pk=department_id, archived_at=None)
        .first()
    )
    if desk is None:
        raise NotFound("This department does not exist.")
    return desk


def kept(desk: Department) -> dict[str, Any]:
    """As the audit trail holds it."""
    return {"key": desk.key, "name": desk.name, "purpose": desk.purpose, "icon": desk.icon, "color": desk.color}


def _record(
    action: str, desk: Department, *, by: Actor, now: datetime, before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    audit.record(
        action, by=by, at=now, subject_kind="department", subject_id=desk.pk, subject_name=desk.name, before=before,
        after=after,
    )  # fmt: skip
