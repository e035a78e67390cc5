"""Where it stands: note, snooze, resolve, reopen, close, tag."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import transaction

from crossdesk.inbox import clocks, events, owing
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.enums import BlockEnd, DutyKind, DutyState, EntryKind, Resolution, State
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.models import Block, Conversation, Entry, Tag
from crossdesk.inbox.services.base import (
    NOTHING_MORE,
    NothingToDo,
    Step,
    act_on,
    check_may_work,
    close_folder,
    open_folder,
    text_of,
)
from crossdesk.inbox.services.drafts import forget_draft
from crossdesk.inbox.services.mentions import mentioned
from crossdesk.inbox.verdict import DutyOwed, Verdict
from crossdesk.journal import jobs
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid
from crossdesk.org.models import Department

NEEDS_NOTHING = frozenset({Resolution.NO_REPLY_NEEDED, Resolution.SPAM, Resolution.DUPLICATE})
NO_REPLY = frozenset({BlockEnd.RESOLVED, BlockEnd.NOTHING_OWED})  # how a block ends that can run on
LONGEST_SNOOZE = timedelta(days=365)


class OthersOwe(Conflict):
    code = "inbox.others_owe"


@transaction.atomic
def note(*, conversation_id: int, text: str, by: Actor, now: datetime) -> Entry:
    """Write something down for colleagues. It never leaves the house; closed conversations take notes too."""
    folder = open_folder(conversation_id, by=by, closed_too=True)
    text = text_of(text, what="a note")
    entry = Entry(conversation=folder.conversation, kind=EntryKind.NOTE, at=now, by_id=by.member_id, text=text)
    folder.entries.append(entry)
    forget_draft(folder.conversation, by=by, now=now)
    named = mentioned(text, workspace_id=by.workspace_id)
    folder.tell(events.NoteAdded, lambda: {"entry_id": entry.pk}, mentions=named)
    close_folder(folder, by=by, now=now)
    return entry


@transaction.atomic
def snooze(*, conversation_id: int, until: datetime, by: Actor, now: datetime) -> Conversation:
    """Take it out of the queue until a moment, or until they write again. Its clock goes on."""
    return act_on(conversation_id, "snooze", putting_off(until, by=by, now=now), by=by, now=now)


def putting_off(until: datetime, *, by: Actor, now: datetime) -> Step:
    """The step of `snooze`. Raises Invalid for a moment that is past or too far."""
    if not now < until <= now + LONGEST_SNOOZE:
        raise Invalid("Choose a time in the future, within a year.")

    def step(folder: Folder) -> Mapping[str, Any]:
        row = folder.conversation
        if row.state == State.RESOLVED:
            raise NothingToDo("It is resolved. Open it again to put it off.")
        row.snoozed_until = until
        folder.tell(events.ConversationSnoozed, until=clocks.iso(until))
        folder.note_event("snoozed", by=by, now=now, until=clocks.iso(until))
        jobs.enqueue(
            owing.SNOOZE, key=str(row.pk), due_at=until, workspace_id=row.workspace_id, earliest=False,
            conversation_id=row.pk,
        )  # fmt: skip
        return NOTHING_MORE

    return step


@transaction.atomic
def unsnooze(*, conversation_id: int, by: Actor, now: datetime) -> Conversation:
    """Bring it back now."""

    def step(folder: Folder) -> Mapping[str, Any]:
        if folder.conversation.snoozed_until is None:
            raise NothingToDo("It is not put off.")
        folder.conversation.snoozed_until = None
        folder.tell(events.SnoozeEnded, because="person")
        folder.note_event("snooze_ended", by=by, now=now)
        return NOTHING_MORE

    return act_on(conversation_id, "unsnooze", step, by=by, now=now)


@transaction.atomic
def resolve(
    *,
    conversation_id: int,
    resolution: str,
    by: Actor,
    now: datetime,
    reason: str = "",
    waive_others: str = "",
) -> Conversation:
    """Say that it is settled, and how. What the pen holder owed is done with it.

    Other departments' open duties stop it (`OthersOwe` names them) unless `waive_others` says why they need not.
    spam, duplicate and no_reply_needed also say that the open block needs no reply.
    """
    step = settling(resolution, reason=reason, waive_others=waive_others, by=by, now=now)
    return act_on(conversation_id, "resolve", step, by=by, now=now)


def settling(resolution: str, *, reason: str, by: Actor, now: datetime, waive_others: str = "") -> Step:
    """The step of `resolve`. Raises Invalid for a resolution that there is not."""
    if resolution not in Resolution.values:
        raise Invalid("Choose how it was settled.")
    calendars = Calendars(by.workspace_id)

    def step(folder: Folder) -> Mapping[str, Any]:
        if folder.conversation.state == State.RESOLVED:
            raise NothingToDo("It is resolved already.")
        if folder.on_their_way:
            raise Conflict("An answer is on its way. Wait until it is out, or send it with “and resolve”.")
        _settle_duties(folder, resolution, waive_others, by=by, now=now)
        if folder.block is not None:
            _settle_block(folder, folder.block, resolution, calendars=calendars, now=now)
        owing.settle_conversation(
            folder, resolution=Resolution(resolution), note=reason.strip(), now=now, automatic=False
        )
        folder.note_event("resolved", by=by, now=now, resolution=resolution, reason=reason.strip())
        return NOTHING_MORE

    return step


def _settle_block(folder: Folder, block: Block, resolution: str, *, calendars: Calendars, now: datetime) -> None:
    if resolution in NEEDS_NOTHING:
        verdict = Verdict(
            needs_reply=False, verdict_by="person", intent="spam_abuse" if resolution == "spam" else block.intent,
            urgency=block.urgency, sentiment=block.sentiment,
        )  # fmt: skip
        clocks.decide(folder, block, verdict, calendars=calendars)
    clocks.end(folder, block, because=BlockEnd.RESOLVED, at=now)


def _settle_duties(folder: Folder, resolution: str, waive_others: str, *, by: Actor, now: datetime) -> None:
    """The pen's duty and those of the actor's own departments are done; others are waived with a reason, or stop it."""
    others = []
    for duty in folder.open_duties:
        if duty.kind == DutyKind.RESPOND and resolution in NEEDS_NOTHING:
            owing.settle_duty(
                folder,
                duty,
                state=DutyState.WAIVED,
                now=now,
                by_id=by.member_id,
                reason=str(Resolution(resolution).label),
            )
        elif duty.kind == DutyKind.RESPOND or duty.department_id in by.departments:
            owing.settle_duty(folder, duty, state=DutyState.DISCHARGED, now=now, by_id=by.member_id)
        else:
            others.append(duty)
    if others and not waive_others.strip():
        names = Department.objects.filter(pk__in=[duty.department_id for duty in others]).order_by("position", "id")
        who = ", ".join(names.values_list("name", flat=True))
        raise OthersOwe(f"{who} still owes something here. Wait for them, or say why they need not do it.")
    for duty in others:
        owing.settle_duty(
            folder, duty, state=DutyState.WAIVED, now=now, by_id=by.member_id, reason=waive_others.strip()
        )  # fmt: skip


@transaction.atomic
def reopen(*, conversation_id: int, by: Actor, now: datetime) -> Conversation:
    """Take it up again. A block that had ended without a reply runs on from its first message."""

    def step(folder: Folder) -> Mapping[str, Any]:
        row = folder.conversation
        if row.state != State.RESOLVED:
            raise NothingToDo("It is not resolved.")
        owing.reopen_conversation(folder, because="person", now=now)
        woken = wake_block(folder)
        if folder.block is not None:
            answer_again(folder, by=by, now=now)
        else:
            row.state = State.WAITING if row.answers_count else State.OPEN
        folder.note_event("reopened", by=by, now=now)
        return {"woken": woken}

    return act_on(conversation_id, "reopen", step, by=by, now=now)


def wake_block(folder: Folder) -> dict[str, Any] | None:
    """Let the last block run on, where it had ended without a reply. Returns how it had ended; None where none woke."""
    last = Block.objects.filter(conversation_id=folder.conversation.pk).order_by("-started_at", "-id").first()
    if folder.block is not None or last is None or last.ended_because not in NO_REPLY:
        return None
    ended = {
        "because": str(last.ended_because), "at": clocks.iso_or_none(last.ended_at), "department_id": last.department_id,
        "last_message_id": last.last_message_id,
    }  # fmt: skip
    folder.keep(last)
    clocks.run_again(folder, last)
    return ended


def answer_again(folder: Folder, *, by: Actor, now: datetime) -> None:
    """An open block wants somebody who answers: who held it last, else the actor's department, else triage."""
    row = folder.conversation
    department_id = row.department_id or min(by.departments, default=None)
    if department_id is None:
        owing.ask_triage(folder, now=now)
        return
    owed = DutyOwed(department_id, DutyKind.RESPOND, "It was opened again.")
    owing.take_pen(folder, owed, because="reopened", now=now, member_id=row.assignee_id)


@transaction.atomic
def close(*, conversation_id: int, by: Actor, now: datetime) -> Conversation:
    """Close a resolved conversation for good, before its 72 hours are over."""
    folder = open_folder(conversation_id, by=by)
    if folder.conversation.state != State.RESOLVED:
        raise NothingToDo("Resolve it first.")
    if folder.open_duties:
        raise OthersOwe("Somebody still owes something here. Wait for them, or say why they need not do it.")
    owing.close_for_good(folder, now=now)
    folder.note_event("closed", by=by, now=now)
    return close_folder(folder, by=by, now=now)


@transaction.atomic
def tag(*, conversation_id: int, name: str, by: Actor, now: datetime) -> Tag:
    """Put a word on it; a new word is made on the way."""
    word = word_of(name, by=by)
    act_on(conversation_id, "tag", putting_on(word, by=by, now=now), by=by, now=now, closed_too=True)
    return word


def word_of(name: str, *, by: Actor) -> Tag:
    """The word of the workspace, made where it is new."""
    check_may_work(by)
    name = " ".join(text_of(name, what="a word", most=40).split())
    word = Tag.objects.filter(workspace_id=by.workspace_id, name__iexact=name).first()
    return word or Tag.objects.create(workspace_id=by.workspace_id, name=name)


def putting_on(word: Tag, *, by: Actor, now: datetime) -> Step:
    """The step of `tag`."""

    def step(folder: Folder) -> Mapping[str, Any]:
        if folder.conversation.tags.filter(pk=word.pk).exists():
            raise NothingToDo(f"“{word.name}” stands on it already.")
        return _set_tag(folder, word, on=True, by=by, now=now)

    return step


@transaction.atomic
def untag(*, conversation_id: int, tag_id: int, by: Actor, now: datetime) -> Tag:
    """Take a word off it."""
    word = Tag.objects.filter(pk=tag_id, workspace_id=by.workspace_id).first()

    def step(folder: Folder) -> Mapping[str, Any]:
        if word is None or not folder.conversation.tags.filter(pk=word.pk).exists():
            raise NothingToDo("This word does not stand on it any more.")
        return _set_tag(folder, word, on=False, by=by, now=now)

    act_on(conversation_id, "untag", step, by=by, now=now, closed_too=True)
    return cast(Tag, word)


def _set_tag(folder: Folder, word: Tag, *, on: bool, by: Actor, now: datetime) -> Mapping[str, Any]:
    """The word comes on or off. Undoing needs to know which, and what was before."""
    tags = folder.conversation.tags
    (tags.add if on else tags.remove)(word)
    folder.tell(events.TagsChanged, tag_id=word.pk, added=on)
    folder.note_event("tagged" if on else "untagged", by=by, now=now, tag_id=word.pk, name=word.name)
    return {"tag_id": word.pk, "tagged": not on}
