"""Lives ninety days of the demo company through in seconds: every message and every act by the product's own services.

The clock stands at each moment in turn. Messages come in through raw deliveries as the network gave them; answers go
through guard and outbox, and only the network call is left out, because the network holds these posts already.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from crossdesk.channels.enums import Source
from crossdesk.channels.models import Account, OutboxItem
from crossdesk.channels.ports import Delivery
from crossdesk.channels.services import deliveries, outbox
from crossdesk.cli.demo.past import Happening
from crossdesk.inbox.enums import ReplyState, Resolution, State
from crossdesk.inbox.models import Conversation, Entry
from crossdesk.inbox.services import ownership, replies, states
from crossdesk.journal import facts, jobs
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor, system
from crossdesk.kit.errors import CrossdeskError

# What would ask the network: it holds all this already, and its people must not hear of it again.
NETWORK_WORK = frozenset({"channels.pull", "channels.send", "messages.check_known"})
FLUSH_AFTER = timedelta(hours=18)
MOST_WAITING = 400
TIDIED_AFTER = timedelta(days=2)
STALE_AFTER = timedelta(days=9)


@dataclass(slots=True)
class Stage:
    """What filling needs at hand. posts: the network's deliveries by the id of the post they tell of."""

    workspace_id: int
    accounts: dict[str, Account]
    actors: dict[str, Actor]
    departments: dict[str, int]
    ids: dict[str, str]
    posts: dict[str, list[Delivery]]
    conversations: dict[int, int] = field(default_factory=dict)  # by story
    waiting: list[Happening] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    since: datetime | None = None
    skipped: list[str] = field(default_factory=list)


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
    """Everything in its order, then the clocks up to `end`. tell: (done, of) for the progress line."""
    plan: list[Happening | Ending] = sorted([*past, *_endings(past, end=end)], key=lambda one: one.at)
    for number, one in enumerate(plan):
        if number % 100 == 0:
            tell(number, len(plan))
        _live(stage, one)
    _flush(stage, until=end)
    tell(len(plan), len(plan))


@dataclass(frozen=True, slots=True)
class Ending:
    """How a story ends inside the company: resolved by whoever answered, or tidied away after days."""

    at: datetime
    story_number: int
    by: str
    resolution: Resolution
    reason: str


def _endings(past: Sequence[Happening], *, end: datetime) -> Iterator[Ending]:
    last: dict[int, Happening] = {}
    answered: dict[int, Happening] = {}
    for one in past:
        last[one.story_number] = one
        if one.turn.by == "brand":
            answered[one.story_number] = one
    for number, one in last.items():
        ending = _ending(number, one, answered.get(number))
        if ending is not None and ending.at < end:
            yield ending


def _ending(number: int, last: Happening, answer: Happening | None) -> Ending | None:
    story = last.story
    if answer is not None and last.turn_number + 1 == len(story.turns) and story.resolved_reason:
        return Ending(
            last.at + timedelta(minutes=20), number, answer.turn.member, Resolution.ANSWERED, story.resolved_reason
        )
    if answer is None and not story.needs_reply:
        return Ending(last.at + TIDIED_AFTER, number, "", Resolution.NO_REPLY_NEEDED, "")
    return Ending(last.at + STALE_AFTER, number, "", Resolution.HANDLED_ELSEWHERE, "Settled by telephone.")


def _live(stage: Stage, one: Happening | Ending) -> None:
    stage.since = stage.since or one.at
    crossing = one.story_number in stage.touched
    if crossing or one.at - stage.since > FLUSH_AFTER or len(stage.waiting) >= MOST_WAITING:
        _flush(stage, until=one.at)
        stage.since = one.at
    stage.touched.add(one.story_number)
    if isinstance(one, Ending):
        _try(stage, one.at, lambda: _end(stage, one))
        return
    if one.turn.by == "customer":
        stage.waiting.append(one)
        if one.turn.note or one.turn.hand_over or one.turn.consult:
            _flush(stage, until=one.at)
            _try(stage, one.at + timedelta(minutes=4), lambda: _inside(stage, one, one.at + timedelta(minutes=4)))
        return
    _try(stage, one.at, lambda: _inside(stage, one, one.at))
    if one.turn.text:
        _try(stage, one.at, lambda: _answer(stage, one))


def _try(stage: Stage, at: datetime, act: Callable[[], None]) -> None:
    """A story may ask for what the product refuses (it was tidied away, they took it back): then it stays undone."""
    try:
        with clock.standing_at(at):
            act()
    except CrossdeskError as error:
        stage.skipped.append(error.message)


def _flush(stage: Stage, *, until: datetime) -> None:
    """Bring in what waits, and let facts, clocks and jobs run up to the moment."""
    waiting, stage.waiting, stage.touched = stage.waiting, [], set()
    at = waiting[-1].at if waiting else until
    with clock.standing_at(at):
        for handle, account in stage.accounts.items():
            batch = [
                delivery
                for one in waiting
                if one.story.account_handle == handle
                for delivery in stage.posts.get(stage.ids[one.ref], ())
            ]
            if batch:
                deliveries.store_deliveries(account_id=account.pk, deliveries=batch, source=Source.POLL, now=at)
    with clock.standing_at(until):
        settle(until)
    _remember(stage, waiting)


def settle(until: datetime) -> None:
    """Facts and due work until nothing is left, without the network."""
    kinds = jobs.known_kinds() - NETWORK_WORK
    while facts.follow_all() or jobs.run_due(now=until, kinds=kinds):
        pass


def _remember(stage: Stage, waiting: Sequence[Happening]) -> None:
    stories = {stage.ids[one.ref]: one.story_number for one in waiting}
    rows = Entry.objects.filter(
        message__workspace_id=stage.workspace_id, message__network="sandbox", message__external_id__in=stories
    )
    for external_id, conversation_id in rows.values_list("message__external_id", "conversation_id"):
        stage.conversations[stories[external_id]] = conversation_id


def _inside(stage: Stage, one: Happening, at: datetime) -> None:
    """What happens inside the company around a turn."""
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


def _end(stage: Stage, one: Ending) -> None:
    conversation_id = stage.conversations.get(one.story_number)
    if conversation_id is None:
        return
    row = Conversation.objects.get(pk=conversation_id)
    if row.state not in {State.OPEN, State.WAITING}:
        return
    by = stage.actors.get(one.by) or _somebody_of(stage, row.department_id)
    states.resolve(
        conversation_id=conversation_id, resolution=one.resolution, reason=one.reason, by=by, now=one.at,
        waive_others="Seen, nothing to do.",
    )  # fmt: skip


def _somebody_of(stage: Stage, department_id: int | None) -> Actor:
    able = [actor for actor in stage.actors.values() if actor.may("work")]
    return next((actor for actor in able if department_id in actor.departments), able[0])
