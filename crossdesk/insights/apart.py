"""The messages behind what stands apart from how right the reader is: two people's labels, and corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from crossdesk.insights.drill import after_of, place_of
from crossdesk.insights.quality import PAGE, Asked, corrections, must_see, pairs, reroutings, zone_of
from crossdesk.journal.among import many
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotFound
from crossdesk.triage.judging import HEADS, NONE
from crossdesk.triage.models import Sample


@dataclass(frozen=True, slots=True)
class Pair:
    """What two people said of one message."""

    sample_id: int
    conversation_id: int | None
    text: str
    at: datetime
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A correction: what had been said, and what a person says; several values where the head has several."""

    conversation_id: int | None
    text: str
    at: datetime
    before: Sequence[str]
    after: Sequence[str]
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """Some of them, and where the next page begins; None at the end."""

    rows: Sequence[Pair]
    after: str | None


@dataclass(frozen=True, slots=True)
class Fixes:
    """The same of corrections."""

    rows: Sequence[Fix]
    after: str | None


def labelled_twice(
    actor: Actor, head: str, asked: Asked, *, same: bool | None = None, after: str | None = None, limit: int = PAGE
) -> Pairs:
    """The messages behind an agreement, newest draw first. same: None for all. Three queries. Raises NotFound, Invalid."""
    _must_know(actor, head)
    said = {pk: (one[head], other[head]) for pk, (one, other) in pairs(actor, asked, zone_of(actor)).items()}
    wanted = [pk for pk, (one, other) in said.items() if same is None or (one == other) is same]
    rows = Sample.objects.filter(pk__among=many(wanted)).select_related("message").order_by("-drawn_at", "-id")
    page, following = _cut(rows, "drawn_at", after, limit)
    made = [Pair(one.pk, one.conversation_id, _text(one.message), one.drawn_at, *said[one.pk]) for one in page]
    return Pairs(made, following)


def corrected(
    actor: Actor, head: str, asked: Asked, *, in_doubt: bool | None = None, after: str | None = None, limit: int = PAGE
) -> Fixes:
    """The messages behind the corrections of a head, newest first. in_doubt: only of what had been left to people.
    Two queries. Raises NotFound, Invalid."""
    _must_know(actor, head)
    zone = zone_of(actor)
    if head == "department":
        given = reroutings(actor, asked, zone).select_related("message", "decision").order_by("-at", "-id")
        if in_doubt is not None:
            given = given.filter(decision__triage=in_doubt)
        routed, following = _cut(given, "at", after, limit)
        return Fixes(
            [
                Fix(one.conversation_id, _text(one.message), one.at, _whose(one.before_id), _whose(one.after_id), one.decision.triage)
                for one in routed
            ], following,
        )  # fmt: skip
    rows = corrections(actor, asked, zone).filter(head=head).select_related("message").order_by("-at", "-id")
    if in_doubt is not None:
        rows = rows.filter(in_doubt=True) if in_doubt else rows.exclude(in_doubt=True)
    page, following = _cut(rows.annotate(conversation_id=F("message__entry__conversation_id")), "at", after, limit)
    return Fixes(
        [
            Fix(one.conversation_id, _text(one.message), one.at, _values(one.before), _values(one.after), bool(one.in_doubt))
            for one in page
        ], following,
    )  # fmt: skip


def _must_know(actor: Actor, head: str) -> None:
    must_see(actor)
    if head not in HEADS:
        raise NotFound("There is no such thing to measure.")


def _cut(rows: QuerySet[Any], moment: str, after: str | None, limit: int) -> tuple[list[Any], str | None]:
    """A page of rows that are ordered by a moment and their id, and where the next one begins."""
    if after:
        at, pk = place_of(after)
        rows = rows.filter(Q(**{f"{moment}__lt": at}) | Q(**{moment: at}, pk__lt=pk))
    found = list(rows[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return found[:limit], after_of(getattr(last, moment), last.pk) if last else None


def _text(message: Any) -> str:
    return "" if message.deleted_at else str(message.text)


def _whose(department_id: int | None) -> list[str]:
    return [NONE if department_id is None else str(department_id)]


def _values(verdict: Any) -> list[str]:
    """A stored verdict as its values. None of a text that nobody had read, and empty lists, are said to be none."""
    many = verdict if isinstance(verdict, list) else [] if verdict is None else [verdict]
    names = {True: "yes", False: "no", None: NONE}
    return [names.get(one["value"], str(one["value"])) for one in many] or [NONE]
