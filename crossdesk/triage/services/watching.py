"""What people do with a decision is kept beside it: whom they gave it to instead, and what went on unlabelled."""

from collections.abc import Collection, Sequence

from crossdesk.inbox.events import OwnershipChanged, TriageSettled
from crossdesk.inbox.models import Block
from crossdesk.journal.among import many
from crossdesk.journal.facts import Told
from crossdesk.kit.actor import system
from crossdesk.triage.enums import SampleKind, SampleState
from crossdesk.triage.models import Decision, Rerouting, Sample
from crossdesk.triage.services import deciding
from crossdesk.triage.services.learning import ask_to_learn
from crossdesk.triage.services.sampling import pen_of

# Given to somebody by a person who disagreed, or who took it from the triage queue.
GIVEN = frozenset({"routed", "handed_over", "taken", "assigned"})


def watch(told: Sequence[Told]) -> None:
    """Facts of one workspace, in their order. One query for all that left the triage queue, however many."""
    left = {one.body.conversation_id for one in told if isinstance(one.body, TriageSettled)}
    waiting = _waiting_blind(left)
    for one in told:
        conversation_id = one.body.conversation_id
        assert conversation_id is not None
        if isinstance(one.body, TriageSettled):
            for sample in waiting.pop(conversation_id, []):
                _let_lapse(sample, one)
        elif isinstance(one.body, OwnershipChanged) and one.by_member_id is not None:
            if one.body.because == "undone":
                _take_back(conversation_id, one)
            elif one.body.because in GIVEN:
                _keep(conversation_id, one, one.body)


def _waiting_blind(conversation_ids: Collection[int | None]) -> dict[int, list[Sample]]:
    """The blind samples of conversations that nobody has labelled, by conversation."""
    found: dict[int, list[Sample]] = {}
    if conversation_ids:
        rows = Sample.objects.filter(kind=SampleKind.BLIND, state=SampleState.WAITING)
        for sample in rows.filter(conversation_id__among=many(conversation_ids)).order_by("pk"):
            found.setdefault(sample.conversation_id or 0, []).append(sample)
    return found


def _let_lapse(sample: Sample, one: Told) -> None:
    """A blind sample that left the queue without a label counts for nothing; what was read of it comes to light."""
    Sample.objects.filter(pk=sample.pk).update(state=SampleState.LAPSED, settled_at=one.at)
    if Block.objects.filter(first_message_id=sample.message_id, ended_at=None, intent="").exists():
        by = system(sample.workspace_id)
        ready = deciding.make_ready([sample.message_id], by=by)
        deciding.decide_again(list(ready.values()), by=by, now=one.at)


def _keep(conversation_id: int, one: Told, body: OwnershipChanged) -> None:
    """Held against the decision that stood, where nobody had answered yet. A sample's own label says it better."""
    if body.to_department_id is None or body.to_department_id == body.from_department_id:
        return
    stood = Decision.objects.filter(conversation_id=conversation_id, decided_at__lte=one.at)
    decision = stood.order_by("-decided_at", "-id").first()
    if (
        decision is None
        or _answered(conversation_id, one)
        or Sample.objects.filter(message_id=decision.message_id).exists()
    ):
        return
    before = None if decision.triage else pen_of(decision)
    if before == body.to_department_id:
        return
    Rerouting.objects.create(
        workspace_id=one.workspace_id, message_id=decision.message_id, conversation_id=conversation_id,
        decision=decision, before_id=before, after_id=body.to_department_id, by_id=one.by_member_id, at=one.at,
    )  # fmt: skip
    ask_to_learn(workspace_id=one.workspace_id, now=one.at)


def _answered(conversation_id: int, one: Told) -> bool:
    return Block.objects.filter(conversation_id=conversation_id, answered_at__lte=one.at).exists()


def _take_back(conversation_id: int, one: Told) -> None:
    row = Rerouting.objects.filter(conversation_id=conversation_id, undone_at=None).order_by("-id").first()
    if row is not None:
        row.undone_at = one.at
        row.save(update_fields=["undone_at"])
