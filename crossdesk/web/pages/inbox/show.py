"""From the rooms' rows to the cards of the lists."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from django.urls import reverse
from markupsafe import Markup, escape

from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Conversation, SavedFilter
from crossdesk.inbox.queries import Counts, Hit, Line, tags_of
from crossdesk.kit.actor import Actor
from crossdesk.messages.enums import Direction
from crossdesk.org.models import Department
from crossdesk.web.catalogue import said as _
from crossdesk.web.jinja import department_icon, network_icon
from crossdesk.web.pages.inbox import words
from crossdesk.web.pages.inbox.cards.listed import Queue, QueueGroup, Row
from crossdesk.web.pages.inbox.thread import name_of
from crossdesk.web.shell import with_query

LEAD, EXCERPT = 40, 220


def queue_address(slug: str, key: str, **query: object) -> str:
    """Where a queue's page is."""
    return with_query(reverse("web:queue", args=[slug, key]), **query)


def open_address(slug: str, key: str, conversation_id: int, **query: object) -> str:
    """Where a conversation opens beside the queue it was found in."""
    before, after = _around_id(slug, key)
    address = f"{before}{conversation_id}{after}"
    return with_query(address, **query) if query else address


@lru_cache(maxsize=1000)
def _around_id(slug: str, key: str) -> tuple[str, str]:
    """A list has thirty of these addresses, which differ in one number."""
    before, _nought, after = reverse("web:open", args=[slug, key, 0]).rpartition("0")
    return before, after


def where_work_waits(actor: Actor, counts: Counts, departments: Sequence[Department]) -> str:
    """The key of the queue that the reader begins with."""
    own = [row for row in departments if row.pk in actor.departments]
    busy = [row.key for row in own if (work := counts.departments.get(row.pk)) and work.open]
    if counts.mine:
        return "mine"
    if busy:
        return busy[0]
    return "triage" if counts.triage.open else own[0].key if own else "mine"


def groups(
    actor: Actor,
    slug: str,
    counts: Counts,
    departments: Sequence[Department],
    current: str,
    filters: Sequence[SavedFilter] = (),
) -> tuple[QueueGroup, ...]:
    """The left column: the reader's own, their departments, the others."""

    def desk(row: Department) -> Queue:
        work = counts.departments.get(row.pk)
        return Queue(
            key=row.key,
            name=row.name,
            icon=department_icon(row.key),
            address=queue_address(slug, row.key),
            open=work.open if work else 0,
            overdue=work.overdue if work else 0,
            current=row.key == current,
            department_id=row.pk,
        )

    own = [desk(row) for row in departments if row.pk in actor.departments]
    others = [desk(row) for row in departments if row.pk not in actor.departments]
    made = [QueueGroup("", _first_queues(slug, counts, current))]
    if filters:
        kept = [_kept(one, slug, current) for one in filters]
        made.append(QueueGroup(_("Your filters"), kept))
    if own:
        made.append(QueueGroup(_("Your departments"), own))
    if others:
        made.append(QueueGroup(_("Other departments") if own else _("Departments"), others))
    return tuple(made)


def _kept(row: SavedFilter, slug: str, current: str) -> Queue:
    key = f"filter-{row.pk}"
    sign = "people" if row.department_id is not None else "filter"
    return Queue(key, row.name, sign, queue_address(slug, key), current=key == current)


def _first_queues(slug: str, counts: Counts, current: str) -> Sequence[Queue]:
    def queue(
        key: str, name: str, icon: str, hotkey: str = "", open_: int = 0, *, late: int = 0, more: bool = False
    ) -> Queue:
        return Queue(key, name, icon, queue_address(slug, key), open_, late, key == current, hotkey, more)

    return (
        queue("mine", _("Mine"), "mine", "m", counts.mine, more=counts.mine > 99),
        queue("triage", _("Triage"), "triage", "t", counts.triage.open, late=counts.triage.overdue),
        queue("all", _("All"), "all", "l"),
        queue("snoozed", _("Snoozed"), "snooze"),
    )


def row(line: Line, slug: str, key: str, *, query: Mapping[str, object], seen: Mapping[int, int] | None = None) -> Row:
    """One line of the list. Its clock is that of the duty it stands there for. seen: as `inbox.queries.seen` gives it."""
    conversation, duty = line.conversation, line.duty
    owner = duty.owner if duty is not None else conversation.assignee
    due_at = duty.due_at if duty is not None else conversation.due_at
    return Row(
        id=conversation.pk,
        address=open_address(slug, key, conversation.pk, **query),
        name=conversation.identity.name or conversation.identity.handle,
        handle=f"@{conversation.identity.handle.lstrip('@')}",
        network=words.network(conversation.account.network),
        network_icon=network_icon(conversation.account.network),
        account=f"@{conversation.account.handle.lstrip('@')}",
        excerpt=conversation.excerpt or _("(no text)"),
        last_at=conversation.last_at,
        state=conversation.state,
        intent=words.intent(conversation.intent),
        urgent=conversation.urgency == "p1",
        due_at=None
        if may_be_blind(conversation)
        else due_at
        if conversation.state == State.OPEN or duty is not None
        else None,
        assignee=name_of(owner) if owner is not None else "",
        tags=[tag.name for tag in tags_of(conversation)],
        private=conversation.privacy == "private",
        last_from_us=conversation.last_direction == Direction.OUT,
        fresh=unread(conversation, seen.get(conversation.pk) if seen else None),
        snoozed_until=conversation.snoozed_until,
    )


def may_be_blind(conversation: Conversation) -> bool:
    """In triage, and nothing of what was read stands on it: even its clock would tell whether it needs a reply."""
    return conversation.triage_since is not None and not conversation.urgency


def unread(conversation: Conversation, seen_id: int | None) -> bool:
    """New to its reader: they wrote since the reader looked; where the reader never did, while nobody has touched it."""
    if seen_id is None:
        return conversation.touched_at is None and conversation.state == State.OPEN
    return conversation.last_direction == Direction.IN and conversation.last_inbound_id > seen_id


def hit(found: Hit, slug: str, key: str, *, words_found: str) -> Row:
    """One line of a search: the words where they were said, marked."""
    made = row(Line(found.conversation), slug, key, query={"q": words_found, "at": found.message.pk})
    return replace(made, excerpt=marked(found.message.text, words_found), last_at=found.message.sent_at)


def marked(text: str, words_found: str) -> Markup:
    """The text from a little before the first word on, with every word marked."""
    looked_for = re.compile("|".join(re.escape(word) for word in words_found.split()) or r"(?!)", re.IGNORECASE)
    first = looked_for.search(text)
    start = max(0, first.start() - LEAD) if first else 0
    piece = ("… " if start else "") + text[start : start + EXCERPT]
    spans, place = [], 0
    for found in looked_for.finditer(piece):
        spans += [escape(piece[place : found.start()]), Markup("<mark>{}</mark>").format(found.group())]
        place = found.end()
    return Markup("").join([*spans, escape(piece[place:])])


def name_of_queue(key: str, departments: Sequence[Department]) -> str:
    """The heading of the list; empty for a queue that does not exist."""
    own = {"mine": _("Mine"), "triage": _("Triage"), "all": _("All"), "snoozed": _("Snoozed")}
    return own.get(key) or next((desk.name for desk in departments if desk.key == key), "")
