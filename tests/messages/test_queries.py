from datetime import timedelta

import pytest

from crossdesk.journal.models import Fact
from crossdesk.kit.actor import system
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from crossdesk.messages import queries, services
from crossdesk.messages.models import Correction, Media
from tests.channels.factories import NOON, AccountAccessFactory, AccountFactory
from tests.conftest import actor_of
from tests.messages.factories import IdentityFactory, MessageFactory, ReadingFactory, SightingFactory
from tests.org.factories import MemberFactory, WallFactory, WallMemberFactory


@pytest.fixture
def access(db):
    return AccountAccessFactory()


@pytest.fixture
def actor(access):
    return actor_of(MemberFactory(workspace=access.account.workspace, seats=[access.department]))


def test_a_message_is_seen_by_who_may_see_an_account_that_saw_it(access, actor):
    account, other = access.account, AccountFactory(workspace=access.account.workspace)
    mine, shared, theirs = MessageFactory(account=account), MessageFactory(account=other), MessageFactory(account=other)
    SightingFactory(message=shared, account=account)
    ours = MessageFactory(account=account, ours=True, sighting=None)
    MessageFactory()

    assert set(queries.visible_to(actor)) == {mine, shared, ours}
    assert set(queries.visible_to(system(actor.workspace_id))) == {mine, shared, theirs, ours}


def test_what_stands_in_a_wall_does_not_exist_outside(access, actor):
    wall = WallFactory(workspace=access.account.workspace)
    message = MessageFactory(account=access.account, wall=wall)
    inside = MemberFactory(workspace=access.account.workspace, seats=[access.department])
    WallMemberFactory(wall=wall, member=inside)
    owner = actor_of(MemberFactory(workspace=access.account.workspace, role="owner", seats=[access.department]))

    for outside in (actor, owner):
        assert not queries.visible_to(outside).exists()
        assert queries.contact(outside, message.contact_id) is None
        assert queries.said_by(outside, message.contact_id) == []
    assert queries.contact(actor_of(inside), message.contact_id) == message.contact
    assert queries.said_by(actor_of(inside), message.contact_id) == [message]


def test_enclosing_takes_messages_out_of_sight_and_back(access, actor):
    wall = WallFactory(workspace=access.account.workspace)
    message, stranger = MessageFactory(account=access.account), MessageFactory()
    ids = [message.pk, stranger.pk]

    assert services.enclose(message_ids=ids, wall_id=wall.pk, workspace_id=actor.workspace_id) == 1
    assert services.enclose(message_ids=ids, wall_id=wall.pk, workspace_id=actor.workspace_id) == 0
    assert not queries.visible_to(actor).exists()
    assert services.enclose(message_ids=ids, wall_id=None, workspace_id=actor.workspace_id) == 1
    assert queries.visible_to(actor).get() == message


def test_all_that_a_person_said_comes_a_page_at_a_time_newest_first(access, actor):
    identity = IdentityFactory(contact__workspace=access.account.workspace)
    said = [
        MessageFactory(account=access.account, identity=identity, sent_at=NOON + timedelta(minutes=minutes))
        for minutes in (0, 5, 5, 9)
    ]
    MessageFactory(account=access.account, ours=True, contact=identity.contact)

    first = queries.said_by(actor, identity.contact_id, limit=2)
    second = queries.said_by(actor, identity.contact_id, limit=2, before=(first[-1].sent_at, first[-1].pk))

    assert first + second == [*reversed(said)]
    assert list(queries.identities_of(actor, identity.contact)) == [identity]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_contact_card_costs_the_same_for_any_number_of_messages(access, actor, django_assert_num_queries, rows):
    identity = IdentityFactory(contact__workspace=access.account.workspace)
    MessageFactory.create_batch(rows, account=access.account, identity=identity)

    with django_assert_num_queries(1):
        assert len([message.account.handle for message in queries.said_by(actor, identity.contact_id)]) == rows


def test_recent_messages_are_for_the_preview_of_rules(access, actor):
    recent = MessageFactory(account=access.account, sent_at=NOON)
    MessageFactory(account=access.account, sent_at=NOON - timedelta(days=31))
    MessageFactory(account=access.account, ours=True)

    assert list(queries.recent_inbound(actor, since=NOON - timedelta(days=30))) == [recent]


def test_media_come_by_message_in_their_order(access):
    message, bare = MessageFactory(account=access.account), MessageFactory(account=access.account)
    second = Media.objects.create(message=message, position=1, kind="image", url="b")
    first = Media.objects.create(message=message, position=0, kind="image", url="a")

    assert queries.media_of([message, bare]) == {message.pk: [first, second], bare.pk: []}


@pytest.mark.parametrize(
    ("head", "value", "stands"),
    [
        ("needs_reply", False, {"value": False, "p": 1.0}),
        ("intents", ["complaint", "press_enquiry", "complaint"], [{"value": "complaint", "p": 1.0}, {"value": "press_enquiry", "p": 1.0}]),
        ("intents", [], []),
        ("safety", ["threat"], [{"value": "threat", "p": 1.0}]),
        ("sentiment", "negative", {"value": "negative", "p": 1.0}),
        ("urgency", "p1", {"value": "p1", "p": 1.0}),
        ("complaint_reason", "late delivery", {"value": "late delivery", "p": 1.0}),
        ("complaint_reason", None, None),
        ("language", "de", {"value": "de", "p": 1.0}),
    ],
)  # fmt: skip
def test_a_correction_stands_in_the_place_of_the_verdict(access, actor, head, value, stands):
    message = ReadingFactory(message__account=access.account).message
    before = queries.effective_reading(message)

    row = services.correct(message_id=message.pk, head=head, value=value, by=actor, now=NOON)

    after = queries.effective_reading(message)
    assert after == {**before, head: stands, "corrected": [head]}
    assert (row.before, row.after, row.by_id) == (before[head], stands, actor.member_id)
    assert Fact.objects.values_list("kind", "body", "account_id").get() == (
        "ReadingCorrected",
        {"message_id": message.pk, "head": head, "correction_id": row.pk, "undone": False},
        access.account.pk,
    )


@pytest.mark.parametrize(
    ("head", "value"),
    [
        ("needs_reply", "yes"), ("intents", ["nonsense"]), ("intents", "complaint"), ("sentiment", "furious"),
        ("urgency", None), ("language", "x" * 61), ("language", ""), ("mood", "good"), ("safety", [["threat"]]),
    ],
)  # fmt: skip
def test_what_a_head_cannot_be_is_refused(access, actor, head, value):
    message = ReadingFactory(message__account=access.account).message

    with pytest.raises(Invalid):
        services.correct(message_id=message.pk, head=head, value=value, by=actor, now=NOON)

    assert not Correction.objects.exists()


def test_the_last_correction_wins_and_taking_it_back_brings_the_one_before(access, actor):
    message = ReadingFactory(message__account=access.account).message
    first = services.correct(message_id=message.pk, head="sentiment", value="negative", by=actor, now=NOON)
    second = services.correct(message_id=message.pk, head="sentiment", value="positive", by=actor, now=NOON)
    assert queries.effective_reading(message)["sentiment"]["value"] == "positive"
    assert queries.corrections_of(message) == [second, first]

    services.undo_correction(correction_id=second.pk, by=actor, now=NOON)
    assert queries.effective_reading(message)["sentiment"]["value"] == "negative"
    services.undo_correction(correction_id=first.pk, by=actor, now=NOON)

    assert queries.effective_reading(message)["sentiment"] == {"value": "neutral", "p": 0.7}
    with pytest.raises(Conflict):
        services.undo_correction(correction_id=first.pk, by=actor, now=NOON)


def test_what_a_person_corrected_is_no_longer_in_doubt(access, actor):
    reading = ReadingFactory(message__account=access.account)
    reading.values["abstained"] = ["intents", "sentiment"]
    reading.save()

    services.correct(message_id=reading.message_id, head="intents", value=["praise"], by=actor, now=NOON)

    assert queries.effective_reading(reading.message)["abstained"] == ["sentiment"]


def test_a_correction_outlives_an_edit(access, actor):
    message = ReadingFactory(message__account=access.account).message
    services.correct(message_id=message.pk, head="urgency", value="p1", by=actor, now=NOON)

    ReadingFactory(message=message, version=2)

    assert queries.effective_reading(message)["urgency"] == {"value": "p1", "p": 1.0}


def test_who_may_not_see_the_message_or_not_work_corrects_nothing(access, actor):
    message = ReadingFactory(message__account=access.account).message
    row = services.correct(message_id=message.pk, head="urgency", value="p1", by=actor, now=NOON)
    stranger = actor_of(MemberFactory(workspace=access.account.workspace))
    viewer = actor_of(MemberFactory(workspace=access.account.workspace, seats=[access.department], role="viewer"))

    for who, error in ((stranger, NotFound), (viewer, NotAllowed)):
        with pytest.raises(error):
            services.correct(message_id=message.pk, head="urgency", value="low", by=who, now=NOON)
        with pytest.raises(error):
            services.undo_correction(correction_id=row.pk, by=who, now=NOON)
    with pytest.raises(NotFound):
        services.undo_correction(correction_id=row.pk + 1, by=actor, now=NOON)
