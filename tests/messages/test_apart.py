"""Content warnings, sensitive media and polls: kept as data, read as text, followed as they change."""

from datetime import timedelta

import pytest

from crossdesk.channels import services as channels
from crossdesk.channels.enums import Source
from crossdesk.channels.parts import Choice, Poll
from crossdesk.kit import clock
from crossdesk.messages import apart, services
from crossdesk.messages.apart import Apart
from crossdesk.messages.models import Message, MessageVersion, Reading
from crossdesk.messages.services import looking_again
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import deleted, said

LATER = NOON + timedelta(minutes=10)
END = NOON + timedelta(minutes=60)


@pytest.fixture
def account(db):
    return AccountFactory(external_id="us", handle="brand")


@pytest.fixture(autouse=True)
def later():
    with clock.standing_at(LATER):
        yield


def bring(account, *deliveries):
    channels.store_deliveries(account_id=account.pk, deliveries=deliveries, source=Source.POLL, now=LATER)
    while services.take_in(account_id=account.pk, now=LATER):
        pass
    return Message.objects.get()


def test_a_warning_is_kept_beside_the_words_and_everything_is_read(account):
    message = bring(account, said("m1", "It bit me.", warning="Spiders", sensitive=True))

    assert message.text == "Spiders\n\nIt bit me."
    assert apart.of(message) == Apart("It bit me.", warning="Spiders", sensitive=True)
    assert apart.in_short(message) == "Spiders"
    assert Reading.objects.count() == 1


def test_a_message_without_any_of_it_keeps_nothing(account):
    message = bring(account, said("m1", "Where is my parcel?"))

    assert message.apart is None
    assert apart.of(message) == Apart("Where is my parcel?")
    assert apart.in_short(message) == "Where is my parcel?"


def test_counts_of_a_poll_change_without_an_edit(account):
    bring(account, said("m1", "Which?", poll={"red": 1, "blue": 0}))
    message = bring(account, said("m1", "Which?", poll={"red": 1, "blue": 5}))

    assert message.text == "Which?\n\n- red\n- blue"
    assert apart.of(message) == Apart("Which?", poll=Poll([Choice("red", 1), Choice("blue", 5)], ends_at=END))
    assert (message.version, MessageVersion.objects.count(), Reading.objects.count()) == (1, 0, 1)


def test_an_edit_may_put_a_warning_before_it_and_take_the_poll_away(account):
    bring(account, said("m1", "Which?", poll={"red": 1, "blue": 0}))
    message = bring(account, said("m1", "Which?", warning="Colours", edited=3))

    assert apart.of(message) == Apart("Which?", warning="Colours")
    assert message.version == 2
    assert [version.text for version in MessageVersion.objects.all()] == ["Which?\n\n- red\n- blue"]


def test_a_deletion_takes_all_of_it(account):
    message = bring(account, said("m1", "It bit me.", warning="Spiders"), deleted("m1"))

    assert (message.text, message.apart) == ("", None)


def test_a_poll_is_read_again_when_it_ends():
    at, day = NOON, timedelta(days=1)

    assert looking_again.following(at, now=at + 3 * day, ends_at=at + 3.5 * day) == at + 3.5 * day
    assert looking_again.following(at, now=at + 20 * day, ends_at=at + 25 * day) == at + 25 * day
    assert looking_again.following(at, now=at + 3 * day, ends_at=at + 2 * day) == at + 4 * day
    assert looking_again.following(at, now=at + 20 * day, ends_at=at + 9000 * day) is None
