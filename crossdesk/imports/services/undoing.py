"""Taking a whole import back: what it brought goes, piece by piece, and counts nowhere any more."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from crossdesk.channels import services as channels
from crossdesk.imports import policies, stage
from crossdesk.imports.enums import ImportState
from crossdesk.imports.models import Brought, Import
from crossdesk.imports.services.opening import errors_path, forget_upload, stage_path
from crossdesk.inbox import services as inbox
from crossdesk.inbox.models import Conversation
from crossdesk.journal import audit, bulk, jobs
from crossdesk.journal.among import many
from crossdesk.kit.actor import Actor, system
from crossdesk.kit.errors import Conflict
from crossdesk.messages import services as messages
from crossdesk.messages.models import Message

UNDO: Final = "imports.undo"
AT_ONCE: Final = 200


@transaction.atomic
def stop(*, import_id: int, by: Actor, now: datetime) -> Import:
    """Let it stand where it is: what came in stays, and it can go on later. Raises NotAllowed, Conflict."""
    policies.demand(by)
    row = Import.objects.select_for_update().get(pk=import_id, workspace_id=by.workspace_id)
    if row.state != ImportState.RUNNING:
        raise Conflict("This import is not coming in.")
    row.state = ImportState.STOPPED
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def take_back(*, import_id: int, by: Actor, now: datetime) -> Import:
    """Begin to take back all that an import brought. Raises NotAllowed, Conflict."""
    policies.demand(by)
    row = Import.objects.select_for_update().get(pk=import_id, workspace_id=by.workspace_id)
    if not row.position or row.state in (ImportState.UNDOING, ImportState.UNDONE):
        raise Conflict("There is nothing of this import to take back.")
    row.state, row.error = ImportState.UNDOING, ""
    row.save(update_fields=["state", "error"])
    audit.record(
        "imports.take_back", by=by, at=now, subject_kind="import", subject_id=row.pk, subject_name=row.name,
        before={"messages": row.messages, "conversations": row.conversations},
    )  # fmt: skip
    jobs.enqueue(UNDO, key=str(row.pk), due_at=now, workspace_id=row.workspace_id, import_id=row.pk)
    return row


@transaction.atomic
def take_back_some(*, import_id: int, now: datetime, most: int = AT_ONCE) -> bool:
    """The next piece. Returns whether more is left. Safe to repeat."""
    row = Import.objects.select_for_update().get(pk=import_id)
    if row.state != ImportState.UNDOING:
        return False
    places = bulk.read(Brought.objects.filter(of=row).order_by("id")[:most], "id", "conversation_id", "message_id")
    if not places:
        row.state, row.undone_at = ImportState.UNDONE, now
        forget_files(row)
        row.save(update_fields=["state", "undone_at", "path"])
        _close_archives(row, now=now)
        return False
    inbox.take_out_history(
        [conversation_id for _, conversation_id, _ in places if conversation_id], by=system(row.workspace_id), now=now
    )
    messages.forget_history([message_id for _, _, message_id in places if message_id])
    Brought.objects.filter(pk__among=many(pk for pk, _, _ in places)).delete()
    return True


def _close_archives(row: Import, *, now: datetime) -> None:
    """Archives in which nothing stands any more go too, unless another import is coming in just now."""
    others = Import.objects.filter(workspace_id=row.workspace_id).exclude(pk=row.pk)
    if others.filter(state=ImportState.RUNNING).exists():
        return
    here = {"account": OuterRef("pk")}
    standing = Exists(Message.objects.filter(**here)) | Exists(Conversation.objects.filter(**here))
    wanted = Exists(others.filter(account=OuterRef("pk")).exclude(state=ImportState.UNDONE))
    empty = channels.archives_of(row.workspace_id).exclude(standing | wanted).values_list("pk", flat=True)
    channels.close_archives(account_ids=list(empty), by=system(row.workspace_id), now=now)


def forget_files(row: Import) -> None:
    """Delete what was needed on the way: the uploaded file and its messages in order. The errors stay for who reads them."""
    stage.forget(stage_path(row))
    forget_upload(row)
    if row.state == ImportState.UNDONE:
        errors_path(row).unlink(missing_ok=True)
