"""The inbox itself at work: figures follow it, and after any acts of people, customers and clocks nothing differs."""

import random
from datetime import date, datetime, timedelta

import pytest

from crossdesk.channels.models import AccountAccess, OutboxItem
from crossdesk.inbox import changes, intake, ours, services
from crossdesk.inbox.enums import ReplyState
from crossdesk.inbox.intake import DutyOwed
from crossdesk.inbox.models import Act, Conversation, Entry, Reply
from crossdesk.inbox.services import settling
from crossdesk.insights import queries, sums
from crossdesk.insights import services as figures
from crossdesk.insights.registry import MEASURES
from crossdesk.insights.values import Window
from crossdesk.insights.verify import verify_workspace
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import CrossdeskError
from crossdesk.messages.models import Message
from tests.conftest import actor_of, settle
from tests.inbox.factories import NOON, Desk, IdentityFactory, MessageFactory, after, clocks_run
from tests.org.factories import DepartmentFactory, MemberFactory, WallFactory, WallMemberFactory

pytestmark = pytest.mark.django_db

YEAR = Window(date(2026, 1, 1), date(2026, 12, 31))


class Floor(Desk):
    """The desk with a second department, three customers, a wall, and somebody who may do everything."""

    def __init__(self) -> None:
        super().__init__()
        self.sales = DepartmentFactory(workspace=self.workspace)
        AccountAccess.objects.create(account=self.account, department=self.sales, monitor=True, respond=True)
        self.customers = [self.customer, *IdentityFactory.create_batch(2, contact__workspace=self.workspace)]
        self.wall = WallFactory(workspace=self.workspace)
        member = MemberFactory(workspace=self.workspace, seats=[self.department, self.sales], role="owner")
        WallMemberFactory(wall=self.wall, member=member)
        self.ada: Actor = actor_of(member)

    def kinds_of_verdict(self):
        return [
            self.verdict(),
            self.verdict(target_seconds=8 * 3600, basis="business"),
            self.verdict(urgency="p1", target_seconds=900, duties=(DutyOwed(self.sales.pk, "respond", "Sales."),)),
            self.nothing(),
            self.verdict(needs_reply=None, doubt=True, duties=(), target_seconds=None),
        ]


def reply(floor: Floor, conversation: Conversation, now: datetime) -> Reply:
    newest = Entry.objects.filter(conversation=conversation).latest("id").pk
    return services.reply(
        conversation_id=conversation.pk, text="It is on its way.", saw_entry_id=newest, by=floor.ada, now=now
    )  # fmt: skip


def publish(floor: Floor, answer: Reply, now: datetime) -> None:
    OutboxItem.objects.filter(reply=answer).update(state="published", external_id=f"out-{answer.pk}", published_at=now)
    settling.reply_published(item_id=answer.outbox_id or 0, by=floor.system, now=now)


def test_one_message_all_the_way_to_its_figure():
    floor = Floor()
    floor.they_write()
    conversation = floor.conversation()
    publish(floor, reply(floor, conversation, after(minutes=30)), after(minutes=31))
    clocks_run(NOON + timedelta(hours=73))
    with clock.standing_at(NOON + timedelta(hours=73)):
        settle(until=NOON + timedelta(hours=73))

    found = {key: queries.value(floor.ada, key, YEAR) for key in MEASURES}

    assert {key: (one.numerator, one.denominator) for key, one in found.items()} == {
        "response_rate_72h": (1, 1),
        "response_rate_72h_of_all": (1, 1),
        "first_response": (1, 1),
        "first_response_business": (1, 1),
        "next_response": (0, 0),
        "next_response_business": (0, 0),
        "sla_attainment": (1, 1),
        "needs_reply_share": (1, 1),
        "open_work": (0, 0),
        "overdue_work": (0, 0),
    }
    assert round((found["first_response"].median or 0) / 60) == 31
    assert verify_workspace(floor.workspace.pk) == []


def test_what_is_resolved_with_no_reply_although_it_needs_one_is_a_miss_when_its_target_comes():
    floor = Floor()
    floor.they_write()
    services.resolve(
        conversation_id=floor.conversation().pk, resolution="handled_elsewhere", by=floor.ada, now=after(minutes=5)
    )  # fmt: skip

    def attained(until: datetime) -> tuple[int, int]:
        clocks_run(until)
        with clock.standing_at(until):
            settle(until=until)
        value = queries.value(floor.ada, "sla_attainment", YEAR)
        return value.numerator, value.denominator

    assert attained(after(minutes=59)) == (0, 0)
    assert attained(after(minutes=62)) == (0, 1)
    assert verify_workspace(floor.workspace.pk) == []


class Walk:
    """Random acts, each as the inbox allows it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.floor = Floor()
        self.now = NOON

    def go(self, steps: int) -> int:
        """Do so many things. Returns how many the inbox let happen."""
        acts = [
            self.they_write, self.they_write, self.they_write, self.reply, self.reply, self.published, self.published,
            self.refused, self.elsewhere, self.hand_over, self.resolve, self.reopen, self.undo, self.decide,
            self.corrected, self.delete, self.enclose, self.time_passes, self.time_passes,
        ]  # fmt: skip
        done = 0
        for _ in range(steps):
            self.now += timedelta(minutes=self.random.randint(1, 90))
            with clock.standing_at(self.now):
                try:
                    self.random.choice(acts)()
                    done += 1
                except CrossdeskError:
                    continue  # not possible just now: the inbox says why, and nothing happened
        self.time_passes()
        return done

    def some(self) -> Conversation:
        found = list(Conversation.objects.filter(workspace=self.floor.workspace).order_by("id"))
        return self.random.choice(found) if found else self.they_write()

    def they_write(self) -> Conversation:
        customer = self.random.choice(self.floor.customers)
        late = timedelta(hours=self.random.choice([0, 0, 0, 0, 3]))
        verdict = self.random.choice(self.floor.kinds_of_verdict())
        self.floor.they_write(self.now - late, taken_at=self.now, verdict=verdict, identity=customer)
        return self.floor.conversation()

    def reply(self) -> None:
        reply(self.floor, self.some(), self.now)

    def _waiting(self) -> Reply:
        waiting = list(
            Reply.objects.filter(conversation__workspace=self.floor.workspace, state="queued").order_by("id")
        )
        if not waiting:
            raise CrossdeskError("Nothing is on its way.")
        return self.random.choice(waiting)

    def published(self) -> None:
        publish(self.floor, self._waiting(), self.now)

    def refused(self) -> None:
        item_id = self._waiting().outbox_id
        settling.reply_ended(
            item_id=item_id or 0, state=ReplyState.FAILED, error="No.", by=self.floor.system, now=self.now
        )

    def elsewhere(self) -> None:
        to = Message.objects.filter(entry__conversation=self.some(), direction="in").latest("id")
        post = MessageFactory(
            ours=True, account=self.floor.account, sent_at=self.now, parent_external_id=to.external_id
        )  # fmt: skip
        ours.take_our_posts([post.pk], by=self.floor.system, now=self.now)

    def hand_over(self) -> None:
        to = self.random.choice([self.floor.department, self.floor.sales])
        services.hand_over(
            conversation_id=self.some().pk, department_id=to.pk, by=self.floor.ada, now=self.now,
            keep_watch=self.random.random() < 0.5,
        )  # fmt: skip

    def resolve(self) -> None:
        services.resolve(
            conversation_id=self.some().pk, resolution=self.random.choice(["answered", "spam", "other"]),
            by=self.floor.ada, now=self.now, waive_others="Not needed.",
        )  # fmt: skip

    def reopen(self) -> None:
        services.reopen(conversation_id=self.some().pk, by=self.floor.ada, now=self.now)

    def undo(self) -> None:
        act = Act.objects.filter(conversation=self.some(), undone_at=None).order_by("-id").first()
        if act is not None:
            services.undo(act_id=act.pk, by=self.floor.ada, now=self.now)

    def decide(self) -> None:
        services.decide(
            conversation_id=self.some().pk, needs_reply=self.random.random() < 0.7, by=self.floor.ada, now=self.now,
            intent="complaint", department_id=self.floor.sales.pk, target_seconds=7200,
        )  # fmt: skip

    def corrected(self) -> None:
        message = Message.objects.filter(entry__conversation=self.some(), direction="in").order_by("?").latest("id")
        verdict = self.random.choice(self.floor.kinds_of_verdict())
        intake.decide_again(message.pk, verdict, by=self.floor.system, now=self.now)

    def delete(self) -> None:
        message = Message.objects.filter(entry__conversation=self.some(), direction="in").latest("id")
        Message.objects.filter(pk=message.pk).update(deleted_at=self.now, text="", version=message.version + 1)
        changes.take_deletions([message.pk], by=self.floor.system, now=self.now)

    def enclose(self) -> None:
        row = self.some()
        services.enclose(
            conversation_id=row.pk, wall_id=None if row.wall_id else self.floor.wall.pk, reason="Danger",
            by=self.floor.ada, now=self.now,
        )  # fmt: skip

    def time_passes(self) -> None:
        self.pass_time(hours=self.random.choice([1, 5, 20, 80]))

    def pass_time(self, *, hours: int) -> None:
        self.now += timedelta(hours=hours)
        clocks_run(self.now)
        with clock.standing_at(self.now):
            settle(until=self.now)


@pytest.mark.parametrize("seed", range(5))
def test_after_whatever_happens_nothing_differs(seed):
    walk = Walk(seed)

    for _ in range(3):
        walk.go(40)
        with clock.standing_at(walk.now):
            assert verify_workspace(walk.floor.workspace.pk) == []

    walk.pass_time(hours=80)
    kept = without_empty(sums.read(walk.floor.workspace.pk))
    with clock.standing_at(walk.now):
        figures.rebuild(walk.floor.workspace.pk)
    assert without_empty(sums.read(walk.floor.workspace.pk)) == kept
    assert queries.value(walk.floor.ada, "response_rate_72h_of_all", YEAR).n > 5


def without_empty(stored: sums.Sums) -> dict:
    return {cell: one.values() for cell, one in stored.items() if not one.empty}
