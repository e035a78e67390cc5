"""The lines of a conversation as the middle pane shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from crossdesk.channels import parts
from crossdesk.channels.enums import OutboxState
from crossdesk.channels.models import OutboxItem
from crossdesk.inbox.enums import IN_DOUBT, EntryKind, Parting, ReplyState
from crossdesk.inbox.models import Attachment, Reply
from crossdesk.inbox.models import Entry as EntryRow
from crossdesk.messages import apart
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Media as MediaRow
from crossdesk.messages.models import Message
from crossdesk.org.models import Member
from crossdesk.web import formats
from crossdesk.web.pages.inbox import happened
from crossdesk.web.pages.inbox.cards.thread import Choosable, Entry, Leaving, Media, Part, Partly, Poll
from crossdesk.web.pages.inbox.cards.words import Label
from crossdesk.web.pages.inbox.files import SHOWN
from crossdesk.web.sentences import spoken

SENDING: Final = {
    OutboxState.PREPARED: (lazy("On its way"), "quiet", "clock"),
    OutboxState.SENDING: (lazy("Being sent"), "quiet", "clock"),
    OutboxState.PROCESSING: (lazy("The network is working on it"), "quiet", "clock"),
    OutboxState.RETRY: (lazy("Will be tried again"), "warn", "refresh"),
    OutboxState.UNKNOWN: (lazy("Outcome unknown, asking the network"), "warn", "warn"),
    OutboxState.DOUBTFUL: (lazy("Nobody knows whether it arrived"), "bad", "warn"),
    OutboxState.REFUSED: (lazy("Not sent"), "bad", "bad"),
    OutboxState.CANCELLED: (lazy("Cancelled"), "quiet", "close"),
}
PRIVATE: Final = ("direct", "private")
A_HISTORY: Final = timedelta(days=7)  # what is older when it comes is a past that was read in, no gap


def name_of(member: Member | None) -> str:
    """A colleague's name; somebody who left has none."""
    return (member.user.name or member.user.email) if member else _("Somebody who left")


def cards(
    rows: Sequence[EntryRow],
    *,
    contact_name: str,
    account_name: str,
    slug: str,
    members: Mapping[int, str],
    departments: Mapping[int, str],
    now: datetime,
    undo: Callable[[int], str],
    rest: Callable[[int, str], str],
    reader_id: int | None,
) -> tuple[Entry, ...]:
    """All lines, oldest first. undo: the address that takes an answer back. rest: what to do with the rest of one of

    which some posts are out; "" for who may not. reader_id: who may take an answer back, when it is theirs.
    """
    made = []
    for row in rows:
        if row.message is not None:
            made.append(_message(row, row.message, contact_name, account_name, slug, now=now, rest=rest))
        elif row.reply is not None:
            made.append(_reply(row, row.reply, slug, now=now, undo=undo, rest=rest, reader_id=reader_id))
        elif row.kind == EntryKind.NOTE:
            made.append(Entry(row.pk, "note", row.at, row.text, name_of(row.by)))
        else:
            text, sign = happened.sentence(row.event, row.details, members=members, departments=departments, now=now)
            made.append(Entry(row.pk, "event", row.at, text, name_of(row.by) if row.by else "", sign))
    return tuple(made)


def _medium(row: MediaRow, slug: str) -> Media:
    """Our own copy where there is one; until then its words alone, for nothing is loaded from elsewhere.

    A copy that turned out not to be what may be shown is a file, whatever was announced.
    """
    kind, mime = row.kind, row.kept_mime or row.mime
    if row.path:
        kind = mime.partition("/")[0] if mime in SHOWN else "file"
    address = reverse("web:media", args=[slug, row.pk]) if row.path else ""
    return Media(alt=row.alt, address=address, kind=kind, why=spoken(row.error))


def _media(row: EntryRow, message: Message, slug: str) -> tuple[Media, ...]:
    """What came along; for an answer that left from here what went along, as it was attached."""
    if row.reply is not None and (sent := [attached(one, slug) for one in row.reply.attachments.all()]):
        return tuple(sent)
    return tuple(_medium(one, slug) for one in message.media.all())


def _message(
    row: EntryRow,
    message: Message,
    contact_name: str,
    account_name: str,
    slug: str,
    *,
    now: datetime,
    rest: Callable[[int, str], str],
) -> Entry:
    ours = message.direction == Direction.OUT
    filled_gap = (
        message.late and not ours and not message.found_by and message.received_at - message.sent_at < A_HISTORY
    )
    author = _ours(row, account_name) if ours else (message.identity.name if message.identity else "") or contact_name
    held = apart.of(message)
    entry = Entry(
        id=row.pk,
        kind="out" if ours else "in",
        at=message.sent_at,
        text=held.words,
        author=author,
        remote_address=message.permalink if message.permalink.startswith(("https://", "http://")) else "",
        edited=message.version > 1,
        gone=message.deleted_at is not None,
        media=_media(row, message, slug),
        private=message.visibility in PRIVATE,
        late_at=message.received_at if filled_gap else None,
        warning=held.warning,
        sensitive=held.sensitive,
        poll=_poll(held.poll, now=now) if held.poll else None,
        found_by=", ".join(message.found_by or ()),
    )
    return _in_parts(entry, row.reply, rest=rest, first=message) if row.reply is not None else entry


def _poll(poll: parts.Poll, *, now: datetime) -> Poll:
    """Counts in words. Of those who chose several, each choice is a part of the people, not of the votes."""
    counted = [choice.votes for choice in poll.choices if choice.votes is not None]
    whole = poll.voters if poll.multiple and poll.voters else sum(counted)
    number = poll.voters if poll.voters is not None else sum(counted)
    notes = [ngettext("%(n)s person chose", "%(n)s people chose", number) % {"n": formats.number(number)}]
    if poll.multiple:
        notes.append(_("several choices allowed"))
    if len(counted) < len(poll.choices):
        notes.append(_("the network shows the counts at the end"))
    return Poll(
        choices=tuple(_choice(choice, whole) for choice in poll.choices),
        note=" · ".join(notes),
        ends_at=poll.ends_at,
        over=poll.ends_at is not None and poll.ends_at <= now,
    )


def _choice(choice: parts.Choice, whole: int) -> Choosable:
    if choice.votes is None:
        return Choosable(choice.text, "–")
    share = min(choice.votes / whole, 1.0) if whole else 0.0
    return Choosable(choice.text, f"{formats.number(choice.votes)} · {formats.percent(share)}", share)


def _ours(row: EntryRow, account_name: str) -> str:
    """Who of us wrote it; what was written on the network itself bears the account's name."""
    writer = row.by or (row.reply.by if row.reply else None)
    return name_of(writer) if writer else account_name


def _reply(
    row: EntryRow,
    reply: Reply,
    slug: str,
    *,
    now: datetime,
    undo: Callable[[int], str],
    rest: Callable[[int, str], str],
    reader_id: int | None,
) -> Entry:
    waits = reply.state == ReplyState.QUEUED and reply.outbox is not None and reply.outbox.state == OutboxState.PREPARED
    left = (reply.leaves_at - now).total_seconds() if waits and reply.leaves_at else 0
    entry = Entry(
        id=row.pk,
        kind="out",
        at=row.at,
        text=reply.text,
        author=name_of(reply.by),
        sending=_sending(reply),
        leaving=Leaving(round(left, 1), undo(reply.pk)) if left > 0 and reply.by_id == reader_id else None,
        private=reply.visibility in PRIVATE,
        media=tuple(attached(one, slug) for one in reply.attachments.all()),
    )
    return _in_parts(entry, reply, rest=rest)


def _in_parts(entry: Entry, reply: Reply, *, rest: Callable[[int, str], str], first: Message | None = None) -> Entry:
    """The same line, where the answer leaves as several posts: each with its fate. first: its first post, as stored."""
    if reply.outbox is None or reply.outbox.of == 1:
        return entry
    further = list(reply.outbox.parts.all())
    items = [(reply.outbox, first), *((item, _stored(item)) for item in further)]
    done = sum(item.state == OutboxState.PUBLISHED for item, _message in items)
    decide = rest(reply.pk, "again") if reply.state == ReplyState.PARTLY else ""
    return replace(
        entry,
        gone=False,
        remote_address="",
        parts=tuple(_part(item, message, numbered=reply.parting == Parting.NUMBERED) for item, message in items),
        sending=_sending_in_parts(reply, done) if done else _sending(reply),
        partly=Partly(_why_partly(reply, done), decide, rest(reply.pk, "leave")) if decide else None,
    )


def _stored(item: OutboxItem) -> Message | None:
    return getattr(item, "message", None)


def _part(item: OutboxItem, message: Message | None, *, numbered: bool) -> Part:
    address = message.permalink if message else item.permalink
    text, tone, sign = SENDING.get(OutboxState(item.state), ("", "", ""))
    return Part(
        text=apart.of(message).words if message else item.text,
        mark="" if numbered else f"{item.position}/{item.of}",
        gone=message is not None and message.deleted_at is not None,
        remote_address=address if address.startswith(("https://", "http://")) else "",
        sending=Label(str(text), tone, sign, spoken(item.error)) if text else None,
    )


def _sending_in_parts(reply: Reply, done: int) -> Label | None:
    """How far a thread has come, of which something is out."""
    of = reply.outbox.of if reply.outbox else done
    if reply.state == ReplyState.SENT and done == of:
        return None
    if reply.state in IN_DOUBT:
        return Label(spoken(ReplyState(reply.state).label), "bad", "bad", spoken(reply.error))
    words = ngettext("%(done)d of %(count)d post sent", "%(done)d of %(count)d posts sent", of)
    return Label(words % {"done": done, "count": of}, "quiet", "check" if reply.state == ReplyState.SENT else "clock")


def _why_partly(reply: Reply, done: int) -> str:
    of = reply.outbox.of if reply.outbox else done
    words = ngettext(
        "%(done)d of %(count)d posts is on the network. The next one was not taken: %(why)s",
        "%(done)d of %(count)d posts are on the network. The next one was not taken: %(why)s",
        done,
    )
    return words % {"done": done, "count": of, "why": spoken(reply.error)}


def attached(one: Attachment, slug: str) -> Media:
    """A picture that goes along with an answer."""
    return Media(alt=one.alt, address=reverse("web:attachment", args=[slug, one.pk]))


def _sending(reply: Reply) -> Label:
    if reply.state in (ReplyState.FAILED, *IN_DOUBT):
        return Label(spoken(ReplyState(reply.state).label), "bad", "bad", spoken(reply.error))
    state = OutboxState(reply.outbox.state) if reply.outbox else OutboxState.PREPARED
    if state not in SENDING:
        return Label(_("Published"), "quiet", "check")
    text, tone, sign = SENDING[state]
    return Label(str(text), tone, sign, spoken(reply.outbox.error) if reply.outbox else "")
