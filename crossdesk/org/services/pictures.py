"""Whether pictures may leave without a description."""

from datetime import datetime

from django.db import transaction

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.org import policies
from crossdesk.org.enums import Right
from crossdesk.org.models import Workspace


@transaction.atomic
def set_pictures_described(*, must: bool, by: Actor, now: datetime) -> Workspace:
    """Must each picture of an answer be described before it leaves?"""
    policies.require(by, Right.MANAGE_WORKSPACE, "change how the workspace writes")
    row = Workspace.objects.select_for_update().get(pk=by.workspace_id)
    if row.pictures_described != must:
        audit.record(
            "workspace.pictures_described", by=by, at=now, subject_kind="workspace", subject_id=row.pk,
            subject_name=row.name, before={"must": row.pictures_described}, after={"must": must},
        )  # fmt: skip
        row.pictures_described = must
        row.save(update_fields=["pictures_described"])
    return row
