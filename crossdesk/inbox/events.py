"""What happened in the inbox. Moments inside are ISO strings in UTC; durations are whole seconds.

Every fact carries account_id, conversation_id and wall_id (see `journal.events`). Measures need nothing else: a block
is opened, decided, answered or ended, and falls due by the clock; its facts carry the numbers as they stood then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crossdesk.journal.events import FactBody

# Conversations


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOpened(FactBody):
    """department_id: who holds the pen from the start; None where triage must say, or nobody owes anything."""

    contact_id: int
    privacy: str
    message_id: int
    department_id: int | None
    opened_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationResolved(FactBody):
    """seconds: from its opening. answers: replies of ours in it. automatic: nothing was owed, no person decided."""

    department_id: int | None
    resolution: str
    opened_at: str
    resolved_at: str
    seconds: int
    answers: int
    reopened_count: int
    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationReopened(FactBody):
    """because: they_wrote, person, undone. seconds: since it was resolved (a reopening counts within 72 h)."""

    department_id: int | None
    because: str
    resolved_at: str
    seconds: int
    reopened_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationClosed(FactBody):
    """Closed for good: 72 h after it was resolved, or since they wrote again after the look-back."""

    department_id: int | None
    resolution: str
    closed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipChanged(FactBody):
    """because: routed, taken, assigned, unassigned, handed_over, resolved, reopened, undone.

    seconds: how long the one before owned it; None where nobody did.
    """

    from_department_id: int | None
    to_department_id: int | None
    from_member_id: int | None
    to_member_id: int | None
    because: str
    seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEnclosed(FactBody):
    """A wall went up around it (wall_id), or came down (wall_id None)."""

    before_wall_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationImported(FactBody):
    """A conversation of the past came in whole, closed: what was asked and answered in it, one entry for each block.

    blocks: block_id, started_at, answered_at and seconds (None where nobody answered), first (the conversation's first
    that was answered), ripe (72 hours had passed). What was answered needed an answer; the rest nobody has decided.
    """

    contact_id: int
    opened_at: str
    messages: int
    blocks: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationTakenOut(FactBody):
    """An import was taken back: this conversation is no more, and counts nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageAsked(FactBody):
    """The reader was in doubt: a person must say whose it is."""

    block_id: int
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageSettled(FactBody):
    """It left the triage queue. seconds: how long it stood there."""

    block_id: int | None
    department_id: int | None
    seconds: int


# Blocks and their clocks


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockOpened(FactBody):
    """They wrote, and no reply of ours has come since. The clock runs from started_at."""

    block_id: int
    message_id: int
    department_id: int | None
    started_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTaken(FactBody):
    """One more message of theirs in a block that was open already."""

    block_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockMoved(FactBody):
    """An older message came in late: the block started earlier than we knew."""

    block_id: int
    before_started_at: str
    started_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockDecided(FactBody):
    """The first verdict on a block. verdict_by: model, rule, safety, person. first: the conversation's first one that
    needs a reply. target_seconds, basis: None and "" where nothing is owed."""

    block_id: int
    department_id: int | None
    started_at: str
    needs_reply: bool
    verdict_by: str
    intent: str
    urgency: str
    sentiment: str
    first: bool
    target_seconds: int | None
    basis: str
    due_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChanged(FactBody):
    """A later verdict on the same block: a second message raised it, a person corrected it, a rule changed.

    fell_due: the block's 72 hours had been told before; a measure over them moves by this fact. answered_72h: what
    was told then. needs_reply None: it is in doubt again, after an edit or as a person took back what they had said.
    """

    block_id: int
    department_id: int | None
    started_at: str
    before_needs_reply: bool | None
    needs_reply: bool | None
    verdict_by: str
    before_intent: str
    intent: str
    before_urgency: str
    urgency: str
    sentiment: str
    first: bool
    target_seconds: int | None
    basis: str
    due_at: str | None
    fell_due: bool
    answered_72h: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockAnswered(FactBody):
    """Our first reply after the block. The clock stopped when the network published it.

    seconds: round the clock from the block's first message. business_seconds: in the hours of department_id, the one
    that held the pen. answered_kind: person, elsewhere (outside of Crossdesk), automation. within_target: None where
    it had no target. missed_before: `TargetFellDue` was told for it before (a reply elsewhere, found late, can be
    within target all the same). fell_due: `BlockFellDue` was told before; answered_72h: it came within 72 hours.
    """

    block_id: int
    message_id: int | None
    department_id: int | None
    answered_by_id: int | None
    answered_kind: str
    needs_reply: bool | None
    intent: str
    urgency: str
    first: bool
    started_at: str
    answered_at: str
    due_at: str | None
    seconds: int
    business_seconds: int
    target_seconds: int | None
    basis: str
    within_target: bool | None
    missed_before: bool
    fell_due: bool
    answered_72h: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMatched(FactBody):
    """An answer that was thought to have been sent elsewhere turned out to have left from here."""

    block_id: int
    answered_kind: str
    answered_by_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockEnded(FactBody):
    """The block ended with no reply. because: resolved, nothing_owed, deleted, merged.

    deleted: they took back all of it; merged: an earlier block runs on and took it in. Both count in no measure, and
    what was told of them before is taken back.
    """

    block_id: int
    department_id: int | None
    because: str
    needs_reply: bool | None
    started_at: str
    ended_at: str
    missed_before: bool
    fell_due: bool
    answered_72h: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockReopened(FactBody):
    """A block that had ended without a reply runs again: its conversation was reopened or the resolving undone."""

    block_id: int
    department_id: int | None
    started_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFellDue(FactBody):
    """The block's target passed with no reply: a miss. One for each block, however often its target changes."""

    block_id: int
    department_id: int | None
    intent: str
    urgency: str
    started_at: str
    due_at: str
    target_seconds: int
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFellDue(FactBody):
    """72 hours have passed since the block started, answered or not. Once for each block that was not taken back."""

    block_id: int
    department_id: int | None
    needs_reply: bool | None
    verdict_by: str
    intent: str
    urgency: str
    started_at: str
    fell_due_at: str
    answered_72h: bool


# Duties


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOpened(FactBody):
    """kind: respond (holds the pen) or review."""

    duty_id: int
    department_id: int
    kind: str
    because: str
    opened_at: str
    due_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyClosed(FactBody):
    """outcome: discharged or waived. seconds: since it was opened. within_due: None where it had no due time."""

    duty_id: int
    department_id: int
    kind: str
    outcome: str
    opened_at: str
    closed_at: str
    seconds: int
    within_due: bool | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyReopened(FactBody):
    """An undone act, or a reply that the network refused, brought it back."""

    duty_id: int
    department_id: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFellDue(FactBody):
    """Its due time passed while it was open."""

    duty_id: int
    department_id: int
    kind: str
    due_at: str


# What people did


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(FactBody):
    """A note of ours, for colleagues only. mentions: members whom it names."""

    entry_id: int
    mentions: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSnoozed(FactBody):
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeEnded(FactBody):
    """because: time, person, they_wrote, undone."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagsChanged(FactBody):
    tag_id: int
    added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyQueued(FactBody):
    reply_id: int
    department_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyHeld(FactBody):
    """Something newer came in than its writer had seen: nothing left."""

    reply_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyScheduled(FactBody):
    """An answer leaves later, or at another moment than before."""

    reply_id: int
    leaves_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftsChanged(FactBody):
    """Somebody began or ceased to write. Who it was is not recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySettled(FactBody):
    """state: sent, failed, doubtful, discarded, taken_back."""

    reply_id: int
    state: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageChanged(FactBody):
    """They edited or deleted a message that the conversation shows."""

    message_id: int
    deleted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OurPostTaken(FactBody):
    """A message of ours now stands in the conversation. elsewhere: not sent through Crossdesk."""

    message_id: int
    elsewhere: bool
