"""One act on many conversations: whole or not at all for each, in words, and taken back exactly."""

from uuid import UUID, uuid4

import pytest

from crossdesk.inbox import queries, services
from crossdesk.inbox.models import Act, Conversation, Duty, Entry, Span
from crossdesk.kit.errors import Invalid, NotAllowed, NotFound
from crossdesk.org.enums import Role
from tests.conftest import actor_of
from tests.inbox.factories import NOON, Desk, IdentityFactory, after
from tests.org.factories import DepartmentFactory, MemberFactory


@pytest.fixture
def three(desk):
    """Ids of three open conversations of the desk, ascending."""
    for _ in range(3):
        desk.they_write(identity=IdentityFactory(contact__workspace=desk.workspace))
    return sorted(Conversation.objects.values_list("pk", flat=True))


def batch_of(many: services.Many) -> UUID:
    assert many.batch is not None
    return many.batch


def standing():
    """All that an act may change, of every conversation."""
    rows = Conversation.objects.order_by("pk").values_list(
        "pk", "state", "department_id", "assignee_id", "snoozed_until", "resolved_at", "resolution", "triage_since",
        "reopened_count", "due_at",
    )  # fmt: skip
    duties = Duty.objects.filter(closed_at=None).order_by("conversation_id")
    return list(rows), list(duties.values_list("conversation_id", "department_id", "owner_id", "kind", "queue_at"))


def acts_of(desk, ada, ben):
    legal = DepartmentFactory(workspace=desk.workspace, name="Legal")
    return {
        "take": lambda ids: services.take_many(conversation_ids=ids, by=ada, now=after(minutes=5)),
        "assign": lambda ids: services.assign_many(
            conversation_ids=ids, member_id=ben.member_id, by=ada, now=after(minutes=5)
        ),
        "hand_over": lambda ids: services.hand_over_many(
            conversation_ids=ids, department_id=legal.pk, by=ada, now=after(minutes=5)
        ),
        "snooze": lambda ids: services.snooze_many(
            conversation_ids=ids, until=after(days=1), by=ada, now=after(minutes=5)
        ),
        "resolve": lambda ids: services.resolve_many(
            conversation_ids=ids, resolution="answered", by=ada, now=after(minutes=5)
        ),
    }


@pytest.mark.parametrize("name", ["take", "assign", "hand_over", "snooze", "resolve"])
def test_an_act_on_many_changes_them_all_and_taking_it_back_restores_exactly_what_stood(desk, ada, ben, three, name):
    before = standing()

    many = acts_of(desk, ada, ben)[name](three)
    between = standing()
    back = services.undo_many(batch=batch_of(many), by=ada, now=after(minutes=6))

    assert (many.done, many.refused, back.done, back.refused) == (three, [], three, [])
    assert between != before
    assert standing() == before
    assert queries.recount(desk.workspace.pk) == {}
    # nothing was deleted: the history tells both
    assert [Entry.objects.filter(conversation_id=pk, event="undone").count() for pk in three] == [1, 1, 1]
    assert Span.objects.filter(ended_at=None).count() == 3


def test_unassigning_many_is_taken_back_too(desk, ada, ben, three):
    services.assign_many(conversation_ids=three, member_id=ben.member_id, by=ada, now=NOON)

    many = services.unassign_many(conversation_ids=three, by=ada, now=after(minutes=1))

    assert set(Conversation.objects.values_list("assignee_id", flat=True)) == {None}
    services.undo_many(batch=batch_of(many), by=ada, now=after(minutes=2))
    assert set(Conversation.objects.values_list("assignee_id", flat=True)) == {ben.member_id}


def test_a_word_on_many_comes_off_only_where_it_was_put_by_this_act(desk, ada, three):
    services.tag(conversation_id=three[0], name="late", by=ada, now=NOON)

    many = services.tag_many(conversation_ids=three, name="late", by=ada, now=NOON)

    assert many.done == three[1:]
    assert [(one.conversation_id, one.because) for one in many.refused] == [(three[0], "“late” stands on it already.")]
    services.undo_many(batch=batch_of(many), by=ada, now=after(minutes=1))
    assert [row.tags.count() for row in Conversation.objects.order_by("pk")] == [1, 0, 0]


def test_what_cannot_be_done_says_why_and_stays_whole_while_the_rest_is_done(desk, ada, three):
    legal = DepartmentFactory(workspace=desk.workspace, name="Legal")
    services.add_duty(conversation_id=three[1], department_id=legal.pk, because="Is it a threat?", by=ada, now=NOON)
    owed = list(Duty.objects.filter(conversation_id=three[1]).order_by("pk").values())

    many = services.resolve_many(conversation_ids=three, resolution="spam", by=ada, now=after(minutes=1))

    assert many.done == [three[0], three[2]]
    assert [(one.conversation_id, one.code, one.because) for one in many.refused] == [
        (
            three[1],
            "inbox.others_owe",
            "Legal still owes something here. Wait for them, or say why they need not do it.",
        )
    ]
    assert list(Duty.objects.filter(conversation_id=three[1]).order_by("pk").values()) == owed
    assert not Entry.objects.filter(conversation_id=three[1], event="resolved").exists()
    assert queries.recount(desk.workspace.pk) == {}


def test_what_others_still_owe_is_waived_where_it_is_said_why_and_comes_back_with_the_act(desk, ada, three):
    legal = DepartmentFactory(workspace=desk.workspace, name="Legal")
    services.add_duty(conversation_id=three[1], department_id=legal.pk, because="Is it a threat?", by=ada, now=NOON)
    before = standing()

    many = services.resolve_many(
        conversation_ids=three, resolution="answered", waive_others=" Seen together. ", by=ada, now=after(minutes=1)
    )

    assert (many.done, many.refused) == (three, [])
    waived = Duty.objects.filter(state="waived").values_list("conversation_id", "department_id", "reason")
    assert list(waived) == [(three[1], legal.pk, "Seen together.")]
    assert queries.recount(desk.workspace.pk) == {}
    services.undo_many(batch=batch_of(many), by=ada, now=after(minutes=2))
    assert standing() == before


def test_taking_back_leaves_alone_what_somebody_changed_since(desk, ada, ben, three):
    many = services.resolve_many(conversation_ids=three, resolution="spam", by=ada, now=after(minutes=1))
    services.reopen(conversation_id=three[0], by=ben, now=after(minutes=2))

    back = services.undo_many(batch=batch_of(many), by=ada, now=after(minutes=3))

    assert back.done == three[1:]
    assert [(one.conversation_id, one.code) for one in back.refused] == [(three[0], "inbox.cannot_undo")]


def test_only_who_did_it_takes_it_back_and_only_once(desk, ada, ben, three):
    many = services.take_many(conversation_ids=three, by=ada, now=NOON)

    with pytest.raises(NotFound):
        services.undo_many(batch=batch_of(many), by=ben, now=NOON)
    services.undo_many(batch=batch_of(many), by=ada, now=NOON)
    for batch in (batch_of(many), uuid4()):
        with pytest.raises(NotFound):
            services.undo_many(batch=batch, by=ada, now=NOON)


def test_what_one_may_not_see_is_refused_as_if_it_were_not_there(desk, ada, three):
    other = Desk()
    other.they_write()
    strange = other.conversation().pk

    many = services.resolve_many(conversation_ids=[strange, three[0]], resolution="spam", by=ada, now=NOON)

    assert many.done == [three[0]]
    assert [(one.conversation_id, one.because) for one in many.refused] == [(strange, "There is no such conversation.")]
    assert Conversation.objects.get(pk=strange).state == "open"


def test_nothing_done_can_not_be_taken_back(desk, ada, three):
    services.resolve_many(conversation_ids=three, resolution="spam", by=ada, now=NOON)
    kept = Act.objects.count()

    many = services.resolve_many(conversation_ids=three, resolution="spam", by=ada, now=NOON)

    assert (many.done, many.batch, len(many.refused)) == ([], None, 3)
    assert Act.objects.count() == kept


@pytest.mark.parametrize(
    ("ids", "words"),
    [([], "Choose at least one conversation."), (range(1, 202), "These are 201. Choose at most 200 at once.")],
)
def test_none_and_too_many_are_refused(desk, ada, ids, words):
    with pytest.raises(Invalid) as refusal:
        services.take_many(conversation_ids=list(ids), by=ada, now=NOON)

    assert refusal.value.message == words


def test_who_may_only_look_changes_nothing(desk, three):
    viewer = actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], role=Role.VIEWER))
    before = standing()

    with pytest.raises(NotAllowed):
        services.resolve_many(conversation_ids=three, resolution="spam", by=viewer, now=NOON)

    assert standing() == before


@pytest.mark.parametrize("rows", [1, 3])
def test_many_cost_no_more_statements_than_one(desk, ada, three, django_assert_num_queries, rows):
    # savepoint (2), conversations, blocks, duties, spans; written: conversations, blocks, duties, spans, entries,
    # facts, jobs, counters; acts
    with django_assert_num_queries(15):
        many = services.resolve_many(conversation_ids=three[:rows], resolution="spam", by=ada, now=after(minutes=1))

    # savepoint (2), acts, their duties and blocks, conversations, blocks, duties, spans; written: conversations,
    # blocks, duties, spans, entries, facts, jobs, counters; acts
    with django_assert_num_queries(18):
        back = services.undo_many(batch=batch_of(many), by=ada, now=after(minutes=2))

    assert (len(many.done), len(back.done)) == (rows, rows)
