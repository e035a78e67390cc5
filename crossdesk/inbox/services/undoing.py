"""Taking an act back: assigning, handing over, deciding, snoozing, resolving, opening again, waiving, tagging."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from crossdesk.inbox import clocks, events, owing, queries
from crossdesk.inbox.calendars import Calendars
from crossdesk.inbox.enums import BlockEnd, DutyState, Resolution, State
from crossdesk.inbox.folder import Folder
from crossdesk.inbox.models import Act, Block, Conversation, Duty
from crossdesk.inbox.services.base import (
    DUTY_COLUMNS,
    NothingToDo,
    close_folder,
    open_folder,
    snapshot,
)
from crossdesk.inbox.verdict import Verdict
from crossdesk.journal import jobs
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotFound


class CannotUndo(Conflict):
    code = "inbox.cannot_undo"


@transaction.atomic
def undo(*, act_id: int, by: Actor, now: datetime) -> Conversation:
    """Bring back what stood before an act. Raises CannotUndo when something newer happened to the same things."""
    act = queries.of_visible(Act.objects.filter(pk=act_id), by).first()
    if act is None:
        raise NotFound("There is nothing to take back.")
    folder = open_folder(act.conversation_id, by=by)
    act.refresh_from_db()
    take_back(folder, act, Past([act.before]), by=by, now=now)
    act.save(update_fields=["undone_at"])
    return close_folder(folder, by=by, now=now)


class Past:
    """The duties and blocks that snapshots name, which may no longer be open. Two queries for any number of them."""

    def __init__(self, befores: Sequence[dict[str, Any]]) -> None:
        duties = {int(pk) for before in befores for pk in before["duties"]}
        blocks = {before["block_id"] for before in befores} - {None}
        self.duties = Duty.objects.in_bulk(duties)
        self.blocks = Block.objects.in_bulk(blocks)


def take_back(folder: Folder, act: Act, past: Past, *, by: Actor, now: datetime) -> None:
    """Change the folder, and the act, in memory. Raises NothingToDo, CannotUndo before anything is changed."""
    if act.undone_at is not None:
        raise NothingToDo("This was taken back already.")
    if act.kind in {"tag", "untag"}:
        _tags_back(folder, act)
    else:
        _check_nothing_newer(folder, act)
        bring_back(folder, act.before, past, by=by, now=now)
        if _decided(act):
            _verdict_back(folder, act.before, by=by)
    act.undone_at = now
    folder.note_event("undone", by=by, now=now, act=act.kind)


def _tags_back(folder: Folder, act: Act) -> None:
    row, tag_id, was_on = folder.conversation, act.before["tag_id"], act.before["tagged"]
    if row.tags.filter(pk=tag_id).exists() == was_on:
        raise CannotUndo("The words on it were changed again since.")
    (row.tags.add if was_on else row.tags.remove)(tag_id)
    folder.tell(events.TagsChanged, tag_id=tag_id, added=was_on)


def _check_nothing_newer(folder: Folder, act: Act) -> None:
    now, after = snapshot(folder), act.after
    same = now["conversation"] == after["conversation"] and now["block_id"] == after["block_id"]
    same &= now["verdict"] == after["verdict"] or not _decided(act)
    woken = act.before.get("woken")
    same &= woken is None or folder.block is None or folder.block.last_message_id == woken["last_message_id"]
    if not same or standing(now) != standing(after):
        raise CannotUndo("Something newer happened here since, so this can no longer be taken back. Change it by hand.")


def _decided(act: Act) -> bool:
    """Did the act change what an open block needs, and leave it open?"""
    before, after = act.before["verdict"], act.after["verdict"]
    return before is not None and after is not None and before != after


def standing(shot: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Open duties by id, with what an act may change. Being overdue comes by the clock and does not count."""
    return {
        duty_id: (duty["kind"], duty["owner_id"])
        for duty_id, duty in shot["duties"].items()
        if duty["state"] == DutyState.OPEN
    }


def bring_back(folder: Folder, before: dict[str, Any], past: Past, *, by: Actor, now: datetime) -> None:
    """Give the folder what stood at a snapshot."""
    row, was = folder.conversation, before["conversation"]
    _duties_back(folder, before, past, by=by, now=now)
    if row.state == State.RESOLVED and was["state"] != State.RESOLVED:
        owing.reopen_conversation(folder, because="undone", now=now)
        row.reopened_count -= 1
    elif was["state"] == State.RESOLVED and row.state != State.RESOLVED:
        _resolved_again(folder, before)
    row.state = was["state"]
    _block_back(folder, before, past, by=by)
    if (row.department_id, row.assignee_id) != (was["department_id"], was["assignee_id"]):
        owing.own(
            folder, department_id=was["department_id"], member_id=was["assignee_id"], because="undone", now=now
        )  # fmt: skip
    if was["triage_since"] and row.triage_since is None:
        row.triage_since = _moment(was["triage_since"])
        block = folder.block
        folder.tell(events.TriageAsked, lambda: {"block_id": block.pk if block else 0}, since=was["triage_since"])
    _snooze_back(folder, _moment(was["snoozed_until"]), now=now)


def _resolved_again(folder: Folder, before: dict[str, Any]) -> None:
    """Settled as it was, since when it was: its opening again counts as never having been."""
    row, was, woken = folder.conversation, before["conversation"], before.get("woken")
    if folder.block is not None and woken is not None:
        folder.block.department_id = woken["department_id"]
        clocks.end(
            folder, folder.block, because=BlockEnd(woken["because"]), at=datetime.fromisoformat(woken["at"])
        )  # fmt: skip
    row.reopened_count -= 1
    owing.settle_conversation(
        folder, resolution=Resolution(was["resolution"]), note=was["resolution_note"], automatic=False,
        because="undone", now=datetime.fromisoformat(was["resolved_at"]),
    )  # fmt: skip


def _duties_back(folder: Folder, before: dict[str, Any], past: Past, *, by: Actor, now: datetime) -> None:
    for duty in folder.open_duties:
        if str(duty.pk) not in before["duties"]:
            owing.settle_duty(
                folder, duty, state=DutyState.WAIVED, now=now, by_id=by.member_id, reason="Taken back."
            )  # fmt: skip
    here = {duty.pk: duty for duty in folder.duties}
    for duty in (past.duties[pk] for pk in sorted(int(pk) for pk in before["duties"]) if pk in past.duties):
        if duty.pk not in here:
            folder.keep(duty)
            folder.duties.append(duty)
            folder.tell(
                events.DutyReopened, duty_id=duty.pk, department_id=duty.department_id,
                kind=before["duties"][str(duty.pk)]["kind"],
            )  # fmt: skip
            here[duty.pk] = duty
        values = before["duties"][str(duty.pk)]
        for name in DUTY_COLUMNS:
            if name != "overdue":
                setattr(here[duty.pk], name, _moment(values[name]) if name.endswith("_at") else values[name])
        due_at = here[duty.pk].due_at
        here[duty.pk].overdue = due_at is not None and due_at <= now


def _block_back(folder: Folder, before: dict[str, Any], past: Past, *, by: Actor) -> None:
    block = past.blocks.get(before["block_id"])
    if folder.block is None and block is not None and block.ended_because in {BlockEnd.RESOLVED, BlockEnd.NOTHING_OWED}:
        folder.keep(block)
        clocks.run_again(folder, block)
        _decide_as(folder, block, before, by=by)


def _verdict_back(folder: Folder, before: dict[str, Any], *, by: Actor) -> None:
    """What an open block needs, as it stood before somebody said it; who it is for is back already."""
    row = folder.conversation
    if folder.block is not None:
        _decide_as(folder, folder.block, before, by=by)
    if "read_as" in before:
        row.intent, row.urgency = before["read_as"]["intent"], before["read_as"]["urgency"]


def _decide_as(folder: Folder, block: Block, before: dict[str, Any], *, by: Actor) -> None:
    """A block that nobody had decided on is in doubt again. It was told once as decided, so that stays the reader's."""
    verdict = Verdict(**{**before["verdict"], "verdict_by": before["verdict"]["verdict_by"] or "model"})
    stood_due = _moment(before.get("block_due_at"))
    clocks.decide(folder, block, verdict, calendars=Calendars(by.workspace_id), stood_due=stood_due)


def _snooze_back(folder: Folder, until: datetime | None, *, now: datetime) -> None:
    row = folder.conversation
    if row.snoozed_until == until:
        return
    row.snoozed_until = until if until is not None and until > now else None
    if row.snoozed_until is None:
        folder.tell(events.SnoozeEnded, because="undone")
        return
    folder.tell(events.ConversationSnoozed, until=clocks.iso(row.snoozed_until))
    jobs.enqueue(
        owing.SNOOZE, key=str(row.pk), due_at=row.snoozed_until, workspace_id=row.workspace_id, earliest=False,
        conversation_id=row.pk,
    )  # fmt: skip


def _moment(words: str | None) -> datetime | None:
    return datetime.fromisoformat(words) if words else None
