"""What people said of a workspace's messages, for heads to learn from. Nothing from behind a wall."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, QuerySet

from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Correction, Message, Reading
from crossdesk.reading.ports import Block, Reader
from crossdesk.triage import placing
from crossdesk.triage.enums import DecidedBy
from crossdesk.triage.judging import NONE
from crossdesk.triage.models import Label, Rerouting
from crossdesk.triage.setup import Setup
from crossdesk.triage.subject import Said
from crossdesk.triage.taught import PRECISION, Spoken, general_of, hint_for, said_in

MOST: Final = 3000  # messages of a head that people spoke of, the newest
BESIDE: Final = 3000  # messages nobody spoke of, the newest
# Rules and safety say whose these are; no head is asked.
NOT_ASKED: Final = frozenset({DecidedBy.RULE, DecidedBy.SAFETY})


@dataclass(slots=True)
class _Word:
    """truths: by head."""

    truths: dict[str, tuple[str, ...]]
    by_chance: bool


@dataclass(frozen=True, slots=True)
class _Read:
    """A message as the present reader reads it."""

    vector: bytes
    values: Mapping[str, Any]


def told_by_head(workspace_id: int, reader: Reader, setup: Setup) -> dict[str, list[Spoken]]:
    """People's words by head, in the order of messages. Labels come before corrections, the first label before others.

    What an older reader had read is read again. Six queries.
    """
    words: dict[int, _Word] = {}
    for message_id, head, truths in _corrected(workspace_id):
        words.setdefault(message_id, _Word({}, by_chance=False)).truths[head] = truths
    for message_id, after_id in _rerouted(workspace_id):
        words.setdefault(message_id, _Word({}, by_chance=False)).truths["department"] = (str(after_id),)
    for message_id, label in _labelled(workspace_id).items():
        words[message_id] = label
    newest = sorted(words, reverse=True)[: MOST * 2]
    read = _read(workspace_id, newest, reader)
    found: dict[str, list[Spoken]] = {head: [] for head in PRECISION}
    for message_id in sorted(read):
        word, one = words[message_id], read[message_id]
        for head, truths in word.truths.items():
            if head in found and not (head == "urgency" and "p1" in truths):  # danger is not learned
                found[head].append(_spoken(message_id, head, truths, word, one, setup))
    return {head: told[-MOST:] for head, told in found.items()}


def vectors_beside(workspace_id: int, model: str, spoken_of: Iterable[int]) -> list[bytes]:
    """Vectors of other messages that came in, the newest. One query."""
    rows = Reading.objects.filter(
        message__workspace_id=workspace_id, message__wall=None, message__deleted_at=None, model=model,
        version=F("message__version"),
    ).exclude(vector=b"")  # fmt: skip
    known = set(spoken_of)
    pairs = rows.order_by("-message_id").values_list("message_id", "vector")[: BESIDE + len(known)]
    return [bytes(vector) for message_id, vector in pairs if message_id not in known][:BESIDE]


def _open(workspace_id: int) -> QuerySet[Message]:
    return Message.objects.filter(
        workspace_id=workspace_id, direction=Direction.IN, wall=None, deleted_at=None
    ).exclude(text="")


def _labelled(workspace_id: int) -> dict[int, _Word]:
    """The first label of each sample."""
    rows = Label.objects.filter(sample__workspace_id=workspace_id, sample__message__wall=None)
    found: dict[int, _Word] = {}
    for label in rows.select_related("sample__decision").order_by("id"):
        if label.sample.message_id in found:
            continue
        truths = {
            "needs_reply": ("yes" if label.needs_reply else "no",),
            "intents": tuple(label.intents),
            "urgency": (label.urgency,),
            "sentiment": (label.sentiment,),
        }
        if label.complaint_reason:
            truths["complaint_reason"] = (label.complaint_reason,)
        decision = label.sample.decision
        if decision is None or decision.source not in NOT_ASKED:
            truths["department"] = (NONE if label.department_id is None else str(label.department_id),)
        found[label.sample.message_id] = _Word(truths, by_chance=True)
    return found


def _corrected(workspace_id: int) -> list[tuple[int, str, tuple[str, ...]]]:
    rows = Correction.objects.filter(message__workspace_id=workspace_id, message__wall=None, undone_at=None)
    found = []
    for message_id, head, after in rows.order_by("id").values_list("message_id", "head", "after"):
        values = [one["value"] for one in after] if isinstance(after, list) else [after["value"]] if after else []
        truths = tuple(("yes" if one else "no") if head == "needs_reply" else str(one) for one in values)
        if truths:
            found.append((message_id, head, truths))
    return found


def _rerouted(workspace_id: int) -> list[tuple[int, int]]:
    rows = Rerouting.objects.filter(workspace_id=workspace_id, message__wall=None, undone_at=None)
    rows = rows.exclude(decision__source__in=NOT_ASKED)
    return list(rows.order_by("id").values_list("message_id", "after_id"))


def _read(workspace_id: int, message_ids: Sequence[int], reader: Reader) -> dict[int, _Read]:
    """Those of the messages that are there, as the present reader reads them."""
    messages = {one.pk: one for one in bulk.load(_open(workspace_id).filter(pk__among=many(message_ids)))}
    rows = Reading.objects.filter(message_id__among=many(messages), model=reader.model)
    found: dict[int, _Read] = {}
    for message_id, version, values, vector in rows.values_list("message_id", "version", "values", "vector"):
        if version == messages[message_id].version and vector:
            found[message_id] = _Read(bytes(vector), general_of(values))
    left = [one for pk, one in messages.items() if pk not in found]
    blocks = [Block(one.text, workspace_id=workspace_id, visibility=one.visibility) for one in left]
    for message, made in zip(left, reader.read(blocks), strict=True):
        if made.vector:
            found[message.pk] = _Read(made.vector, made.values())
    return found


def _spoken(message_id: int, head: str, truths: tuple[str, ...], word: _Word, one: _Read, setup: Setup) -> Spoken:
    unsure = set(one.values.get("abstained") or ())
    if head == "department":
        places = placing.places(Said(one.values), setup)
        general = str(setup.keys[places[0].department]) if places else NONE
        in_doubt = "intents" in unsure or "needs_reply" in unsure
    else:
        general, in_doubt = said_in(one.values, head), head in unsure
    return Spoken(
        message_id=message_id, vector=one.vector, truths=truths, general=general, in_doubt=in_doubt,
        by_chance=word.by_chance, hint=hint_for(one.values, head),
    )  # fmt: skip
