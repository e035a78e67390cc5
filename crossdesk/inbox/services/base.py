"""What every service of the inbox begins and ends with: lock, allow, remember, write."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from crossdesk.inbox import owing, policies
from crossdesk.inbox.clocks import iso_or_none
from crossdesk.inbox.enums import State
from crossdesk.inbox.folder import Folder, load_of, save
from crossdesk.inbox.models import Act, Conversation, Duty
from crossdesk.inbox.queries.visible import seeing, sight_of, visible_to
from crossdesk.journal.among import Many, many
from crossdesk.journal.bulk import columns_of
from crossdesk.journal.prepared import Prepared
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from crossdesk.org.enums import Right
from crossdesk.org.models import Department, Member
from crossdesk.org.rights import RIGHTS_OF_ROLE

CONVERSATION_COLUMNS = (
    "state", "department_id", "assignee_id", "snoozed_until", "resolved_at", "resolution", "resolution_note",
    "triage_since",
)  # fmt: skip
DUTY_COLUMNS = ("kind", "state", "owner_id", "due_at", "overdue", "closed_at", "closed_by_id", "reason")
BLOCK_COLUMNS = ("needs_reply", "verdict_by", "intent", "urgency", "sentiment", "target_seconds", "basis")


# Changes a conversation in memory, or raises before anything of it was written. Returns what taking it back must know
# besides the snapshot.
Step = Callable[[Folder], Mapping[str, Any]]
NOTHING_MORE: Mapping[str, Any] = {}


class ClosedForGood(Conflict):
    code = "inbox.closed"


class NothingToDo(Conflict):
    code = "inbox.nothing_to_do"


def _some(all_accounts: bool, all_walls: bool, *, places: Many, **sight: Any) -> QuerySet[Conversation]:
    rows = visible_to(seeing(all_accounts, all_walls, **sight)).filter(pk__among=places)
    return rows.select_for_update(of=("self",)).order_by("id")


_SOME = Prepared(Conversation, _some, columns_of(Conversation))


def locked(conversation_ids: Sequence[int], *, by: Actor) -> list[Folder]:
    """Lock those of these conversations that the actor sees, in the order of their ids."""
    flags = by.sees_all_accounts, by.sees_all_walls
    return load_of(_SOME.load(*flags, places=many(conversation_ids), **sight_of(by)))


def open_folder(conversation_id: int, *, by: Actor, closed_too: bool = False) -> Folder:
    """Lock a conversation that the actor sees and may work on. Raises NotFound, NotAllowed, ClosedForGood."""
    folder = next(iter(locked([conversation_id], by=by)), None)
    if folder is None:
        raise NotFound("There is no such conversation.")
    check_may_work(by)
    check_not_closed(folder, closed_too=closed_too)
    return folder


def check_may_work(by: Actor) -> None:
    """Raises NotAllowed for who may only look."""
    if not policies.can_work(by):
        raise NotAllowed("Your role lets you look at conversations, not work on them. Ask an administrator.")


def check_not_closed(folder: Folder, *, closed_too: bool) -> None:
    """Raises ClosedForGood."""
    if folder.conversation.state == State.CLOSED and not closed_too:
        raise ClosedForGood("This conversation is closed for good. When they write again, a new one begins.")


def act_on(
    conversation_id: int, kind: str, step: Step, *, by: Actor, now: datetime, closed_too: bool = False
) -> Conversation:
    """One act that can be undone, on one conversation. Call it in a transaction."""
    folder = open_folder(conversation_id, by=by, closed_too=closed_too)
    before = snapshot(folder)
    before |= step(folder)
    row = close_folder(folder, by=by, now=now)
    keep_act(folder, kind, before, by=by, now=now)
    return row


def close_folder(folder: Folder, *, by: Actor, now: datetime, touched: bool = True) -> Conversation:
    """Write what changed. touched: a person has worked on it; it is no longer new."""
    if touched:
        touch(folder, by=by, now=now)
    owing.refresh(folder, now=now)
    save([folder], by=by, now=now)
    return folder.conversation


def touch(folder: Folder, *, by: Actor, now: datetime) -> None:
    """A person has worked on it; it is no longer new."""
    if folder.conversation.touched_at is None and by.kind == "member":
        folder.conversation.touched_at = now


def snapshot(folder: Folder) -> dict[str, Any]:
    """What an act may change and undoing brings back, as plain values. For rows that are stored."""
    row = folder.conversation
    block = folder.block
    return {
        "conversation": {name: _plain(getattr(row, name)) for name in CONVERSATION_COLUMNS},
        "duties": {
            str(duty.pk): {name: _plain(getattr(duty, name)) for name in DUTY_COLUMNS} for duty in folder.duties
        },
        "block_id": block.pk if block else None,
        "verdict": {name: getattr(block, name) for name in BLOCK_COLUMNS} if block else None,
        "block_due_at": _plain(block.due_at) if block else None,
    }


def _plain(value: Any) -> Any:
    return iso_or_none(value) if isinstance(value, datetime) else value


def keep_act(folder: Folder, kind: str, before: dict[str, Any], *, by: Actor, now: datetime) -> Act:
    """Remember an act so that it can be undone. Call it after the folder was written."""
    act = act_of(folder, kind, before, by=by, now=now)
    act.save()
    return act


def act_of(
    folder: Folder, kind: str, before: dict[str, Any], *, by: Actor, now: datetime, batch: UUID | None = None
) -> Act:
    """The act, not yet stored, of a folder that was written."""
    return Act(
        conversation=folder.conversation, kind=kind, by_id=by.member_id, at=now, before=before,
        after=snapshot(folder), batch=batch,
    )  # fmt: skip


def department_of(by: Actor, department_id: int) -> Department:
    """A department of the actor's workspace that is not archived."""
    row = Department.objects.filter(pk=department_id, workspace_id=by.workspace_id, archived_at=None).first()
    if row is None:
        raise Invalid("This department does not exist any more. Choose another one.")
    return row


def member_of(by: Actor, member_id: int) -> Member:
    """An active member of the actor's workspace who may work on conversations, with the user's name."""
    row = (
        Member.objects.filter(pk=member_id, workspace_id=by.workspace_id, active=True).select_related("user").first()
    )  # fmt: skip
    if row is None:
        raise Invalid("This person is no longer an active member. Choose somebody else.")
    if Right.WORK not in RIGHTS_OF_ROLE[row.role]:
        raise Invalid(f"{row.user.name or row.user.email} may look on, not work. Choose somebody else.")
    return row


def duty_in(folder: Folder, duty_id: int) -> Duty:
    """An open duty of this conversation."""
    duty = next((duty for duty in folder.open_duties if duty.pk == duty_id), None)
    if duty is None:
        raise NothingToDo("This duty is already done.")
    return duty


def text_of(text: str, *, what: str, most: int = 20_000) -> str:
    """A text that people wrote: not empty, not endless, storable."""
    text = text.replace("\x00", "").strip()
    if not text:
        raise Invalid(f"Write {what} first.")
    if len(text) > most:
        raise Invalid(f"This is longer than {most} characters. Shorten it.")
    return text
