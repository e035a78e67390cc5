"""Heads that learn from what people here say, prove themselves on labels held aside, and can be sent back."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Max

from crossdesk.journal import audit, jobs
from crossdesk.journal.changes import place, values, way_back, with_right
from crossdesk.journal.models import AuditEntry
from crossdesk.kit import statistics
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotAllowed, NotFound
from crossdesk.org.enums import Right
from crossdesk.org.models import Workspace
from crossdesk.reading import learning
from crossdesk.reading.ground import Ground, ground, stacked
from crossdesk.reading.ports import Reader
from crossdesk.reading.services import default_reader
from crossdesk.triage import heads, policies, queries
from crossdesk.triage.enums import HeadState
from crossdesk.triage.models import LearnedHead
from crossdesk.triage.services import gathering
from crossdesk.triage.services.sampling import lot
from crossdesk.triage.taught import HELD, LEAST, PRECISION, Spoken, compared, digest, weights

LEARN: Final = "triage.learn"
EVERY: Final = timedelta(hours=1)
KEPT: Final = 5  # heads that were learned and are not in use keep their weights


class NotInUse(Conflict):
    """It is not the one in use, or it is already."""

    code = "triage.head_not_in_use"


def ask_to_learn(*, workspace_id: int, now: datetime) -> None:
    """People said something new. Within an hour it is learned from; asked for again meanwhile it stays one row."""
    jobs.enqueue(LEARN, key=str(workspace_id), due_at=now + EVERY, workspace_id=workspace_id, of=workspace_id)


def learn(*, workspace_id: int, now: datetime, reader: Reader | None = None) -> list[LearnedHead]:
    """Learn every head that has enough labels and heard something new. Returns those that were learned.

    Safe to repeat: what people said is learned from once. The learning itself holds no lock.
    """
    reader = reader or default_reader()
    told = gathering.told_by_head(workspace_id, reader, queries.setup(workspace_id))
    digests = {head: digest(words, reader.model) for head, words in told.items()}
    known = set(LearnedHead.objects.filter(workspace_id=workspace_id).values_list("head", "told"))
    ready = {head: words for head, words in told.items() if len(words) >= LEAST and (head, digests[head]) not in known}
    if not ready:
        return []
    spoken_of = {one.message_id: one.vector for words in ready.values() for one in words if not _held(one)}
    vectors = [*spoken_of.values(), *gathering.vectors_beside(workspace_id, reader.model, _ids(told))]
    here, rows = ground(stacked(vectors)), {message_id: row for row, message_id in enumerate(spoken_of)}
    made = [
        _learned(workspace_id, head, words, here, rows, model=reader.model, told=digests[head], now=now)
        for head, words in ready.items()
    ]
    return [_kept(one) for one in made if one is not None]


def _ids(told: dict[str, list[Spoken]]) -> set[int]:
    return {one.message_id for words in told.values() for one in words}


def _held(one: Spoken) -> bool:
    """No head ever learns from it: it only measures. Of chance's labels a share, drawn by a lot that nobody can foresee."""
    return one.by_chance and lot("held", one.message_id) < HELD


def _learned(
    workspace_id: int, head: str, words: Sequence[Spoken], here: Ground, rows: dict[int, int], *, model: str, told: str,
    now: datetime,
) -> LearnedHead | None:  # fmt: skip
    """A row that is not kept yet; None where people said only one thing."""
    taught, held = [one for one in words if not _held(one)], [one for one in words if _held(one)]
    examples = [
        learning.Example(rows[one.message_id], one.truths[0], one.hint, weight)
        for one, weight in zip(taught, weights(taught), strict=True)
    ]
    made = learning.fit(here, examples, precision=PRECISION[head])
    if made is None:
        return None
    chances = made.chances([one.vector for one in held], [one.hint for one in held])
    said = [made.labels[place] for place in chances.argmax(axis=1)] if held else []
    found = compared(held, said)
    pairs = [(_truth(one, ours), ours) for one, ours in zip(held, said, strict=True)]
    general = [(_truth(one, one.general), one.general) for one in held]
    return LearnedHead(
        workspace_id=workspace_id, head=head, model=model, weights=made.as_bytes(), labels=list(made.labels),
        labelled=len(words), examples=len(taught), told=told, of=found.of, right=found.right,
        general_right=found.general_right, gained=found.gained, lost=found.lost, macro_f1=_macro(pairs),
        general_macro_f1=_macro(general), trained_at=now,
        confused=[[*pair, count] for pair, count in sorted(Counter(pairs).items())],
    )  # fmt: skip


def _truth(one: Spoken, said: str) -> str:
    return said if said in one.truths else one.truths[0]


def _macro(pairs: Sequence[tuple[str, str]]) -> float | None:
    return statistics.macro_f1(statistics.per_class(((truth,), (said,)) for truth, said in pairs))


@transaction.atomic
def _kept(row: LearnedHead) -> LearnedHead:
    """Keep it, and put it in use where it is better: than the general head, and no worse than the one in use."""
    Workspace.objects.select_for_update().get(pk=row.workspace_id)
    same = LearnedHead.objects.filter(workspace_id=row.workspace_id, head=row.head)
    row.number = (same.aggregate(last=Max("number"))["last"] or 0) + 1
    row.save()
    active = same.filter(state=HeadState.ACTIVE).first()
    if _better(row) and not _sent_back(row) and (active is None or _no_worse(row, active)):
        _put_in_use(row, active, by_id=None, now=row.trained_at)
    idle = same.exclude(state=HeadState.ACTIVE).order_by("-number").values_list("pk", flat=True)[KEPT:]
    LearnedHead.objects.filter(pk__in=list(idle)).update(weights=b"")
    return row


def _better(row: LearnedHead) -> bool:
    return queries.compared_of(row).better


def _no_worse(row: LearnedHead, active: LearnedHead) -> bool:
    """Than the one in use: measured by how far each is above the general head on what was held aside then."""
    if active.model != row.model or active.of == 0:
        return True
    return (row.right - row.general_right) / row.of >= (active.right - active.general_right) / active.of


def _sent_back(row: LearnedHead) -> bool:
    same = LearnedHead.objects.filter(workspace_id=row.workspace_id, head=row.head)
    return heads.sent_back(same.defer("weights"))


def _put_in_use(row: LearnedHead, active: LearnedHead | None, *, by_id: int | None, now: datetime) -> None:
    if active is not None:
        # Another learned one takes its place: that sends nobody back to the general head.
        active.state, active.retired_at, active.retired_by_id = HeadState.RETIRED, now, None
        active.save(update_fields=["state", "retired_at", "retired_by"])
    row.state, row.activated_at, row.activated_by_id = HeadState.ACTIVE, now, by_id
    row.save(update_fields=["state", "activated_at", "activated_by"])


@transaction.atomic
def use_learned(*, learned_id: int, by: Actor, now: datetime) -> LearnedHead:
    """Put a head in use that a person chose. Raises NotFound, NotAllowed, NotInUse."""
    row = _changeable(learned_id, by)
    if row.state == HeadState.ACTIVE:
        raise NotInUse("This one is in use already.")
    if not row.weights:
        raise NotInUse("This one is too old: what it had learned is no longer kept.")
    active = _active(row)
    _put_in_use(row, active, by_id=by.member_id, now=now)
    _record(row, active.pk if active else None, row.pk, by=by, now=now)
    return row


@transaction.atomic
def use_general(*, learned_id: int, by: Actor, now: datetime) -> LearnedHead:
    """Take a head out of use; the general one answers again until a person chooses otherwise. Raises as above."""
    row = _changeable(learned_id, by)
    if row.state != HeadState.ACTIVE:
        raise NotInUse("This one is not in use.")
    row.state, row.retired_at, row.retired_by_id = HeadState.RETIRED, now, by.member_id
    row.save(update_fields=["state", "retired_at", "retired_by"])
    _record(row, row.pk, None, by=by, now=now)
    return row


def _active(row: LearnedHead) -> LearnedHead | None:
    same = LearnedHead.objects.filter(workspace_id=row.workspace_id, head=row.head, state=HeadState.ACTIVE)
    return same.select_for_update().first()


def _changeable(learned_id: int, by: Actor) -> LearnedHead:
    Workspace.objects.select_for_update().get(pk=by.workspace_id)
    row = LearnedHead.objects.filter(pk=learned_id, workspace_id=by.workspace_id).first()
    if row is None:
        raise NotFound("There is no such head.")
    if not policies.can_manage_rules(by):
        raise NotAllowed("You may not change how messages are read. Ask a lead or an administrator.")
    return row


def _record(row: LearnedHead, before: int | None, after: int | None, *, by: Actor, now: datetime) -> None:
    audit.record(
        "quality.head", by=by, at=now, subject_kind="learned_head", subject_id=None, subject_name=row.head,
        before={"head": row.head, "learned": before}, after={"head": row.head, "learned": after},
    )  # fmt: skip


def _stands(entry: AuditEntry) -> dict[str, Any]:
    head = values(entry)["head"]
    rows = LearnedHead.objects.filter(workspace_id=place(entry), head=head, state=HeadState.ACTIVE)
    return {"head": head, "learned": rows.values_list("pk", flat=True).first()}


@way_back("quality.head", may=with_right(Right.MANAGE_RULES), stands=_stands)
def _head_as_before(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    if wanted["learned"] is None:
        use_general(learned_id=values(entry)["learned"], by=by, now=now)
    else:
        use_learned(learned_id=wanted["learned"], by=by, now=now)
