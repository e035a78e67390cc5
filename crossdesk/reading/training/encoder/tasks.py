"""What the network is asked about a text: the heads that ship, and tasks beside them that only teach the encoder."""

from dataclasses import dataclass
from typing import Literal

from crossdesk.reading.ports import ComplaintReason, Intent, Safety, Sentiment, Urgency


@dataclass(frozen=True, slots=True)
class Task:
    """kind: "one" of the labels holds, or "any" of them. ships: kept in the exported model. share: of the loss."""

    name: str
    labels: tuple[str, ...]
    kind: Literal["one", "any"]
    ships: bool = True
    share: float = 1.0


def _names(literal: object) -> tuple[str, ...]:
    return tuple(literal.__args__)  # type: ignore[attr-defined]


TASKS = (
    Task("sentiment", _names(Sentiment), "one"),
    Task("needs_reply", ("yes",), "any"),
    Task("intents", _names(Intent), "any"),
    Task("urgency", _names(Urgency), "one", share=0.7),
    Task("safety", _names(Safety), "any", share=1.5),
    Task("complaint_reason", _names(ComplaintReason), "one", share=0.5),
    Task("offensive", ("yes",), "any", ships=False, share=0.3),
    Task("hate", ("yes",), "any", ships=False, share=0.3),
    Task("emotion", ("anger", "joy", "optimism", "sadness"), "one", ships=False, share=0.4),
    Task("incites", ("yes",), "any", ships=False, share=0.3),
    Task("banking", tuple(str(number) for number in range(77)), "one", ships=False, share=0.3),
    Task("support", tuple(str(number) for number in range(27)), "one", ships=False, share=0.3),
)
SHIPPED = tuple(task for task in TASKS if task.ships)
