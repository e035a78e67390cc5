"""What had been said of a message beside what a person says of it. Plain Python, no tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args

from crossdesk.kit.errors import Invalid
from crossdesk.reading import ports as reading

HEADS: Final = ("needs_reply", "intents", "department", "urgency", "sentiment", "safety", "complaint_reason")
ONE: Final = ("sentiment", "urgency", "complaint_reason")
NONE: Final = "none"
# As docs/labelling.md names them.
REASONS: Final = get_args(reading.ComplaintReason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one person says of a message. intents: the strongest first. department_id: None where it is nobody's."""

    needs_reply: bool
    intents: Sequence[str]
    sentiment: str
    urgency: str
    safety: Sequence[str] = ()
    complaint_reason: str = ""
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """One head: said and truth, each one value. p: None where no probability was given."""

    head: str
    said: str
    truth: str
    p: float | None
    in_doubt: bool


def checked(answer: Answer) -> Answer:
    """The answer without repetitions. Raises Invalid, in words, where something is missing or cannot be."""
    if not answer.intents or not set(answer.intents) <= set(get_args(reading.Intent)):
        raise Invalid("Say what the message is.")
    if answer.sentiment not in get_args(reading.Sentiment):
        raise Invalid("Say how it sounds.")
    if answer.urgency not in get_args(reading.Urgency):
        raise Invalid("Say how urgent it is.")
    if not set(answer.safety) <= set(get_args(reading.Safety)):
        raise Invalid("There is no such safety finding.")
    if answer.complaint_reason and (answer.complaint_reason not in REASONS or "complaint" not in answer.intents):
        raise Invalid("Only a complaint has a reason of a complaint.")
    if answer.needs_reply and answer.department_id is None:
        raise Invalid("Say which department answers.")
    return Answer(
        needs_reply=answer.needs_reply, intents=list(dict.fromkeys(answer.intents)), sentiment=answer.sentiment,
        urgency=answer.urgency, safety=list(dict.fromkeys(answer.safety)), complaint_reason=answer.complaint_reason,
        department_id=answer.department_id,
    )  # fmt: skip


def judged(predicted: Mapping[str, Any], answer: Answer, *, department_id: int | None, in_doubt: bool) -> list[Judged]:
    """Head by head. department_id, in_doubt: as the decision had it. A reason is judged only where a person gives one."""
    unsure = frozenset(predicted.get("abstained") or ())
    made = [_one("needs_reply", predicted, "yes" if answer.needs_reply else "no", unsure)]
    made.append(_many("intents", predicted, answer.intents, unsure))
    whose = NONE if department_id is None else str(department_id)
    truly = NONE if answer.department_id is None else str(answer.department_id)
    learned = predicted.get("departments") or ()
    p = learned[0]["p"] if learned else made[1].p
    made.append(Judged("department", whose, truly, None if in_doubt else p, in_doubt))
    made.append(_one("urgency", predicted, answer.urgency, unsure))
    made.append(_one("sentiment", predicted, answer.sentiment, unsure))
    made.append(_many("safety", predicted, answer.safety, unsure))
    if answer.complaint_reason:
        made.append(_one("complaint_reason", predicted, answer.complaint_reason, unsure))
    return made


def _one(head: str, predicted: Mapping[str, Any], truth: str, unsure: frozenset[str]) -> Judged:
    verdict = predicted.get(head)
    if verdict is None:
        return Judged(head, NONE, truth, None, head in unsure)
    said = ("yes" if verdict["value"] else "no") if head == "needs_reply" else str(verdict["value"])
    return Judged(head, said, truth, verdict["p"], head in unsure)


def _many(head: str, predicted: Mapping[str, Any], truths: Sequence[str], unsure: frozenset[str]) -> Judged:
    """Of intents the likeliest, of findings any that is true; right when it is among those that a person names."""
    verdicts = predicted.get(head) or ()
    if not verdicts:
        return Judged(head, NONE, truths[0] if truths else NONE, None, head in unsure)
    named = (one for one in verdicts if one["value"] in truths)
    found = verdicts[0] if head == "intents" else next(named, verdicts[0])
    said = str(found["value"])
    truth = said if said in truths else truths[0] if truths else NONE
    return Judged(head, said, truth, found["p"], head in unsure)


def values_of(answer: Answer) -> Mapping[str, str]:
    """The first value of each head, for the agreement of two people."""
    return {
        "needs_reply": "yes" if answer.needs_reply else "no",
        "intents": answer.intents[0],
        "department": NONE if answer.department_id is None else str(answer.department_id),
        "urgency": answer.urgency,
        "sentiment": answer.sentiment,
        "safety": answer.safety[0] if answer.safety else NONE,
        "complaint_reason": answer.complaint_reason or NONE,
    }
