"""Bringing what was put in order: whole conversations, a batch and its place in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Final

from django.db import transaction

from crossdesk.channels.models import Account
from crossdesk.imports import policies
from crossdesk.imports.enums import ImportState
from crossdesk.imports.errors import Overtaken
from crossdesk.imports.lines import MICROSECOND, Who
from crossdesk.imports.models import Brought, Import
from crossdesk.imports.places import Places
from crossdesk.imports.plan import Plan
from crossdesk.imports.services.finishing import finish
from crossdesk.imports.services.opening import stage_path
from crossdesk.imports.stage import Stage, Staged, alone
from crossdesk.imports.values import EPOCH
from crossdesk.inbox import services as inbox
from crossdesk.inbox.enums import Privacy
from crossdesk.inbox.theirs import LOOK_BACK
from crossdesk.journal import audit, bulk, jobs
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor, system
from crossdesk.kit.errors import Conflict
from crossdesk.messages import services as messages
from crossdesk.messages.services.place import Place

BATCH: Final = 2000
BRING: Final = "imports.bring"

Tell = Callable[[int, int], None]  # messages done, of how many


@dataclass(slots=True)
class _Lot:
    """A conversation on its way in, or one message that stands in none (owner 0)."""

    lines: list[Staged]
    account: Account
    place: Place
    owner: int


@dataclass(slots=True)
class _Brought:
    """What a batch brought."""

    messages: int = 0
    known: int = 0
    contacts: int = 0
    conversation_ids: list[int] = field(default_factory=list)
    alone_ids: list[int] = field(default_factory=list)


@transaction.atomic
def begin(*, import_id: int, by: Actor, now: datetime, in_background: bool = False) -> Import:
    """Let an import come in that was checked, or go on with one that stopped. Raises NotAllowed, Conflict."""
    policies.demand(by)
    row = Import.objects.select_for_update().get(pk=import_id, workspace_id=by.workspace_id)
    if row.state == ImportState.RUNNING:
        return row
    if row.state not in (ImportState.CHECKED, ImportState.STOPPED):
        raise Conflict("This import cannot begin: check it first.")
    row.state, row.error, row.started_at = ImportState.RUNNING, "", row.started_at or now
    row.save(update_fields=["state", "error", "started_at"])
    audit.record(
        "imports.begin", by=by, at=now, subject_kind="import", subject_id=row.pk, subject_name=row.name,
        after={"messages": row.total, "wrong": row.wrong},
    )  # fmt: skip
    if in_background:
        jobs.enqueue(BRING, key=str(row.pk), due_at=now, workspace_id=row.workspace_id, import_id=row.pk)
    return row


def bring(*, import_id: int, until: datetime | None = None, tell: Tell | None = None, batch: int = BATCH) -> bool:
    """Bring what is left of a running import. Returns whether all of it has come in.

    until: stop at the end of the batch in hand then. Safe to repeat and to be killed: each batch moves the import's
    place in the transaction of what it brings. Raises Busy, Overtaken.
    """
    row = Import.objects.select_related("account").get(pk=import_id)
    if row.state == ImportState.DONE:
        return True
    plan = Plan.stored(row.plan or {})
    with alone(stage_path(row)) as stage:
        if not stage.holds(row.digest, plan):
            raise Overtaken("The file must be read once more before this import goes on.")
        bringing = _Bringing(row, plan, stage)
        for some in _batches(stage, row.position, batch):
            bringing.bring(some)
            if tell:
                tell(bringing.position, row.total)
            if until is not None and clock.now() >= until:
                break
        if bringing.position < row.total:
            return False
    finish(row.pk)
    return True


def _batches(stage: Stage, after: int, size: int) -> Iterator[list[list[Staged]]]:
    """Whole conversations, so many that a batch has at least this many messages."""
    batch: list[list[Staged]] = []
    count = 0
    for _, lines in groupby(stage.staged(after), key=lambda line: line.lot):
        batch.append(list(lines))
        count += len(batch[-1])
        if count >= size:
            yield batch
            batch, count = [], 0
    if batch:
        yield batch


class _Bringing:
    """One import while it comes in."""

    def __init__(self, row: Import, plan: Plan, stage: Stage) -> None:
        self.row, self.plan, self.stage = row, plan, stage
        self.by: Actor = system(row.workspace_id, row.by_name or "Crossdesk")
        self.places = Places(row, stage)
        self.position = row.position

    def bring(self, lots: Sequence[list[Staged]]) -> None:
        """A batch and its place, or nothing."""
        upto = lots[-1][-1].pos
        try:
            with transaction.atomic():
                row = Import.objects.select_for_update().get(pk=self.row.pk)
                if row.position != self.position or row.state != ImportState.RUNNING:
                    raise Overtaken("This import was stopped, taken back, or goes on elsewhere.")
                found = self._keep(lots, now=clock.now())
                row.position, row.messages = upto, row.messages + found.messages
                row.known, row.contacts = row.known + found.known, row.contacts + found.contacts
                row.conversations += len(found.conversation_ids)
                row.save(update_fields=["position", "messages", "known", "contacts", "conversations"])
        except BaseException:
            self.places.forget()
            raise
        self.position = upto

    def _keep(self, lots: Sequence[list[Staged]], *, now: datetime) -> _Brought:
        messages.begin_history(self.row.workspace_id)
        found, ready = _Brought(), [lot for lines in lots for lot in self._lots(lines, now=now)]
        people = self._people(ready)
        ready.sort(key=lambda lot: (lot.place.network, lot.place.host))
        for place, some in groupby(ready, key=lambda lot: lot.place):
            self._keep_place(place, list(some), people, found, now=now)
        rows: list[tuple[int, int | None, int | None]] = [(self.row.pk, pk, None) for pk in found.conversation_ids]
        rows += [(self.row.pk, None, pk) for pk in found.alone_ids]
        bulk.insert_values(Brought, ("of_id", "conversation_id", "message_id"), rows)
        return found

    def _lots(self, lines: list[Staged], *, now: datetime) -> Iterator[_Lot]:
        lines = _in_order(lines)
        for some in self._parts(lines):
            leading = next((line for line in some if line.ours), some[0])
            account = self.places.account(self.places.handle_of(leading), by=self.by, now=now)
            place = self.places.place(account)
            assert place is not None
            yield _Lot(some, account, place, lines[0].owner)

    def _parts(self, lines: list[Staged]) -> Iterator[list[Staged]]:
        """Where nothing links messages, a long silence ends a conversation, as it does live."""
        if self.plan.linked or not lines[0].owner:
            yield lines
            return
        silence = LOOK_BACK[Privacy.PRIVATE if lines[0].private else Privacy.PUBLIC] // MICROSECOND
        start = 0
        for place in range(1, len(lines)):
            if lines[place].at - lines[place - 1].at > silence:
                yield lines[start:place]
                start = place
        yield lines[start:]

    def _people(self, lots: Sequence[_Lot]) -> dict[int, messages.PastPerson]:
        found = self.stage.authors({lot.owner for lot in lots} - {0})
        return {pk: _person(who, first, last, lots) for pk, (who, first, last) in found.items()}

    def _keep_place(
        self,
        place: Place,
        lots: Sequence[_Lot],
        people: dict[int, messages.PastPerson],
        found: _Brought,
        *,
        now: datetime,
    ) -> None:
        past = [[self._message(line, lot, people, now=now) for line in lot.lines] for lot in lots]
        by_id = {who.external_id: who for who in people.values()}
        kept = messages.keep_history(place, [one for some in past for one in some], by_id, now=now)
        found.messages += len(kept.ids)
        found.known += sum(map(len, past)) - len(kept.ids)
        found.contacts += kept.contacts
        conversations = []
        for lot, some in zip(lots, past, strict=True):
            fresh = [one for one in some if one.external_id in kept.ids]
            if lot.owner and not all(one.ours for one in fresh):
                conversations.append(self._conversation(lot, fresh, kept))
            else:
                found.alone_ids += [kept.ids[one.external_id] for one in fresh]
        found.conversation_ids += inbox.keep_history(conversations, by=self.by, now=now)

    def _message(
        self, line: Staged, lot: _Lot, people: dict[int, messages.PastPerson], *, now: datetime
    ) -> messages.PastMessage:
        account = self.places.account(self.places.handle_of(line), by=self.by, now=now) if line.ours else lot.account
        if (account.network, account.host) != (lot.account.network, lot.account.host):
            account = lot.account
        return messages.PastMessage(
            external_id=line.key, ours=bool(line.ours), person=people[lot.owner].external_id if lot.owner else "",
            account_id=account.pk, private=bool(line.private), text=line.text, language=line.language,
            sent_at=_moment(line.at), parent_external_id=line.parent, permalink=line.url,
        )  # fmt: skip

    def _conversation(
        self, lot: _Lot, past: Sequence[messages.PastMessage], kept: messages.Kept
    ) -> inbox.PastConversation:
        known = kept.people[past[0].person]
        wall_id = (
            next((wall for one in past if (wall := kept.walls.get(one.external_id))), None) if kept.walls else None
        )
        if wall_id is not None:
            inside = [kept.ids[one.external_id] for one in past]
            messages.enclose(message_ids=inside, wall_id=wall_id, workspace_id=self.row.workspace_id)
        return inbox.PastConversation(
            account_id=lot.account.pk, contact_id=known.contact_id, identity_id=known.identity_id, private=past[0].private,
            language=next((one.language for one in past if one.language), ""),
            lines=[inbox.PastLine(kept.ids[one.external_id], one.ours, one.sent_at, one.text) for one in past],
            wall_id=wall_id,
        )  # fmt: skip


def _in_order(lines: list[Staged]) -> list[Staged]:
    """Of the same second, what is answered comes before its answer, however the file has them."""
    if all(one.at != other.at for one, other in pairwise(lines)):
        return lines
    found: list[Staged] = []
    for _, group in groupby(lines, key=lambda line: line.at):
        left = {line.pk: line for line in group}
        while left:
            ready = [line for line in left.values() if line.up not in left] or [next(iter(left.values()))]
            for line in ready:
                found.append(line)
                del left[line.pk]
    return found


def _moment(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _person(who: Who, first: int | None, last: int | None, lots: Sequence[_Lot]) -> messages.PastPerson:
    """Whom only we wrote to was first seen when we did."""
    if first is None or last is None:
        first = last = min(line.at for lot in lots for line in lot.lines)
    return messages.PastPerson(who.external_id, who.handle, who.name, _moment(first), _moment(last))
