"""The end of an import, good or not."""

from typing import Final

from django.db import transaction

from crossdesk.imports.enums import ImportState
from crossdesk.imports.models import Import
from crossdesk.imports.services.undoing import forget_files
from crossdesk.journal import audit, jobs
from crossdesk.kit import clock
from crossdesk.kit.actor import system

HEAR: Final = "imports.hear"


@transaction.atomic
def finish(import_id: int) -> None:
    """All of it is in: the file that was uploaded goes, and what nobody answered is read in the background."""
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != ImportState.RUNNING:
        return
    now = clock.now()
    row.state, row.finished_at = ImportState.DONE, now
    forget_files(row)
    row.save(update_fields=["state", "finished_at", "path"])
    jobs.enqueue(HEAR, key=str(row.pk), due_at=now, workspace_id=row.workspace_id, import_id=row.pk)
    audit.record(
        "imports.done", by=system(row.workspace_id, row.by_name or "Crossdesk"), at=now, subject_kind="import",
        subject_id=row.pk, subject_name=row.name,
        after={"messages": row.messages, "conversations": row.conversations, "known": row.known},
    )  # fmt: skip


@transaction.atomic
def halt(*, import_id: int, error: str) -> None:
    """Something stands in its way that a person must look at. With nothing brought, its columns are confirmed anew."""
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state in (ImportState.CHECKING, ImportState.RUNNING):
        row.state = ImportState.STOPPED if row.position else ImportState.LOOKED
        row.error = error
        row.save(update_fields=["state", "error"])
