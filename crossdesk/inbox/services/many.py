"""One act on many conversations: each is done whole or not at all, says why not, and all of it can be taken back.

All are locked and read together, changed in memory and written together, so that two hundred cost little more
statements than one. What refuses is dropped before anything of it is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from crossdesk.inbox import owing, queries
from crossdesk.inbox.folder import Folder, save
from crossdesk.inbox.models import Act
from crossdesk.inbox.services.base import (
    NOTHING_MORE,
    Step,
    act_of,
    check_may_work,
    check_not_closed,
    locked,
    snapshot,
    touch,
)
from crossdesk.inbox.services.ownership import giving, giving_back, handing_over
from crossdesk.inbox.services.states import putting_off, putting_on, settling, word_of
from crossdesk.inbox.services.undoing import Past, take_back
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import CrossdeskError, Invalid, NotFound

MOST = 200


@dataclass(frozen=True, slots=True)
class Refusal:
    """A conversation that stayed as it was, and why, in a sentence."""

    conversation_id: int
    code: str
    because: str


@dataclass(frozen=True, slots=True)
class Many:
    """What became of many. done: ids, ascending. batch: for `undo_many`; None where there is nothing to take back."""

    done: Sequence[int]
    refused: Sequence[Refusal]
    batch: UUID | None


@transaction.atomic
def take_many(*, conversation_ids: Sequence[int], by: Actor, now: datetime) -> Many:
    """Make them mine."""
    if by.member_id is None:
        raise Invalid("Only a member can take a conversation.")
    return _act(conversation_ids, "assign", giving(by.member_id, because="taken", by=by, now=now), by=by, now=now)


@transaction.atomic
def assign_many(*, conversation_ids: Sequence[int], member_id: int, by: Actor, now: datetime) -> Many:
    """Give them to a member."""
    return _act(conversation_ids, "assign", giving(member_id, because="assigned", by=by, now=now), by=by, now=now)


@transaction.atomic
def unassign_many(*, conversation_ids: Sequence[int], by: Actor, now: datetime) -> Many:
    """Put them back to everybody in their departments."""
    return _act(conversation_ids, "assign", giving_back(by=by, now=now), by=by, now=now)


@transaction.atomic
def hand_over_many(
    *, conversation_ids: Sequence[int], department_id: int, by: Actor, now: datetime, note: str = ""
) -> Many:
    """Give the pen of each to another department."""
    return _act(conversation_ids, "hand_over", handing_over(department_id, note=note, by=by, now=now), by=by, now=now)


@transaction.atomic
def snooze_many(*, conversation_ids: Sequence[int], until: datetime, by: Actor, now: datetime) -> Many:
    """Put them off until a moment."""
    return _act(conversation_ids, "snooze", putting_off(until, by=by, now=now), by=by, now=now)


@transaction.atomic
def resolve_many(
    *,
    conversation_ids: Sequence[int],
    resolution: str,
    by: Actor,
    now: datetime,
    reason: str = "",
    waive_others: str = "",
) -> Many:
    """Say that they are settled, and how.

    One in which others still owe something is refused, as it is alone, unless `waive_others` says why they need not.
    """
    step = settling(resolution, reason=reason, waive_others=waive_others, by=by, now=now)
    return _act(conversation_ids, "resolve", step, by=by, now=now)


@transaction.atomic
def tag_many(*, conversation_ids: Sequence[int], name: str, by: Actor, now: datetime) -> Many:
    """Put a word on them; closed ones too."""
    step = putting_on(word_of(name, by=by), by=by, now=now)
    return _act(conversation_ids, "tag", step, by=by, now=now, closed_too=True)


@transaction.atomic
def undo_many(*, batch: UUID, by: Actor, now: datetime) -> Many:
    """Take an act on many back. Those in which something newer happened since stay as they are. Only who did it may."""
    acts = queries.of_visible(Act.objects.filter(batch=batch, by_id=by.member_id, undone_at=None), by)
    found = {act.conversation_id: act for act in acts}
    if not found:
        raise NotFound("There is nothing to take back.")
    past = Past([act.before for act in found.values()])

    def step(folder: Folder) -> Mapping[str, Any]:
        take_back(folder, found[folder.conversation.pk], past, by=by, now=now)
        return NOTHING_MORE

    folders, refused = _changed(list(found), step, by=by, now=now, closed_too=False)
    done = [folder.conversation.pk for folder, _ in folders]
    Act.objects.filter(pk__in=[found[pk].pk for pk in done]).update(undone_at=now)
    return Many(done, refused, None)


def _act(
    conversation_ids: Sequence[int], kind: str, step: Step, *, by: Actor, now: datetime, closed_too: bool = False
) -> Many:
    folders, refused = _changed(conversation_ids, step, by=by, now=now, closed_too=closed_too)
    batch = uuid4() if folders else None
    Act.objects.bulk_create(
        [act_of(folder, kind, before, by=by, now=now, batch=batch) for folder, before in folders]
    )  # fmt: skip
    return Many([folder.conversation.pk for folder, _ in folders], refused, batch)


def _changed(
    conversation_ids: Sequence[int], step: Step, *, by: Actor, now: datetime, closed_too: bool
) -> tuple[list[tuple[Folder, dict[str, Any]]], list[Refusal]]:
    """Lock, change and write what the step does not refuse: the folders with what stood before, and the refusals.

    Always in the order of their ids, so that two of these never wait for each other crosswise.
    """
    ids = sorted(set(conversation_ids))
    if not ids:
        raise Invalid("Choose at least one conversation.")
    if len(ids) > MOST:
        raise Invalid(f"These are {len(ids)}. Choose at most {MOST} at once.")
    check_may_work(by)
    here = {folder.conversation.pk: folder for folder in locked(ids, by=by)}
    done: list[tuple[Folder, dict[str, Any]]] = []
    refused: list[Refusal] = []
    for pk in ids:
        try:
            if pk not in here:
                raise NotFound("There is no such conversation.")
            folder = here[pk]
            check_not_closed(folder, closed_too=closed_too)
            before = snapshot(folder)
            before |= step(folder)
        except CrossdeskError as error:
            refused.append(Refusal(pk, error.code, error.message))
            continue
        touch(folder, by=by, now=now)
        owing.refresh(folder, now=now)
        done.append((folder, before))
    save([folder for folder, _ in done], by=by, now=now)
    return done, refused
