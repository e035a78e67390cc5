"""Being on the line of a network that tells by itself: who holds it, what is kept, and the pulls below it as the net."""

import socket
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from django.conf import settings

from crossdesk.channels import services
from crossdesk.channels.enums import AccountState, Source
from crossdesk.channels.models import RawDelivery, Stream
from crossdesk.channels.ports import Delivery, NoStream, RateLimited, SignInExpired, Unavailable, Unreadable
from crossdesk.channels.services import streaming
from crossdesk.channels.services.pulling import BESIDE_A_STREAM
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import deleted, said

USUAL = timedelta(seconds=settings.PULL_EVERY_SECONDS)
MINUTE = timedelta(minutes=1)


@dataclass
class FakeEars:
    """A process that notes which lines it would open."""

    name: str = "here:1"
    room: bool = True
    on: set[int] = field(default_factory=set)

    def has_room(self) -> bool:
        return self.room

    def hears(self, account_id: int) -> bool:
        return account_id in self.on

    def open(self, account_id: int) -> None:
        self.on.add(account_id)

    def close(self, account_id: int) -> None:
        self.on.discard(account_id)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def ears():
    return FakeEars()


@pytest.fixture
def account(db, network):
    network.capabilities = replace(network.capabilities, streams=True)
    return AccountFactory(external_id="us")


def listen(account, ears, *, at=NOON):
    return services.listen(account_id=account.pk, now=at, ears=ears)


def hear(account, ears, *, stopped=lambda: False):
    streaming.hear(account_id=account.pk, holder=ears.name, stopped=stopped)
    return Stream.objects.get(account=account)


def due():
    return dict(Job.objects.exclude(kind="channels.forget").values_list("kind", "due_at"))


def stored():
    return list(RawDelivery.objects.order_by("id").values_list("source", "body", "times"))


def test_what_comes_over_the_line_is_stored_as_a_pull_would_and_what_was_said_before_is_pulled(account, network, ears):
    listen(account, ears)
    network.streamed = [[said("m1")], [], [said("m2"), said("m1")]]
    network.trouble["end of stream"] = [Unavailable("The stream broke off.")]

    row = hear(account, ears)

    assert [(source, times) for source, _, times in stored()] == [(Source.STREAM, 2), (Source.STREAM, 1)]
    assert (row.open_since, row.held_by, row.reason, row.failures) == (None, "", "The stream broke off.", 1)
    assert row.way == "websocket"
    assert due()["channels.pull"] == NOON
    assert due()["channels.listen"] == row.again_at
    assert NOON + timedelta(seconds=2) <= row.again_at <= NOON + timedelta(seconds=4)


def test_what_was_streamed_and_comes_again_by_pull_is_one_delivery(account, network, ears):
    network.streamed = [[said("m1")]]
    network.show(said("m1"))
    listen(account, ears)
    hear(account, ears)

    services.pull(account_id=account.pk, now=NOON)

    assert [(source, times) for source, _, times in stored()] == [(Source.STREAM, 2)]


def test_an_account_is_pulled_seldom_while_its_line_is_open_and_as_always_when_it_is_not(account, ears):
    before = services.pull(account_id=account.pk, now=NOON)
    listen(account, ears)
    Stream.objects.update(open_since=NOON)
    beside = services.pull(account_id=account.pk, now=NOON)
    with clock.standing_at(NOON + streaming.LEASE):  # whoever held it is gone
        after = services.pull(account_id=account.pk, now=NOON + streaming.LEASE)

    assert (before, beside, after) == (NOON + USUAL, NOON + BESIDE_A_STREAM, NOON + streaming.LEASE + USUAL)


def test_a_server_without_a_stream_is_noticed_once_and_left_alone(account, network, ears):
    network.trouble["listen"] = [NoStream("fake.example has no stream.")]
    services.pull(account_id=account.pk, now=NOON)
    assert due()["channels.listen"] == NOON
    listen(account, ears)
    hear(account, ears)

    again = services.pull(account_id=account.pk, now=NOON)

    assert again == NOON + USUAL
    assert "channels.listen" not in due()
    assert listen(account, FakeEars("there:2")) is None
    later = NOON + streaming.ABSENT_FOR + MINUTE
    with clock.standing_at(later):
        services.pull(account_id=account.pk, now=later)
    assert due()["channels.listen"] == later


def test_only_one_process_holds_a_line_and_another_takes_it_when_that_is_gone(account, ears):
    other = FakeEars("there:2")

    assert listen(account, ears) == NOON + streaming.RENEWED_EVERY
    assert listen(account, other) == NOON + streaming.LEASE
    assert listen(account, ears, at=NOON + MINUTE) == NOON + MINUTE + streaming.RENEWED_EVERY
    assert listen(account, other, at=NOON + MINUTE) == NOON + MINUTE + streaming.LEASE
    assert (ears.on, other.on) == ({account.pk}, set())
    listen(account, other, at=NOON + MINUTE + streaming.LEASE)
    assert other.on == {account.pk}


def test_the_line_of_a_process_of_this_machine_that_died_is_taken_at_once(account, ears):
    listen(account, FakeEars(f"{socket.gethostname()}:4194305"))  # above every process id

    listen(account, ears)

    assert ears.on == {account.pk}


def test_who_lost_the_line_to_another_stores_nothing_more(account, network, ears):
    listen(account, ears)
    Stream.objects.update(held_by="there:2")
    network.streamed = [[said("m1")]]

    hear(account, ears)

    assert stored() == []
    assert Stream.objects.get().held_by == "there:2"


def test_a_process_without_room_looks_again_later(account):
    full = FakeEars(room=False)

    assert listen(account, full) == NOON + streaming.LOOK_AGAIN
    assert full.on == set()


@pytest.mark.parametrize("end", ["pause", "remove"])
def test_a_line_ends_with_its_account(account, ears, end):
    listen(account, ears)
    by = system(account.workspace_id)
    if end == "pause":
        services.pause_account(account_id=account.pk, reason="", by=by, now=NOON)
    else:
        services.remove_account(account_id=account.pk, by=by, now=NOON)
    assert due()["channels.listen"] == NOON

    assert listen(account, ears) is None
    assert ears.on == set()


def test_a_paused_account_takes_no_more_from_its_line(account, network, ears):
    listen(account, ears)
    account.state = AccountState.PAUSED
    account.save()
    network.streamed = [[said("m1")]]

    row = hear(account, ears)

    assert (stored(), row.open_since) == ([], None)


def test_an_account_that_is_paused_meanwhile_leaves_its_line(account, network, ears):
    def batches():
        yield [said("m1")]
        account.state = AccountState.PAUSED
        account.save()
        with clock.standing_at(NOON + MINUTE):
            yield [said("m2")]
        yield [said("m3")]

    with closing(batches()) as network.streamed:  # left half-way, it must not set the clock back after the test
        listen(account, ears)
        row = hear(account, ears)

    assert len(stored()) == 2
    assert (row.open_since, row.reason, row.failures) == (None, "", 0)


def test_news_of_messages_that_we_do_not_hold_is_not_kept(account, network, ears, monkeypatch):
    monkeypatch.setattr(streaming, "_knows", [lambda account, ids: {"ours"} & set(ids)])
    listen(account, ears)
    network.streamed = [
        [
            Delivery("check", deleted("ours").body, external_id="ours"),
            Delivery("check", deleted("theirs").body, external_id="theirs"),
        ]
    ]

    hear(account, ears)

    assert [body for _, body, _ in stored()] == [deleted("ours").body]


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (RateLimited("Wait.", until=NOON + 7 * MINUTE), NOON + 7 * MINUTE),
        (SignInExpired("Sign in again."), None),
        (Unreadable("Rubbish.", payload="<html>"), None),
    ],
)
def test_whatever_goes_wrong_on_the_line_the_net_below_it_stays(account, network, ears, error, again):
    listen(account, ears)
    network.trouble["listen"] = [error]

    row = hear(account, ears)

    assert row.reason == error.message
    assert NOON < row.again_at <= NOON + 10 * MINUTE
    assert again in (None, row.again_at)
    assert services.pull(account_id=account.pk, now=NOON) == NOON + USUAL
    kept = ["<html>"] if isinstance(error, Unreadable) else []
    assert [body for _, body, _ in stored()] == kept


def test_the_wait_grows_with_every_failure_and_begins_anew_after_a_line_that_lasted(account, network, ears):
    waits = []
    for _ in range(12):
        Stream.objects.update(again_at=None)
        listen(account, ears)
        network.trouble["listen"] = [Unavailable("Down.")]
        waits.append(hear(account, ears).again_at - NOON)

    assert waits[0] <= timedelta(seconds=4)
    assert timedelta(minutes=5) <= waits[-1] <= streaming.LONGEST_WAIT
    Stream.objects.update(again_at=None)
    listen(account, ears)
    Stream.objects.update(open_since=NOON - streaming.STEADY)
    network.trouble["listen"] = [Unavailable("Down.")]
    assert hear(account, ears).failures == 1
