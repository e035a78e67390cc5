"""What people said of a workspace's messages beside what is read of them, for heads to learn from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F

from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.messages.models import Reading
from crossdesk.reading.ports import Block, Reader
from crossdesk.triage import placing
from crossdesk.triage.judging import NONE
from crossdesk.triage.setup import Setup
from crossdesk.triage.subject import Said
from crossdesk.triage.taught import PRECISION, Spoken, general_of, hint_for, said_in
from crossdesk.triage.words import MOST, Word, newest_of, open_messages, teaches, words_of

BESIDE: Final = 3000  # messages nobody spoke of, the newest


@dataclass(frozen=True, slots=True)
class _Read:
    """A message as the present reader reads it."""

    vector: bytes
    values: Mapping[str, Any]


def told_by_head(workspace_id: int, reader: Reader, setup: Setup) -> dict[str, list[Spoken]]:
    """People's words by head, in the order of messages. Labels come before corrections, the first label before others.

    What an older reader had read is read again. Six queries.
    """
    words = words_of(workspace_id)
    newest = newest_of(words)
    read = _read(workspace_id, newest, reader)
    found: dict[str, list[Spoken]] = {head: [] for head in PRECISION}
    for message_id in sorted(read):
        word, one = words[message_id], read[message_id]
        for head, truths in word.truths.items():
            if teaches(head, truths):
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


def _read(workspace_id: int, message_ids: Sequence[int], reader: Reader) -> dict[int, _Read]:
    """Those of the messages that are there, as the present reader reads them."""
    messages = {one.pk: one for one in bulk.load(open_messages(workspace_id).filter(pk__among=many(message_ids)))}
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


def _spoken(message_id: int, head: str, truths: tuple[str, ...], word: Word, one: _Read, setup: Setup) -> Spoken:
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
