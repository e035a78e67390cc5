import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from crossdesk.channels import services
from crossdesk.channels.enums import AccountState, HoldScope, OutboxState
from crossdesk.channels.models import Account, OutboxItem
from crossdesk.channels.ports import (
    MissingScope,
    OutgoingMedia,
    Published,
    RateLimited,
    Refused,
    SignInExpired,
    Unavailable,
    Unreadable,
)
from crossdesk.journal.models import Fact, Job
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.channels.factories import NOON, AccountAccessFactory, AccountFactory, OutboxItemFactory
from tests.conftest import actor_of
from tests.org.factories import MemberFactory

SECOND = timedelta(seconds=1)
LOST = Unavailable("No answer.", outcome_unknown=True)


@pytest.fixture
def account(db):
    return AccountFactory(external_id="us")


@pytest.fixture
def by(account):
    return system(account.workspace_id)


@pytest.fixture
def keyed(network):
    network.capabilities = replace(network.capabilities, idempotency="key")


def prepared(account, by, **more):
    values = {"text": "We are on it.", "origin": "inbox.reply:1", "in_reply_to": "m1", "now": NOON, **more}
    return services.prepare(account_id=account.pk, by=by, **values)


def run(item, *, at=NOON, steps=30):
    """Take step after step at the moments the service asks for. Returns the moments."""
    moments = []
    while steps and at is not None:
        with clock.standing_at(at):
            at = services.send(item_id=item.pk, now=at)
        moments.append(at)
        steps -= 1
    item.refresh_from_db()
    return moments


def facts():
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


def test_a_prepared_message_leaves_once_and_says_so(account, by, network):
    item = prepared(account, by, conversation_id=7)
    assert Job.objects.values_list("kind", "arguments", "due_at").get() == ("channels.send", {"item_id": item.pk}, NOON)

    run(item)
    run(item)

    assert [message.text for message in network.taken] == ["We are on it."]
    assert (network.taken[0].key, network.taken[0].in_reply_to) == (item.key, "m1")
    assert (item.state, item.external_id, item.published_at, item.attempts) == ("published", "out-1", NOON, 1)
    fact = Fact.objects.get()
    assert (fact.kind, fact.conversation_id, fact.account_id, fact.body) == (
        "OutboxPublished", 7, account.pk, {"item_id": item.pk, "origin": "inbox.reply:1", "external_id": "out-1"},
    )  # fmt: skip


def test_it_waits_for_its_time(account, by, network):
    item = prepared(account, by, due_at=NOON + timedelta(hours=1))

    assert run(item, steps=1) == [NOON + timedelta(hours=1)]

    assert (item.state, network.taken) == ("prepared", [])


def test_one_account_keeps_its_pace(account, by, network):
    first, second = prepared(account, by), prepared(account, by, text="And another.")

    assert run(first) == [None]
    assert run(second) == [NOON + SECOND, None]

    assert [message.text for message in network.taken] == ["We are on it.", "And another."]


def test_a_rate_limit_puts_off_everything_of_the_account_until_its_date(account, by, network):
    until = NOON + timedelta(minutes=7)
    network.trouble["send"] = [RateLimited("Slow down.", until=until)]
    first, second = prepared(account, by), prepared(account, by, text="And another.")

    assert run(first, steps=1) == [until]
    assert (first.state, first.error) == ("retry", "Slow down.")
    assert run(second, steps=1, at=NOON + SECOND) == [until]
    assert network.taken == []
    run(first, at=until)

    assert (first.state, first.attempts) == ("published", 2)
    assert facts() == ["OutboxDelayed", "OutboxPublished"]


def test_a_network_that_is_down_is_tried_again_ever_more_rarely_and_then_a_person_decides(account, by, network):
    network.trouble["send"] = [Unavailable("Down.")] * 12
    item = prepared(account, by)

    moments = [moment for moment in run(item, steps=60) if moment]

    waits = [after - before for before, after in zip([NOON, *moments], moments, strict=False)]
    assert waits[:4] == [2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND]
    assert (item.state, item.attempts) == ("doubtful", 12)
    assert network.taken == []


def test_a_refusal_is_final_and_keeps_the_networks_words(account, by, network):
    network.trouble["send"] = [Refused("The person has blocked you.")]
    item = prepared(account, by)

    assert run(item) == [None]

    assert (item.state, item.error) == ("refused", "The person has blocked you.")
    assert facts() == ["OutboxRefused"]


def test_a_missing_right_is_a_refusal(account, by, network):
    network.trouble["send"] = [MissingScope("The sign-in may not write.", scope="write")]
    item = prepared(account, by)

    run(item)

    assert (item.state, item.error) == ("refused", "The sign-in may not write.")


@pytest.mark.parametrize("trouble", [LOST, Unreadable("<html>")])
def test_a_lost_answer_is_asked_for_and_never_sent_again_when_the_network_has_it(account, by, network, trouble):
    network.trouble["send"] = [trouble]
    item = prepared(account, by)
    network.shown[item.key] = Published("out-9", "https://fake.example/out-9")

    run(item)

    assert (item.state, item.external_id, item.permalink) == ("published", "out-9", "https://fake.example/out-9")
    assert network.asked == ["send", "find"]
    assert facts() == ["OutboxUnknown", "OutboxPublished"]


def test_an_item_left_sending_by_a_killed_worker_is_asked_for_first(account, network):
    item = OutboxItemFactory(account=account, sending=True)
    network.shown[item.key] = Published("out-9")

    run(item, at=NOON + timedelta(minutes=3))

    assert (item.state, item.external_id) == ("published", "out-9")
    assert network.asked == ["find"]
    assert network.taken == []


def test_a_killed_send_that_never_left_is_sent_again_after_several_looks(account, network):
    item = OutboxItemFactory(account=account, sending=True)

    moments = run(item, at=NOON)

    assert network.asked == ["find"] * 5 + ["send"]
    assert (item.state, item.attempts, len(network.taken)) == ("published", 2, 1)
    last_look = [moment for moment in moments if moment][-1]
    assert last_look - NOON >= timedelta(seconds=60)  # longer than any call of the dead worker may take


def test_with_a_key_that_the_network_knows_it_is_sent_again_after_one_look(account, network, keyed):
    item = OutboxItemFactory(account=account, sending=True)

    run(item)

    assert network.asked == ["find", "send"]
    assert (item.state, len(network.taken)) == ("published", 1)


def test_a_server_that_says_it_forgets_keys_is_asked_as_one_without_them(account, network, keyed):
    Account.objects.update(limits={"idempotency": False})
    item = OutboxItemFactory(account=account, sending=True)

    run(item)

    assert network.asked == ["find"] * 5 + ["send"]


def test_a_key_is_not_trusted_after_the_network_may_have_forgotten_it(account, network, keyed):
    item = OutboxItemFactory(account=account, sending=True)

    run(item, at=NOON + timedelta(hours=2))

    assert network.asked == ["find"] * 5 + ["send"]
    assert len(network.taken) == 1


def test_answers_lost_again_and_again_end_with_a_person(account, by, network):
    network.keeps_lost = False
    network.trouble["send"] = [LOST] * 4
    item = prepared(account, by)

    run(item, steps=100)

    assert (item.state, item.attempts, network.taken) == ("doubtful", 4, [])
    assert facts()[-1] == "OutboxDoubtful"


def test_a_network_that_cannot_be_asked_is_asked_for_six_hours(account, network):
    network.trouble["find"] = [Unavailable("Down.")] * 1000
    item = OutboxItemFactory(account=account, sending=True)

    run(item, steps=1000)

    assert item.state == "doubtful"
    assert item.error == "The network could not be asked: Down."
    assert network.taken == []


def test_the_same_words_twice_in_one_place_are_not_taken_for_each_other(account, network):
    OutboxItemFactory(account=account, published=True, external_id="out-1")
    item = OutboxItemFactory(account=account, sending=True)
    network.shown[item.key] = Published("out-1")

    run(item)

    assert item.state == "doubtful"


def test_a_network_still_working_is_asked_until_it_is_done(account, by, network):
    item = prepared(account, by)
    network.shown[item.key] = Published("out-1", processing=True)
    run(item, steps=2)
    assert item.state == "processing"

    network.shown[item.key] = Published("out-1")
    run(item, at=NOON + timedelta(minutes=1))

    assert item.state == "published"


@pytest.mark.parametrize(
    ("choice", "state", "fact"),
    [
        ("found", "published", "OutboxPublished"),
        ("send_again", "published", "OutboxPublished"),
        ("cancel", "cancelled", "OutboxCancelled"),
    ],
)
def test_a_person_settles_what_is_in_doubt(account, by, network, choice, state, fact):
    item = OutboxItemFactory(account=account, doubtful=True)

    services.settle_doubtful(item_id=item.pk, choice=choice, by=by, now=NOON)
    run(item)

    assert (item.state, facts()) == (state, [fact])
    assert len(network.taken) == (1 if choice == "send_again" else 0)
    with pytest.raises(Conflict):
        services.settle_doubtful(item_id=item.pk, choice="cancel", by=by, now=NOON)


def test_an_expired_sign_in_keeps_the_message_until_somebody_signs_in(account, by, network):
    network.trouble["send"] = [SignInExpired("The token is dead.")]
    item = prepared(account, by)

    assert run(item) == [None]
    account.refresh_from_db()
    assert (account.state, account.state_reason) == (AccountState.NEEDS_SIGN_IN, "The token is dead.")
    assert (item.state, item.error) == ("retry", "The account needs a new sign-in.")
    assert run(item) == [None]
    assert facts() == ["AccountStateChanged", "OutboxDelayed"]


def test_a_message_can_be_taken_back_before_it_leaves_and_not_after(account, by, network):
    item, left = prepared(account, by, due_at=NOON + SECOND), OutboxItemFactory(account=account, published=True)

    services.cancel(item_id=item.pk, by=by, now=NOON)
    run(item, at=NOON + SECOND)

    assert (item.state, network.taken) == ("cancelled", [])
    with pytest.raises(services.AlreadyLeft):
        services.cancel(item_id=left.pk, by=by, now=NOON)


def test_only_exactly_what_was_approved_leaves(account, by, network):
    picture = OutgoingMedia(b"png", "image/png", "a.png", alt="A parcel")
    approved = services.approval_hash(
        account_id=account.pk, text="Yes.", in_reply_to="m1",
        media=[(hashlib.sha256(b"png").hexdigest(), "A parcel")],
    )  # fmt: skip
    good = prepared(account, by, text="Yes.", approved_hash=approved, media=[picture])
    changed = prepared(account, by, text="Yes!", approved_hash=approved, media=[picture])

    run(good)
    run(changed)

    assert (good.state, changed.state) == ("published", "refused")
    assert changed.error == "This is not exactly what was approved. Have it approved again."
    assert [(message.text, message.media) for message in network.taken] == [("Yes.", [picture])]


def test_files_go_along_and_are_removed_once_the_network_has_them(
    account, by, network, django_capture_on_commit_callbacks
):
    picture = OutgoingMedia(b"png", "image/png", "../../a.png", alt="A parcel")
    item = prepared(account, by, media=[picture])
    path = settings.MEDIA_ROOT / item.media.get().path
    assert path.read_bytes() == b"png"
    assert settings.MEDIA_ROOT in path.resolve().parents

    with django_capture_on_commit_callbacks(execute=True):
        run(item)

    assert network.taken[0].media == [picture]
    assert not path.exists()
    assert not path.parent.exists()


@pytest.mark.parametrize("scope", ["workspace", "account", "tag"])
def test_nothing_leaves_under_a_hold_and_nothing_fires_by_itself_when_it_ends(account, by, network, scope):
    hold = services.put_hold(
        scope=HoldScope(scope), account_id=account.pk, tag="spring", reason="An incident.", by=by, now=NOON
    )
    item = prepared(account, by, tags=["spring", "news"])

    assert run(item) == [None]
    assert (item.state, item.held_at, item.error) == ("prepared", NOON, "Held: An incident.")
    services.lift_hold(hold_id=hold.pk, by=by, now=NOON)
    assert run(item) == [None]
    assert network.taken == []

    assert services.release(item_ids=[item.pk], by=by, now=NOON) == 1
    run(item)

    assert item.state == "published"
    assert facts() == ["HoldPut", "OutboxHeld", "HoldLifted", "OutboxPublished"]


def test_a_hold_elsewhere_stops_nothing(account, by, network):
    other = AccountFactory(workspace=account.workspace)
    services.put_hold(scope=HoldScope.ACCOUNT, account_id=other.pk, reason="x", by=by, now=NOON)
    services.put_hold(scope=HoldScope.TAG, tag="autumn", reason="x", by=by, now=NOON)
    services.put_hold(scope=HoldScope.WORKSPACE, reason="x", by=system(AccountFactory().workspace_id), now=NOON)
    item = prepared(account, by, tags=["spring"])

    run(item)

    assert item.state == "published"


def test_what_was_released_under_another_hold_is_held_again(account, by, network):
    services.put_hold(scope=HoldScope.WORKSPACE, reason="One.", by=by, now=NOON)
    item = prepared(account, by)
    run(item)

    services.release(item_ids=[item.pk], by=by, now=NOON)
    run(item, at=NOON + SECOND)

    assert (item.held_at, network.taken) == (NOON + SECOND, [])


def test_nothing_leaves_from_a_paused_or_removed_account(account, by, network):
    owner = actor_of(MemberFactory(workspace=account.workspace, role="owner"))
    item, other = prepared(account, by), prepared(account, by)
    services.pause_account(account_id=account.pk, reason="Holidays.", by=owner, now=NOON)
    assert run(item) == [None]
    assert (item.state, item.error) == ("prepared", "The account is paused.")

    services.remove_account(account_id=account.pk, by=owner, now=NOON)
    run(other)

    assert (other.state, network.taken) == ("refused", [])


def test_who_may_not_answer_or_publish_on_the_account_is_refused(account):
    access = AccountAccessFactory(account=account, respond=True, publish=False)
    writer = actor_of(MemberFactory(workspace=account.workspace, seats=[access.department]))
    stranger = actor_of(MemberFactory())

    prepared(account, writer)
    with pytest.raises(NotAllowed):
        prepared(account, writer, in_reply_to="")
    with pytest.raises(NotFound):
        prepared(account, stranger)

    assert OutboxItem.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"text": "x" * 501},
        {"text": "  "},
        {"media": [OutgoingMedia(b"x", "image/png", "a.png")] * 5},
        {"media": [OutgoingMedia(b"x", "text/html", "a.html")]},
        {"media": [OutgoingMedia(b"x" * 1001, "image/png", "a.png")]},
    ],
)
def test_what_the_network_would_not_take_is_refused_before_it_is_stored(account, by, values):
    with pytest.raises(Invalid):
        prepared(account, by, **values)

    assert not OutboxItem.objects.exists()


def test_a_long_link_counts_as_the_network_counts_it(account, by):
    Account.objects.update(limits={"max_text": 60})

    prepared(account, by, text="Look here: https://fake.example/" + "a" * 200)

    with pytest.raises(services.TooLong):
        prepared(account, by, text="x" * 61)


def test_our_own_post_in_the_feed_settles_a_lost_answer(account):
    lost = OutboxItemFactory(account=account, state=OutboxState.UNKNOWN, claimed_at=NOON, to_handle="anna")
    other_place = OutboxItemFactory(account=account, state=OutboxState.DOUBTFUL, in_reply_to="m2")
    being_sent = OutboxItemFactory(account=account, sending=True)

    def post(external_id, **more):
        values = {"text": "@anna We are  on it.", "sent_at": NOON + SECOND, "in_reply_to": "m1", **more}
        return services.OwnPost(external_id=external_id, **values)

    found = services.match_own_posts(
        account_id=account.pk,
        posts=[
            post("p0", text="Something else"),
            post("p1", in_reply_to="m9"),
            post("p2", sent_at=NOON - timedelta(hours=1)),
            post("p3"),
            post("p4"),
            post("p5", text="whatever", idempotency_key=being_sent.key),
        ],
        now=NOON + SECOND,
    )

    assert found == {"p3": lost.pk, "p5": being_sent.pk}
    assert {item.pk: item.state for item in OutboxItem.objects.all()} == {
        lost.pk: "published", other_place.pk: "doubtful", being_sent.pk: "published",
    }  # fmt: skip
