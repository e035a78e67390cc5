"""Reads of the journal for the operations page and the command line."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from crossdesk.journal.models import AuditEntry, Job
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor

LATE = timedelta(minutes=5)


def dead_letters(actor: Actor) -> QuerySet[Job]:
    """Work of the actor's workspace that was given up, newest first."""
    return Job.objects.filter(workspace_id=actor.workspace_id, dead_at__isnull=False).order_by("-dead_at", "-id")


def waiting_jobs(actor: Actor) -> QuerySet[Job]:
    """Work of the actor's workspace that is to be done, soonest first."""
    return Job.objects.filter(workspace_id=actor.workspace_id, dead_at=None).order_by("due_at", "id")


def dead_count() -> int:
    """How many rows were given up in the whole installation. One query."""
    return Job.objects.filter(dead_at__isnull=False).count()


def late_count(*, now: datetime | None = None) -> int:
    """How many rows should have run minutes ago. One query."""
    return Job.objects.filter(dead_at=None, due_at__lt=(now or clock.now()) - LATE).count()


def audit_trail(actor: Actor) -> QuerySet[AuditEntry]:
    """The workspace's trail, newest first, without what stands behind walls the actor is outside of."""
    rows = AuditEntry.objects.filter(workspace_id=actor.workspace_id)
    if not actor.sees_all_walls:
        rows = rows.filter(wall_id=None) | rows.filter(wall_id__in=actor.walls)
    return rows.order_by("-id")
