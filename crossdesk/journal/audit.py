"""The audit trail: written beside every change of set-up and rights, never changed afterwards."""

from datetime import datetime
from typing import Any

from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor


def record(
    action: str,
    *,
    by: Actor,
    at: datetime,
    subject_kind: str,
    subject_id: int | None,
    subject_name: str = "",
    before: Any = None,
    after: Any = None,
    reason: str = "",
    wall_id: int | None = None,
) -> None:
    """Write one entry in the caller's transaction. before, after: plain JSON values, never secrets."""
    AuditEntry.objects.create(
        workspace_id=by.workspace_id,
        at=at,
        by_user_id=by.user_id,
        by_member_id=by.member_id,
        by_name=by.name,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_name=subject_name,
        before=before,
        after=after,
        reason=reason,
        wall_id=wall_id,
    )
