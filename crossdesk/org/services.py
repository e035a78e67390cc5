"""Changes of the organisation."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from crossdesk.org import presets
from crossdesk.org.enums import Part, Role
from crossdesk.org.models import Department, Hours, Member, Responsibility, Seat, Target, User, Workspace


@transaction.atomic
def create_workspace(
    *, slug: str, name: str, time_zone: str, owner: User, now: datetime, departments: tuple[str, ...] | None = None
) -> Workspace:
    """A workspace from the presets, with its owner seated in every department.

    departments: keys of the presets to take; None takes all ten.
    """
    ZoneInfo(time_zone)
    workspace = Workspace.objects.create(slug=slug, name=name, time_zone=time_zone, created_at=now)
    desks = _desks_from_presets(workspace, departments, now=now)
    member = Member.objects.create(workspace=workspace, user=owner, role=Role.OWNER, joined_at=now)
    Seat.objects.bulk_create(Seat(member=member, department=desk, leads=True) for desk in desks.values())
    _matrix_from_presets(workspace, desks)
    Target.objects.bulk_create(
        Target(workspace=workspace, position=position, intent=intent, urgency=urgency, seconds=seconds, basis=basis)
        for position, (intent, urgency, seconds, basis) in enumerate(presets.TARGETS)
    )
    return workspace


def _desks_from_presets(workspace: Workspace, keys: tuple[str, ...] | None, *, now: datetime) -> dict[str, Department]:
    chosen = [p for p in presets.DEPARTMENTS if keys is None or p.key in keys]
    desks = Department.objects.bulk_create(
        Department(
            workspace=workspace, key=p.key, name=p.name, icon=p.icon, color=p.color, position=position,
            time_zone=workspace.time_zone,
        )
        for position, p in enumerate(chosen)
    )  # fmt: skip
    first_day = now.date().replace(year=now.year - 20, month=1, day=1)  # hours reach back behind any import
    Hours.objects.bulk_create(
        Hours(department=desk, valid_from=first_day, time_zone=workspace.time_zone, week=presets.WEEK) for desk in desks
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
