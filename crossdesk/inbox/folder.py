"""A conversation under lock, with what is open in it. Services change it in memory; `save` writes what changed.

Facts and jobs are given as functions, since new rows have no id before they are written. Counters follow from the
difference between what was open before and what is open now, so no service can forget them.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from django.db import models

from crossdesk.inbox.enums import IN_DOUBT, DutyKind, DutyState, EntryKind, State
from crossdesk.inbox.models import Block, Conversation, Duty, Entry, Reply, Span
from crossdesk.inbox.store import Place, Work, count
from crossdesk.journal import bulk, jobs
from crossdesk.journal.among import many
from crossdesk.journal.events import FactBody
from crossdesk.journal.facts import publish_all
from crossdesk.journal.prepared import Prepared
from crossdesk.kit.actor import Actor

Tell = Callable[[], FactBody]
Job = tuple[str, str, datetime, dict[str, Any]]  # kind, key, due at, arguments
Ask = Callable[[], Job | None]  # None: no more
KEPT = (Conversation, Block, Duty, Span)  # in the order in which they are written


@dataclass(slots=True, eq=False)
class Folder:
    """One conversation with its open block, its blocks whose answer is on its way, its open duties and open span."""

    conversation: Conversation
    block: Block | None = None
    on_their_way: list[Block] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)
    span: Span | None = None
    entries: list[Entry] = field(default_factory=list)
    tells: list[Tell] = field(default_factory=list)
    asks: list[Ask] = field(default_factory=list)
    before: dict[Place, Work] = field(default_factory=dict)
    rows: list[models.Model] = field(default_factory=list)
    _was: dict[int, dict[str, Any]] = field(default_factory=dict)

    def keep(self, row: models.Model) -> None:
        """Take a row in, so that `save` writes it: as it is when new, and what changed when it was stored."""
        self.rows.append(row)
        if row.pk is not None:
            self.remember(row)

    def remember(self, row: models.Model) -> None:
        """As it is now it is stored."""
        self._was[id(row)] = vars(row).copy()

    def changed(self, row: models.Model) -> set[str]:
        """Names of the row's columns that differ from what was loaded."""
        was, now = self._was.get(id(row), {}), vars(row)
        if was == now:
            return set()
        return {name for name, value in now.items() if name in was and name[0] != "_" and was[name] != value}

    @property
    def answer_leaves(self) -> bool:
        """Is an answer on its way of which nobody doubts that it gets out?"""
        return any(block.reply and block.reply.state not in IN_DOUBT for block in self.on_their_way)

    @property
    def open_duties(self) -> list[Duty]:
        return [duty for duty in self.duties if duty.closed_at is None]

    @property
    def pen(self) -> Duty | None:
        """The duty of the department that holds the pen."""
        return next((duty for duty in self.open_duties if duty.kind == DutyKind.RESPOND), None)

    def work(self) -> dict[Place, Work]:
        """What stands in queues because of this conversation."""
        found: dict[Place, Work] = {}
        row = self.conversation
        for duty in self.open_duties:
            if duty.queue_at is not None:
                _add(found, Place(duty.account_id, duty.department_id, duty.wall_id), Work(1, int(duty.overdue)))
        if row.triage_since is not None:
            late = self.block is not None and self.block.told_due_at is not None
            _add(found, Place(row.account_id, None, row.wall_id), Work(1, int(late)))
        return found

    def places(self) -> tuple[int | None, int, int | None]:
        """conversation_id, account_id, wall_id of its facts."""
        return self.conversation.pk, self.conversation.account_id, self.conversation.wall_id

    def tell(self, kind: type[FactBody], values: Callable[[], dict[str, Any]] | None = None, /, **plain: Any) -> None:
        """A fact of this conversation. `values` for what is known only after writing."""

        def body() -> FactBody:
            conversation_id, account_id, wall_id = self.places()
            more = values() if values else {}
            return kind(
                conversation_id=conversation_id, account_id=account_id, wall_id=wall_id, **plain, **more
            )  # fmt: skip

        self.tells.append(body)

    def note_event(self, event: str, *, by: Actor | None, now: datetime, **details: Any) -> Entry:
        """A line of the conversation that tells what happened to it."""
        entry = bulk.made(
            Entry, conversation=self.conversation, kind=EntryKind.EVENT, at=now, event=event, details=details,
            by_id=by.member_id if by else None,
        )  # fmt: skip
        self.entries.append(entry)
        return entry

    def refresh_places(self, *, late_after: Callable[[Duty], datetime]) -> None:
        """Put each open duty in its queue or take it out: see `Duty.queue_at`."""
        row = self.conversation
        for duty in self.duties:
            hidden = duty.closed_at is not None or (
                duty.kind == DutyKind.RESPOND and (row.state != State.OPEN or row.snoozed_until is not None)
            )
            duty.queue_at = None if hidden else duty.due_at or late_after(duty)


class Written(NamedTuple):
    """A row of a folder to be written. names: of the columns that changed; none of a new one."""

    folder: Folder
    row: models.Model
    names: set[str]


ByModel = dict[type[models.Model], list[Written]]


def _add(found: dict[Place, Work], place: Place, work: Work) -> None:
    had = found.get(place, Work(0, 0))
    found[place] = Work(had.open + work.open, had.overdue + work.overdue)


_BLOCKS = Prepared(
    Block,
    lambda places: Block.objects.filter(conversation_id__among=places, ended_at=None).order_by("id"),
    bulk.columns_of(Block),
)
_DUTIES = Prepared(
    Duty,
    lambda places: Duty.objects.filter(conversation_id__among=places, state=DutyState.OPEN).order_by("id"),
    bulk.columns_of(Duty),
)
_SPANS = Prepared(
    Span, lambda places: Span.objects.filter(conversation_id__among=places, ended_at=None), bulk.columns_of(Span)
)


def load(conversations: models.QuerySet[Conversation]) -> list[Folder]:
    """Open the folders of conversations, which the query locks. Four queries, five while answers are on their way."""
    return load_of(bulk.load(conversations))


def load_of(conversations: Iterable[Conversation]) -> list[Folder]:
    """The same for conversations that are read and locked."""
    folders = {row.pk: Folder(conversation=row) for row in conversations}
    if not folders:
        return []
    blocks: list[Block] = _BLOCKS.load(places=many(folders))
    replies = _replies({block.reply_id for block in blocks if block.reply_id is not None})
    for block in blocks:
        folder = folders[block.conversation_id]
        if block.reply_id is None:
            folder.block = block
        else:
            block.reply = replies[block.reply_id]
            folder.on_their_way.append(block)
        folder.keep(block)
    for duty in _DUTIES.load(places=many(folders)):
        folders[duty.conversation_id].duties.append(duty)
        folders[duty.conversation_id].keep(duty)
    for span in _SPANS.load(places=many(folders)):
        folders[span.conversation_id].span = span
        folders[span.conversation_id].keep(span)
    for folder in folders.values():
        folder.keep(folder.conversation)
        folder.before = folder.work()
    return list(folders.values())


def _replies(ids: Collection[int]) -> dict[int, Reply]:
    return {reply.pk: reply for reply in bulk.load(Reply.objects.filter(pk__in=ids))} if ids else {}


def save(folders: Sequence[Folder], *, by: Actor, now: datetime) -> None:
    """Write all that changed, then counters, facts and jobs. Old rows first, so that a place is free before it is taken."""
    changed, fresh = _to_write(folders)
    for model in KEPT:
        # What ends, or lays the pen down, gives its place free before something else takes it.
        rows = sorted(
            changed[model], key=lambda one: (_is_open(one.row), getattr(one.row, "kind", "") == DutyKind.RESPOND)
        )
        bulk.update([one.row for one in rows], set().union(*(one.names for one in rows)))
    for model in KEPT:
        bulk.insert([one.row for one in fresh[model]])
    bulk.insert([entry for folder in folders for entry in folder.entries])
    for one in chain.from_iterable([*changed.values(), *fresh.values()]):
        one.folder.remember(one.row)
    publish_all([tell() for folder in folders for tell in folder.tells], by=by, at=now)
    _ask([ask() for folder in folders for ask in folder.asks], workspace_id=by.workspace_id)
    moved: dict[Place, Work] = {}
    for folder in folders:
        before, folder.before = folder.before, folder.work()
        if before != folder.before:
            for place, work in before.items():
                _add(moved, place, Work(-work.open, -work.overdue))
            for place, work in folder.before.items():
                _add(moved, place, work)
        folder.tells, folder.asks, folder.entries = [], [], []
    count(by.workspace_id, moved)


def _to_write(folders: Sequence[Folder]) -> tuple[ByModel, ByModel]:
    """What changed, and what is new."""
    changed: ByModel = {model: [] for model in KEPT}
    fresh: ByModel = {model: [] for model in KEPT}
    for folder in folders:
        for row in folder.rows:
            if row.pk is None:
                fresh[type(row)].append(Written(folder, row, set()))
            elif names := folder.changed(row):
                changed[type(row)].append(Written(folder, row, names))
    return changed, fresh


def _ask(jobs_asked: Iterable[Job | None], *, workspace_id: int) -> None:
    """Ask for each piece of work once."""
    wanted: dict[str, dict[tuple[str, datetime], dict[str, Any]]] = {}
    for job in jobs_asked:
        if job is not None:
            kind, key, due_at, arguments = job
            wanted.setdefault(kind, {})[key, due_at] = arguments
    for kind, rows in wanted.items():
        asked = [(key, due_at, arguments) for (key, due_at), arguments in rows.items()]
        jobs.enqueue_many(kind, asked, workspace_id=workspace_id)


def _is_open(row: models.Model) -> bool:
    return getattr(row, "closed_at", None) is None and getattr(row, "ended_at", None) is None
