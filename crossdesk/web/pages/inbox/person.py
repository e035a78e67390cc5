"""From the rooms' rows to the card of the person at the right: who they are, all they ever said."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Conversation as ConversationRow
from crossdesk.messages import apart
from crossdesk.messages.models import Contact as ContactRow
from crossdesk.messages.models import Identity as IdentityRow
from crossdesk.messages.models import Message
from crossdesk.web import formats
from crossdesk.web.jinja import network_icon
from crossdesk.web.pages.inbox import words
from crossdesk.web.pages.inbox.cards.person import Contact, Identity, Said, Suggestion

PAGE = 30


def card(
    row: ContactRow,
    *,
    identities: Mapping[IdentityRow, datetime],
    conversations: Sequence[ConversationRow],
    messages: Sequence[Message],
    address: str,
    older_address: str,
    suggestions: Sequence[Suggestion] = (),
    back: str = "",
    focused: bool = False,
) -> Contact:
    """One person across all networks.

    identities: those that the reader may see, each with when it was first heard. The name is one of theirs: what a contact is called
    may come from where the reader sees nothing.
    """
    name = _name(row, identities)
    shown = sorted(identities, key=lambda one: name not in (one.name, one.handle))  # whose name it is first
    tags = sorted({tag.name for conversation in conversations for tag in conversation.tags.all()})
    return Contact(
        id=row.pk,
        name=name,
        handle=f"@{shown[0].handle.lstrip('@')}" if shown else "",
        bio=next((one.bio for one in shown if one.bio), ""),
        identities=tuple(identity(one) for one in shown),
        facts=_facts(row, identities, conversations),
        said=said(messages),
        address=address,
        tags=tags,
        older_address=older_address,
        suggestions=suggestions,
        back=back,
        focused=focused,
    )


def _name(row: ContactRow, identities: Iterable[IdentityRow]) -> str:
    names = [name for one in identities for name in (one.name, one.handle) if name]
    return row.name if row.name in names else next(iter(names), _("Somebody"))


def said(messages: Sequence[Message]) -> tuple[Said, ...]:
    """What they said, newest first."""
    return tuple(
        Said(
            at=one.sent_at,
            network=words.network(one.network),
            network_icon=network_icon(one.network),
            text=_("Deleted by its author.") if one.deleted_at else apart.in_short(one),
        )
        for one in messages
    )


def identity(row: IdentityRow) -> Identity:
    """One network of theirs."""
    followers = row.followers
    note = (
        ngettext("%(n)s follower", "%(n)s followers", followers) % {"n": formats.number(followers)} if followers else ""
    )
    return Identity(
        network=words.network(row.network),
        network_icon=network_icon(row.network),
        handle=f"@{row.handle.lstrip('@')}",
        address=row.url if row.url.startswith(("https://", "http://")) else "",
        note=note,
    )


def _facts(
    row: ContactRow, identities: Mapping[IdentityRow, datetime], conversations: Sequence[ConversationRow]
) -> tuple[tuple[str, str], ...]:
    going = sum(1 for one in conversations if one.state in (State.OPEN, State.WAITING))
    number = formats.number(len(conversations))
    return (
        (
            _("Known since"),
            _day(min(identities.values(), default=row.first_seen_at)),
        ),
        (
            _("Conversations"),
            _("%(all)s, %(open)s open") % {"all": number, "open": formats.number(going)} if going else number,
        ),
    )


def _day(moment: datetime) -> str:
    return formats.long_date(timezone.localtime(moment))
