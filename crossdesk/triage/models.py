"""Who must do something, why, and until when: the rules people write, and every decision with its reasons."""

from django.db import models
from django.db.models import Q

from crossdesk.inbox.models import Conversation
from crossdesk.messages.models import Message
from crossdesk.org.models import Department, Member, Workspace
from crossdesk.triage.enums import DecidedBy, HeadState, Match, SampleKind, SampleState


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


class Sampling(models.Model):
    """How many of a workspace's incoming messages wait for a person who has not seen the answer. None: the default."""

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="sampling")
    blind_percent = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_blind_share_is_none_or_two_to_five_percent",
                condition=Q(blind_percent=0) | Q(blind_percent__gte=2, blind_percent__lte=5),
            ),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace blind_percent changed_at"


class Sample(models.Model):
    """A message that chance chose: people say what it is without being shown what the reader made of it.

    decision: the one that stood then, in the shade for a blind one. predicted: the reading that stood, by head, without
    its reasons; model: who read it. department: whose it would have been; None: nobody's, or in doubt (`in_doubt`).
    wanted: by how many people it is to be labelled. week: the Monday of a weekly one.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="sample")
    version = models.IntegerField()  # of the message
    kind = models.CharField(max_length=10, choices=SampleKind)
    state = models.CharField(max_length=10, choices=SampleState, default=SampleState.WAITING)
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.CASCADE, related_name="+")
    week = models.DateField(null=True)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.SET_NULL, related_name="+")
    predicted = models.JSONField(default=dict)
    model = models.CharField(max_length=60)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    in_doubt = models.BooleanField(default=False)
    wanted = models.PositiveSmallIntegerField(default=1)
    labels_count = models.PositiveSmallIntegerField(default=0)
    drawn_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_weekly_sample_names_its_week", condition=Q(kind=SampleKind.WEEKLY) ^ Q(week=None)
            ),
            models.CheckConstraint(
                name="waiting_means_not_settled_at",
                condition=Q(state=SampleState.WAITING) ^ Q(settled_at__isnull=False),
            ),
        ]
        indexes = [
            # Serves what is left to label.
            models.Index(name="samples_of_week", fields=["workspace", "week", "id"]),
            # Serves the conversation's page and the triage queue: what must not be shown yet.
            models.Index(
                name="blind_samples_waiting",
                fields=["conversation"],
                condition=Q(kind=SampleKind.BLIND, state=SampleState.WAITING),
            ),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = (
            "workspace message version kind state conversation week decision predicted model department in_doubt "
            "wanted labels_count drawn_at settled_at"
        )


class Label(models.Model):
    """What one person said of a sample. department: None where it is nobody's. See docs/labelling.md."""

    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="labels")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    needs_reply = models.BooleanField()
    intents = models.JSONField()
    sentiment = models.CharField(max_length=10)
    urgency = models.CharField(max_length=10)
    safety = models.JSONField(default=list)
    complaint_reason = models.CharField(max_length=20, default="", blank=True)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_label_for_each_person_and_sample", fields=["sample", "by"]),
        ]
        indexes = [models.Index(name="labels_by_time", fields=["at", "id"])]

    class Personal:
        personal: dict[str, object] = {}
        kept = "sample by at needs_reply intents sentiment urgency safety complaint_reason department"


class Judgement(models.Model):
    """One head of one sample: what had been said of it beside what a person says. Only the first label judges.

    said, truth: one value each, a department by its id; where a person named several, truth is the one that was said,
    if it is among them. p: how sure the reader was; None where it gave no probability. in_doubt: it was left to people.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    sample = models.ForeignKey(Sample, on_delete=models.CASCADE, related_name="judgements")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    head = models.CharField(max_length=20)
    said = models.CharField(max_length=40)
    truth = models.CharField(max_length=40)
    p = models.FloatField(null=True)
    in_doubt = models.BooleanField()
    model = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_judgement_for_each_head_and_sample", fields=["sample", "head"]),
        ]
        indexes = [models.Index(name="judgements_by_time", fields=["workspace", "head", "-at", "-id"])]

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace sample message head said truth p in_doubt model at"


class Rerouting(models.Model):
    """A person gave a message to another department than the decision that stood, before anybody had answered it.

    decision: that one. before: who was to answer by it; None: nobody, or in doubt.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+")
    before = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="reroutings_by_time", fields=["workspace", "-at", "-id"])]

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace message conversation decision before after by at undone_at"


class LearnedHead(models.Model):
    """One head as it was learned from what people said here, never in force before it proved better than the general one.

    model: of the reader whose vectors it reads; with another reader it rests. labelled: messages with people's word on the
    head; examples: of them, those it learned from. told: a digest of what they said. of: labels held aside, which no head
    ever learned from; right, general_right: how many of them it and the general head have right; gained, lost: where only
    one of the two is right. confused: [truth, said, count] of the held ones. activated_by, retired_by: None where it
    happened by itself. weights: `reading.learning`.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    head = models.CharField(max_length=20)
    number = models.IntegerField()
    model = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=HeadState, default=HeadState.CANDIDATE)
    weights = models.BinaryField()
    labels = models.JSONField()
    labelled = models.IntegerField()
    examples = models.IntegerField()
    told = models.CharField(max_length=64)
    of = models.IntegerField()
    right = models.IntegerField()
    general_right = models.IntegerField()
    gained = models.IntegerField()
    lost = models.IntegerField()
    macro_f1 = models.FloatField(null=True)
    general_macro_f1 = models.FloatField(null=True)
    confused = models.JSONField(default=list)
    trained_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    activated_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    retired_at = models.DateTimeField(null=True)
    retired_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_learned_head_for_each_number", fields=["workspace", "head", "number"]),
            models.UniqueConstraint(
                name="one_learned_head_in_use", fields=["workspace", "head"], condition=Q(state=HeadState.ACTIVE)
            ),
        ]

    class Personal:
        personal: dict[str, object] = {"weights": b""}  # hold the vectors of texts
        kept = (
            "workspace head number model state labels labelled examples told of right general_right gained lost macro_f1 "
            "general_macro_f1 confused trained_at activated_at activated_by retired_at retired_by"
        )
