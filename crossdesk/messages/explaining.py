"""Why a message was read as it was: the words that carried it, found when somebody asks."""

from collections.abc import Mapping

from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotFound
from crossdesk.messages import queries
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Message
from crossdesk.messages.services.reading_in import EARLIER, LOOK_BACK
from crossdesk.reading import ports as reading


def words_that_carried(actor: Actor, message_id: int, reader: reading.Explainer) -> Mapping[reading.Head, str]:
    """By head, the words of a message that spoke most for what the model said of it. Raises NotFound.

    The message is read again with what stood before it then, some dozen times: tens of milliseconds. Four queries.
    """
    message = queries.visible_to(actor).filter(pk=message_id, deleted_at=None).first()
    if message is None:
        raise NotFound("There is no such message.")
    return reader.carried(_block(message))


def _block(message: Message) -> reading.Block:
    """What the reader was given when the message came in."""
    said = Message.objects.filter(account_id=message.account_id, deleted_at=None)
    parent = said.filter(external_id=message.parent_external_id) if message.parent_external_id else said.none()
    return reading.Block(
        text=message.text,
        earlier=_earlier(message),
        parent=parent.values_list("text", flat=True).first() or "",
        workspace_id=message.workspace_id,
        visibility=message.visibility,
    )


def _earlier(message: Message) -> tuple[str, ...]:
    """What the same person had said since they were last answered, oldest first."""
    if message.contact_id is None:
        return ()
    rows = Message.objects.filter(
        account_id=message.account_id, contact_id=message.contact_id, deleted_at=None,
        sent_at__lte=message.sent_at, sent_at__gte=message.sent_at - LOOK_BACK,
    ).exclude(pk=message.pk)  # fmt: skip
    before: list[str] = []
    for direction, text in rows.order_by("-sent_at", "-id").values_list("direction", "text")[:EARLIER]:
        if direction == Direction.OUT:
            break
        before.append(text)
    return tuple(reversed(before))
