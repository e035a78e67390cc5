"""Lives ninety days of the demo company through in seconds, by the product's own services.

Messages come in through raw deliveries as the network gave them. Until the company began with Crossdesk its answers
were written on the network itself and come in the same way; from then on they go through guard and outbox, and only
the network call is left out, because the network holds these posts already.

People have several stories. Rounds tell everybody's first story, then everybody's second, …; waves within a round
bring all first turns at once, then all second ones. So each person's own story keeps its order, and the work of the
rooms is done in batches.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby

from django.db import connection, transaction
from django.db.models import Max

from crossdesk.channels.enums import Source
from crossdesk.channels.models import OutboxItem
from crossdesk.channels.services import deliveries, outbox
from crossdesk.cli.demo import labels, lately
from crossdesk.cli.demo.past import Happening
from crossdesk.cli.demo.stage import NETWORK_WORK, Stage, attempt, settle
from crossdesk.inbox.enums import ReplyState, Resolution, State
from crossdesk.inbox.models import Conversation, Entry
from crossdesk.inbox.services import many, ownership, replies, states
from crossdesk.journal import facts, jobs
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor, system
from crossdesk.messages import services as messages
from crossdesk.notices import services as notices

BATCH = 400
A_MINUTE = 60
A_DAY = 24 * 3600
DAYS_OF_CLOCKS = 95
TIDIED_AFTER = timedelta(days=4)  # nobody lets a thing lie for longer without saying why
DAYS_BETWEEN_LOOKS = 3
IN_USE_FOR = timedelta(days=12)  # before that, answers were written on the network itself


@contextmanager
def quick_writes() -> Iterator[None]:
    """SQLite need not wait for the disk after each of a hundred thousand commits: a fill cut short begins again."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")


def live_through(stage: Stage, past: Sequence[Happening], *, end: datetime, tell: Callable[[int, int], None]) -> None:
    """Every round and wave, then the clocks up to `end`. tell: (done, of) for the progress line."""
    done = 0
    for of_round in _rounds(past):
        for batch in _batches(of_round):
            _live(stage, batch, end)
            done += len(batch)
            tell(done, len(past) * 10 // 9)
        _tidy(stage, end)  # before the same people come with something else
    _end_all(stage, sorted(_endings(past, end=end), key=lambda one: one.at))
    settle(end)
    _run_clocks(end)
    labels.weekly(stage, past[0].at, end)
    lately.last_day(stage, end)
    lately.at_hand(stage, end - IN_USE_FOR)
    for one in stage.actors.values():
        notices.see(by=one, now=end, before=end - timedelta(days=1))
    tell(1, 1)


def in_use(at: datetime, end: datetime) -> bool:
    """Did the company work with Crossdesk at that moment?"""
    return at > end - IN_USE_FOR


def _live(stage: Stage, batch: Sequence[Happening], end: datetime) -> None:
    """What comes in of a batch, then what people do about it."""
    _come_in(stage, [one for one in batch if one.turn.by == "customer" or not in_use(one.at, end)], end)
    labels.blind(stage, before=end)
    labels.correct(stage, batch)
    for one in batch:
        if one.turn.by == "brand" and in_use(one.at, end):
            _inside(stage, one, one.at)
            attempt(one.at, partial(_answer, stage, one))
        elif one.turn.by == "customer" and in_use(one.at, end):
            _inside(stage, one, one.at + timedelta(minutes=4))
    settle(batch[-1].at)


def in_order(past: Sequence[Happening]) -> list[Happening]:
    """All of it as it is lived through."""
    return [one for of_round in _rounds(past) for batch in _batches(of_round) for one in batch]


def _rounds(past: Sequence[Happening]) -> list[list[Happening]]:
    """Everybody's first story, everybody's second, and so on."""
    told: dict[tuple[str, str], list[int]] = {}
    rounds: dict[int, list[Happening]] = {}
    for one in past:
        stories = told.setdefault((one.story.person.handle, one.story.account_handle), [])
        if one.story_number not in stories:
            stories.append(one.story_number)
        rounds.setdefault(stories.index(one.story_number), []).append(one)
    return [rounds[number] for number in sorted(rounds)]


def _batches(of_round: Sequence[Happening]) -> Iterator[list[Happening]]:
    """The waves of a round, cut into batches, each in the order of time."""
    ordered = sorted(of_round, key=lambda one: (one.turn_number, one.at))
    for _, wave in groupby(ordered, key=lambda one: one.turn_number):
        rows = list(wave)
        for start in range(0, len(rows), BATCH):
            yield rows[start : start + BATCH]


def _come_in(stage: Stage, batch: Sequence[Happening], end: datetime) -> None:
    """Store what the network told, then let it be read and decided."""
    for (moment, handle), rows in _pulls(batch, end).items():
        found = [delivery for one in rows for delivery in stage.posts.get(stage.ids[one.ref], ())]
        if found:
            with clock.standing_at(moment):
                deliveries.store_deliveries(
                    account_id=stage.accounts[handle].pk, deliveries=found, source=Source.POLL, now=moment
                )
    if batch:
        with clock.standing_at(batch[-1].at):
            for account in stage.accounts.values():
                while messages.take_in(account_id=account.pk, now=batch[-1].at, reader=stage.reader):
                    pass
        settle(batch[-1].at)
        _remember(stage, batch)


def _pulls(batch: Sequence[Happening], end: datetime) -> dict[tuple[datetime, str], list[Happening]]:
    """By account and minute, as pulls come; the moment is that of the last one in it.

    What was there when the accounts were connected comes by the day, and what was said later in a story by three days.
    """
    groups: dict[tuple[int, str], list[Happening]] = {}
    for one in batch:
        span = A_MINUTE if in_use(one.at, end) else A_DAY if one.turn_number == 0 else 3 * A_DAY
        groups.setdefault((int(one.at.timestamp()) // span * span, one.story.account_handle), []).append(one)
    return {(rows[-1].at, handle): rows for (_, handle), rows in groups.items()}


def _run_clocks(end: datetime) -> None:
    """What fell due in all that time, day by day since people work with Crossdesk."""
    kinds = jobs.known_kinds() - NETWORK_WORK
    moment = end - timedelta(days=DAYS_OF_CLOCKS)
    while moment < end:
        step = timedelta(days=1 if in_use(moment, end) else 3)
        moment = min(moment + step, end)
        with clock.standing_at(moment):
            while jobs.run_due(now=moment, kinds=kinds):
                pass
    with clock.standing_at(end):
        while facts.follow_all() or jobs.run_due(now=end, kinds=kinds):
            pass


@dataclass(frozen=True, slots=True)
class Ending:
    """How a story ends inside the company: resolved by whoever answered."""

    at: datetime
    story_number: int
    by: str
    resolution: Resolution
    reason: str


def _endings(past: Sequence[Happening], *, end: datetime) -> Iterator[Ending]:
    """What somebody settled who had answered it in Crossdesk."""
    last = {one.story_number: one for one in past}
    answered = {one.story_number: one for one in past if one.turn.by == "brand" and in_use(one.at, end)}
    for number, answer in answered.items():
        one, story = last[number], answer.story
        at = one.at + timedelta(minutes=20)
        if story.resolved_reason and one.turn_number + 1 == len(story.turns) and at < end:
            yield Ending(at, number, answer.turn.member, Resolution.ANSWERED, story.resolved_reason)


def _tidy(stage: Stage, end: datetime) -> None:
    """What still stands after days is settled by its department, as people do who look at their queue."""
    rows = Conversation.objects.filter(
        workspace_id=stage.workspace_id, state__in=[State.OPEN, State.WAITING], last_at__lt=end - TIDIED_AFTER
    )
    piles: dict[tuple[int, Resolution, int | None], list[Conversation]] = {}
    for row in rows.order_by("last_at", "id"):
        resolution = Resolution.ANSWERED if row.state == State.WAITING else Resolution.HANDLED_ELSEWHERE
        if row.state == State.OPEN and not row.needs_reply:
            resolution = Resolution.NO_REPLY_NEEDED
        look = row.last_at.toordinal() // DAYS_BETWEEN_LOOKS
        piles.setdefault((look, resolution, row.department_id), []).append(row)
    for (_, resolution, department_id), pile in piles.items():
        _settle_pile(stage, pile, resolution, by=stage.somebody_of(department_id))


def _settle_pile(stage: Stage, pile: Sequence[Conversation], resolution: Resolution, *, by: Actor) -> None:
    """A pile at once; where others still owe something, with a word on why they need not."""
    at = pile[-1].last_at + TIDIED_AFTER
    with clock.standing_at(at):
        for start in range(0, len(pile), many.MOST):
            many.resolve_many(
                conversation_ids=[row.pk for row in pile[start : start + many.MOST]], resolution=resolution, by=by,
                now=at, waive_others="Seen, nothing to do.",
            )  # fmt: skip


def _remember(stage: Stage, waiting: Sequence[Happening]) -> None:
    stories = {stage.ids[one.ref]: one.story_number for one in waiting}
    rows = Entry.objects.filter(
        message__workspace_id=stage.workspace_id, message__network="sandbox", message__external_id__in=stories
    )
    for external_id, conversation_id in rows.values_list("message__external_id", "conversation_id"):
        stage.conversations[stories[external_id]] = conversation_id


def _inside(stage: Stage, one: Happening, at: datetime) -> None:
    """What happens inside the company around a turn."""
    turn = one.turn
    if turn.note or turn.consult or turn.hand_over or turn.snooze:
        attempt(at, lambda: _act_inside(stage, one, at))


def _act_inside(stage: Stage, one: Happening, at: datetime) -> None:
    conversation_id = stage.conversations.get(one.story_number)
    if conversation_id is None:
        return
    turn, by = one.turn, _actor(stage, one)
    if turn.note:
        states.note(conversation_id=conversation_id, text=turn.note, by=by, now=at)
    if turn.consult:
        asker = stage.actors.get(turn.consult.asked_by, by)
        states.note(conversation_id=conversation_id, text=turn.consult.question, by=asker, now=at)
        if turn.consult.answer:
            answerer = stage.actors.get(turn.consult.answered_by, by)
            states.note(conversation_id=conversation_id, text=turn.consult.answer, by=answerer, now=at)
    if turn.hand_over in stage.departments:
        ownership.hand_over(
            conversation_id=conversation_id, department_id=stage.departments[turn.hand_over], by=by, now=at
        )
    if turn.snooze and turn.by == "customer":
        states.snooze(conversation_id=conversation_id, until=at + turn.snooze, by=by, now=at)


def _actor(stage: Stage, one: Happening) -> Actor:
    if one.turn.member in stage.actors:
        return stage.actors[one.turn.member]
    return next(actor for actor in stage.actors.values() if actor.may("work"))


def _answer(stage: Stage, one: Happening) -> None:
    conversation_id = stage.conversations.get(one.story_number)
    if conversation_id is None:
        return
    by, row = _actor(stage, one), Conversation.objects.get(pk=conversation_id)
    if row.triage_since is not None and one.story.department in stage.departments:
        ownership.decide(
            conversation_id=conversation_id, needs_reply=True, intent=one.story.intent, by=by, now=one.at,
            department_id=stage.departments[one.story.department],
        )  # fmt: skip
    if row.assignee_id is None and row.state == State.OPEN:
        ownership.take(conversation_id=conversation_id, by=by, now=one.at)
    seen = Entry.objects.filter(conversation_id=conversation_id).aggregate(last=Max("id"))["last"]
    reply = replies.reply(
        conversation_id=conversation_id, text=one.turn.text, saw_entry_id=seen, by=by, now=one.at,
        visibility="direct" if one.turn.visibility == "direct" else "",
    )  # fmt: skip
    if reply.state == ReplyState.QUEUED and reply.outbox_id is not None:
        _publish(stage, reply.outbox_id, stage.ids[one.ref], at=one.at)


@transaction.atomic
def _publish(stage: Stage, item_id: int, external_id: str, *, at: datetime) -> None:
    """The network holds the post already: the outbox row is settled with its id."""
    item = OutboxItem.objects.select_for_update().get(pk=item_id)
    outbox.mark_published(item, external_id=external_id, permalink="", at=at, by=system(stage.workspace_id))
    jobs.cancel("channels.send", key=str(item_id))


def _end_all(stage: Stage, endings: Sequence[Ending]) -> None:
    """End what is not settled yet."""
    ids = [stage.conversations.get(one.story_number, 0) for one in endings]
    rows = Conversation.objects.filter(state__in=[State.OPEN, State.WAITING]).in_bulk(ids)
    for one, pk in zip(endings, ids, strict=True):
        if pk in rows:
            attempt(one.at, partial(_end, stage, one, rows[pk]))


def _end(stage: Stage, one: Ending, row: Conversation) -> None:
    states.resolve(
        conversation_id=row.pk, resolution=one.resolution, reason=one.reason, now=one.at,
        by=stage.actors.get(one.by) or stage.somebody_of(row.department_id), waive_others="Seen, nothing to do.",
    )  # fmt: skip
