"""What goes into a reader and what comes out. Plain Python: usable as a library, knows nothing of the product."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Intent = Literal[
    "complaint", "question", "praise", "suggestion", "sales_lead", "press_enquiry", "job_enquiry", "conduct",
    "threat", "protest", "phishing", "confidential_leak", "legal_privacy", "partner_request", "spam_abuse", "other",
]  # fmt: skip
Sentiment = Literal["negative", "neutral", "positive"]
Urgency = Literal["p1", "high", "normal", "low"]
Safety = Literal[
    "threat", "self_harm", "personal_data_public", "press", "regulator", "legal_threat", "product_safety",
    "phishing", "leak",
]  # fmt: skip
ComplaintReason = Literal[
    "late", "damaged", "wrong_item", "billing", "refund", "staff", "technical", "cancelled", "quality", "other",
]  # fmt: skip
Head = Literal["needs_reply", "intents", "sentiment", "urgency", "safety", "complaint_reason", "language", "department"]


@dataclass(frozen=True, slots=True)
class Block:
    """A message to read, with what it needs to be understood.

    earlier: texts of the earlier messages of its block, oldest first. parent: text of the post it answers.
    visibility: public, unlisted, private or direct. author_bio: what the author says of themselves.
    """

    text: str
    earlier: Sequence[str] = ()
    parent: str = ""
    workspace_id: int | None = None
    visibility: str = "public"
    author_bio: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A value with its probability, 0 to 1."""

    value: str
    p: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: `head` it speaks for, `kind` of evidence, words a person understands, the words of the text it points at."""

    head: Head
    kind: Literal["rule", "model", "library", "example"]
    text: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message needs, why, and how sure the reader is.

    needs_reply.value is "yes" or "no". intents: most likely first, those that hold. safety: findings only.
    abstained: heads whose verdict is not sure enough to act on; a person decides those. vector: the text's place among
    texts, 384 signed bytes (`reading.vectors`); only those of one model can be compared; empty where no model gave one.
    departments, learned: nothing a reader says; put there by who teaches it. departments: by id, where that is sure.
    learned: by head, what was learned from people and what the reader itself had said instead.
    """

    needs_reply: Verdict
    intents: Sequence[Verdict]
    sentiment: Verdict
    urgency: Verdict
    safety: Sequence[Verdict]
    complaint_reason: Verdict | None
    language: Verdict | None
    abstained: Sequence[Head] = ()
    reasons: Sequence[Reason] = field(default_factory=tuple)
    model: str = ""
    vector: bytes = b""
    departments: Sequence[Verdict] = ()
    learned: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def values(self) -> Mapping[str, object]:
        """The reading as plain JSON values, in the shape that is stored and exported."""
        own = {
            "needs_reply": {"value": self.needs_reply.value == "yes", "p": round(self.needs_reply.p, 4)},
            "intents": _all(self.intents),
            "sentiment": _one(self.sentiment),
            "urgency": _one(self.urgency),
            "safety": _all(self.safety),
            "complaint_reason": _one(self.complaint_reason),
            "language": _one(self.language),
            "abstained": list(self.abstained),
            "reasons": [{"head": r.head, "kind": r.kind, "text": r.text, "evidence": r.evidence} for r in self.reasons],
            "model": self.model,
        }
        if not self.learned:
            return own
        return {
            **own,
            "departments": _all(self.departments),
            "learned": {head: {**of} for head, of in self.learned.items()},
        }


def _one(verdict: Verdict | None) -> dict[str, object] | None:
    return None if verdict is None else {"value": verdict.value, "p": round(verdict.p, 4)}


def _all(verdicts: Sequence[Verdict]) -> list[dict[str, object] | None]:
    return [_one(verdict) for verdict in verdicts]


class Reader(Protocol):
    """Reads blocks in batches. Loads once, is thread-safe, never touches the network."""

    @property
    def model(self) -> str:
        """Name and version of what reads; stored with every reading."""

    def read(self, blocks: Sequence[Block]) -> list[Reading]:
        """One reading for each block, in order."""


class Explainer(Protocol):
    """A reader that can say which words carried what it said."""

    def carried(self, block: Block) -> Mapping[Head, str]:
        """By head, the words that carried what a model said of a block. Slow: for when somebody asks."""
