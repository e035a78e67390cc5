"""Anything in any order: whatever people, networks and clocks do, nothing is lost, counted twice or owed by nobody."""

import random
from collections import Counter as Tally
from dataclasses import replace
from datetime import timedelta

import pytest

from crossdesk.channels.models import OutboxItem
from crossdesk.inbox import changes, intake, ours, queries, services
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.intake import DutyOwed
from crossdesk.inbox.models import Act, Block, Conversation, Duty, Entry, Reply, Span
from crossdesk.inbox.services import settling
from crossdesk.journal.models import Fact
from crossdesk.kit.errors import CrossdeskError
from crossdesk.messages.models import Message
from tests.conftest import actor_of
from tests.inbox.factories import NOON, Desk, MessageFactory, clocks_run
from tests.org.factories import DepartmentFactory, MemberFactory, WallFactory, WallMemberFactory


class Walk:
    """Random acts on one customer's conversations, by a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = NOON
        self.desk = Desk()
        self.other = DepartmentFactory(workspace=self.desk.workspace)
        self.desk.account.access.create(department=self.other, monitor=True, respond=True)
        self.wall = WallFactory(workspace=self.desk.workspace)
        people = [
            MemberFactory(workspace=self.desk.workspace, seats=[department], role="lead")
            for department in (self.desk.department, self.other)
        ]
        for person in people:
            WallMemberFactory(wall=self.wall, member=person)
        self.people = [actor_of(person) for person in people]
        self.did: list[str] = []

    def step(self) -> None:
        self.now += timedelta(minutes=self.chance.choice([1, 5, 30, 240, 60 * 24, 60 * 24 * 4]))
        acts = [name for name in dir(self) if name.startswith("do_")]
        name = self.chance.choices(
            acts, weights=[6 if act in {"do_write", "do_reply", "do_publish"} else 1 for act in acts]
        )[0]
        self.did.append(name)
        try:
            getattr(self, name)()
        except CrossdeskError as refused:
            self.did[-1] += f" (refused: {refused.code})"

    @property
    def by(self):
        return self.chance.choice(self.people)

    @property
    def conversation(self) -> Conversation:
        row = Conversation.objects.order_by("-id").first()
        if row is None:
            raise CrossdeskError("nothing yet")
        return row

    @property
    def about(self) -> dict:
        return {"conversation_id": self.conversation.pk, "by": self.by, "now": self.now}

    def verdict(self):
        respond = DutyOwed(self.chance.choice([self.desk.department, self.other]).pk, "respond")
        review = DutyOwed(self.other.pk, "review", target_seconds=7200)
        return self.chance.choice([
            self.desk.verdict(duties=(respond,)),
            self.desk.verdict(duties=(respond,), urgency="p1", target_seconds=900, basis="business"),
            self.desk.verdict(duties=(DutyOwed(self.desk.department.pk, "respond"), review)),
            self.desk.verdict(needs_reply=False, duties=(review,), target_seconds=None),
            self.desk.verdict(needs_reply=True, duties=()),
            self.desk.verdict(needs_reply=None, doubt=True, duties=(), target_seconds=None),
            self.desk.nothing(),
        ])  # fmt: skip

    def do_write(self) -> None:
        late = timedelta(minutes=self.chance.choice([0, 0, 0, 15]))
        self.desk.they_write(self.now - late, taken_at=self.now, verdict=self.verdict())

    def do_delete(self) -> None:
        said = Message.objects.filter(direction="in", deleted_at=None).order_by("?").first()
        if said is not None:
            Message.objects.filter(pk=said.pk).update(deleted_at=self.now)
            changes.take_deletions([said.pk], by=self.desk.system, now=self.now)

    def do_edit(self) -> None:
        said = Message.objects.filter(direction="in").order_by("-id").first()
        if said is not None:
            changes.take_edits([said.pk], by=self.desk.system, now=self.now)
            intake.decide_again(said.pk, self.verdict(), by=self.desk.system, now=self.now)

    def do_correct(self) -> None:
        said = Message.objects.filter(direction="in").order_by("-id").first()
        if said is not None:
            intake.decide_again(said.pk, replace(self.verdict(), verdict_by="person"), by=self.by, now=self.now)

    def do_reply(self) -> None:
        saw = queries.last_entry_id(self.conversation) - self.chance.choice([0, 0, 0, 2])
        services.reply(
            **self.about, text=f"Answer {self.now}", saw_entry_id=saw, resolve_after=self.chance.random() < 0.3
        )

    def waiting_item(self) -> Reply:
        reply = Reply.objects.filter(state__in=["queued", "doubtful"]).order_by("id").first()
        if reply is None:
            raise CrossdeskError("nothing on its way")
        return reply

    def do_publish(self) -> None:
        reply = self.waiting_item()
        at = self.now - timedelta(seconds=30)
        OutboxItem.objects.filter(pk=reply.outbox_id or 0).update(
            state="published", external_id=f"o{reply.pk}", published_at=at
        )
        settling.reply_published(item_id=reply.outbox_id or 0, by=self.desk.system, now=self.now)
        if self.chance.random() < 0.7:
            post = MessageFactory(account=self.desk.account, ours=True, outbox_id=reply.outbox_id, sent_at=at)
            ours.take_our_posts([post.pk], by=self.desk.system, now=self.now)

    def do_refuse(self) -> None:
        state = self.chance.choice([ReplyState.FAILED, ReplyState.DOUBTFUL, ReplyState.DISCARDED])
        settling.reply_ended(
            item_id=self.waiting_item().outbox_id or 0, state=state, error="No", by=self.desk.system, now=self.now
        )

    def do_send_again(self) -> None:
        held = Reply.objects.filter(state__in=["held", "failed"]).order_by("-id").first()
        if held is not None:
            saw = queries.last_entry_id(held.conversation)
            services.send_held(reply_id=held.pk, saw_entry_id=saw, by=self.by, now=self.now)

    def do_answer_elsewhere(self) -> None:
        said = Message.objects.filter(direction="in").order_by("-id").first()
        if said is not None:
            at = self.now - timedelta(minutes=self.chance.choice([0, 20]))
            post = MessageFactory(account=self.desk.account, ours=True, parent_external_id=said.external_id, sent_at=at)
            ours.take_our_posts([post.pk], by=self.desk.system, now=self.now)

    def do_take(self) -> None:
        services.take(**self.about)

    def do_unassign(self) -> None:
        services.unassign(**self.about)

    def do_hand_over(self) -> None:
        to = self.chance.choice([self.desk.department, self.other])
        services.hand_over(**self.about, department_id=to.pk, keep_watch=self.chance.random() < 0.5)

    def do_decide(self) -> None:
        services.decide(
            **self.about, needs_reply=self.chance.random() < 0.6, department_id=self.other.pk, target_seconds=3600
        )

    def do_add_duty(self) -> None:
        services.add_duty(**self.about, department_id=self.other.pk, because="Look")

    def do_settle_duty(self) -> None:
        duty = Duty.objects.filter(closed_at=None, kind="review").first()
        if duty is not None:
            act = {"conversation_id": duty.conversation_id, "duty_id": duty.pk, "by": self.by, "now": self.now}
            services.waive_duty(**act, reason="No") if self.chance.random() < 0.5 else services.discharge_duty(**act)

    def do_snooze(self) -> None:
        services.snooze(**self.about, until=self.now + timedelta(hours=self.chance.choice([1, 30])))

    def do_unsnooze(self) -> None:
        services.unsnooze(**self.about)

    def do_resolve(self) -> None:
        how = self.chance.choice(["answered", "spam", "other"])
        services.resolve(**self.about, resolution=how, waive_others=self.chance.choice(["", "Not needed"]))

    def do_reopen(self) -> None:
        services.reopen(**self.about)

    def do_close(self) -> None:
        services.close(**self.about)

    def do_undo(self) -> None:
        act = Act.objects.filter(undone_at=None).order_by("-id").first()
        if act is not None:
            services.undo(act_id=act.pk, by=self.by, now=self.now)

    def do_enclose(self) -> None:
        row = self.conversation
        services.enclose(**self.about, wall_id=None if row.wall_id else self.wall.pk, reason="")

    def do_let_clocks_ring(self) -> None:
        clocks_run(self.now)


def check(walk: Walk) -> None:
    assert queries.recount(walk.desk.workspace.pk) == {}
    for row in Conversation.objects.all():
        check_conversation(row)
    for block in Block.objects.filter(answered_at__isnull=False):
        assert block.answered_at is not None
        assert block.response_seconds == int((block.answered_at - block.started_at).total_seconds()) >= 0
    told = Tally((fact.kind, fact.body["block_id"]) for fact in Fact.objects.filter(kind__startswith="Block"))
    told += Tally((fact.kind, fact.body["block_id"]) for fact in Fact.objects.filter(kind="TargetFellDue"))
    once = {"BlockOpened", "BlockDecided", "BlockAnswered", "BlockFellDue", "TargetFellDue"}
    assert {key: times for key, times in told.items() if key[0] in once and times > 1} == {}
    assert {block_id for kind, block_id in told if kind == "BlockOpened"} == set(
        Block.objects.values_list("pk", flat=True)
    )


def check_conversation(row: Conversation) -> None:
    block = Block.objects.filter(conversation=row, ended_at=None, reply=None).first()
    on_the_way = Block.objects.filter(conversation=row, ended_at=None, reply__isnull=False)
    duties = Duty.objects.filter(conversation=row, closed_at=None)
    pen = duties.filter(kind="respond").first()
    over = row.state in {State.RESOLVED, State.CLOSED}
    assert row.messages_count == Entry.objects.filter(conversation=row, kind="message").count()
    assert row.answers_count == len(
        set(Entry.objects.filter(conversation=row, message__direction="out").values_list("pk", flat=True))
        | set(Entry.objects.filter(conversation=row, reply__state="sent").values_list("pk", flat=True))
    )
    assert set(on_the_way.values_list("reply__state", flat=True)) <= {"queued", "doubtful"}
    if over:
        assert (block, row.triage_since, row.due_at, row.snoozed_until) == (None, None, None, None)
        assert pen is None
        assert not Span.objects.filter(conversation=row, ended_at=None).exists()
    if row.state == State.CLOSED:
        assert not duties.exists()
    if row.state == State.OPEN:
        assert row.due_at == (block.due_at if block else None)
        if block is not None and block.needs_reply is not False:
            assert pen is not None or row.triage_since is not None, "an answer that nobody owes"
        if pen is not None and row.snoozed_until is None:
            assert pen.queue_at is not None, "an answer that stands in no queue"
        if block is None and not on_the_way.exists():
            assert duties.exists(), "open, and nothing is open in it"
    elif pen is not None:
        assert pen.queue_at is None
    if row.state == State.WAITING:
        assert block is None or block.needs_reply is False, "it is not their turn"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [2, 3, 5, 7, 135, 148])
def test_a_random_walk_keeps_every_promise(seed):
    walk = Walk(seed)

    for _ in range(40):
        walk.step()
        try:
            check(walk)
        except AssertionError as broken:
            raise AssertionError(f"{broken} after {walk.did}") from broken
