"""Acts taken back: everything stands as before, and what something newer has overtaken stays."""

import pytest

from crossdesk.inbox import services
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Block, Duty
from crossdesk.kit.errors import NotFound
from tests.conftest import actor_of
from tests.inbox.acts import act, open_work, pen, told
from tests.inbox.factories import NOON, after
from tests.org.factories import MemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counters_stay_right")]


def test_undoing_an_assignment(desk, ada, ben):
    desk.they_write()
    services.assign(conversation_id=desk.conversation().pk, member_id=ben.member_id, by=ada, now=after(minutes=1))
    services.undo(act_id=act("assign").pk, by=ada, now=after(minutes=2))

    assert (desk.conversation().assignee_id, pen().owner_id) == (None, None)
    with pytest.raises(services.NothingToDo):
        services.undo(act_id=act("assign").pk, by=ada, now=after(minutes=3))


def test_undoing_a_hand_over_gives_the_pen_back(desk, ada, press):
    desk.they_write()
    duty = pen().pk
    services.hand_over(conversation_id=desk.conversation().pk, department_id=press.pk, by=ada, now=after(minutes=1))
    services.undo(act_id=act("hand_over").pk, by=ada, now=after(minutes=2))

    row = desk.conversation()
    assert (row.department_id, pen().pk, pen().due_at, open_work()) == (
        desk.department.pk,
        duty,
        after(hours=1),
        {desk.department.pk: (1, 0)},
    )
    assert [(body["outcome"], body["reason"]) for body in told("DutyClosed")] == [
        ("discharged", "Handed over."),
        ("waived", "Taken back."),
    ]


def test_undoing_a_snooze(desk, ada):
    desk.they_write()
    services.snooze(conversation_id=desk.conversation().pk, until=after(hours=3), by=ada, now=after(minutes=1))
    services.undo(act_id=act("snooze").pk, by=ada, now=after(minutes=2))

    assert (desk.conversation().snoozed_until, open_work()) == (None, {desk.department.pk: (1, 0)})


def test_undoing_a_resolution_as_spam_brings_back_the_verdict_the_duty_and_the_clock(desk, ada):
    desk.they_write()
    services.resolve(conversation_id=desk.conversation().pk, resolution="spam", by=ada, now=after(minutes=1))
    services.undo(act_id=act("resolve").pk, by=ada, now=after(minutes=2))

    row = desk.conversation()
    assert (row.state, row.resolution, row.due_at, row.reopened_count) == (State.OPEN, "", after(hours=1), 0)
    assert Block.objects.values_list("needs_reply", "intent", "ended_at", "due_at").get() == (
        True,
        "question",
        None,
        after(hours=1),
    )
    assert open_work() == {desk.department.pk: (1, 0)}
    assert [body["because"] for body in told("ConversationReopened")] == ["undone"]


def test_undoing_the_waiving_of_a_duty(desk, ada, press, pia):
    desk.they_write()
    duty = services.add_duty(
        conversation_id=desk.conversation().pk, department_id=press.pk, because="Look", by=ada, now=NOON
    )
    services.waive_duty(
        conversation_id=desk.conversation().pk, duty_id=duty.pk, reason="Known", by=pia, now=after(minutes=1)
    )
    assert open_work() == {desk.department.pk: (1, 0)}
    services.undo(act_id=act("waive").pk, by=pia, now=after(minutes=2))

    assert Duty.objects.filter(pk=duty.pk).values_list("state", "reason", "due_at").get() == (
        "open",
        "",
        after(hours=24),
    )
    assert open_work() == {desk.department.pk: (1, 0), press.pk: (1, 0)}


def test_undoing_a_tag(desk, ada):
    desk.they_write()
    services.tag(conversation_id=desk.conversation().pk, name="Refund", by=ada, now=NOON)
    services.undo(act_id=act("tag").pk, by=ada, now=after(minutes=1))

    assert list(desk.conversation().tags.all()) == []


def test_what_something_newer_has_overtaken_cannot_be_undone(desk, ada, ben, press):
    desk.they_write()
    services.resolve(conversation_id=desk.conversation().pk, resolution="other", by=ada, now=after(minutes=1))
    desk.they_write(after(minutes=5))

    with pytest.raises(services.CannotUndo):
        services.undo(act_id=act("resolve").pk, by=ada, now=after(minutes=6))

    services.assign(conversation_id=desk.conversation().pk, member_id=ben.member_id, by=ada, now=after(minutes=7))
    older = act("assign").pk
    services.hand_over(conversation_id=desk.conversation().pk, department_id=press.pk, by=ada, now=after(minutes=8))
    with pytest.raises(services.CannotUndo):
        services.undo(act_id=older, by=ada, now=after(minutes=9))


def test_a_stranger_undoes_nothing(desk, ada):
    desk.they_write()
    services.take(conversation_id=desk.conversation().pk, by=ada, now=after(minutes=1))

    with pytest.raises(NotFound):
        services.undo(act_id=act("assign").pk, by=actor_of(MemberFactory()), now=after(minutes=2))
