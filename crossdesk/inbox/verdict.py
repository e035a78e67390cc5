"""What triage hands down: what a message needs, from whom, and how soon. Plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DutyOwed:
    """What one department owes. kind: respond (holds the pen, at most one) or review.

    target_seconds, basis: of its own; None takes the verdict's. owner_id: a member of it whose task this is.
    """

    department_id: int
    kind: str
    because: str = ""
    target_seconds: int | None = None
    basis: str = ""
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one message needs. needs_reply None, or doubt: nobody knows yet, and a person says so in the triage queue.

    verdict_by: model, rule, safety or person. target_seconds, basis: how soon the first reply is owed, from the
    block's first message; `business` runs in the hours of the department that holds the pen, but never for p1.
    doubt_reason: a sentence for the triage queue. hours_of: the department in whose hours a target runs while nobody
    holds the pen.
    """

    needs_reply: bool | None
    verdict_by: str = "model"
    intent: str = ""
    urgency: str = ""
    sentiment: str = ""
    language: str = ""
    safety: tuple[str, ...] = ()
    duties: tuple[DutyOwed, ...] = ()
    target_seconds: int | None = None
    basis: str = "calendar"
    doubt: bool = False
    doubt_reason: str = ""
    hours_of: int | None = None
