"""What happened, what must happen, and who did what. Knows no other room's tables: ids only."""

from django.db import models
from django.db.models import Q


class Fact(models.Model):
    """One thing that happened, written in the transaction of what it tells.

    number: its place in its workspace, given after commit by the numberer; readers go by it. account_id, wall_id and
    conversation_id let a live line filter by what its reader may see.
    """

    workspace_id = models.BigIntegerField()
    number = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    by_member_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    account_id = models.BigIntegerField(null=True)
    conversation_id = models.BigIntegerField(null=True)
    wall_id = models.BigIntegerField(null=True)
    body = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_fact_for_each_number", fields=["workspace_id", "number"]),
        ]
        indexes = [
            # Serves the numberer: facts that wait for their number, oldest first.
            models.Index(name="facts_without_number", fields=["id"], condition=Q(number=None)),
            # Serves the history of one conversation.
            models.Index(name="facts_of_conversation", fields=["workspace_id", "conversation_id", "number"]),
        ]


class FactCounter(models.Model):
    """The last number given in a workspace."""

    workspace_id = models.BigIntegerField(primary_key=True)
    last = models.BigIntegerField(default=0)


class FactPosition(models.Model):
    """How far one follower has read in one workspace; stored in the transaction of its effect."""

    follower = models.CharField(max_length=60)
    workspace_id = models.BigIntegerField()
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_position_for_each_follower", fields=["follower", "workspace_id"]),
        ]


class Job(models.Model):
    """Work that must happen, written in the transaction that makes it necessary. Deleted when done.

    key: with kind, names the piece of work; the same work asked for again while it waits is one row. generation
    grows with each asking, so that work asked for while it runs is run once more. A lease that runs out is claimed
    again. dead_at: given up, stands on the operations page until somebody runs it again or drops it.
    """

    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    workspace_id = models.BigIntegerField(null=True)
    arguments = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    generation = models.IntegerField(default=1)
    attempts = models.IntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=80, default="")
    last_error = models.TextField(default="")
    failed_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="one_job_for_each_key", fields=["kind", "key"])]
        indexes = [
            # Serves the claim: what is due and not given up, oldest first.
            models.Index(name="jobs_due", fields=["due_at", "id"], condition=Q(dead_at=None)),
            # Serves the operations page.
            models.Index(name="jobs_dead", fields=["workspace_id", "-dead_at"], condition=Q(dead_at__isnull=False)),
        ]


class AuditEntry(models.Model):
    """Who changed what, when, from what to what. The database refuses to change or delete a row.

    puts_back_id: the entry whose change this one takes back.
    """

    workspace_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    by_user_id = models.BigIntegerField(null=True)
    by_member_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    subject_name = models.CharField(max_length=200, default="")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.TextField(default="")
    wall_id = models.BigIntegerField(null=True)
    puts_back_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(name="audit_of_workspace", fields=["workspace_id", "-id"]),
            # Serves the history of a page: things of one kind, newest first.
            models.Index(name="audit_of_kind", fields=["workspace_id", "subject_kind", "-id"]),
            # Serves the history of one thing, and what was changed on it since.
            models.Index(name="audit_of_thing", fields=["workspace_id", "subject_kind", "subject_id", "-id"]),
            # Serves the history: which of its changes were put back.
            models.Index(name="audit_put_back", fields=["puts_back_id"], condition=Q(puts_back_id__isnull=False)),
        ]
