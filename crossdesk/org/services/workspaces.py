"""Workspaces: several per installation, each made from the presets."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict
from crossdesk.org import checks, policies, presets
from crossdesk.org.enums import Part, Right, Role
from crossdesk.org.models import Department, Hours, Member, Responsibility, Seat, Target, User, Workspace
from crossdesk.org.services.departments import first_day


class SlugTaken(Conflict):
    """Another workspace has this address."""

    code = "org.slug_taken"


@transaction.atomic
def create_workspace(
    *, slug: str, name: str, time_zone: str, owner: User, now: datetime, departments: tuple[str, ...] | None = None,
    language: str = "en",
) -> Workspace:  # fmt: skip
    """A workspace from the presets, with its owner seated in every department.

    departments: keys of the presets to take; None takes all ten.
    """
    check_slug(slug)
    workspace = Workspace.objects.create(
        slug=slug, name=checks.text(name, "a name", most=120), time_zone=checks.time_zone(time_zone), language=language,
        created_at=now,
    )  # fmt: skip
    desks = _desks_from_presets(workspace, departments, now=now)
    member = Member.objects.create(workspace=workspace, user=owner, role=Role.OWNER, joined_at=now)
    Seat.objects.bulk_create(Seat(member=member, department=desk, leads=True) for desk in desks.values())
    _matrix_from_presets(workspace, desks)
    Target.objects.bulk_create(
        Target(workspace=workspace, position=position, intent=intent, urgency=urgency, seconds=seconds, basis=basis)
        for position, (intent, urgency, seconds, basis) in enumerate(presets.TARGETS)
    )
    by = Actor(
        kind="member", workspace_id=workspace.pk, name=owner.name or owner.email, member_id=member.pk, user_id=owner.pk
    )
    after = {"name": workspace.name, "time_zone": time_zone, "departments": list(desks)}
    _record("workspace.created", workspace, by=by, now=now, after=after)
    return workspace


@transaction.atomic
def rename_workspace(*, name: str, by: Actor, now: datetime, time_zone: str | None = None) -> Workspace:
    """Another name, or another time zone for what is made from now on. The address stays."""
    policies.require(by, Right.MANAGE_WORKSPACE, "change the workspace")
    workspace = Workspace.objects.select_for_update().get(pk=by.workspace_id)
    before = {"name": workspace.name, "time_zone": workspace.time_zone}
    workspace.name = checks.text(name, "a name", most=120)
    workspace.time_zone = checks.time_zone(time_zone or workspace.time_zone)
    workspace.save(update_fields=["name", "time_zone"])
    after = {"name": workspace.name, "time_zone": workspace.time_zone}
    if after != before:
        _record("workspace.changed", workspace, by=by, now=now, before=before, after=after)
    return workspace


def slug_of(name: str) -> str:
    """A word for addresses from a name: Nordwind & Söhne → nordwind-sohne."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:60].strip("-") or "workspace"


def check_slug(slug: str) -> None:
    """Raises Bad or SlugTaken."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 60:
        raise checks.Bad(f"“{slug}” is no address for a workspace. Use small letters, digits and hyphens, at most 60.")
    if Workspace.objects.filter(slug=slug).exists():
        raise SlugTaken(f"There is a workspace “{slug}” already.")


def _record(
    action: str, workspace: Workspace, *, by: Actor, now: datetime, after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    audit.record(
        action, by=by, at=now, subject_kind="workspace", subject_id=workspace.pk, subject_name=workspace.name,
        before=before, after=after,
    )  # fmt: skip


def _desks_from_presets(workspace: Workspace, keys: tuple[str, ...] | None, *, now: datetime) -> dict[str, Department]:
    chosen = [p for p in presets.DEPARTMENTS if keys is None or p.key in keys]
    desks = Department.objects.bulk_create(
        Department(
            workspace=workspace, key=p.key, name=p.name, icon=p.icon, color=p.color, position=position,
            time_zone=workspace.time_zone,
        )
        for position, p in enumerate(chosen)
    )  # fmt: skip
    Hours.objects.bulk_create(
        Hours(department=desk, valid_from=first_day(now), time_zone=workspace.time_zone, week=presets.WEEK)
        for desk in desks
    )
    return {desk.key: desk for desk in desks}


def _matrix_from_presets(workspace: Workspace, desks: dict[str, Department]) -> None:
    rows = []
    for intent, (responsible, consulted, informed) in presets.MATRIX.items():
        parts = [(responsible, Part.RESPONSIBLE)] if responsible else []
        parts += [(key, Part.CONSULTED) for key in consulted] + [(key, Part.INFORMED) for key in informed]
        rows += [
            Responsibility(workspace=workspace, intent=intent, department=desks[key], part=part)
            for key, part in parts
            if key in desks
        ]
    Responsibility.objects.bulk_create(rows)
