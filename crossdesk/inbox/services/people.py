"""Whose conversations are whose, after two contacts became one, or two again."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from crossdesk.inbox.lines import one_at_a_time
from crossdesk.inbox.models import Conversation
from crossdesk.messages.models import Identity


@transaction.atomic
def follow(*, workspace_id: int, contact_ids: Collection[int]) -> int:
    """Give the conversations of these contacts to whom their identities belong by now. Returns how many moved.

    Safe to repeat and to run late: it asks how things stand, not what happened. A contact has one identity at each
    place, so two open conversations never meet on one account.
    """
    one_at_a_time(workspace_id)
    rows = Conversation.objects.filter(workspace_id=workspace_id, contact_id__in=contact_ids)
    moving = rows.exclude(contact_id=F("identity__contact_id")).values("pk")
    owner = Identity.objects.filter(pk=OuterRef("identity_id")).values("contact_id")
    return Conversation.objects.filter(pk__in=moving).update(contact_id=Subquery(owner))
