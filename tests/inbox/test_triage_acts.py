"""What people settle that stood in doubt, and what a correction moves."""

import pytest

from crossdesk.inbox import intake, services
from crossdesk.inbox.enums import State
from crossdesk.inbox.intake import DutyOwed
from crossdesk.inbox.models import Block, Duty, Entry
from crossdesk.kit.errors import Invalid
from tests.inbox.acts import act, open_work, told
from tests.inbox.factories import NOON, after, clocks_run
from tests.org.factories import TargetFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counters_stay_right")]


def doubt(desk, **more):
    return desk.verdict(needs_reply=None, doubt=True, duties=(), target_seconds=None, **more)


def test_a_person_settles_doubt(desk, ada, press):
    desk.they_write(verdict=doubt(desk))
    assert open_work() == {None: (1, 0)}

    row = services.decide(
        conversation_id=desk.conversation().pk, needs_reply=True, intent="press_enquiry", urgency="high",
        department_id=press.pk, target_seconds=3600, by=ada, now=after(minutes=5),
    )  # fmt: skip

    assert (row.triage_since, row.department_id, row.intent, row.due_at) == (
        None,
        press.pk,
        "press_enquiry",
        after(hours=1),
    )
    assert open_work() == {press.pk: (1, 0)}
    assert Block.objects.values_list("needs_reply", "verdict_by").get() == (True, "person")


def test_a_person_says_that_nothing_is_owed(desk, ada):
    desk.they_write(verdict=doubt(desk))
    row = services.decide(
        conversation_id=desk.conversation().pk, needs_reply=False, intent="spam_abuse", by=ada, now=after(minutes=5)
    )

    assert (row.state, row.resolution, row.triage_since) == (State.RESOLVED, "no_reply_needed", None)
    assert open_work() == {}
    assert [body["needs_reply"] for body in told("BlockDecided")] == [False]


def test_deciding_needs_a_department_for_what_needs_a_reply(desk, ada):
    desk.they_write(verdict=doubt(desk))

    with pytest.raises(Invalid):
        services.decide(conversation_id=desk.conversation().pk, needs_reply=True, by=ada, now=NOON)
    assert open_work() == {None: (1, 0)}


def test_deciding_without_a_target_takes_the_workspaces_own(desk, ada):
    TargetFactory(workspace=desk.workspace, intent="", urgency="p1", seconds=900)
    TargetFactory(workspace=desk.workspace, intent="complaint", seconds=7200)
    desk.they_write(verdict=doubt(desk))
    about = {"conversation_id": desk.conversation().pk, "needs_reply": True, "department_id": desk.department.pk}
    services.decide(**about, intent="complaint", by=ada, now=after(minutes=5))
    assert desk.conversation().due_at == after(hours=2)

    services.decide(**about, urgency="p1", by=ada, now=after(minutes=6))

    assert desk.conversation().due_at == after(minutes=15)


def test_taking_from_triage_makes_it_an_answer_of_ones_own_department(desk, ada):
    TargetFactory(workspace=desk.workspace, seconds=7200)
    desk.they_write(verdict=doubt(desk))
    row = services.take(conversation_id=desk.conversation().pk, by=ada, now=after(minutes=5))

    assert (row.triage_since, row.department_id, row.assignee_id, row.due_at) == (
        None,
        desk.department.pk,
        ada.member_id,
        after(hours=2),
    )
    assert open_work() == {desk.department.pk: (1, 0)}
    assert [(body["needs_reply"], body["verdict_by"]) for body in told("BlockDecided")] == [(True, "person")]

    services.undo(act_id=act("assign").pk, by=ada, now=after(minutes=6))

    assert (desk.conversation().triage_since, desk.conversation().department_id) == (NOON, None)
    assert open_work() == {None: (1, 0)}


def test_handing_over_from_triage_decides_it(desk, ada, press):
    desk.they_write(verdict=doubt(desk))
    services.hand_over(conversation_id=desk.conversation().pk, department_id=press.pk, by=ada, now=after(minutes=5))

    assert (open_work(), Block.objects.get().needs_reply) == ({press.pk: (1, 0)}, True)


def test_answering_from_triage_decides_it_and_credits_ones_own_department(desk, ada):
    desk.they_write(verdict=doubt(desk))
    services.reply(
        conversation_id=desk.conversation().pk, text="Hello", saw_entry_id=Entry.objects.latest("id").pk, by=ada,
        now=after(minutes=5),
    )  # fmt: skip

    block = Block.objects.get()
    assert (block.needs_reply, block.department_id, open_work()) == (True, desk.department.pk, {})
    assert desk.conversation().triage_since is None


def test_a_target_that_passes_in_triage_is_a_miss_there(desk):
    desk.they_write(verdict=desk.verdict(doubt=True, duties=()))
    clocks_run(after(hours=1))

    assert open_work() == {None: (1, 1)}
    assert [body["department_id"] for body in told("TargetFellDue")] == [None]


def test_a_correction_moves_an_answer_that_nobody_has_taken(desk, ada, press):
    message = desk.they_write()
    verdict = desk.verdict(
        verdict_by="person", intent="press_enquiry", duties=(DutyOwed(press.pk, "respond", "Corrected."),)
    )
    intake.decide_again(message.pk, verdict, by=ada, now=after(minutes=5))

    assert (desk.conversation().department_id, open_work()) == (press.pk, {press.pk: (1, 0)})
    assert [(body["before_intent"], body["intent"]) for body in told("VerdictChanged")] == [
        ("question", "press_enquiry")
    ]


def test_a_correction_asks_to_look_where_somebody_has_the_answer_in_hand(desk, ada, press):
    message = desk.they_write()
    services.take(conversation_id=desk.conversation().pk, by=ada, now=after(minutes=1))
    verdict = desk.verdict(
        verdict_by="person", intent="press_enquiry", duties=(DutyOwed(press.pk, "respond", "Corrected."),)
    )
    intake.decide_again(message.pk, verdict, by=ada, now=after(minutes=5))

    assert set(Duty.objects.filter(closed_at=None).values_list("department_id", "kind")) == {
        (desk.department.pk, "respond"), (press.pk, "review"),
    }  # fmt: skip


def test_a_correction_to_nothing_owed_empties_the_queue_and_back_fills_it(desk, ada):
    message = desk.they_write()
    intake.decide_again(message.pk, desk.nothing(verdict_by="person"), by=ada, now=after(minutes=5))
    assert (desk.conversation().state, open_work()) == (State.RESOLVED, {})

    intake.decide_again(message.pk, desk.verdict(verdict_by="person"), by=ada, now=after(minutes=6))

    assert (desk.conversation().state, desk.conversation().due_at) == (State.OPEN, after(hours=1))
    assert open_work() == {desk.department.pk: (1, 0)}
    assert [body["needs_reply"] for body in told("VerdictChanged")] == [False, True]
