"""What came in broken is asked for again where it stood, a few times."""

from datetime import timedelta

import pytest

from crossdesk.channels import services
from crossdesk.channels.enums import AccountState, Source
from crossdesk.channels.models import Account, Cursor, DeliveryTally, RawDelivery
from crossdesk.channels.ports import Delivery, Page, Unreadable
from crossdesk.kit import clock
from crossdesk.messages.models import Message
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import said
from tests.conftest import settle

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
BROKEN = Delivery("mentions", "<html>", "e2")
WHOLE = said("m2", "Two", event="e2")


@pytest.fixture
def account(network):
    return AccountFactory(external_id="us")


@pytest.fixture
def broken(account, network):
    """The second of three pages had one broken item, and all three are read."""
    network.show(said("m1", "One", event="e1"))
    network.show(BROKEN, said("m3", "Three", event="e3"))
    network.show(said("m4", "Four", event="e4"))
    pull(account, NOON)
    pull(account, NOON + SECOND)
    pull(account, NOON + 2 * SECOND)
    network.asked.clear()
    return network


def pull(account, at):
    with clock.standing_at(at):
        services.pull(account_id=account.pk, now=at)
        settle(until=at)


def asked(network):
    return [one for one in network.asked if one.startswith("pull") and one != "pull any"]


def texts():
    return sorted(Message.objects.values_list("text", flat=True))


def tally():
    return DeliveryTally.objects.values_list("received", "stored", "read", "decided", "unreadable").get()


def test_what_the_server_gives_whole_the_next_time_comes_in_though_the_cursor_went_on(broken, account):
    held = texts(), tally(), Cursor.objects.get().value
    broken.pages["mentions"][1] = Page([WHOLE, said("m3", "Three", event="e3")], cursor="c2")

    pull(account, NOON + MINUTE)
    before = asked(broken)
    pull(account, NOON + MINUTE + 2 * SECOND)
    pull(account, NOON + MINUTE + 3 * SECOND)
    pull(account, NOON + 2 * HOUR)

    assert held == (["Four", "One", "Three"], (4, 3, 3, 3, 1), "c3")
    assert before == ["pull c3"]
    assert asked(broken) == ["pull c3", "pull c1", "pull c2", "pull c3"]
    assert (texts(), tally()) == (["Four", "One", "Three", "Two"], (4, 4, 4, 4, 0))
    assert set(RawDelivery.objects.values_list("state", "error")) == {("parsed", "")}
    assert Account.objects.get().state == AccountState.LIVE


def test_what_stays_broken_is_asked_for_three_times_and_then_waits_for_a_person(broken, account):
    for at in (2 * MINUTE, 3 * MINUTE, 12 * MINUTE, 13 * MINUTE, 62 * MINUTE, 63 * MINUTE, 3 * HOUR, 9 * HOUR):
        pull(account, NOON + at)
        pull(account, NOON + at + SECOND)

    assert asked(broken).count("pull c1") == 3
    assert asked(broken)[-4:] == ["pull c3"] * 4
    assert (texts(), tally()) == (["Four", "One", "Three"], (4, 3, 3, 3, 1))
    assert RawDelivery.objects.get(state="unreadable").times == 4


def test_where_all_was_understood_nothing_is_read_again(account, network):
    network.show(said("m1", event="e1"))
    network.show(said("m2", event="e2"))

    for minute in range(4):
        pull(account, NOON + minute * MINUTE)

    assert asked(network) == ["pull", "pull c1", "pull c2", "pull c2"]
    assert Cursor.objects.values_list("value", "sure", "again").get() == ("c2", "c2", 0)


def test_what_broke_in_the_first_page_of_all_is_asked_for_from_the_beginning(account, network):
    network.show(BROKEN)
    pull(account, NOON)
    network.pages["mentions"] = [Page([WHOLE], cursor="c1")]

    pull(account, NOON + MINUTE)

    assert (texts(), tally()) == (["Two"], (1, 1, 1, 1, 0))


def test_an_answer_that_was_rubbish_as_a_whole_needs_no_second_look(account, network):
    network.show(said("m1", event="e1"))
    pull(account, NOON)
    network.trouble["pull c1"] = [Unreadable("Not JSON.", payload="<html>")]
    pull(account, NOON + SECOND)
    network.asked.clear()

    pull(account, NOON + 2 * MINUTE)

    assert asked(network) == ["pull c1"]
    assert tally() == (1, 1, 1, 1, 0)


def test_a_broken_thing_is_over_once_the_same_came_whole_on_any_way(account):
    with clock.standing_at(NOON):
        for delivery, source in ((BROKEN, Source.WEBHOOK), (said("m9", event="e9"), Source.WEBHOOK)):
            services.store_deliveries(account_id=account.pk, deliveries=[delivery], source=source, now=NOON)
        settle(until=NOON)
        stopped = tally()
        services.store_deliveries(account_id=account.pk, deliveries=[WHOLE], source=Source.STREAM, now=NOON)
        settle(until=NOON)

    assert (stopped, tally()) == ((2, 1, 1, 1, 1), (2, 2, 2, 2, 0))
    assert set(RawDelivery.objects.values_list("state", flat=True)) == {"parsed"}
