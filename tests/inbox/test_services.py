"""Acts of people: what they change, what they refuse, and what the counters say after each."""

from datetime import timedelta

import pytest

from crossdesk.inbox import queries, services
from crossdesk.inbox.enums import State
from crossdesk.inbox.intake import DutyOwed
from crossdesk.inbox.models import Block, Counter, Duty, Entry
from crossdesk.inbox.store import Place, Work
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.errors import Invalid, NotAllowed, NotFound
from tests.conftest import actor_of
from tests.inbox.acts import open_work, pen, told
from tests.inbox.factories import NOON, after, clocks_run
from tests.org.factories import MemberFactory, WallFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counters_stay_right")]


# Ownership


def test_taking_makes_it_mine(desk, ada, ben):
    desk.they_write()
    row = services.take(conversation_id=desk.conversation().pk, by=ada, now=after(minutes=1))

    assert (row.assignee_id, row.touched_at, pen().owner_id) == (ada.member_id, after(minutes=1), ada.member_id)
    assert [line.conversation for line in queries.mine(ada).rows] == [row]
    assert queries.counts(ada).mine == 1
    with pytest.raises(services.NothingToDo):
        services.take(conversation_id=row.pk, by=ada, now=after(minutes=2))
    assert (
        services.assign(conversation_id=row.pk, member_id=ben.member_id, by=ada, now=after(minutes=3)).assignee_id
        == ben.member_id
    )
    assert services.unassign(conversation_id=row.pk, by=ada, now=after(minutes=4)).assignee_id is None
    assert [body["because"] for body in told("OwnershipChanged")] == ["routed", "taken", "assigned", "unassigned"]
    assert [body["seconds"] for body in told("OwnershipChanged")] == [None, 60, 120, 60]


def test_who_only_looks_on_cannot_be_given_anything(desk, ada):
    desk.they_write()
    emil = MemberFactory(workspace=desk.workspace, user__name="Emil", role="viewer")

    with pytest.raises(Invalid, match="Emil may look on, not work"):
        services.assign(conversation_id=desk.conversation().pk, member_id=emil.pk, by=ada, now=NOON)


def test_a_member_of_another_workspace_cannot_be_given_anything(desk, ada):
    desk.they_write()

    with pytest.raises(Invalid):
        services.assign(conversation_id=desk.conversation().pk, member_id=MemberFactory().pk, by=ada, now=NOON)
    assert desk.conversation().assignee_id is None


def test_a_viewer_sees_and_may_not_work(desk):
    desk.they_write()
    viewer = actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], role="viewer"))

    assert len(queries.queue(viewer, desk.department.pk).rows) == 1
    with pytest.raises(NotAllowed):
        services.note(conversation_id=desk.conversation().pk, text="Hello", by=viewer, now=NOON)
    assert Entry.objects.filter(kind="note").count() == 0


def test_handing_over_moves_the_pen_and_the_counters(desk, ada, press):
    desk.they_write()
    row = services.hand_over(
        conversation_id=desk.conversation().pk, department_id=press.pk, note="A reporter.", by=ada, now=after(minutes=5)
    )

    assert (row.department_id, pen().department_id, open_work()) == (press.pk, press.pk, {press.pk: (1, 0)})
    assert [(body["outcome"], body["reason"]) for body in told("DutyClosed")] == [("discharged", "Handed over.")]
    assert Entry.objects.filter(event="handed_over").get().details["note"] == "A reporter."


def test_handing_over_and_keeping_watch_leaves_a_duty_to_look(desk, ada, press):
    desk.they_write()
    services.hand_over(
        conversation_id=desk.conversation().pk, department_id=press.pk, keep_watch=True, by=ada, now=after(minutes=5)
    )

    assert set(Duty.objects.filter(closed_at=None).values_list("department_id", "kind")) == {
        (desk.department.pk, "review"), (press.pk, "respond"),
    }  # fmt: skip
    assert open_work() == {desk.department.pk: (1, 0), press.pk: (1, 0)}


def test_two_departments_can_change_places(desk, ada, press):
    duties = (DutyOwed(desk.department.pk, "respond"), DutyOwed(press.pk, "review"))
    desk.they_write(verdict=desk.verdict(duties=duties))
    services.hand_over(
        conversation_id=desk.conversation().pk, department_id=press.pk, keep_watch=True, by=ada, now=after(minutes=5)
    )

    assert set(Duty.objects.filter(closed_at=None).values_list("department_id", "kind")) == {
        (desk.department.pk, "review"), (press.pk, "respond"),
    }  # fmt: skip


def test_what_others_still_owe_keeps_a_resolved_conversation_from_closing(desk, ada, press, pia):
    desk.they_write(verdict=desk.nothing())
    about = {"conversation_id": desk.conversation().pk}
    duty = services.add_duty(**about, department_id=press.pk, because="Look", by=ada, now=after(minutes=1))
    clocks_run(after(hours=73))
    with pytest.raises(services.OthersOwe):
        services.close(**about, by=ada, now=after(hours=73))
    assert desk.conversation().state == State.RESOLVED

    services.discharge_duty(**about, duty_id=duty.pk, by=pia, now=after(hours=74))
    clocks_run(after(hours=100))

    assert desk.conversation().state == State.CLOSED


def test_a_department_that_only_looks_can_be_handed_the_pen(desk, ada, press):
    desk.they_write(
        verdict=desk.verdict(duties=(DutyOwed(desk.department.pk, "respond"), DutyOwed(press.pk, "review")))
    )
    services.hand_over(conversation_id=desk.conversation().pk, department_id=press.pk, by=ada, now=after(minutes=5))

    assert list(Duty.objects.filter(closed_at=None).values_list("department_id", "kind")) == [(press.pk, "respond")]


def test_overdue_work_stays_overdue_when_it_is_handed_over(desk, ada, press):
    desk.they_write()
    clocks_run(after(hours=2))
    assert open_work() == {desk.department.pk: (1, 1)}

    services.hand_over(conversation_id=desk.conversation().pk, department_id=press.pk, by=ada, now=after(hours=2))

    assert open_work() == {press.pk: (1, 1)}


# Duties


def test_asking_another_department_to_look_and_its_doing_so(desk, ada, press, pia):
    desk.they_write()
    duty = services.add_duty(
        conversation_id=desk.conversation().pk,
        department_id=press.pk,
        because="Is this true?",
        by=ada,
        now=after(minutes=1),
    )
    assert (duty.due_at, open_work()[press.pk]) == (after(hours=24, minutes=1), (1, 0))
    with pytest.raises(services.NothingToDo):
        services.add_duty(
            conversation_id=desk.conversation().pk,
            department_id=press.pk,
            because="Again",
            by=ada,
            now=after(minutes=2),
        )
    with pytest.raises(NotAllowed):
        services.discharge_duty(conversation_id=desk.conversation().pk, duty_id=duty.pk, by=ada, now=after(minutes=2))

    services.discharge_duty(conversation_id=desk.conversation().pk, duty_id=duty.pk, by=pia, now=after(minutes=3))

    assert open_work() == {desk.department.pk: (1, 0)}
    assert [(body["seconds"], body["within_due"]) for body in told("DutyClosed")] == [(120, True)]


def test_a_duty_to_look_falls_due_by_its_own_clock(desk, ada, press):
    desk.they_write()
    services.add_duty(
        conversation_id=desk.conversation().pk,
        department_id=press.pk,
        because="Look",
        due_at=after(minutes=30),
        by=ada,
        now=NOON,
    )
    clocks_run(after(minutes=31))

    assert open_work() == {desk.department.pk: (1, 0), press.pk: (1, 1)}
    assert [body["department_id"] for body in told("DutyFellDue")] == [press.pk]


def test_the_answer_itself_cannot_be_waived_like_a_look(desk, ada):
    desk.they_write()

    with pytest.raises(services.NothingToDo):
        services.waive_duty(conversation_id=desk.conversation().pk, duty_id=pen().pk, reason="No", by=ada, now=NOON)


# Resolving


def test_resolving_waits_for_what_others_owe_or_says_why_not(desk, ada, press):
    desk.they_write()
    services.add_duty(conversation_id=desk.conversation().pk, department_id=press.pk, because="Look", by=ada, now=NOON)
    with pytest.raises(services.OthersOwe, match="Press still owes"):
        services.resolve(conversation_id=desk.conversation().pk, resolution="other", by=ada, now=after(minutes=5))
    assert open_work() == {desk.department.pk: (1, 0), press.pk: (1, 0)}

    row = services.resolve(
        conversation_id=desk.conversation().pk, resolution="other", reason="Called them", waive_others="They knew",
        by=ada, now=after(minutes=6),
    )  # fmt: skip

    assert (row.state, row.resolution, row.resolution_note, open_work()) == (State.RESOLVED, "other", "Called them", {})
    assert sorted(Duty.objects.values_list("state", "reason")) == [("discharged", ""), ("waived", "They knew")]


def test_resolving_as_spam_says_that_no_reply_was_needed(desk, ada):
    desk.they_write()
    services.resolve(conversation_id=desk.conversation().pk, resolution="spam", by=ada, now=after(minutes=5))

    assert Block.objects.values_list("needs_reply", "intent", "ended_because").get() == (
        False,
        "spam_abuse",
        "resolved",
    )
    assert [body["needs_reply"] for body in told("VerdictChanged")] == [False]


def test_nothing_can_be_done_to_what_is_closed_for_good_but_noting(desk, ada):
    desk.they_write(verdict=desk.nothing())
    services.close(conversation_id=desk.conversation().pk, by=ada, now=after(minutes=1))

    with pytest.raises(services.ClosedForGood):
        services.take(conversation_id=desk.conversation().pk, by=ada, now=after(minutes=2))
    services.note(conversation_id=desk.conversation().pk, text="She rang.", by=ada, now=after(minutes=2))
    assert Entry.objects.get(kind="note").text == "She rang."


def test_thanks_after_resolving_opens_nothing(desk, ada):
    desk.they_write()
    services.resolve(conversation_id=desk.conversation().pk, resolution="answered", by=ada, now=after(minutes=5))
    desk.they_write(after(minutes=10), verdict=desk.nothing())

    row = desk.conversation()
    assert (row.state, row.reopened_count, row.messages_count, open_work()) == (State.RESOLVED, 0, 2, {})


def test_they_write_again_and_it_comes_back_to_who_had_it(desk, ada, press):
    desk.they_write()
    services.hand_over(conversation_id=desk.conversation().pk, department_id=press.pk, by=ada, now=after(minutes=1))
    services.resolve(conversation_id=desk.conversation().pk, resolution="other", by=ada, now=after(minutes=5))
    desk.they_write(after(minutes=10))

    assert (desk.conversation().department_id, desk.conversation().reopened_count) == (press.pk, 1)
    # The desk that the verdict names looks; the one that a person gave it to answers.
    assert set(Duty.objects.filter(closed_at=None).values_list("department_id", "kind")) == {
        (press.pk, "respond"), (desk.department.pk, "review"),
    }  # fmt: skip


def test_writing_again_ends_a_snooze(desk, ada):
    desk.they_write()
    services.snooze(conversation_id=desk.conversation().pk, until=after(hours=3), by=ada, now=after(minutes=1))
    assert (open_work(), [line.conversation.pk for line in queries.snoozed(ada).rows]) == ({}, [desk.conversation().pk])
    desk.they_write(after(minutes=10))

    assert (desk.conversation().snoozed_until, open_work()) == (None, {desk.department.pk: (1, 0)})
    assert [body["because"] for body in told("SnoozeEnded")] == ["they_wrote"]


def test_a_snooze_in_the_past_is_refused(desk, ada):
    desk.they_write()

    with pytest.raises(Invalid):
        services.snooze(conversation_id=desk.conversation().pk, until=NOON - timedelta(hours=1), by=ada, now=NOON)


# Words


def test_a_word_is_one_whatever_its_case(desk, ada):
    desk.they_write()
    word = services.tag(conversation_id=desk.conversation().pk, name="Refund", by=ada, now=NOON)
    with pytest.raises(services.NothingToDo):
        services.tag(conversation_id=desk.conversation().pk, name=" refund ", by=ada, now=NOON)

    services.untag(conversation_id=desk.conversation().pk, tag_id=word.pk, by=ada, now=NOON)
    assert list(desk.conversation().tags.all()) == []


# Walls and counters


def test_only_who_stands_inside_may_put_something_behind_a_wall(desk, ada):
    desk.they_write()
    lead = actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], role="lead"))
    wall = WallFactory(workspace=desk.workspace)

    with pytest.raises(NotAllowed):
        services.enclose(conversation_id=desk.conversation().pk, wall_id=wall.pk, reason="", by=ada, now=NOON)
    with pytest.raises(NotFound):
        services.enclose(conversation_id=desk.conversation().pk, wall_id=wall.pk, reason="", by=lead, now=NOON)
    assert desk.conversation().wall_id is None
    assert not AuditEntry.objects.exists()


def test_recounting_finds_what_is_wrong_and_setting_right_mends_it(desk):
    desk.they_write()
    Counter.objects.update(open=7)

    assert queries.recount(desk.workspace.pk) == {
        Place(desk.account.pk, desk.department.pk, None): (Work(7, 0), Work(1, 0))
    }
    assert services.set_counters_right(workspace_id=desk.workspace.pk) == 1
    assert open_work() == {desk.department.pk: (1, 0)}
