"""Two workers at once: one message, one conversation, one effect."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from crossdesk.inbox import intake, queries, services
from crossdesk.inbox.models import Block, Conversation, Duty, Entry
from crossdesk.journal.models import Fact
from crossdesk.kit.errors import CrossdeskError
from tests.conftest import actor_of
from tests.inbox.factories import NOON, Desk, IdentityFactory, MessageFactory, after
from tests.org.factories import DepartmentFactory, MemberFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> None:
    """Run these in threads that start together. What a service refuses is its right; anything else fails the test."""
    start = threading.Barrier(len(works))
    errors: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(timeout=60)
            work()
        except CrossdeskError:
            pass
        except BaseException as error:
            errors.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_the_same_messages_from_two_workers_in_another_order_are_taken_in_once():
    desk = Desk()
    people = [IdentityFactory(contact__workspace=desk.workspace) for _ in range(5)]
    said = [
        MessageFactory(account=desk.account, identity=person, sent_at=after(minutes=n))
        for n in range(4)
        for person in people
    ]
    batch = [(message.pk, desk.verdict()) for message in said]

    at_once(
        *[
            lambda part=part: intake.take_in(part, by=desk.system, now=after(hours=1))
            for part in (batch, batch[::-1], batch[::2])
        ]
    )

    assert (Conversation.objects.count(), Block.objects.count(), Duty.objects.count()) == (5, 5, 5)
    assert Entry.objects.count() == 20
    assert set(Block.objects.values_list("messages_count", "started_at")) == {(4, NOON)}
    assert queries.recount(desk.workspace.pk) == {}
    assert Fact.objects.filter(kind="BlockOpened").count() == 5


def test_taking_in_and_working_at_once_keep_the_counters_right():
    desk = Desk()
    other = DepartmentFactory(workspace=desk.workspace)
    ada = actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department]))
    said = [MessageFactory(account=desk.account, sent_at=NOON) for _ in range(10)]
    placed = list(intake.take_in([(m.pk, desk.verdict()) for m in said], by=desk.system, now=NOON).values())
    more = [MessageFactory(account=desk.account, identity=m.identity, sent_at=after(minutes=1)) for m in said]

    def hand_over() -> None:
        for conversation_id in placed:
            services.hand_over(conversation_id=conversation_id, department_id=other.pk, by=ada, now=after(minutes=2))

    def resolve() -> None:
        for conversation_id in reversed(placed):
            services.resolve(conversation_id=conversation_id, resolution="other", by=ada, now=after(minutes=2))

    at_once(
        hand_over,
        resolve,
        lambda: intake.take_in([(m.pk, desk.verdict()) for m in more], by=desk.system, now=after(minutes=2)),
    )

    assert queries.recount(desk.workspace.pk) == {}
    assert Conversation.objects.count() == 10
