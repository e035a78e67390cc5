"""The card of the field one writes in: text, audience, pictures, room on the network, and what waits to leave later."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossdesk.channels.room import Room, room_on
from crossdesk.inbox import policies, queries
from crossdesk.inbox import services as inbox
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.models import Attachment, Draft, Reply
from crossdesk.inbox.models import Conversation as ConversationRow
from crossdesk.inbox.models import Entry as EntryRow
from crossdesk.inbox.queries import ConversationPage
from crossdesk.kit.actor import Actor
from crossdesk.kit.sizes import size
from crossdesk.messages.enums import Direction, Visibility
from crossdesk.messages.models import Message
from crossdesk.web import formats
from crossdesk.web.pages.inbox import parting, thread, times, words
from crossdesk.web.pages.inbox.cards.composer import Attached, Composer, Held, Parts
from crossdesk.web.pages.inbox.cards.thread import Scheduled
from crossdesk.web.pages.inbox.cards.words import Choice, Label
from crossdesk.web.pages.inbox.setting import Setting
from crossdesk.web.sentences import spoken

AUDIENCE_SIGNS: Final = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.PRIVATE: "people",
    Visibility.DIRECT: "lock",
}


def composer(page: ConversationPage, setting: Setting, *, kind: str = "reply") -> Composer:
    """Where the answer is written. An answer that waits for this writer's choice stands in it, else their draft."""
    row = page.conversation
    room = room_on(row.account)
    may_reply = room.answers and policies.can_reply(setting.actor, row) and row.state != State.CLOSED
    may_write = policies.can_work(setting.actor)
    waiting = page.waiting[-1] if page.waiting and may_reply else None
    draft = queries.draft_of(setting.actor, row.pk) if may_write and waiting is None else None
    begun = draft.kind if draft is not None else kind
    audience = _audience(page, waiting)
    return Composer(
        reply_address=setting.address("held_send", row.pk, waiting.pk) if waiting else setting.address("reply", row.pk),
        note_address=setting.address("note", row.pk) if may_write else "",
        notice=next((_label(choice) for choice in audience if choice.current), Label("")),
        limit=room.text,
        unit=_("Left, as %(network)s counts") % {"network": words.network(row.account.network)},
        counts=room.counting,
        addressee=row.identity.handle.lstrip("@") if room.counting.names_first else "",
        seen=page.last_entry_id,
        text=waiting.text if waiting else draft.text if draft else "",
        kind="note" if begun == "note" else "reply",
        may_reply=may_reply,
        why_not="" if may_reply else _why_not(row, setting.actor, room),
        held=_held(waiting, page, setting) if waiting else None,
        audience=audience,
        stamp=draft.stamp if draft else 0,
        draft_address=setting.address("draft", row.pk) if may_write else "",
        help_address=setting.address("writing_help", row.pk),
        emoji_address=reverse("web:emoji", args=[setting.slug]),
        times=later(setting.now),
        resolves=waiting.resolve_after if waiting else False,
        attached=attached(waiting.attachments.all() if waiting else queries.in_hand(setting.actor, row.pk), setting)
        if may_reply
        else (),
        attach_address=setting.address("attach", row.pk) if may_reply and room.media else "",
        attach_types=",".join(sorted(kind for kind in room.media_types if kind.startswith("image/"))),
        attach_words=_room_words(room),
        must_describe=setting.must_describe,
        parts_address=setting.address("parts", row.pk) if may_reply and room.threads else "",
        parts=_parts(waiting, draft, room, row.identity.handle) if may_reply else None,
    )


def _parts(waiting: Reply | None, draft: Draft | None, room: Room, handle: str) -> Parts | None:
    """What stands in the field, where it is too long for one post."""
    if waiting is not None:
        return parting.offered(waiting.text, room, handle, waiting.parting)
    return parting.offered(draft.text, room, handle, "") if draft is not None and draft.kind == "reply" else None


def attached(rows: Iterable[Attachment], setting: Setting) -> tuple[Attached, ...]:
    """The pictures in the composer."""
    return tuple(
        Attached(
            id=row.pk,
            address=reverse("web:attachment", args=[setting.slug, row.pk]),
            name=row.name,
            alt=row.alt,
            remove_address=setting.address("detach", row.conversation_id, row.pk),
            describe_address=setting.address("describe", row.conversation_id, row.pk),
        )
        for row in rows
    )


def scheduled(row: ConversationRow, setting: Setting) -> tuple[Scheduled, ...]:
    """What leaves later in this conversation, for everybody who sees it."""
    may = policies.can_reply(setting.actor, row)
    return tuple(_scheduled(one, row, setting, may=may) for one in queries.scheduled(setting.actor, row.pk))


def _scheduled(one: Reply, row: ConversationRow, setting: Setting, *, may: bool) -> Scheduled:
    def at(act: str) -> str:
        return setting.address("later_act", row.pk, one.pk, act) if may else ""

    return Scheduled(
        id=one.pk,
        text=one.text,
        author=thread.name_of(one.by),
        at=one.leaves_at or setting.now,
        audience=_label(_choice(Visibility(one.visibility), row, current=True)),
        media=tuple(thread.attached(each, setting.slug) for each in one.attachments.all()),
        resolves=one.resolve_after,
        in_parts=bool(one.parting),
        edit_address=at("edit"),
        move_address=at("move"),
        cancel_address=at("cancel"),
        times=later(setting.now) if may else (),
    )


def writing(row: ConversationRow, setting: Setting) -> str:
    """Who else is writing here, in words; empty when nobody is."""
    names = [thread.name_of(draft.member) for draft in queries.writing_now(setting.actor, row.pk, now=setting.now)]
    if not names:
        return ""
    return ngettext("%(names)s is writing…", "%(names)s are writing…", len(names)) % {"names": ", ".join(names)}


def later(now: datetime) -> tuple[Choice, ...]:
    """Moments that sending later offers."""
    return tuple(
        Choice(moment.isoformat(), name, formats.short(moment, now=now)) for name, moment in times.for_sending(now)
    )


def newest_heard(entries: Sequence[EntryRow]) -> Message | None:
    """Their newest message among these lines."""
    heard = (e.message for e in reversed(entries) if e.message is not None and e.message.direction == Direction.IN)
    return next(heard, None)


def _audience(page: ConversationPage, waiting: Reply | None) -> tuple[Choice, ...]:
    """Who can read the answer: as widely as what it answers, or fewer people."""
    row, heard = page.conversation, newest_heard(page.entries.rows)
    usual = heard.visibility if heard else Visibility.DIRECT if row.privacy == "private" else Visibility.PUBLIC
    chosen = waiting.visibility if waiting else usual
    return tuple(_choice(one, row, current=one == chosen) for one in inbox.allowed_visibilities(row, usual))


def _choice(one: Visibility, row: ConversationRow, *, current: bool) -> Choice:
    name, account = row.identity.name or row.identity.handle, f"@{row.account.handle.lstrip('@')}"
    text, note = {
        Visibility.PUBLIC: (
            _("Public on %(account)s’s profile"), _("Everybody can read it and find it; %(name)s is told"),
        ),
        Visibility.UNLISTED: (_("Public, not promoted"), _("Everybody can read it; it stands in no public timeline")),
        Visibility.PRIVATE: (_("Followers of %(account)s and %(name)s"), _("And whom you mention")),
        Visibility.DIRECT: (_("Direct: only %(name)s"), _("And whom you mention; nobody else")),
    }[one]  # fmt: skip
    filled = {"account": account, "name": name}
    return Choice(one.value, text % filled, note % filled, AUDIENCE_SIGNS[one], current)


def _label(choice: Choice) -> Label:
    return Label(choice.label, "quiet", choice.icon, choice.note)


def _room_words(room: Room) -> str:
    return ngettext(
        "%(count)d picture, up to %(size)s; larger ones are made smaller",
        "Up to %(count)d pictures, %(size)s each; larger ones are made smaller",
        room.media,
    ) % {"count": room.media, "size": size(room.media_bytes)}


def _why_not(row: ConversationRow, actor: Actor, room: Room) -> str:
    if not room.answers:
        return _("This source takes no answers. A note is for members only.")
    if row.state == State.CLOSED:
        return _("Closed for good. When they write again, a new conversation begins.")
    if not actor.may("work"):
        return _("Your role lets you look, not write.")
    return _("Your departments may not answer on this account. A note is for members only.")


def _held(waiting: Reply, page: ConversationPage, setting: Setting) -> Held:
    newer = [
        entry.message.text if entry.message else entry.reply.text if entry.reply else ""
        for entry in page.entries.rows
        if entry.pk > waiting.saw_entry_id and (entry.message is not None or entry.reply is not None)
    ]
    failed = waiting.state == ReplyState.FAILED
    return Held(
        sentence=(_("This answer was not sent: %(why)s") % {"why": spoken(waiting.error)})
        if failed
        else spoken(waiting.held_reason),
        newer=() if failed else tuple(text[:300] for text in newer[-3:] if text),
        send_anyway_seen=page.last_entry_id,
        discard_address=setting.address("held_discard", page.conversation.pk, waiting.pk),
    )
