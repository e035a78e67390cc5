"""Taking in what was said: theirs with its verdict, ours, edits and deletions. All in batches, all safe to repeat."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.inbox import clocks, events, owing
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.clocks import LONGEST
from crossdesk.inbox.enums import BlockEnd, DutyKind, DutyState, EntryKind, Privacy, State
from crossdesk.inbox.folder import Folder, load, save
from crossdesk.inbox.lines import one_at_a_time, privacy_of, show_newest
from crossdesk.inbox.models import Block, Conversation, Entry
from crossdesk.inbox.ours import take_strays
from crossdesk.inbox.verdict import DutyOwed, Verdict
from crossdesk.kit.actor import Actor
from crossdesk.messages import services as messages
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message

__all__ = ["DutyOwed", "Verdict", "decide_again", "take_in"]

LOOK_BACK = {Privacy.PUBLIC: timedelta(days=7), Privacy.PRIVATE: timedelta(days=30)}

Key = tuple[int, int, str]  # account, contact, privacy


@transaction.atomic
def take_in(items: Sequence[tuple[int, Verdict]], *, by: Actor, now: datetime) -> dict[int, int]:
    """Put messages of theirs into conversations, with what they need. Returns message id → conversation id.

    items: (message id, verdict). What is there already stays as it is (use `decide_again` for a new verdict), so this
    is safe to repeat. Older messages first, whatever the order given. About ten queries for any number of messages,
    and a few more when conversations go on.
    """
    one_at_a_time(by.workspace_id)
    verdicts = dict(items)
    known = dict(Entry.objects.filter(message_id__in=verdicts).values_list("message_id", "conversation_id"))
    wanted = Message.objects.filter(
        workspace_id=by.workspace_id,
        pk__in=verdicts.keys() - known.keys(),
        direction=Direction.IN,
        contact__isnull=False,
    )
    fresh = sorted(wanted, key=lambda message: (message.sent_at, message.pk))
    if not fresh:
        return known
    folders = _folders_for(fresh, by=by)
    every = list(folders.values())
    calendars = Calendars(by.workspace_id)
    placed: list[tuple[Message, Folder]] = []
    for message in fresh:
        key = _key(message)
        folder = folders.get(key)
        if folder is not None and _is_over(folder, message):
            _close_before(folder, now=now)
            folder = None
        if folder is None:
            folder = folders[key] = _begin(message, by=by)
            every.append(folder)
        _take(folder, message, verdicts[message.pk], calendars=calendars, now=now)
        placed.append((message, folder))
    save(every, by=by, now=now)
    _keep_behind_walls(placed, by=by)
    take_strays(fresh, by=by, now=now)
    known.update((message.pk, folder.conversation.pk) for message, folder in placed)
    return known


def _key(message: Message) -> Key:
    return message.account_id, message.contact_id or 0, privacy_of(message.visibility)


def _folders_for(fresh: Iterable[Message], *, by: Actor) -> dict[Key, Folder]:
    """The open conversations with these people, locked in the order of their ids."""
    rows = (
        Conversation.objects.filter(
            workspace_id=by.workspace_id, contact_id__in={message.contact_id for message in fresh}, closed_at=None
        )
        .select_for_update()
        .order_by("id")
    )
    return {(f.conversation.account_id, f.conversation.contact_id, f.conversation.privacy): f for f in load(rows)}


def _is_over(folder: Folder, message: Message) -> bool:
    """Does this message begin a new conversation? An unanswered one always goes on."""
    row = folder.conversation
    if row.state == State.OPEN or folder.open_duties or folder.block or folder.on_their_way:
        return False
    if row.resolved_at is not None:
        return message.sent_at > row.resolved_at + LONGEST
    return message.sent_at > row.last_at + LOOK_BACK[Privacy(row.privacy)]


def _close_before(folder: Folder, *, now: datetime) -> None:
    owing.close_for_good(folder, now=now)
    owing.refresh(folder, now=now)


def _begin(message: Message, *, by: Actor) -> Folder:
    assert message.contact_id is not None and message.identity_id is not None
    row = Conversation(
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


def _take(folder: Folder, message: Message, verdict: Verdict, *, calendars: Calendars, now: datetime) -> None:
    row = folder.conversation
    folder.entries.append(
        Entry(conversation=row, kind=EntryKind.MESSAGE, at=message.sent_at, message_id=message.pk)
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
        verdict = _with_duties_of(verdict, clocks.raised(block, verdict))
    if owes:
        owing.route(folder, verdict, calendars=calendars, now=now)
    clocks.decide(folder, block, certain(verdict), calendars=calendars, raised_at=raised_at)
    if not owes and not folder.open_duties and row.triage_since is None:
        clocks.end(folder, block, because=BlockEnd.NOTHING_OWED, at=block.started_at)
    owing.refresh(folder, now=now)


def _with_duties_of(verdict: Verdict, raised: Verdict) -> Verdict:
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


def _keep_behind_walls(placed: Iterable[tuple[Message, Folder]], *, by: Actor) -> None:
    """A message that joins an enclosed conversation stands behind the same wall."""
    behind: dict[int, list[int]] = {}
    for message, folder in placed:
        wall_id = folder.conversation.wall_id
        if wall_id is not None and message.wall_id != wall_id:
            behind.setdefault(wall_id, []).append(message.pk)
    for wall_id, message_ids in behind.items():
        messages.enclose(message_ids=message_ids, wall_id=wall_id, workspace_id=by.workspace_id)


@transaction.atomic
def decide_again(message_id: int, verdict: Verdict, *, by: Actor, now: datetime) -> int | None:
    """A newer verdict on a message that is taken in: corrected by a person, or read again after an edit.

    A person's verdict replaces what stands, and moves an answer that nobody has taken to the department it names.
    Any other never lowers what a person, or another message of the block, had made it. Returns the conversation's
    id; None where the message stands in none.
    """
    entry = Entry.objects.filter(message_id=message_id, conversation__workspace_id=by.workspace_id).first()
    if entry is None:
        return None
    (folder,) = load(Conversation.objects.filter(pk=entry.conversation_id).select_for_update())
    row, calendars = folder.conversation, Calendars(by.workspace_id)
    row.sentiment, row.language = verdict.sentiment or row.sentiment, verdict.language or row.language
    row.safety = sorted({*row.safety, *verdict.safety})
    block = folder.block
    if block is not None and entry.at >= block.started_at:
        _decide_open(folder, block, verdict, calendars=calendars, by=by, now=now)
    else:
        _decide_past(folder, entry.at, verdict, calendars=calendars, now=now)
    owing.refresh(folder, now=now)
    save([folder], by=by, now=now)
    return row.pk


def _decide_open(
    folder: Folder, block: Block, verdict: Verdict, *, calendars: Calendars, by: Actor, now: datetime
) -> None:
    person = verdict.verdict_by == "person"
    alone = block.messages_count == 1 and block.verdict_by != "person"
    if not (person or alone):
        verdict = _with_duties_of(verdict, clocks.raised(block, verdict))
    row, pen = folder.conversation, folder.pen
    owes = bool(verdict.doubt or verdict.needs_reply is not False or verdict.duties)
    respond = next((owed for owed in verdict.duties if owed.kind == DutyKind.RESPOND), None)
    elsewhere = pen is not None and respond is not None and respond.department_id != pen.department_id
    if person and elsewhere and row.assignee_id is None and pen is not None and respond is not None:
        owing.settle_duty(folder, pen, state=DutyState.DISCHARGED, now=now, by_id=by.member_id, reason="Routed anew.")
        owing.take_pen(folder, respond, because="routed", now=now)
    if owes:
        owing.route(folder, verdict, calendars=calendars, now=now)
    clocks.decide(folder, block, certain(verdict), calendars=calendars)
    if not owes:
        owing.fall_away(folder, by_id=by.member_id, now=now, reason="No reply needed.", automatic=not person)


def _decide_past(folder: Folder, at: datetime, verdict: Verdict, *, calendars: Calendars, now: datetime) -> None:
    """A block that has ended, or whose answer is on its way, keeps its end; one that was thought to need nothing runs."""
    row = folder.conversation
    block = next((block for block in folder.on_their_way if block.started_at <= at), None)
    if block is None:
        block = Block.objects.filter(conversation_id=row.pk, started_at__lte=at).order_by("-started_at", "-id").first()
        if block is None:
            return
        folder.keep(block)
    wakes = block.ended_because == BlockEnd.NOTHING_OWED and folder.block is None and row.state != State.CLOSED
    if wakes and (verdict.needs_reply is not False or verdict.duties):
        if row.state == State.RESOLVED:
            owing.reopen_conversation(folder, because="person", now=now)
        row.state = State.OPEN
        clocks.run_again(folder, block)
        owing.route(folder, verdict, calendars=calendars, now=now)
    clocks.decide(folder, block, certain(verdict), calendars=calendars)
