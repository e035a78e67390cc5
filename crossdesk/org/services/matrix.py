"""Who is responsible for what, and how soon an answer is owed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotFound
from crossdesk.org import checks, policies
from crossdesk.org.enums import Basis, Part, Right
from crossdesk.org.models import Department, Responsibility, Target


class NobodyResponsible(Conflict):
    """An intent would be left without a responsible department."""

    code = "org.nobody_responsible"


@transaction.atomic
def set_parts(*, intent: str, parts: Mapping[str, str], by: Actor, now: datetime) -> None:
    """All parts in an intent anew, by the key of the department: how a change of the row is put back."""
    policies.require(by, Right.MANAGE_RULES, "change the responsibility matrix")
    checks.intent(intent)
    desks = {desk.key: desk for desk in Department.objects.filter(workspace_id=by.workspace_id, archived_at=None)}
    if gone := sorted(set(parts) - set(desks)):
        raise checks.Bad(f"There is no department “{gone[0]}” any more. Bring it back first.")
    owners = [key for key, part in parts.items() if part == Part.RESPONSIBLE]
    if len(owners) > 1 or not (owners or intent in checks.NOBODYS):
        spoken = intent.replace("_", " ")
        raise NobodyResponsible(f"One department is responsible for {spoken}. Change the row by hand.")
    cells = Responsibility.objects.select_for_update().filter(workspace_id=by.workspace_id, intent=intent)
    before = parts_of(by.workspace_id, intent)
    cells.delete()
    Responsibility.objects.bulk_create(
        Responsibility(workspace_id=by.workspace_id, intent=intent, department=desks[key], part=part)
        for key, part in parts.items()
    )
    after = parts_of(by.workspace_id, intent)
    if after != before:
        _record(intent, by=by, now=now, before=before, after=after)


@transaction.atomic
def set_part(*, intent: str, department_id: int, part: str | None, by: Actor, now: datetime) -> None:
    """A department's part in an intent; None: it has none.

    One department is responsible for each intent: whoever was before is then consulted. Only spam and *other* may be
    left without one.
    """
    policies.require(by, Right.MANAGE_RULES, "change the responsibility matrix")
    checks.intent(intent)
    if part is not None and part not in Part.values:
        raise checks.Bad(f"“{part}” is no part. Choose among {', '.join(Part.values)}.")
    desk = Department.objects.filter(workspace_id=by.workspace_id, pk=department_id, archived_at=None).first()
    if desk is None:
        raise NotFound("This department does not exist.")
    cells = {
        cell.department_id: cell
        for cell in Responsibility.objects.select_for_update()
        .filter(workspace_id=by.workspace_id, intent=intent)
        .select_related("department")
        .order_by("id")
    }
    before = parts_of(by.workspace_id, intent)
    mine = cells.get(desk.pk)
    if (mine.part if mine else None) == part:
        return
    if mine is not None and mine.part == Part.RESPONSIBLE and intent not in checks.NOBODYS:
        spoken = intent.replace("_", " ")
        raise NobodyResponsible(
            f"{desk.name} is responsible for {spoken}. Make another department responsible instead."
        )
    if part == Part.RESPONSIBLE:
        Responsibility.objects.filter(workspace_id=by.workspace_id, intent=intent, part=Part.RESPONSIBLE).update(
            part=Part.CONSULTED
        )
    if part is None:
        Responsibility.objects.filter(workspace_id=by.workspace_id, intent=intent, department=desk).delete()
    else:
        Responsibility.objects.update_or_create(
            workspace_id=by.workspace_id, intent=intent, department=desk, defaults={"part": part}
        )
    _record(intent, by=by, now=now, before=before, after=parts_of(by.workspace_id, intent))


def parts_of(workspace_id: int, intent: str) -> dict[str, str]:
    """Who has which part in an intent, by the key of the department."""
    cells = Responsibility.objects.filter(workspace_id=workspace_id, intent=intent).order_by("id")
    return dict(cells.values_list("department__key", "part"))


def _record(intent: str, *, by: Actor, now: datetime, before: dict[str, str], after: dict[str, str]) -> None:
    audit.record(
        "matrix.changed", by=by, at=now, subject_kind="intent", subject_id=None, subject_name=intent, before=before,
        after=after,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One line of the targets. Empty intent or urgency: all."""

    intent: str
    urgency: str
    seconds: int
    basis: str = Basis.CALENDAR


@transaction.atomic
def set_targets(*, rows: Sequence[TargetRow], by: Actor, now: datetime) -> None:
    """All targets anew, in their order: the first that matches counts, and the last one matches everything.

    What is owed already keeps its time.
    """
    policies.require(by, Right.MANAGE_RULES, "change targets")
    _check(rows)
    before = target_lines(by.workspace_id)
    after = [_line(row.intent, row.urgency, row.seconds, row.basis) for row in rows]
    if before == after:
        return
    Target.objects.filter(workspace_id=by.workspace_id).delete()
    Target.objects.bulk_create(
        Target(
            workspace_id=by.workspace_id, position=position, intent=row.intent, urgency=row.urgency,
            seconds=row.seconds, basis=row.basis,
        )
        for position, row in enumerate(rows)
    )  # fmt: skip
    audit.record(
        "targets.changed", by=by, at=now, subject_kind="workspace", subject_id=by.workspace_id, subject_name="Targets",
        before=before, after=after,
    )  # fmt: skip


def _check(rows: Sequence[TargetRow]) -> None:
    if not rows or (rows[-1].intent, rows[-1].urgency) != ("", ""):
        raise checks.Bad("The last target matches everything, so that nothing is without one.")
    for number, row in enumerate(rows):
        checks.target(intent_=row.intent, urgency=row.urgency, seconds=row.seconds, basis=row.basis)
        for earlier in rows[:number]:
            if earlier.intent in ("", row.intent) and earlier.urgency in ("", row.urgency):
                raise checks.Bad(f"Target {number + 1} is never reached: one before it matches the same messages.")


def target_lines(workspace_id: int) -> list[dict[str, object]]:
    """The targets as the audit trail holds them."""
    rows = Target.objects.select_for_update().filter(workspace_id=workspace_id).order_by("position")
    return [_line(row.intent, row.urgency, row.seconds, row.basis) for row in rows]


def _line(intent: str, urgency: str, seconds: int, basis: str) -> dict[str, object]:
    return {"intent": intent, "urgency": urgency, "seconds": seconds, "basis": str(basis)}
