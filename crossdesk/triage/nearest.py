"""Messages of which people said what they are and that lie nearest to another one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, F, OuterRef

from crossdesk.journal.among import many
from crossdesk.kit.actor import Actor
from crossdesk.messages import queries as messages
from crossdesk.messages.models import Correction, Message, Reading
from crossdesk.reading import learning
from crossdesk.triage import words
from crossdesk.triage.enums import SampleState
from crossdesk.triage.models import Label, Rerouting, Sample
from crossdesk.triage.taught import PRECISION

MOST: Final = 3
AMONG: Final = 2000  # the newest of which people said something
# Of two messages that lie as near, seven in ten or more are read as the same intent: docs/quality.md#like-this-one.
FLOOR: Final = 0.8


@dataclass(frozen=True, slots=True)
class Near:
    """truths: by head, what people say, the strongest first. alike: 1 for the same."""

    message_id: int
    conversation_id: int | None
    text: str
    truths: Mapping[str, Sequence[str]]
    alike: float


def corrected_like(actor: Actor, message: Message) -> list[Near]:
    """At most three, nearest first, that the actor may see and that the same reader has read. At most nine queries.

    Nothing from behind a wall, and nothing that still waits for somebody's label.
    """
    own = Reading.objects.filter(message_id=message.pk, version=message.version).exclude(vector=b"")
    read = own.values_list("model", "vector").first()
    if read is None:
        return []
    model, vector = read
    pool = _pool(actor, model, _spoken_of(actor.workspace_id) - {message.pk})
    found = learning.nearest(bytes(vector), [one for _pk, one in pool], MOST)
    alike = {pool[place][0]: near for place, near in found if near >= FLOOR}
    return _told(actor, alike) if alike else []


def _spoken_of(workspace_id: int) -> set[int]:
    """The newest messages with people's word. Three queries, each from what was said last."""
    fixed = Correction.objects.filter(message__workspace_id=workspace_id, undone_at=None)
    labelled = Label.objects.filter(sample__workspace_id=workspace_id)
    moved = Rerouting.objects.filter(workspace_id=workspace_id, undone_at=None)
    found = {
        *fixed.order_by("-id").values_list("message_id", flat=True)[:AMONG],
        *labelled.order_by("-id").values_list("sample__message_id", flat=True)[:AMONG],
        *moved.order_by("-id").values_list("message_id", flat=True)[:AMONG],
    }
    return set(sorted(found, reverse=True)[:AMONG])


def _pool(actor: Actor, model: str, ids: set[int]) -> list[tuple[int, bytes]]:
    """Those of the messages that may be shown, with their vectors."""
    seen = Exists(messages.visible_to(actor).filter(pk=OuterRef("message_id"), wall=None, deleted_at=None))
    waiting = Sample.objects.filter(message_id=OuterRef("message_id"), state=SampleState.WAITING)
    rows = Reading.objects.filter(
        seen, ~Exists(waiting), message_id__among=many(ids), model=model, version=F("message__version")
    ).exclude(vector=b"")  # fmt: skip
    return [(pk, bytes(vector)) for pk, vector in rows.order_by("-message_id").values_list("message_id", "vector")]


def _told(actor: Actor, alike: Mapping[int, float]) -> list[Near]:
    said = words.words_of(actor.workspace_id, alike)
    rows = messages.visible_to(actor).filter(pk__among=many(alike)).values_list("pk", "entry__conversation_id", "text")
    made = [
        Near(pk, conversation_id, text, _known(said[pk].truths), alike[pk])
        for pk, conversation_id, text in rows
        if pk in said
    ]
    return sorted((one for one in made if one.truths), key=lambda one: (-one.alike, one.message_id))


def _known(truths: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {head: truths[head] for head in PRECISION if head in truths}
