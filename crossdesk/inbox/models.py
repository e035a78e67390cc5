"""Conversations, what is owed in them, and until when."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from crossdesk.channels.models import Account, OutboxItem
from crossdesk.inbox.enums import (
    AnsweredBy,
    BlockEnd,
    DutyKind,
    DutyState,
    EntryKind,
    Parting,
    Privacy,
    ReplyState,
    Resolution,
    State,
    WrittenKind,
)
from crossdesk.messages.models import Contact, Identity, Message
from crossdesk.org.enums import Basis
from crossdesk.org.models import Department, Member, Wall, Workspace


class Conversation(models.Model):
    """One thread with one contact on one account, public or private. What the queue shows stands on this row.

    department holds the pen. triage_since: in doubt, waits for a person to say whose it is. last_inbound_id: id of
    the newest message from them. asked: one of its blocks needed a reply. due_at: when the open block's answer is owed.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="conversations")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    privacy = models.CharField(max_length=10, choices=Privacy)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    wall = models.ForeignKey(Wall, null=True, on_delete=models.PROTECT, related_name="+")
    triage_since = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    touched_at = models.DateTimeField(null=True)  # first act of a person; before it the conversation is new
    last_at = models.DateTimeField()
    last_direction = models.CharField(max_length=3)
    last_inbound_id = models.BigIntegerField(default=0)
    last_inbound_at = models.DateTimeField(null=True)
    excerpt = models.CharField(max_length=280, default="")
    messages_count = models.IntegerField(default=0)
    answers_count = models.IntegerField(default=0)
    asked = models.BooleanField(default=False)
    intent = models.CharField(max_length=40, default="")
    urgency = models.CharField(max_length=10, default="")
    sentiment = models.CharField(max_length=10, default="")
    language = models.CharField(max_length=10, default="")
    safety = models.JSONField(default=list)
    needs_reply = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=20, choices=Resolution, default="", blank=True)
    resolution_note = models.TextField(default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    reopened_count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_conversation_for_each_contact_while_not_closed",
                fields=["account", "contact", "privacy"],
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(name="closed_means_closed_at", condition=Q(state=State.CLOSED) ^ Q(closed_at=None)),
            models.CheckConstraint(
                name="resolved_or_closed_means_resolved_at",
                condition=Q(state__in=[State.OPEN, State.WAITING], resolved_at=None)
                | Q(state__in=[State.RESOLVED, State.CLOSED], resolved_at__isnull=False),
            ),
        ]
        indexes = [
            # Serves the triage queue.
            models.Index(
                name="conversations_in_triage",
                fields=["workspace", "triage_since", "id"],
                condition=Q(triage_since__isnull=False),
            ),
            # Serves the list of all, newest first, by state.
            models.Index(name="conversations_by_state", fields=["workspace", "state", "-last_at", "-id"]),
            models.Index(name="conversations_by_time", fields=["workspace", "-last_at", "-id"]),
        ]


class Entry(models.Model):
    """One line of a conversation: a message, a note of ours, or something that happened to it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    at = models.DateTimeField()
    message = models.OneToOneField(Message, null=True, on_delete=models.CASCADE, related_name="entry")
    reply = models.OneToOneField("Reply", null=True, on_delete=models.CASCADE, related_name="entry")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(default="")  # of a note
    event = models.CharField(max_length=40, default="")  # assigned, handed_over, snoozed, …
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_message_entry_names_its_message",
                condition=Q(kind__in=[EntryKind.MESSAGE, EntryKind.PART]) ^ Q(message=None),
            ),
            models.CheckConstraint(
                name="a_reply_entry_names_its_reply", condition=~Q(kind=EntryKind.REPLY) | ~Q(reply=None)
            ),
        ]
        indexes = [models.Index(name="entries_in_order", fields=["conversation", "at", "id"])]


class Block(models.Model):
    """Consecutive messages of theirs with no answer of ours between. The clock runs from the first one.

    needs_reply: the verdict, a person's over the rule's over the model's. target_seconds, basis, due_at: as they
    stood when the block was decided. response_seconds: started_at to answered_at round the clock;
    business_seconds: the same in the hours of the department that answered. first: the conversation's first block
    that needs a reply. reply: an answer is on its way; the clock stops when the network has published it, and what
    they write meanwhile is a new block. told_due_at, told_72h_at: when these facts of its clock were told.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="blocks")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    wall = models.ForeignKey(Wall, null=True, on_delete=models.PROTECT, related_name="+")
    first_message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    last_message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    messages_count = models.IntegerField(default=1)
    needs_reply = models.BooleanField(null=True)  # None: not decided yet
    verdict_by = models.CharField(max_length=10, default="")  # model, rule, person
    intent = models.CharField(max_length=40, default="")
    urgency = models.CharField(max_length=10, default="")
    sentiment = models.CharField(max_length=10, default="")
    first = models.BooleanField(default=False)
    target_seconds = models.IntegerField(null=True)
    basis = models.CharField(max_length=10, choices=Basis, default="", blank=True)
    due_at = models.DateTimeField(null=True)
    told_due_at = models.DateTimeField(null=True)
    told_72h_at = models.DateTimeField(null=True)
    reply = models.ForeignKey("Reply", null=True, on_delete=models.SET_NULL, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_kind = models.CharField(max_length=12, choices=AnsweredBy, default="", blank=True)
    response_seconds = models.IntegerField(null=True)
    business_seconds = models.IntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=12, choices=BlockEnd, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_block_for_each_conversation",
                fields=["conversation"],
                condition=Q(ended_at=None, reply=None),
            ),
            models.CheckConstraint(
                name="an_answered_block_has_ended", condition=Q(answered_at=None) | Q(ended_at__isnull=False)
            ),
        ]
        indexes = [
            # Serves the drill-down of measures, newest first.
            models.Index(name="blocks_by_time", fields=["workspace", "-started_at", "-id"]),
            models.Index(name="blocks_of_department", fields=["workspace", "department", "-started_at", "-id"]),
        ]


class Duty(models.Model):
    """What a department owes in a conversation, to whom it falls, and until when. The queues list these rows.

    queue_at: place in the department's queue; null when it is not shown there (done, snoozed, or the answer is on
    its way). because: why it is owed. reason: why it was waived.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="duties")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    wall = models.ForeignKey(Wall, null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=10, choices=DutyKind)
    state = models.CharField(max_length=12, choices=DutyState, default=DutyState.OPEN)
    block = models.ForeignKey(Block, null=True, on_delete=models.SET_NULL, related_name="duties")
    because = models.TextField(default="", blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    overdue = models.BooleanField(default=False)  # its due time has passed while open; set by its clock
    queue_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_duty_for_each_department",
                fields=["conversation", "department"],
                condition=Q(closed_at=None),
            ),
            models.UniqueConstraint(
                name="one_department_holds_the_pen",
                fields=["conversation"],
                condition=Q(closed_at=None, kind=DutyKind.RESPOND),
            ),
            models.CheckConstraint(
                name="open_means_not_closed_at", condition=Q(state=DutyState.OPEN) ^ Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="only_open_duties_stand_in_a_queue", condition=Q(queue_at=None) | Q(state=DutyState.OPEN)
            ),
        ]
        indexes = [
            # Serves the department's queue page.
            models.Index(
                name="duties_in_queue",
                fields=["workspace", "department", "queue_at", "id"],
                condition=Q(queue_at__isnull=False),
            ),
            # Serves the page *mine*.
            models.Index(
                name="duties_of_owner", fields=["owner", "queue_at", "id"], condition=Q(queue_at__isnull=False)
            ),
        ]


class Span(models.Model):
    """A department (and somebody in it) owned the conversation from one moment to another."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="spans")
    department = models.ForeignKey(Department, null=True, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_span_for_each_conversation", fields=["conversation"], condition=Q(ended_at=None)
            ),
        ]


class Counter(models.Model):
    """Open work, kept and not counted: by account, department (null: triage) and wall (null: none)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, null=True, on_delete=models.CASCADE, related_name="+")
    wall = models.ForeignKey(Wall, null=True, on_delete=models.CASCADE, related_name="+")
    open = models.IntegerField(default=0)
    overdue = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "workspace",
                "account",
                Coalesce("department", 0),
                Coalesce("wall", 0),
                name="one_counter_for_each_place",
            ),
        ]


class Reply(models.Model):
    """Somebody's answer, with the last entry that its writer had seen (the guard against crossing).

    leaves_at: not before; its writer may take it back until then, and one to be sent later waits for it. stood: what
    stood before and after it was sent off, for taking it back.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="replies")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    visibility = models.CharField(max_length=10)
    to_message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    saw_entry_id = models.BigIntegerField()  # the last entry its writer had on the screen
    state = models.CharField(max_length=10, choices=ReplyState)
    held_reason = models.TextField(default="", blank=True)
    error = models.TextField(default="", blank=True)
    outbox = models.OneToOneField(OutboxItem, null=True, on_delete=models.SET_NULL, related_name="reply")
    resolve_after = models.BooleanField(default=False)
    parting = models.CharField(max_length=10, choices=Parting, default=Parting.ONE, db_default="", blank=True)
    leaves_at = models.DateTimeField(null=True)
    stood = models.JSONField(null=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="what_is_sent_later_has_its_time",
                condition=~Q(state=ReplyState.SCHEDULED) | Q(leaves_at__isnull=False),
            ),
        ]
        indexes = [
            # Serves the open conversation: what still waits in it.
            models.Index(
                name="replies_that_wait",
                fields=["conversation", "id"],
                condition=Q(state__in=[ReplyState.SCHEDULED, ReplyState.HELD, ReplyState.FAILED]),
            ),
        ]


class Act(models.Model):
    """An act that can be undone: what stood before and after it, so that undoing never runs over something newer."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="acts")
    kind = models.CharField(max_length=30)
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField()
    after = models.JSONField()
    undone_at = models.DateTimeField(null=True)
    batch = models.UUIDField(null=True)  # of acts that one person did to many conversations at once

    class Meta:
        indexes = [
            models.Index(name="acts_of_conversation", fields=["conversation", "-id"]),
            models.Index(name="acts_of_batch", fields=["batch", "id"], condition=Q(batch__isnull=False)),
        ]


class Tag(models.Model):
    """A word people put on conversations."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)
    color = models.CharField(max_length=20, default="azure")
    conversations = models.ManyToManyField(Conversation, related_name="tags")

    class Meta:
        constraints = [models.UniqueConstraint(name="one_tag_for_each_name", fields=["workspace", "name"])]


class Stray(models.Model):
    """A post of ours that came in before the message it answers; taken into the conversation when that one comes."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    parent_external_id = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(name="strays_by_parent", fields=["workspace", "parent_external_id"])]


class SavedFilter(models.Model):
    """A filter of the list under a name, for its owner or for a whole department.

    terms: what `queries.Terms` is made of. removed_at: it can be brought back.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    terms = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(name="filters_of_workspace", fields=["workspace", "owner"], condition=Q(removed_at=None)),
        ]


class Seen(models.Model):
    """How far a member has read a conversation. inbound_id: of their newest message when it was last drawn for them."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    inbound_id = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_place_for_each_reader", fields=["member", "conversation"]),
        ]


class Draft(models.Model):
    """What a member has begun to write in a conversation, so that it is there on every device until it is sent.

    stamp: milliseconds of the writer's clock at the last change; an older one never takes the place of a newer.
    writing_at: when they were last seen writing; others are told while it is fresh.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=WrittenKind, default=WrittenKind.REPLY)
    text = models.TextField()
    stamp = models.BigIntegerField(default=0)
    writing_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_draft_for_each_writer", fields=["conversation", "member"]),
        ]


class Attachment(models.Model):
    """A picture that goes with an answer, cleaned and kept under the data folder.

    reply: None while its writer still has it in hand. key: our own name of the file. digest: SHA-256 of what is kept.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="attachments")
    by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    reply = models.ForeignKey(Reply, null=True, on_delete=models.CASCADE, related_name="attachments")
    key = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    alt = models.TextField(default="", blank=True)
    width = models.IntegerField()
    height = models.IntegerField()
    size = models.IntegerField()  # bytes
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            # Serves the composer: what its writer has in hand.
            models.Index(name="attachments_in_hand", fields=["conversation", "by", "id"], condition=Q(reply=None)),
        ]


class SavedReply(models.Model):
    """A text that people answer with again and again, for the workspace or for one department.

    text: with placeholders ({name}, {first_name}, {handle}, {our_name}, {account}). removed_at: it can be brought back.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, null=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=80)
    shortcut = models.CharField(max_length=40)
    text = models.TextField()
    uses = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_saved_reply_for_each_shortcut", fields=["workspace", "shortcut"], condition=Q(removed_at=None)
            ),
        ]
