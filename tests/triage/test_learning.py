"""Heads learn from people's labels and corrections, prove themselves on labels held aside, and can be sent back."""

from datetime import timedelta

import numpy as np
import pytest

from crossdesk.inbox.models import Conversation
from crossdesk.journal import changes
from crossdesk.journal.models import AuditEntry, Job
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.messages import services as messages
from crossdesk.messages.models import Message, Reading
from crossdesk.org.enums import Role
from crossdesk.reading import learning
from crossdesk.reading.vectors import packed
from crossdesk.triage import queries, services, taught
from crossdesk.triage.models import Decision, Label, LearnedHead, Rerouting, Sample
from crossdesk.triage.services import gathering, sampling
from crossdesk.triage.services.learning import NotInUse
from crossdesk.triage.taught import Spoken
from tests.conftest import NOON, actor_of
from tests.messages.factories import MessageFactory, ReadingFactory
from tests.org.factories import MemberFactory, WallFactory
from tests.triage.scene import Scene, said

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
# What the presets would send to customer service is, in this company, sales' and the product team's too.
WHOSE = ("customer_service", "sales", "product")


class FakeReader:
    """Reads everything as a question; each text's vector lies by what its first word says."""

    model = "test-1"

    def __init__(self):
        self.asked = 0

    def read(self, blocks):
        self.asked += len(blocks)
        assert not blocks, "everything had been read by this reader"
        return []


def vector_of(kind, number):
    at = np.random.default_rng(kind).normal(size=384) * 2 + np.random.default_rng(1000 + number).normal(size=384) * 3
    return packed(at.astype(np.float32))


@pytest.fixture
def scene():
    return Scene()


def message_of(scene, number, *, kind=None, model="test-1", **fields):
    kind = number % len(WHOSE) if kind is None else kind
    message = MessageFactory(account=scene.account, identity=scene.customer, sighting=None, **fields)
    ReadingFactory(message=message, model=model, values=dict(said("question").values), vector=vector_of(kind, number))
    return message


def labelled(scene, count, *, truth=None, start=0):
    """So many messages that chance chose, each labelled as its own kind's department."""
    rows = [message_of(scene, number) for number in range(start, start + count)]
    samples = Sample.objects.bulk_create(
        Sample(
            workspace=scene.workspace, message=row, version=1, kind="weekly", week=NOON.date(), state="labelled",
            model="test-1", drawn_at=NOON, settled_at=NOON, labels_count=1,
        )
        for row in rows
    )  # fmt: skip
    Label.objects.bulk_create(
        Label(
            sample=sample, at=NOON, needs_reply=True, intents=["question"], sentiment="neutral", urgency="normal",
            department=scene.desks[truth or WHOSE[number % len(WHOSE)]], by=None,
        )
        for number, sample in enumerate(samples, start=start)
    )  # fmt: skip
    return rows


def learn(scene, at=NOON):
    return services.learn(workspace_id=scene.workspace.pk, now=at, reader=FakeReader())


def heads():
    return list(LearnedHead.objects.order_by("id").values_list("head", "number", "state"))


def test_nothing_is_learned_below_two_hundred_labels(scene):
    labelled(scene, 199)

    assert learn(scene) == []
    assert not LearnedHead.objects.exists()


def test_a_head_that_is_better_on_labels_held_aside_takes_the_general_ones_place(scene):
    labelled(scene, 210)

    learn(scene)

    row = LearnedHead.objects.get()
    assert (row.head, row.number, row.state, row.model, row.labelled) == ("department", 1, "active", "test-1", 210)
    assert row.labels == sorted(str(scene.desks[key].pk) for key in WHOSE)
    assert row.examples + row.of == 210
    assert taught.ENOUGH <= row.of < 90
    assert row.right > row.general_right
    assert row.right - row.general_right == row.gained - row.lost
    assert (row.macro_f1 or 0) > (row.general_macro_f1 or 1)
    assert sum(count for _, _, count in row.confused) == row.of
    assert (row.activated_at, row.activated_by) == (NOON, None)


def test_no_head_ever_learns_from_what_measures_it(scene):
    rows = labelled(scene, 210)

    learn(scene)

    held = [row.pk for row in rows if sampling.lot("held", row.pk) < taught.HELD]
    row = LearnedHead.objects.get()
    kept = learning.from_bytes(bytes(row.weights))
    assert (row.of, row.examples, kept.examples, len(kept.anchors)) == (
        len(held),
        210 - len(held),
        210 - len(held),
        210 - len(held),
    )


def test_heads_about_which_people_say_only_one_thing_are_not_learned(scene):
    labelled(scene, 210, truth="sales")

    assert learn(scene) == []


def test_it_is_learned_from_once(scene):
    labelled(scene, 210)

    learn(scene)
    again = learn(scene, at=NOON + HOUR)

    assert (again, heads()) == ([], [("department", 1, "active")])


def test_a_later_one_replaces_it_where_it_is_no_worse(scene):
    labelled(scene, 210)
    learn(scene)
    labelled(scene, 30, start=210)

    learn(scene, at=NOON + HOUR)

    states = dict(LearnedHead.objects.values_list("number", "state"))
    assert sorted(states) == [1, 2]
    assert sorted(states.values()) in (["active", "retired"], ["active", "candidate"])
    assert LearnedHead.objects.filter(state="active").count() == 1


def test_safety_is_never_learned():
    assert "safety" not in taught.PRECISION


def test_what_stands_behind_a_wall_teaches_nobody(scene):
    rows = labelled(scene, 3)
    wall = WallFactory(workspace=scene.workspace)
    Message.objects.filter(pk=rows[0].pk).update(wall=wall)
    beside = message_of(scene, 50)
    hidden = message_of(scene, 51, wall=wall)

    told = gathering.told_by_head(scene.workspace.pk, FakeReader(), queries.setup(scene.workspace.pk))
    vectors = gathering.vectors_beside(scene.workspace.pk, "test-1", [row.pk for row in rows])

    assert [one.message_id for one in told["department"]] == [rows[1].pk, rows[2].pk]
    assert vectors == [bytes(Reading.objects.get(message=beside).vector)]
    assert bytes(Reading.objects.get(message=hidden).vector) not in vectors


def test_corrections_teach_those_taken_back_do_not_and_labels_come_first(scene):
    fixed, taken_back = message_of(scene, 0), message_of(scene, 1)
    labelled_one = labelled(scene, 1, start=3)[0]
    messages.correct(message_id=fixed.pk, head="sentiment", value="negative", by=scene.by, now=NOON)
    messages.correct(message_id=labelled_one.pk, head="sentiment", value="negative", by=scene.by, now=NOON)
    undone = messages.correct(message_id=taken_back.pk, head="sentiment", value="positive", by=scene.by, now=NOON)
    messages.undo_correction(correction_id=undone.pk, by=scene.by, now=NOON)

    told = gathering.told_by_head(scene.workspace.pk, FakeReader(), queries.setup(scene.workspace.pk))

    assert [(one.message_id, one.truths, one.by_chance) for one in told["sentiment"]] == [
        (fixed.pk, ("negative",), False),
        (labelled_one.pk, ("neutral",), True),
    ]


def test_whom_people_gave_a_message_to_teaches_unless_a_rule_had_said_whose_it_is(scene):
    given, by_rule = message_of(scene, 0), message_of(scene, 1)
    scene.stored(said("question"))
    scene.works()
    conversation = Conversation.objects.get()
    for message, source in ((given, "matrix"), (by_rule, "rule")):
        decision = Decision.objects.create(
            workspace=scene.workspace, message=message, version=1, decided_at=NOON, source=source, needs_reply=True
        )
        Rerouting.objects.create(
            workspace=scene.workspace, message=message, conversation=conversation, decision=decision, at=NOON,
            after=scene.desks["sales"],
        )  # fmt: skip

    told = gathering.told_by_head(scene.workspace.pk, FakeReader(), queries.setup(scene.workspace.pk))

    sales, service = (str(scene.desks[key].pk) for key in ("sales", "customer_service"))
    assert [(one.message_id, one.truths, one.general, one.hint) for one in told["department"]] == [
        (given.pk, (sales,), service, "question")
    ]


def test_what_another_reader_had_read_is_read_again(scene):
    labelled(scene, 1)
    Reading.objects.update(model="older")

    class Now(FakeReader):
        def read(self, blocks):
            self.asked += len(blocks)
            return []

    reader = Now()
    with pytest.raises(ValueError):  # one reading for each block: this reader gives none
        gathering.told_by_head(scene.workspace.pk, reader, queries.setup(scene.workspace.pk))
    assert reader.asked == 1


def test_corrections_do_not_bend_the_balance():
    def spoken(number, *, right, by_chance):
        general = "a" if right else "b"
        return Spoken(number, b"", ("a",), general, in_doubt=False, by_chance=by_chance, hint="")

    told = [spoken(number, right=number < 8, by_chance=True) for number in range(10)]
    told += [spoken(number, right=False, by_chance=False) for number in range(10, 40)]

    found = taught.weights(told)

    assert found[:8] == [1.0] * 8
    assert sum(found[8:]) == pytest.approx(2.5, abs=0.1)


@pytest.mark.parametrize(
    ("gained", "lost", "better"), [(10, 1, True), (5, 0, True), (4, 0, False), (9, 4, False), (0, 0, False)]
)
def test_better_is_what_chance_seldom_does(gained, lost, better):
    assert taught.Compared(of=60, right=40, general_right=30, gained=gained, lost=lost).better is better


def test_few_held_labels_prove_nothing():
    assert not taught.Compared(of=29, right=29, general_right=0, gained=29, lost=0).better


# People choose


def test_a_person_sends_it_back_and_it_stays_back_until_a_person_chooses_again(scene):
    labelled(scene, 210)
    learn(scene)
    first = LearnedHead.objects.get()

    services.use_general(learned_id=first.pk, by=scene.by, now=NOON)
    labelled(scene, 30, start=210)
    learn(scene, at=NOON + HOUR)

    assert heads() == [("department", 1, "retired"), ("department", 2, "candidate")]
    second = LearnedHead.objects.get(number=2)
    services.use_learned(learned_id=second.pk, by=scene.by, now=NOON + 2 * HOUR)
    assert heads() == [("department", 1, "retired"), ("department", 2, "active")]
    assert [one.action for one in AuditEntry.objects.filter(action="quality.head")] == ["quality.head"] * 2


def test_sending_back_can_be_undone(scene):
    labelled(scene, 210)
    learn(scene)
    services.use_general(learned_id=LearnedHead.objects.get().pk, by=scene.by, now=NOON)
    entry = AuditEntry.objects.get(action="quality.head")

    changes.put_back(entry_ids=[entry.pk], by=scene.by, now=NOON + HOUR)

    assert heads() == [("department", 1, "active")]


def test_only_who_may_change_rules_may_choose_and_only_here(scene):
    labelled(scene, 210)
    learn(scene)
    row = LearnedHead.objects.get()
    agent = actor_of(MemberFactory(workspace=scene.workspace, role=Role.MEMBER))

    with pytest.raises(NotAllowed):
        services.use_general(learned_id=row.pk, by=agent, now=NOON)
    with pytest.raises(NotFound):
        services.use_general(learned_id=row.pk, by=actor_of(MemberFactory(role=Role.OWNER)), now=NOON)
    with pytest.raises(NotInUse):
        services.use_learned(learned_id=row.pk, by=scene.by, now=NOON)

    assert heads() == [("department", 1, "active")]


# When


def test_a_correction_asks_to_learn_within_the_hour_once(scene):
    message = scene.stored(said("question"))
    scene.works()

    for value in ("negative", "positive"):
        messages.correct(message_id=message.pk, head="sentiment", value=value, by=scene.by, now=NOON)
        scene.works()

    job = Job.objects.get(kind=services.LEARN)
    assert (job.key, job.due_at) == (str(scene.workspace.pk), NOON + HOUR)


def test_learning_costs_the_same_queries_for_any_number_of_labels(scene, django_assert_num_queries):
    labelled(scene, 3)
    # setup 4, corrections, reroutings, labels, messages, readings, known heads
    with django_assert_num_queries(10):
        learn(scene)
    labelled(scene, 6, start=3)
    with django_assert_num_queries(10):
        learn(scene)
