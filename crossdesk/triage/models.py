"""Who must do something, why, and until when: the rules people write, and every decision with its reasons."""

from django.db import models

from crossdesk.inbox.models import Conversation
from crossdesk.messages.models import Message
from crossdesk.org.models import Member, Wall, Workspace


class Rule(models.Model):
    """First match in order decides. conditions and outcome: see `triage.rules`."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="rules")
    position = models.IntegerField()
    name = models.CharField(max_length=120)
    enabled = models.BooleanField(default=True)
    conditions = models.JSONField(default=list)
    outcome = models.JSONField(default=dict)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="rules_in_order", fields=["workspace", "position", "id"])]


class Decision(models.Model):
    """What was decided for one version of a message, by what, and why. Kept for ever."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="decisions")
    version = models.IntegerField()  # of the message
    number = models.IntegerField(default=1)  # decided again after a correction
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="+")
    wall = models.ForeignKey(Wall, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    source = models.CharField(max_length=10)  # safety, rule, matrix, doubt, nothing, person
    rule = models.ForeignKey(Rule, null=True, on_delete=models.SET_NULL, related_name="+")
    needs_reply = models.BooleanField()
    intent = models.CharField(max_length=40, default="")
    urgency = models.CharField(max_length=10, default="")
    duties = models.JSONField(default=list)  # [{department_id, kind, due_at, because}]
    reasons = models.JSONField(default=list)  # sentences, most important first

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_decision_for_each_number", fields=["message", "version", "number"]),
        ]
        indexes = [models.Index(name="decisions_by_time", fields=["workspace", "-decided_at", "-id"])]
