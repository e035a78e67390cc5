"""Who must do something, why, and until when: the rules people write, and every decision with its reasons."""

from django.db import models
from django.db.models import Q

from crossdesk.inbox.models import Conversation
from crossdesk.messages.models import Message
from crossdesk.org.models import Member, Workspace
from crossdesk.triage.enums import DecidedBy, Match


class Rule(models.Model):
    """First match in order decides. conditions: see `triage.conditions`; outcome: `triage.rules.Outcome.as_json()`."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="rules")
    position = models.IntegerField()
    name = models.CharField(max_length=120)
    enabled = models.BooleanField(default=True)
    match = models.CharField(max_length=10, choices=Match, default=Match.ALL)
    conditions = models.JSONField(default=list)
    outcome = models.JSONField(default=dict)
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_archived_rule_is_not_enabled", condition=Q(archived_at=None) | Q(enabled=False)
            ),
        ]
        indexes = [models.Index(name="rules_in_order", fields=["workspace", "position", "id"])]

    class Personal:
        personal: dict[str, object] = {"name": "", "conditions": []}  # may name people outside
        kept = "workspace position enabled match outcome created_by created_at changed_at archived_at"


class Decision(models.Model):
    """What was decided for one version of a message, by what, and why. Kept for ever.

    duties: [{department_id, kind, target_seconds, basis, because}] as they were owed then; when they fall due stands
    on the duties themselves. reasons: sentences, most important first. triage: it went to the triage queue. Who may
    see the message may see its decisions; it has no wall of its own.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="decisions")
    version = models.IntegerField()  # of the message
    number = models.IntegerField(default=1)  # decided again after a correction
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="+")
    decided_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=DecidedBy)
    rule = models.ForeignKey(Rule, null=True, on_delete=models.SET_NULL, related_name="+")
    needs_reply = models.BooleanField()
    triage = models.BooleanField(default=False)
    intent = models.CharField(max_length=40, default="")
    urgency = models.CharField(max_length=10, default="")
    duties = models.JSONField(default=list)
    reasons = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_decision_for_each_number", fields=["message", "version", "number"]),
        ]
        indexes = [models.Index(name="decisions_by_time", fields=["workspace", "-decided_at", "-id"])]

    class Personal:
        personal: dict[str, object] = {"duties": [], "reasons": []}  # quote the words of the message
        kept = "workspace message version number conversation decided_at source rule needs_reply triage intent urgency"
