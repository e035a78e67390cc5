"""Acts taken back: everything stands as before, and what something newer has overtaken stays."""

import pytest

from crossdesk.inbox import services
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Block, Conversation, Duty
from crossdesk.kit.errors import NotFound
from tests.conftest import actor_of
from tests.inbox.acts import act, open_work, pen, told
from tests.inbox.factories import NOON, after, clocks_run
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


def test_undoing_a_decision_brings_doubt_back_whole(desk, ada, press):
    desk.they_write(verdict=desk.verdict(needs_reply=None, doubt=True, duties=(), target_seconds=None))
    stood = Conversation.objects.values("triage_since", "department_id", "intent", "urgency", "due_at").get()
    services.decide(
        conversation_id=desk.conversation().pk, needs_reply=True, intent="press_enquiry", urgency="high",
        department_id=press.pk, target_seconds=3600, by=ada, now=after(minutes=5),
    )  # fmt: skip
    services.undo(act_id=act("decide").pk, by=ada, now=after(minutes=6))

    assert Conversation.objects.values("triage_since", "department_id", "intent", "urgency", "due_at").get() == stood
    assert Block.objects.values_list("needs_reply", "intent", "due_at").get() == (None, "question", None)
    assert (open_work(), pens_open()) == ({None: (1, 0)}, 0)
    assert [body["needs_reply"] for body in told("BlockDecided") + told("VerdictChanged")] == [True, None]
    assert [body["because"] for body in told("OwnershipChanged")] == ["routed", "undone"]


def test_undoing_that_nothing_is_owed_brings_the_conversation_back_to_triage(desk, ada):
    desk.they_write(verdict=desk.verdict(needs_reply=None, doubt=True, duties=(), target_seconds=None))
    services.decide(conversation_id=desk.conversation().pk, needs_reply=False, by=ada, now=after(minutes=5))
    assert desk.conversation().state == State.RESOLVED
    services.undo(act_id=act("decide").pk, by=ada, now=after(minutes=6))

    row = desk.conversation()
    assert (row.state, row.triage_since, row.reopened_count, open_work()) == (State.OPEN, NOON, 0, {None: (1, 0)})
    assert Block.objects.values_list("needs_reply", "ended_at").get() == (None, None)


def test_undoing_a_decision_keeps_the_moment_the_answer_was_owed_by(desk, ada, press):
    desk.they_write(verdict=desk.verdict(urgency="low", target_seconds=7200))
    desk.they_write(after(hours=1), verdict=desk.verdict(urgency="high", target_seconds=1800))
    assert desk.conversation().due_at == after(hours=1, minutes=30)
    services.decide(
        conversation_id=desk.conversation().pk, needs_reply=True, department_id=press.pk, urgency="normal",
        target_seconds=36000, by=ada, now=after(hours=1, minutes=5),
    )  # fmt: skip
    services.undo(act_id=act("decide").pk, by=ada, now=after(hours=1, minutes=6))

    assert (desk.conversation().due_at, desk.conversation().urgency, pen().department_id) == (
        after(hours=1, minutes=30),
        "high",
        desk.department.pk,
    )


def test_a_decision_that_a_later_one_has_overtaken_stays(desk, ada):
    desk.they_write(verdict=desk.verdict(needs_reply=None, doubt=True, duties=(), target_seconds=None))
    about = {"conversation_id": desk.conversation().pk, "needs_reply": True, "department_id": desk.department.pk}
    services.decide(**about, by=ada, now=after(minutes=5))
    older = act("decide").pk
    services.decide(**about, intent="complaint", by=ada, now=after(minutes=6))

    with pytest.raises(services.CannotUndo):
        services.undo(act_id=older, by=ada, now=after(minutes=7))
    assert Block.objects.get().intent == "complaint"


def test_undoing_an_opening_again_settles_it_as_it_was_settled(desk, ada):
    desk.they_write()
    services.resolve(
        conversation_id=desk.conversation().pk, resolution="spam", reason="Known", by=ada, now=after(minutes=1)
    )
    stood = Conversation.objects.values("state", "resolved_at", "resolution", "resolution_note", "reopened_count").get()
    block = Block.objects.values("ended_at", "ended_because", "needs_reply", "department_id").get()
    services.reopen(conversation_id=desk.conversation().pk, by=ada, now=after(minutes=10))
    assert open_work() == {desk.department.pk: (1, 0)}
    services.undo(act_id=act("reopen").pk, by=ada, now=after(minutes=11))

    assert Conversation.objects.values(*stood).get() == stood
    assert Block.objects.values(*block).get() == block
    assert open_work() == {}
    assert [body["resolved_at"] for body in told("ConversationResolved")] == [after(minutes=1).isoformat()] * 2
    clocks_run(after(hours=72, minutes=1))
    assert desk.conversation().state == State.CLOSED


def test_what_was_opened_again_stays_open_once_they_wrote(desk, ada):
    desk.they_write()
    services.resolve(conversation_id=desk.conversation().pk, resolution="other", by=ada, now=after(minutes=1))
    services.reopen(conversation_id=desk.conversation().pk, by=ada, now=after(minutes=10))
    desk.they_write(after(minutes=11))

    with pytest.raises(services.CannotUndo):
        services.undo(act_id=act("reopen").pk, by=ada, now=after(minutes=12))
    assert desk.conversation().state == State.OPEN


def pens_open() -> int:
    return Duty.objects.filter(kind="respond", closed_at=None).count()
