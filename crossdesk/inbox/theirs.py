"""What a message of theirs does in a folder: it opens or goes on with a block, and what it needs is owed."""

from datetime import datetime, timedelta

from crossdesk.inbox import clocks, events, owing
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.clocks import LONGEST
from crossdesk.inbox.enums import BlockEnd, EntryKind, Privacy, State
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.lines import privacy_of, show_newest
from crossdesk.inbox.models import Conversation, Entry
from crossdesk.inbox.verdict import Verdict
from crossdesk.journal import bulk
from crossdesk.kit.actor import Actor
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message

LOOK_BACK = {Privacy.PUBLIC: timedelta(days=7), Privacy.PRIVATE: timedelta(days=30)}

Key = tuple[int, int, str]  # account, identity, privacy


def key_of(message: Message) -> Key:
    """Which conversation it belongs to, while that one is not closed.

    By who said it there, not by contact: a contact may be joined with another between the saying and the reading.
    """
    return message.account_id, message.identity_id or 0, privacy_of(message.visibility)


def is_over(folder: Folder, message: Message) -> bool:
    """Does this message begin a new conversation? An unanswered one always goes on."""
    row = folder.conversation
    if row.state == State.OPEN or folder.open_duties or folder.block or folder.on_their_way:
        return False
    if row.resolved_at is not None:
        return message.sent_at > row.resolved_at + LONGEST
    return message.sent_at > row.last_at + LOOK_BACK[Privacy(row.privacy)]


def close_before(folder: Folder, *, now: datetime) -> None:
    """Close the conversation after which a new one begins."""
    owing.close_for_good(folder, now=now)
    owing.refresh(folder, now=now)


def begin(message: Message, *, by: Actor) -> Folder:
    """A new conversation with its author."""
    assert message.contact_id is not None and message.identity_id is not None
    row = bulk.made(Conversation,
        workspace_id=by.workspace_id, account_id=message.account_id, contact_id=message.contact_id,
        identity_id=message.identity_id, privacy=privacy_of(message.visibility), opened_at=message.sent_at,
        last_at=message.sent_at, last_direction=Direction.IN, wall_id=message.wall_id,
    )  # fmt: skip
    folder = Folder(conversation=row)
    folder.keep(row)
    folder.tell(
        events.ConversationOpened,
        lambda: {"department_id": row.department_id},
        contact_id=message.contact_id,
        privacy=str(row.privacy),
        message_id=message.pk,
        opened_at=clocks.iso(message.sent_at),
    )
    return folder


def take(folder: Folder, message: Message, verdict: Verdict, *, calendars: Calendars, now: datetime) -> None:
    """Put it into the conversation, with what it needs."""
    row = folder.conversation
    folder.entries.append(
        bulk.made(Entry, conversation=row, kind=EntryKind.MESSAGE, at=message.sent_at, message_id=message.pk)
    )  # fmt: skip
    show_newest(row, message, Direction.IN)
    if message.deleted_at is not None:
        owing.refresh(folder, now=now)
        return
    row.sentiment, row.language = verdict.sentiment or row.sentiment, verdict.language or row.language
    row.safety = sorted({*row.safety, *verdict.safety})
    owes = bool(verdict.doubt or verdict.needs_reply is not False or verdict.duties)
    if owes and row.state == State.RESOLVED:
        owing.reopen_conversation(folder, because="they_wrote", now=now)
    elif owes:
        row.state = State.OPEN
    if owes and row.snoozed_until is not None:
        row.snoozed_until = None
        folder.tell(events.SnoozeEnded, because="they_wrote")
    block, raised_at = folder.block, None
    if block is None:
        block = clocks.open_block(folder, message)
    else:
        raised_at = message.sent_at
        clocks.extend(folder, block, message)
        verdict = with_duties_of(verdict, clocks.raised(block, verdict))
    if owes:
        owing.route(folder, verdict, calendars=calendars, now=now)
    clocks.decide(folder, block, certain(verdict), calendars=calendars, raised_at=raised_at)
    if not owes and not folder.open_duties and row.triage_since is None:
        clocks.end(folder, block, because=BlockEnd.NOTHING_OWED, at=block.started_at)
    owing.refresh(folder, now=now)


def with_duties_of(verdict: Verdict, raised: Verdict) -> Verdict:
    """The raised verdict, with the duties and the doubt of the message that was read."""
    return Verdict(
        needs_reply=raised.needs_reply, verdict_by=raised.verdict_by, intent=raised.intent, urgency=raised.urgency,
        sentiment=raised.sentiment, language=verdict.language, safety=verdict.safety, duties=verdict.duties,
        target_seconds=raised.target_seconds, basis=raised.basis, doubt=verdict.doubt and raised.needs_reply is not True,
        doubt_reason=verdict.doubt_reason,
    )  # fmt: skip


def certain(verdict: Verdict) -> Verdict:
    """A verdict in doubt decides nothing yet."""
    if verdict.doubt and verdict.needs_reply is not True:
        return Verdict(
            needs_reply=None, verdict_by="", intent=verdict.intent, urgency=verdict.urgency, sentiment=verdict.sentiment
        )
    return verdict
