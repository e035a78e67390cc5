"""Reading all of a file and putting it in order: what would come in, and what is wrong with which rows."""

import csv
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from crossdesk.imports import linking, policies
from crossdesk.imports.columns import checked
from crossdesk.imports.enums import ImportState
from crossdesk.imports.errors import Changed, NothingToBring
from crossdesk.imports.models import Import
from crossdesk.imports.places import Places, check_handles
from crossdesk.imports.plan import Plan
from crossdesk.imports.services.opening import check_same, errors_path, look, stage_path
from crossdesk.imports.stage import Stage, alone
from crossdesk.journal import jobs
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict
from crossdesk.kit.files.sources import Source, source
from crossdesk.messages import services as messages

AT_ONCE: Final = 5000
CHECK: Final = "imports.check"
HEAD: Final = ("line", "column", "wrong", "row")
# What a spreadsheet would take for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

Tell = Callable[[int, int, float], None]  # rows read, wrong ones among them, share of the file


@transaction.atomic
def confirm(
    *, import_id: int, plan: Plan, account_id: int | None, by: Actor, now: datetime, in_background: bool = False
) -> Import:
    """Keep what a person said the columns hold. Raises NotAllowed, NotFound, Invalid, Conflict."""
    policies.demand(by)
    row = Import.objects.select_for_update().get(pk=import_id, workspace_id=by.workspace_id)
    if row.has_begun:
        raise Conflict("This import has begun: its columns stay as they are. Take it back to bring the file anew.")
    checked(plan.columns, look(Path(row.path)).columns)
    row.plan, row.account_id, row.state, row.error = plan.values(), account_id, ImportState.CHECKING, ""
    row.read = row.wrong = row.total = 0
    row.save()
    if in_background:
        jobs.enqueue(CHECK, key=str(row.pk), due_at=now, workspace_id=row.workspace_id, import_id=row.pk)
    return row


def check(*, import_id: int, now: datetime, tell: Tell | None = None) -> Import:
    """Read the file and put it in order; changes nothing else. Safe to repeat: what was read already stays.

    Raises Busy, Changed, CannotOpen, NoParquet, NothingToBring, Invalid.
    """
    row = Import.objects.get(pk=import_id)
    plan = Plan.stored(row.plan or {})
    check_same(row)
    with alone(stage_path(row)) as stage:
        if not stage.holds(row.digest, plan):
            _read(stage, row, plan, now=now, tell=tell)
        found = linking.summary(stage)
        found["known"] = _known(stage, Places(row, stage))
        found["wrong_rows"] = _first_wrong(stage)
        _write_errors(stage, errors_path(row))
    with transaction.atomic():
        row = Import.objects.select_for_update().get(pk=import_id)
        row.summary, row.total = found, int(str(found["messages"]))
        row.read, row.wrong = int(str(found["read"])), int(str(found["wrong"]))
        if row.state == ImportState.CHECKING:
            row.state = ImportState.CHECKED
        row.save(update_fields=["summary", "total", "read", "wrong", "state"])
    return row


def _read(stage: Stage, row: Import, plan: Plan, *, now: datetime, tell: Tell | None) -> None:
    if row.position:
        now = row.started_at or now  # the order must come out as it did
    stage.begin()
    with source(row.path) as found:
        stage.fill(found.rows, plan, now=now, tell=_teller(row, found, tell))
    if not int(stage.db.execute("SELECT COUNT(*) FROM row").fetchone()[0]):
        why = next((f" Line {line}: {why}" for line, _, why, _ in stage.problems()), "")
        raise NothingToBring(f"No row of this file can come in.{why}")
    check_handles(stage)
    linking.link(stage, linked=plan.linked)
    if row.total and row.position and int(stage.meta("read") or 0) != row.read:
        raise Changed(f"{row.name} was read in another way than before. Take the import back and begin again.")
    stage.ready(row.digest, plan)


def _teller(row: Import, found: Source, tell: Tell | None) -> Callable[[int, int], None]:
    def told(read: int, wrong: int) -> None:
        if not row.position:
            Import.objects.filter(pk=row.pk).update(read=read, wrong=wrong)
        if tell:
            tell(read, wrong, min(1.0, found.at / found.size) if found.size else 0.0)

    return told


def _known(stage: Stage, places: Places) -> int:
    """How many of the messages are here already."""
    known, rows = 0, stage.staged(0)
    while some := list(islice(rows, AT_ONCE)):
        by_place: dict[Any, list[str]] = {}
        for line in some:
            by_place.setdefault(places.place(places.known(line)), []).append(line.key)
        known += sum(len(messages.here_already(place, keys)) for place, keys in by_place.items() if place)
    return known


def _first_wrong(stage: Stage, most: int = 20) -> Sequence[Sequence[object]]:
    return [[line, column, why] for line, column, why, _ in islice(stage.problems(), most)]


def _write_errors(stage: Stage, path: Path) -> None:
    """The rows that cannot come in, beside what is wrong with them, as a file for people."""
    problems = stage.problems()
    first = next(problems, None)
    if first is None:
        path.unlink(missing_ok=True)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerow([_harmless(cell) for cell in first])
        writer.writerows([_harmless(cell) for cell in row] for row in problems)


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
