"""Reads of notices. What the member may no longer see is not told, though it was told before."""

from django.db.models import Exists, OuterRef, QuerySet

from crossdesk.channels import queries as channels
from crossdesk.inbox import queries as inbox
from crossdesk.inbox.queries import Page
from crossdesk.inbox.queries.keyset import page_of
from crossdesk.kit.actor import Actor
from crossdesk.notices.enums import Kind
from crossdesk.notices.models import Notice, Wish

PAGE = 40
MOST = 99  # beyond that the bell shows 99+


def visible_to(actor: Actor) -> QuerySet[Notice]:
    """The actor's own notices of conversations and accounts that they may see."""
    own = Notice.objects.filter(workspace_id=actor.workspace_id, member_id=actor.member_id or 0)
    conversation = Exists(inbox.visible_to(actor).filter(pk=OuterRef("conversation_id")))
    account = Exists(channels.visible_to(actor).filter(pk=OuterRef("account_id"), removed_at=None))
    return own.filter(conversation | account)


def notices(actor: Actor, *, after: str = "", limit: int = PAGE) -> Page[Notice]:
    """Newest first. One query."""
    return page_of(visible_to(actor), "at", newest_first=True, limit=limit, after=after, shown=_shown)


def _shown(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.select_related("account", "conversation__contact", "conversation__identity", "conversation__account")


def notice(actor: Actor, notice_id: int) -> Notice | None:
    """One of the actor's own."""
    return visible_to(actor).filter(pk=notice_id).first()


def unseen(actor: Actor) -> int:
    """How many the actor has not seen, MOST + 1 at most. One query."""
    return visible_to(actor).filter(seen_at=None).order_by()[: MOST + 1].count()


def wished(actor: Actor) -> frozenset[str]:
    """What the actor is told of."""
    row = Wish.objects.filter(member_id=actor.member_id or 0).first()
    return frozenset(Kind.values) - frozenset(row.without if row else ())
