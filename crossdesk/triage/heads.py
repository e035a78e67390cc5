"""What was learned here, head by head, for who may see how messages are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Length

from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed
from crossdesk.triage import policies, taught, words
from crossdesk.triage.enums import HeadState
from crossdesk.triage.models import LearnedHead
from crossdesk.triage.taught import PRECISION


@dataclass(frozen=True, slots=True)
class HeadHere:
    """One head. answers: messages with people's word on it. rows: those that can be in use, without their weights, the
    newest first.

    sent_back: a person chose the general one, and nobody has chosen a learned one since.
    """

    head: str
    answers: int
    rows: Sequence[LearnedHead]
    sent_back: bool

    @property
    def missing(self) -> int:
        """Answers before a head is learned."""
        return taught.missing(self.answers)

    @property
    def in_use(self) -> LearnedHead | None:
        """None: the general one answers."""
        return next((row for row in self.rows if row.state == HeadState.ACTIVE), None)

    @property
    def shown(self) -> LearnedHead | None:
        """The one in use; else the newest."""
        return self.in_use or next(iter(self.rows), None)


def learned_here(actor: Actor) -> list[HeadHere]:
    """Every head that can be learned here. Five queries. Raises NotAllowed.

    The counts are of the whole workspace but for walls, as the heads are.
    """
    if not policies.can_see_quality(actor):
        raise NotAllowed("You may not see how well messages are read. Ask a lead or an administrator.")
    answers = words.answers(actor.workspace_id)
    by_head: dict[str, list[LearnedHead]] = {head: [] for head in PRECISION}
    usable = set()
    chosen = Q(activated_by__isnull=False) | Q(retired_by__isnull=False)
    rows = LearnedHead.objects.filter(workspace_id=actor.workspace_id).annotate(size=Length("weights"))
    rows = rows.filter(Q(size__gt=0) | chosen).select_related("activated_by__user").defer("weights")
    for row in rows.order_by("-number", "id"):
        by_head[row.head].append(row)
        if row.size:
            usable.add(row.pk)
    return [
        HeadHere(head, answers[head], [row for row in found if row.pk in usable], sent_back(found))
        for head, found in by_head.items()
    ]


def sent_back(rows: Iterable[LearnedHead]) -> bool:
    """Of one head: did a person choose the general one, and has nobody chosen a learned one since? Then people decide."""
    rows = list(rows)
    back = [row.retired_at for row in rows if row.retired_by_id is not None and row.retired_at is not None]
    chosen = [row.activated_at for row in rows if row.activated_by_id is not None and row.activated_at is not None]
    return bool(back) and not any(at > max(back) for at in chosen)
