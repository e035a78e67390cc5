"""How far each member has read: so that what came since stands out in their lists, and in nobody else's."""

from crossdesk.inbox.models import Conversation, Seen
from crossdesk.kit.actor import Actor


def see(conversation: Conversation, *, by: Actor) -> None:
    """The conversation, as it was fetched, was drawn for the member. One query, two where something was new to them."""
    if by.member_id is None:
        return
    place = Seen.objects.filter(member_id=by.member_id, conversation=conversation)
    known = place.values_list("inbound_id", flat=True).first()
    newest = conversation.last_inbound_id
    if known is None:
        Seen.objects.bulk_create(
            [Seen(member_id=by.member_id, conversation=conversation, inbound_id=newest)], ignore_conflicts=True
        )
    elif known < newest:
        place.filter(inbound_id__lt=newest).update(inbound_id=newest)
