"""A long text as several posts of one thread: each once, in order, each the reply to the one before, whatever happens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crossdesk.channels import queries, services
from crossdesk.channels.enums import HoldScope
from crossdesk.channels.models import OutboxItem
from crossdesk.channels.ports import OutgoingMedia, Published, RateLimited, Refused, Unavailable
from crossdesk.journal.models import Fact, Job
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed
from tests.channels.factories import NOON, AccountFactory
from tests.conftest import actor_of
from tests.org.factories import MemberFactory

ALL = ["First.", "Second.", "Third."]
CHAIN = [("First.", "m1"), ("Second.", "out-1"), ("Third.", "out-2")]


class Killed(BaseException):
    """The worker is gone in the middle of a call."""

    def __init__(self, *, taken: bool) -> None:
        self.outcome_unknown = taken  # did the network take it before?


@pytest.fixture
def account(db):
    return AccountFactory(external_id="us")


@pytest.fixture
def by(account):
    return system(account.workspace_id)


@pytest.fixture(autouse=True)
def threading(network):
    can = network.capabilities
    network.capabilities = replace(can, idempotency="key", acts=can.acts | {"threads"})


def prepared(account, by, *, texts=tuple(ALL), **more) -> OutboxItem:
    first, *further = texts
    values = {"text": first, "further": further, "origin": "inbox.reply:1", "in_reply_to": "m1", "now": NOON, **more}
    return services.prepare(account_id=account.pk, by=by, **values)


def work(*, at=NOON, steps=60):
    """What workers do: the jobs one after the other, each at its time. Who is killed comes again. Returns when it rests."""
    while steps and (job := Job.objects.filter(kind="channels.send").order_by("due_at", "id").first()):
        at, steps = max(at, job.due_at), steps - 1
        try:
            with clock.standing_at(at):
                again = services.send(item_id=job.arguments["item_id"], now=at)
        except Killed:
            continue
        if again:
            Job.objects.filter(pk=job.pk).update(due_at=again)
        else:
            job.delete()
    return at


def left(network):
    return [(message.text, message.in_reply_to) for message in network.taken]


def states():
    return list(OutboxItem.objects.order_by("position").values_list("state", flat=True))


def test_the_parts_leave_in_order_each_the_reply_to_the_one_before(account, by, network):
    first = prepared(account, by, to_handle="anna", conversation_id=7)
    assert Job.objects.values_list("arguments", flat=True).get() == {"item_id": first.pk}

    work()

    assert left(network) == CHAIN
    assert [message.key for message in network.taken] == [first.key, f"{first.key}.2", f"{first.key}.3"]
    assert [message.made_at for message in network.taken] == [NOON + timedelta(seconds=two) for two in (0, 2, 4)]
    assert {message.to_handle for message in network.taken} == {"anna"}
    assert list(Fact.objects.order_by("id").values_list("kind", "conversation_id")) == [("OutboxPublished", 7)] * 3


@pytest.mark.parametrize("taken", [False, True])
@pytest.mark.parametrize("part", [1, 2, 3])
def test_a_worker_killed_at_any_part_doubles_none_and_loses_none(account, by, network, part, taken):
    network.trouble["send"] = [*[None] * (part - 1), Killed(taken=taken)]
    prepared(account, by)

    work()

    assert left(network) == CHAIN
    assert states() == ["published"] * 3
    assert network.asked.count("find") == 1


def test_a_worker_killed_between_two_parts_goes_on_at_the_next(account, by, network):
    first = prepared(account, by)
    services.send(item_id=first.pk, now=NOON)  # the first is out, and nothing else was done

    work()

    assert left(network) == CHAIN


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("part", [1, 2, 3])
def test_a_lost_answer_is_asked_for_and_the_thread_goes_on(account, by, network, part, keyed):
    network.capabilities = replace(network.capabilities, idempotency="key" if keyed else "none")
    network.trouble["send"] = [*[None] * (part - 1), Unavailable("No answer.", outcome_unknown=True)]
    prepared(account, by)

    work()

    assert left(network) == CHAIN


def test_a_rate_limit_between_two_parts_waits_and_goes_on_at_the_third(account, by, network):
    until = NOON + timedelta(hours=1)
    network.trouble["send"] = [None, None, RateLimited("Slow down.", until=until)]
    prepared(account, by)

    ended = work()

    assert left(network) == CHAIN
    assert ended == until


def test_a_part_that_the_feed_brings_first_settles_it_and_the_thread_goes_on(account, by, network):
    network.trouble["send"] = [None, Killed(taken=True)]
    prepared(account, by)
    work(steps=3)
    second = OutboxItem.objects.get(position=2)
    assert second.state == "sending"
    OutboxItem.objects.filter(pk=second.pk).update(state="unknown")

    post = services.OwnPost("out-2", "Second.", NOON + timedelta(seconds=1), in_reply_to="out-1")
    found = services.match_own_posts(account_id=account.pk, posts=[post], now=NOON + timedelta(minutes=1))
    work(at=NOON + timedelta(minutes=1))

    assert found == {"out-2": second.pk}
    assert left(network) == CHAIN


def test_one_hold_keeps_back_what_has_not_left_and_one_yes_lets_it_go_on(account, by, network):
    prepared(account, by)
    work(steps=1)
    hold = services.put_hold(scope=HoldScope.WORKSPACE, reason="An incident.", by=by, now=NOON)
    work()
    assert left(network) == CHAIN[:1]
    (held,) = queries.outgoing(by)
    assert (held.position, held.of, held.error) == (2, 3, "Held: An incident.")

    services.lift_hold(hold_id=hold.pk, by=by, now=NOON)
    services.release(item_ids=[held.pk], by=by, now=NOON)
    work()

    assert left(network) == CHAIN


def test_taking_it_back_takes_all_of_it_back_and_tells_so_once(account, by, network):
    first = prepared(account, by)

    services.cancel(item_id=first.pk, by=by, now=NOON)
    work()

    assert (left(network), states()) == ([], ["cancelled"] * 3)
    assert list(Fact.objects.values_list("kind", flat=True)) == ["OutboxCancelled"]
    assert not queries.outgoing(by).exists()


def test_when_the_first_is_refused_nothing_of_it_waits(account, by, network):
    network.trouble["send"] = [Refused("They blocked you.")]
    prepared(account, by)

    work()

    assert (left(network), states()) == ([], ["refused", "cancelled", "cancelled"])


def test_when_a_later_one_is_refused_the_rest_waits_and_is_tried_again_from_there(account, by, network):
    network.trouble["send"] = [None, Refused("Not now.")]
    first = prepared(account, by)
    work()
    assert states() == ["published", "refused", "prepared"]
    assert [item.position for item in queries.outgoing(by)] == [2]

    services.send_rest(item_id=first.pk, by=by, now=NOON)
    work()

    assert left(network) == CHAIN
    with pytest.raises(Conflict, match="Nothing of this message waits"):
        services.send_rest(item_id=first.pk, by=by, now=NOON)


def test_or_the_rest_is_left_out(account, by, network):
    network.trouble["send"] = [None, Refused("Not now.")]
    first = prepared(account, by)
    work()

    services.leave_rest(item_id=first.pk, by=by, now=NOON)
    work()

    assert (left(network), states()) == (CHAIN[:1], ["published", "cancelled", "cancelled"])


def test_what_a_person_found_without_saying_where_is_passed_over_by_the_next(account, by, network):
    network.keeps_lost = False
    network.capabilities = replace(network.capabilities, idempotency="none")
    network.trouble["send"] = [None, *[Unavailable("No answer.", outcome_unknown=True)] * 4]
    prepared(account, by)
    work(steps=200)
    assert states() == ["published", "doubtful", "prepared"]

    services.settle_doubtful(item_id=OutboxItem.objects.get(position=2).pk, choice="found", by=by, now=NOON)
    work()

    assert left(network) == [("First.", "m1"), ("Third.", "out-1")]


def test_files_go_with_the_first(account, by, network):
    prepared(account, by, media=[OutgoingMedia(b"picture", "image/png", "a.png", "A parcel")])

    work()

    assert [len(message.media) for message in network.taken] == [1, 0, 0]


def test_an_approval_is_of_the_whole_thread(account, by, network):
    approved = services.approval_hash(account_id=account.pk, text="First.", in_reply_to="m1", further=ALL[1:])
    prepared(account, by, approved_hash=approved)
    prepared(account, by, texts=["First.", "Second.", "Another third."], approved_hash=approved)

    work()

    assert left(network) == CHAIN
    assert list(OutboxItem.objects.filter(state="refused").values_list("error", flat=True)) == [
        "This is not exactly what was approved. Have it approved again."
    ]


def test_each_part_must_fit_and_the_network_must_have_threads(account, by, network):
    with pytest.raises(Invalid, match="The text counts 501"):
        prepared(account, by, texts=["First.", "x" * 501])
    network.capabilities = replace(network.capabilities, acts=network.capabilities.acts - {"threads"})
    with pytest.raises(Invalid, match="takes one message at a time"):
        prepared(account, by)

    assert not OutboxItem.objects.exists()


def test_what_went_out_before_a_later_part_is_told_of_stays(account, by, network):
    """A post that is already there under the key of a part is that part."""
    first = prepared(account, by)
    network.shown[f"{first.key}.2"] = Published("out-7")

    work()

    assert [message.in_reply_to for message in network.taken] == ["m1", "out-7"]


def test_somebody_who_may_not_answer_there_decides_nothing(account, by, network):
    network.trouble["send"] = [None, Refused("Not now.")]
    first = prepared(account, by)
    work()
    stranger = actor_of(MemberFactory(workspace=account.workspace, role="member"))

    with pytest.raises(NotAllowed, match="may not send"):
        services.send_rest(item_id=first.pk, by=stranger, now=NOON)
