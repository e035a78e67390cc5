"""What people said of messages, as heads learn from it, and when a head that was learned is better. No tables."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import comb
from typing import Any, Final

from crossdesk.triage.judging import NONE

# Never safety: what is a danger is not learned here. Precision: of what a head answers by itself, so much is to be right.
PRECISION: Final[Mapping[str, float]] = {
    "needs_reply": 0.9, "intents": 0.85, "department": 0.85, "urgency": 0.8, "sentiment": 0.8, "complaint_reason": 0.8,
}  # fmt: skip
LEAST: Final = 200  # messages with people's word before a head may take the general one's place
HELD: Final = 0.25  # of the labels that chance chose
ENOUGH: Final = 30  # held labels before anything is said of them
DOUBT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Spoken:
    """People's word on one head of one message. truths: all that hold, the strongest first.

    general: what the general reader said; NONE: nothing. in_doubt: that it left it to people. by_chance: nobody chose the
    message. hint: what a learned head is told of the general reading.
    """

    message_id: int
    vector: bytes
    truths: tuple[str, ...]
    general: str
    in_doubt: bool
    by_chance: bool
    hint: str

    @property
    def outcome(self) -> str:
        """How the general reader fared."""
        return "doubt" if self.in_doubt else "right" if self.general in self.truths else "wrong"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two answers to each of the same messages. gained, lost: where only the learned one, only the general one is right."""

    of: int
    right: int
    general_right: int
    gained: int
    lost: int

    @property
    def better(self) -> bool:
        """Beyond what chance does in one of twenty cases (one-sided sign test), on enough messages."""
        return self.of >= ENOUGH and self.gained > self.lost and sign_test(self.gained, self.lost) <= DOUBT


def missing(answers: int) -> int:
    """So many more before a head is learned."""
    return max(0, LEAST - answers)


def sign_test(gained: int, lost: int) -> float:
    """How often a coin would show `gained` heads or more in all the throws."""
    throws = gained + lost
    return sum(comb(throws, heads) for heads in range(gained, throws + 1)) / float(2**throws)


def weights(told: Sequence[Spoken]) -> list[float]:
    """How much each counts, so that corrections teach without bending the balance.

    People correct where the reader was wrong, so of what they said it is wrong too often. Among right, wrong and doubt the
    shares are as chance's labels have them; within each, all count the same.
    """
    by_chance = Counter(one.outcome for one in told if one.by_chance)
    every = Counter(one.outcome for one in told)
    if not by_chance:
        return [1.0] * len(told)
    return [(by_chance[one.outcome] + 0.5) / (every[one.outcome] + 0.5) for one in told]


def compared(told: Sequence[Spoken], said: Sequence[str]) -> Compared:
    """said: the learned head's answers, in the order of `told`."""
    pairs = [(ours in one.truths, one.general in one.truths) for one, ours in zip(told, said, strict=True)]
    return Compared(
        of=len(pairs),
        right=sum(ours for ours, _ in pairs),
        general_right=sum(general for _, general in pairs),
        gained=sum(ours and not general for ours, general in pairs),
        lost=sum(general and not ours for ours, general in pairs),
    )


def digest(told: Sequence[Spoken], model: str) -> str:
    """The same for the same words of people on the same messages."""
    lines = sorted(f"{one.message_id}:{','.join(one.truths)}:{one.by_chance}" for one in told)
    return sha256("\n".join([model, *lines]).encode()).hexdigest()


def general_of(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A reading as the general reader had it, without what was learned here."""
    learned = {head: one for head, one in (values.get("learned") or {}).items() if head != "department"}
    left = {head for head, one in learned.items() if one["left"]} | set(values.get("abstained") or ()) - learned.keys()
    instead = {head: one["instead"] for head, one in learned.items()}
    return {**values, **instead, "abstained": sorted(left), "departments": []}


def said_in(values: Mapping[str, Any], head: str) -> str:
    """The first value of a head in a general reading; NONE where there is none."""
    verdict = values.get(head)
    if isinstance(verdict, list | tuple):
        verdict = verdict[0] if verdict else None
    if verdict is None:
        return NONE
    return ("yes" if verdict["value"] else "no") if head == "needs_reply" else str(verdict["value"])


def hint_for(values: Mapping[str, Any], head: str) -> str:
    """What a head is told of the general reading: of whose it is, the intent; else its own verdict."""
    return said_in(values, "intents" if head == "department" else head)
