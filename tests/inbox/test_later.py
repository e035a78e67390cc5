"""Answers that leave later: sent by the clock, looked at again by the guard, given back with the reason."""

import pytest

from crossdesk.channels.models import AccountAccess, OutboxItem
from crossdesk.inbox import queries, services
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.models import Block, Draft, Reply
from crossdesk.inbox.services.later import LATER
from crossdesk.journal import jobs
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid, NotAllowed
from crossdesk.org.models import Member
from tests.conftest import actor_of
from tests.inbox.factories import after
from tests.inbox.test_replies import answer, last_entry, open_work, publish
from tests.org.factories import DepartmentFactory, MemberFactory

pytestmark = pytest.mark.django_db
AT = after(hours=20)


def later(desk, by, *, at=AT, now=None, **more) -> Reply:
    return services.send_later(
        conversation_id=desk.conversation().pk, text=more.pop("text", "Good morning!"), saw_entry_id=last_entry(desk),
        at=at, by=by, now=now or after(minutes=10), **more,
    )  # fmt: skip


def time_comes(at=AT):
    with clock.standing_at(at):
        jobs.run_due(now=at, kinds=frozenset({LATER}))


def test_it_waits_with_the_conversation_open_and_its_clock_running(desk, ada):
    desk.they_write()

    waiting = later(desk, ada)

    assert (waiting.state, waiting.leaves_at, desk.conversation().state) == (ReplyState.SCHEDULED, AT, State.OPEN)
    assert open_work() == {desk.department.pk: 1}
    assert not OutboxItem.objects.exists()
    assert [one.pk for one in queries.scheduled(ada, desk.conversation().pk)] == [waiting.pk]


def test_it_leaves_at_its_time_as_its_writer_and_stops_the_clock_when_published(desk, ada):
    desk.they_write()
    waiting = later(desk, ada, resolve_after=True)

    time_comes()

    waiting.refresh_from_db()
    assert (waiting.state, waiting.by_id, OutboxItem.objects.get().text) == (
        ReplyState.QUEUED,
        ada.member_id,
        "Good morning!",
    )
    assert not Job.objects.filter(kind=LATER).exists()
    publish(waiting, at=after(hours=20, minutes=1))
    assert Block.objects.get().answered_at == after(hours=20, minutes=1)
    assert desk.conversation().state == State.RESOLVED


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (lambda desk, ada, ben: answer(desk, ben, now=after(hours=2)), "Ben answered while this answer waited for its time."),
        (lambda desk, ada, ben: desk.they_write(after(hours=2)), "They wrote again while this answer waited for its time."),
        (
            lambda desk, ada, ben: services.resolve(
                conversation_id=desk.conversation().pk, resolution="handled_elsewhere", by=ben, now=after(hours=2)
            ),
            "The conversation was resolved before its time came.",
        ),
        (
            lambda desk, ada, ben: AccountAccess.objects.update(respond=False),
            "Your departments may not answer on this account. Ask somebody who manages accounts.",
        ),
        (lambda desk, ada, ben: Member.objects.filter(pk=ada.member_id).update(active=False), "Who wrote this answer has left."),
    ],
    ids=["a colleague answered", "they wrote again", "resolved", "the right was taken away", "the writer left"],
)  # fmt: skip
def test_it_comes_back_to_its_writer_with_the_reason(desk, ada, ben, happens, reason):
    desk.they_write()
    waiting = later(desk, ada)
    happens(desk, ada, ben)
    sent_before = OutboxItem.objects.count()

    time_comes()

    waiting.refresh_from_db()
    assert (waiting.state, waiting.held_reason) == (ReplyState.HELD, reason)
    assert OutboxItem.objects.count() == sent_before
    assert queries.drafted(ada, [desk.conversation().pk]) == {desk.conversation().pk}


def test_another_time_at_once_and_back_into_the_field(desk, ada, ben):
    desk.they_write()
    waiting = later(desk, ada)

    services.move_later(reply_id=waiting.pk, at=after(hours=30), by=ben, now=after(minutes=20))
    time_comes(AT)
    assert Reply.objects.get().state == ReplyState.SCHEDULED

    services.edit_later(reply_id=waiting.pk, by=ben, now=after(minutes=30))
    assert Draft.objects.values_list("member_id", "text").get() == (ben.member_id, "Good morning!")
    assert not Job.objects.filter(kind=LATER).exists()

    second = later(desk, ben, now=after(minutes=40))
    services.move_later(reply_id=second.pk, at=after(minutes=41), by=ben, now=after(minutes=41))
    time_comes(after(minutes=41))
    second.refresh_from_db()
    assert second.state == ReplyState.QUEUED


def test_cancelling_can_be_taken_back(desk, ada):
    desk.they_write()
    waiting = later(desk, ada)

    services.cancel_later(reply_id=waiting.pk, by=ada, now=after(minutes=20))
    time_comes(AT)
    assert not OutboxItem.objects.exists()

    waiting = later(desk, ada, at=after(hours=30), now=after(hours=21))
    services.cancel_later(reply_id=waiting.pk, by=ada, now=after(hours=22))
    services.restore_later(reply_id=waiting.pk, by=ada, now=after(hours=22))
    time_comes(after(hours=30))
    waiting.refresh_from_db()
    assert waiting.state == ReplyState.QUEUED


@pytest.mark.parametrize("at", [after(minutes=10), after(minutes=9), after(days=400)])
def test_a_moment_that_is_past_or_far_is_refused(desk, ada, at):
    desk.they_write()

    with pytest.raises(Invalid):
        later(desk, ada, at=at)
    assert not Reply.objects.exists()


def test_who_may_not_answer_may_not_touch_it(desk, ada):
    desk.they_write()
    waiting = later(desk, ada)
    looker = DepartmentFactory(workspace=desk.workspace)
    desk.account.access.create(department=looker, monitor=True, respond=False)
    eve = actor_of(MemberFactory(workspace=desk.workspace, seats=[looker]))

    with pytest.raises(NotAllowed):
        services.cancel_later(reply_id=waiting.pk, by=eve, now=after(minutes=20))
    with pytest.raises(NotAllowed):
        later(desk, eve)
    assert Reply.objects.get().state == ReplyState.SCHEDULED


def test_what_is_too_long_is_refused_when_it_is_written_not_at_its_time(desk, ada):
    desk.they_write()

    with pytest.raises(Invalid):
        later(desk, ada, text="x" * 501)
    assert not Reply.objects.exists()
