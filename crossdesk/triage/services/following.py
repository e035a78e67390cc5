"""Following what happens to messages: a batch of facts at once, and each message by itself when a batch fails."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from crossdesk.journal import facts, jobs
from crossdesk.journal.facts import Told
from crossdesk.journal.models import Fact
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor, system
from crossdesk.kit.errors import NotFound
from crossdesk.messages.enums import Direction
from crossdesk.messages.events import (
    MessageDeleted,
    MessageEdited,
    MessageMatched,
    MessageSaidToUs,
    MessageStored,
    ReadingCorrected,
)
from crossdesk.triage.services import deciding

log = logging.getLogger(__name__)

DECIDE = "triage.decide"
SAID = frozenset({"theirs", "ours"})

Body = MessageStored | MessageEdited | MessageDeleted | MessageMatched | MessageSaidToUs | ReadingCorrected


def follow(told: Sequence[Told]) -> None:
    """Apply facts in order. What cannot be applied becomes a job of its own and holds nothing else up."""
    now = clock.now()
    try:
        with transaction.atomic():
            apply(told, now=now)
    except (OperationalError, InterfaceError):
        raise  # the database itself: the whole batch comes again
    except Exception:  # noqa: BLE001 -- each message is tried by itself below, and a bad one keeps its error in its job
        log.info("a batch of %s facts failed, trying each message by itself", len(told))
        for one_message in _by_message(told):
            _apply_apart(one_message, now=now)


def _by_message(told: Sequence[Told]) -> Iterable[list[Told]]:
    """The facts of each message, in their order; messages in the order of their first."""
    found: dict[int, list[Told]] = {}
    for one in told:
        found.setdefault(_body(one).message_id, []).append(one)
    return found.values()


def _apply_apart(told: Sequence[Told], *, now: datetime) -> None:
    try:
        with transaction.atomic():
            apply(told, now=now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 -- becomes a job, which is tried again and shown when it is given up
        if not isinstance(error, DatabaseError):
            log.warning("message %s could not be decided: %s", _body(told[0]).message_id, error)
        for one in told:
            jobs.enqueue(
                DECIDE, key=f"{one.workspace_id}:{one.number}", due_at=now, workspace_id=one.workspace_id,
                workspace=one.workspace_id, number=one.number,
            )  # fmt: skip


def follow_one(*, workspace: int, number: int) -> None:
    """Apply one fact, for the job. Raises whatever stands in the way."""
    row = Fact.objects.filter(workspace_id=workspace, number=number).first()
    if row is None:
        raise NotFound(f"There is no fact with the number {number}.")
    with transaction.atomic():
        apply([facts.told_from(row)], now=clock.now())


def apply(told: Sequence[Told], *, now: datetime) -> None:
    """Facts of one workspace, in their order. Everything is decided at once; the inbox hears of it in runs."""
    if not told:
        return
    by = system(told[0].workspace_id)
    # The inbox looks the newest text up, so whatever happened to a message within the batch is decided together.
    wanted = {_body(one).message_id for one in told if _needs_decision(_body(one))}
    ready = deciding.make_ready(wanted, by=by)
    waves = in_waves([(_what(_body(one)), _whose(one, ready), _body(one).message_id) for one in told])
    for said, runs in groupby(waves, key=lambda wave: wave[0] in SAID):
        if said:
            deciding.decide_new([ids for _, ids in runs], ready, by=by, now=now)
        else:
            for what, ids in runs:
                _apply_run(what, ids, ready, by=by, now=now)


def in_waves(told: Iterable[tuple[str, int | None, int]]) -> list[tuple[str, list[int]]]:
    """Runs of the same thing for the inbox to do at once, as few as keep what happens with each person in its order.

    told: (what, contact, message). Conversations are with one person, so what happens with different people may change
    places. What is nobody's in particular (contact None) stays where it is: nothing passes it in either direction.
    """
    runs: dict[tuple[int, str], dict[int, None]] = {}
    last: dict[int, tuple[int, str]] = {}
    floor = top = 0
    for what, contact, message_id in told:
        if contact is None:
            wave = top + 1
            floor = wave + 1
        else:
            before, kind = last.get(contact, (floor, what))
            wave = max(floor, before if kind == what else before + 1)
            last[contact] = wave, what
        top = max(top, wave)
        runs.setdefault((wave, what), {})[message_id] = None
    return [(what, list(ids)) for (_, what), ids in sorted(runs.items(), key=lambda item: item[0][0])]


def _whose(one: Told, ready: dict[int, deciding.Ready]) -> int | None:
    """The person whose conversation a fact belongs to, where it is known."""
    body = _body(one)
    if body.message_id in ready:
        return ready[body.message_id].message.contact_id
    return None if isinstance(body, ReadingCorrected) else body.contact_id


def _apply_run(what: str, ids: list[int], ready: dict[int, deciding.Ready], *, by: Actor, now: datetime) -> None:
    theirs = [ready[one] for one in ids if one in ready]
    if what == "edited":
        deciding.take_edits(ids, by=by, now=now)
        deciding.decide_again(theirs, by=by, now=now, new_version_only=True)
    elif what == "deleted":
        deciding.take_deletions(ids, by=by, now=now)
    else:
        deciding.decide_again(theirs, by=by, now=now)


def _body(one: Told) -> Body:
    body = one.body
    assert isinstance(body, Body)
    return body


def _needs_decision(body: Body) -> bool:
    if isinstance(body, MessageStored | MessageEdited | MessageSaidToUs):
        return body.direction == Direction.IN
    return isinstance(body, ReadingCorrected)


def _what(body: Body) -> str:
    if isinstance(body, MessageStored):
        return "theirs" if body.direction == Direction.IN else "ours"
    if isinstance(body, MessageEdited):
        return "edited"
    if isinstance(body, MessageDeleted):
        return "deleted"
    return "ours" if isinstance(body, MessageMatched) else "again"
