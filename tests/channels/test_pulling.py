from datetime import timedelta
from itertools import pairwise

import pytest
from django.conf import settings

from crossdesk.channels import services
from crossdesk.channels.enums import AccountState, Source
from crossdesk.channels.models import Account, Cursor, DeliveryTally, RawDelivery
from crossdesk.channels.ports import (
    MissingScope,
    Pace,
    Page,
    RateLimited,
    Refused,
    SignInExpired,
    Unavailable,
    Unreadable,
)
from crossdesk.journal import jobs
from crossdesk.journal.models import Fact, Job
from crossdesk.kit import clock
from tests.channels.factories import NOON, AccountFactory, RawDeliveryFactory
from tests.channels.fake import said

USUAL = timedelta(seconds=settings.PULL_EVERY_SECONDS)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def account(db):
    return AccountFactory(external_id="us", state=AccountState.CONNECTING)


def pull(account, *, at=NOON):
    with clock.standing_at(at):
        again = services.pull(account_id=account.pk, now=at)
    account.refresh_from_db()
    return again


def state(account):
    return account.state, account.state_reason


def facts():
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


def test_what_is_new_is_stored_with_the_cursor_and_the_account_is_live(account, network):
    network.show(said("m1"), said("m2"), has_more=True)
    network.show(said("m3"))

    again = pull(account)

    assert again == NOON + USUAL
    assert RawDelivery.objects.count() == 3
    assert Cursor.objects.get().value == "c2"
    assert (state(account), account.pulled_at, account.state_since) == ((AccountState.LIVE, ""), NOON, NOON)
    assert facts() == ["DeliveriesStored", "DeliveriesStored", "AccountStateChanged"]
    assert DeliveryTally.objects.values_list("hour", "received").get() == (NOON, 3)


def test_a_pull_with_nothing_new_changes_nothing(account, network):
    network.show(said("m1"))
    pull(account)
    before = facts()

    pull(account, at=NOON + USUAL)

    assert network.asked[-2:] == ["pull c1", "pull any"]
    assert (RawDelivery.objects.count(), facts()) == (1, before)


def test_the_overlap_of_two_pulls_is_stored_once_and_counted(account, network):
    network.show(said("m1"), said("m2"))
    network.show(said("m2"), said("m3"))

    pull(account)
    pull(account, at=NOON + USUAL)

    assert list(RawDelivery.objects.order_by("id").values_list("times", flat=True)) == [1, 2, 1]
    assert DeliveryTally.objects.get().received == 3


def test_a_cursor_never_moves_back_when_two_pulls_overlap(account):
    Cursor.objects.create(account=account, feed="mentions", value="c5", moved_at=NOON)

    services.store_deliveries(
        account_id=account.pk,
        deliveries=[said("m1")],
        source=Source.POLL,
        now=NOON,
        cursor=services.Move(feed="mentions", before="c1", after="c2"),
    )

    assert Cursor.objects.get().value == "c5"
    assert RawDelivery.objects.count() == 1


def test_the_pages_before_a_failure_are_kept_and_the_next_pull_goes_on_from_there(account, network):
    network.show(said("m1"), has_more=True)
    network.show(said("m2"))
    network.trouble["pull c1"] = [Unavailable("Down.")]

    pull(account)
    assert (RawDelivery.objects.count(), Cursor.objects.get().value, account.state) == (1, "c1", "delayed")
    pull(account, at=NOON + USUAL)

    assert (RawDelivery.objects.count(), account.state) == (2, "live")


@pytest.mark.parametrize(
    ("trouble", "becomes", "again"),
    [
        (RateLimited("Slow down.", until=NOON + timedelta(minutes=9)), "delayed", timedelta(minutes=9)),
        (Unavailable("Down."), "delayed", USUAL),
        (SignInExpired("The token is dead."), "needs_sign_in", None),
        (MissingScope("May not read.", scope="read"), "refused", timedelta(hours=1)),
        (Refused("You are banned."), "refused", timedelta(hours=1)),
        (Unreadable("Not JSON.", payload="<html>"), "delayed", USUAL),
    ],
)
def test_every_failure_shows_on_the_account_with_its_reason(account, network, trouble, becomes, again):
    network.trouble["pull any"] = [trouble]

    assert pull(account) == (None if again is None else NOON + again)

    assert state(account) == (becomes, trouble.message)
    assert facts() == ["AccountStateChanged"]


def test_it_tells_once_when_down_and_once_when_back(account, network):
    network.trouble["pull any"] = [Unavailable("Down."), Unavailable("Still down."), Unavailable("And still.")]

    moments = [NOON]
    for _ in range(4):
        moments.append(pull(account, at=moments[-1]))

    assert [after - before for before, after in pairwise(moments)] == [
        USUAL, 2 * USUAL, 4 * USUAL, USUAL,
    ]  # fmt: skip
    assert [(fact.body["state"], fact.body["reason"]) for fact in Fact.objects.order_by("id")] == [
        ("delayed", "Down."),
        ("live", ""),
    ]
    assert (account.failures, account.state_reason) == (0, "")


@pytest.mark.parametrize(
    ("remaining", "again", "read"),
    [(31, USUAL, 2), (30, timedelta(minutes=4), 1), (0, timedelta(minutes=4), 1)],
)
def test_the_last_tenth_of_a_budget_is_kept_for_answers(account, network, remaining, again, read):
    pace = Pace(limit=300, remaining=remaining, resets_at=NOON + timedelta(minutes=4))
    network.pages["mentions"] = [
        Page([said("m1")], cursor="c1", has_more=True, pace=pace),
        Page([said("m2")], cursor="c2"),
    ]

    assert pull(account) == NOON + again

    assert (RawDelivery.objects.count(), account.state) == (read, "live")


def test_an_unreadable_answer_is_kept_for_people_to_look_at(account, network):
    network.trouble["pull any"] = [Unreadable("Not JSON.", payload="<html>\x00")] * 2

    pull(account)
    pull(account, at=NOON + USUAL)

    row = RawDelivery.objects.get()
    assert (row.state, row.body, row.error, row.times) == ("unreadable", "<html>\ufffd", "Not JSON.", 2)


@pytest.mark.parametrize("state", ["paused", "needs_sign_in"])
def test_an_account_that_waits_for_people_is_not_pulled(account, network, state):
    Account.objects.update(state=state)

    assert pull(account) is None

    assert network.asked == []


def test_a_pause_during_a_pull_stands(account, network):
    class Pausing(list):
        def __iter__(self):
            Account.objects.update(state="paused")
            return super().__iter__()

    network.pages["mentions"] = [Page(Pausing([said("m1")]), cursor="c1")]
    pull(account)

    assert (account.state, RawDelivery.objects.count()) == ("paused", 1)


def test_the_job_comes_again_at_the_usual_interval(account, network):
    services.ask_for_pull(account, at=NOON)

    jobs.run_due(now=NOON)

    job = Job.objects.get(kind="channels.pull")
    assert (job.due_at, job.attempts, job.leased_until) == (NOON + USUAL, 0, None)


def test_a_key_that_is_gone_is_said_on_the_account(account, settings):
    settings.SEAL_KEYS = ["quite another key of this installation"]

    pull(account)

    assert account.state == "refused"
    assert "CROSSDESK_SEAL_KEY" in account.state_reason


def test_what_was_read_long_ago_is_forgotten_after_its_days(account):
    old, waiting, young = (
        RawDeliveryFactory(account=account, state="parsed", received_at=NOON - timedelta(days=31)),
        RawDeliveryFactory(account=account, received_at=NOON - timedelta(days=31)),
        RawDeliveryFactory(account=account, state="parsed", received_at=NOON - timedelta(days=29)),
    )

    more = services.forget_old(workspace_id=account.workspace_id, now=NOON, kept=timedelta(days=30))

    assert more is False
    assert set(RawDelivery.objects.values_list("pk", flat=True)) == {waiting.pk, young.pk} - {old.pk}


def test_messages_are_read_again_and_stored_as_what_they_are(account, network):
    network.known = {"m1": said("m1", "Edited", edited=3, feed="check")}

    assert services.check_again(account_id=account.pk, external_ids=["m1", "m2"], now=NOON) is None

    assert list(RawDelivery.objects.values_list("feed", "source")) == [("check", "check")]
    assert not DeliveryTally.objects.exists()


def test_reading_again_waits_when_the_network_asks_for_it(account, network):
    network.trouble["check"] = [RateLimited("Slow down.", until=NOON + timedelta(minutes=9)), Unavailable("Down.")]

    waits = [services.check_again(account_id=account.pk, external_ids=["m1"], now=NOON) for _ in range(2)]

    assert waits == [NOON + timedelta(minutes=9), NOON]
