"""What people said of a workspace's messages: labels, corrections, other departments. Nothing from behind a wall."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from crossdesk.journal.among import many
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Correction, Message
from crossdesk.triage.enums import DecidedBy
from crossdesk.triage.judging import NONE
from crossdesk.triage.models import Label, Rerouting
from crossdesk.triage.taught import PRECISION

MOST: Final = 3000  # messages of a head that people spoke of, the newest
# Rules and safety say whose these are; no head is asked.
NOT_ASKED: Final = frozenset({DecidedBy.RULE, DecidedBy.SAFETY})


@dataclass(slots=True)
class Word:
    """What people said of one message. truths: by head. by_chance: nobody chose the message."""

    truths: dict[str, tuple[str, ...]]
    by_chance: bool


def words_of(workspace_id: int, only: Iterable[int] | None = None) -> dict[int, Word]:
    """By message. Labels come before corrections, the first label before others. Three queries.

    only: of these messages; None: of all.
    """
    within = Q() if only is None else Q(message_id__among=many(only))
    words: dict[int, Word] = {}
    for message_id, head, truths in _corrected(workspace_id, within):
        words.setdefault(message_id, Word({}, by_chance=False)).truths[head] = truths
    for message_id, after_id in _rerouted(workspace_id, within):
        words.setdefault(message_id, Word({}, by_chance=False)).truths["department"] = (str(after_id),)
    labelled = Q() if only is None else Q(sample__message_id__among=many(only))
    return words | _labelled(workspace_id, labelled)


def newest_of(words: Mapping[int, Word]) -> list[int]:
    """Of the messages those that heads look at."""
    return sorted(words, reverse=True)[: MOST * 2]


def teaches(head: str, truths: Sequence[str]) -> bool:
    """Is this learned at all? Danger is not."""
    return head in PRECISION and not (head == "urgency" and "p1" in truths)


def answers(workspace_id: int) -> dict[str, int]:
    """Messages with people's word on each head, as far as they would be learned from now. Four queries."""
    words = words_of(workspace_id)
    there = open_messages(workspace_id).filter(pk__among=many(newest_of(words)))
    found = Counter(
        head
        for pk in there.values_list("pk", flat=True)
        for head, truths in words[pk].truths.items()
        if teaches(head, truths)
    )
    return {head: min(found[head], MOST) for head in PRECISION}


def open_messages(workspace_id: int) -> QuerySet[Message]:
    """What came in, has words and stands behind no wall."""
    return Message.objects.filter(
        workspace_id=workspace_id, direction=Direction.IN, wall=None, deleted_at=None
    ).exclude(text="")


def _labelled(workspace_id: int, within: Q) -> dict[int, Word]:
    """The first label of each sample."""
    rows = Label.objects.filter(within, sample__workspace_id=workspace_id, sample__message__wall=None)
    found: dict[int, Word] = {}
    for message_id, needs_reply, intents, urgency, sentiment, reason, department_id, source in rows.order_by(
        "id"
    ).values_list(
        "sample__message_id", "needs_reply", "intents", "urgency", "sentiment", "complaint_reason", "department_id",
        "sample__decision__source",
    ):  # fmt: skip
        if message_id in found:
            continue
        truths = {
            "needs_reply": ("yes" if needs_reply else "no",),
            "intents": tuple(intents),
            "urgency": (urgency,),
            "sentiment": (sentiment,),
        }
        if reason:
            truths["complaint_reason"] = (reason,)
        if source not in NOT_ASKED:
            truths["department"] = (NONE if department_id is None else str(department_id),)
        found[message_id] = Word(truths, by_chance=True)
    return found


def _corrected(workspace_id: int, within: Q) -> list[tuple[int, str, tuple[str, ...]]]:
    rows = Correction.objects.filter(within, message__workspace_id=workspace_id, message__wall=None, undone_at=None)
    found = []
    for message_id, head, after in rows.order_by("id").values_list("message_id", "head", "after"):
        values = [one["value"] for one in after] if isinstance(after, list) else [after["value"]] if after else []
        truths = tuple(("yes" if one else "no") if head == "needs_reply" else str(one) for one in values)
        if truths:
            found.append((message_id, head, truths))
    return found


def _rerouted(workspace_id: int, within: Q) -> list[tuple[int, int]]:
    rows = Rerouting.objects.filter(within, workspace_id=workspace_id, message__wall=None, undone_at=None)
    rows = rows.exclude(decision__source__in=NOT_ASKED)
    return list(rows.order_by("id").values_list("message_id", "after_id"))
