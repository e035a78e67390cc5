"""What was learned here takes its place in readings of what comes in. Rules and safety stay above it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from crossdesk.messages.services import teaches
from crossdesk.reading import learning
from crossdesk.reading.ports import Head, Reading, Reason, Verdict
from crossdesk.triage.enums import HeadState
from crossdesk.triage.models import LearnedHead
from crossdesk.triage.taught import hint_for

# In this order: the reason of a complaint is asked for only where there is one.
ORDER: Final[tuple[Head, ...]] = ("intents", "department", "needs_reply", "urgency", "sentiment", "complaint_reason")
# Where somebody may be in danger nothing that was learned makes it smaller.
NOT_IN_DANGER: Final = frozenset({"intents", "needs_reply", "urgency"})
MOST_INTENTS: Final = 3


@teaches
def apply_learned(workspace_id: int, readings: Sequence[Reading]) -> Sequence[Reading]:
    """Readings with the verdicts of heads that are in use. One query for any number; none without vectors."""
    vectors = [reading.vector for reading in readings]
    if not any(vectors):
        return readings
    rows = LearnedHead.objects.filter(workspace_id=workspace_id, state=HeadState.ACTIVE)
    in_use = {row[1]: row for row in rows.values_list("pk", "head", "number", "model", "told")}
    for head in ORDER:
        if head in in_use:
            pk, _, number, model, told = in_use[head]
            readings = _with(readings, head, _loaded(pk, told), number=number, model=model)
    return readings


@lru_cache(maxsize=64)
def _loaded(pk: int, told: str) -> learning.LearnedHead:
    """told: whoever has the same id with other weights is another."""
    return learning.from_bytes(bytes(LearnedHead.objects.values_list("weights", flat=True).get(pk=pk)))


def _with(
    readings: Sequence[Reading], head: Head, learned: learning.LearnedHead, *, number: int, model: str
) -> list[Reading]:
    made = list(readings)
    values = [reading.values() for reading in readings]
    places = [
        place
        for place, reading in enumerate(readings)
        if reading.vector and reading.model == model and _may_speak(head, reading)
    ]
    if not places:
        return made
    hints = [hint_for(values[place], head) for place in places]
    chances = learned.chances([readings[place].vector for place in places], hints)
    for place, row in zip(places, chances, strict=True):
        best = int(row.argmax())
        found = Verdict(learned.labels[best], float(row[best]))
        made[place] = _taught(made[place], head, found, found.p >= learned.sure, learned.examples, number)
    return made


def _may_speak(head: Head, reading: Reading) -> bool:
    """Not where a rule that people can read has spoken, nor where it would make a danger smaller."""
    if head == "complaint_reason" and all(one.value != "complaint" for one in reading.intents):
        return False
    if head in NOT_IN_DANGER and (reading.safety or reading.urgency.value == "p1"):
        return False
    return not any(reason.head == head and reason.kind == "rule" for reason in reading.reasons)


def _taught(reading: Reading, head: Head, found: Verdict, sure: bool, examples: int, number: int) -> Reading:
    """The reading with one verdict in the place of the reader's own, which is kept beside."""
    if head == "department":
        if not sure:
            return reading
        reason = Reason(head, "example", f"Learned from {examples} answers of people here")
        learned: Mapping[str, Mapping[str, object]] = {**reading.learned, head: {"number": number}}
        return replace(reading, departments=(found,), learned=learned, reasons=(*reading.reasons, reason))
    kept = {"number": number, "instead": reading.values()[head], "left": head in reading.abstained}
    abstained = tuple(one for one in reading.abstained if one != head) + (() if sure else (head,))
    others = tuple(reason for reason in reading.reasons if reason.head != head)
    reason = Reason(head, "example", f"Learned from {examples} answers of people here")
    put = PUT[head](reading, found)
    return replace(
        put, learned={**reading.learned, head: kept}, abstained=abstained, reasons=(reason, *others)
    )  # fmt: skip


def _intents(reading: Reading, found: Verdict) -> Reading:
    others = [one for one in reading.intents if one.value != found.value and one.p < found.p]
    return replace(reading, intents=(found, *others)[:MOST_INTENTS])


def _needs_reply(reading: Reading, found: Verdict) -> Reading:
    return replace(reading, needs_reply=found)


def _urgency(reading: Reading, found: Verdict) -> Reading:
    return replace(reading, urgency=found)


def _sentiment(reading: Reading, found: Verdict) -> Reading:
    return replace(reading, sentiment=found)


def _complaint_reason(reading: Reading, found: Verdict) -> Reading:
    return replace(reading, complaint_reason=found)


PUT: Final[Mapping[str, Callable[[Reading, Verdict], Reading]]] = {
    "intents": _intents, "needs_reply": _needs_reply, "urgency": _urgency, "sentiment": _sentiment,
    "complaint_reason": _complaint_reason,
}  # fmt: skip
