"""What a hashtag or word brought: a message of its own kind with why it is here, and one message if it is said to us too."""

import pytest

from crossdesk.channels import services as channels
from crossdesk.channels.enums import Source
from crossdesk.journal.models import Fact
from crossdesk.kit import clock
from crossdesk.messages import services
from crossdesk.messages.models import Message
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import said


@pytest.fixture
def account(db):
    return AccountFactory(external_id="us", handle="brand")


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(NOON):
        yield


def bring(account, *deliveries):
    channels.store_deliveries(account_id=account.pk, deliveries=deliveries, source=Source.POLL, now=NOON)
    while services.take_in(account_id=account.pk, now=NOON):
        pass
    return Message.objects.get()


def found(word, **more):
    return said("m1", "Which tent is best?", kind="found", found_by=word, feed=f"found:{word}", **more)


def told():
    return list(Fact.objects.exclude(kind="DeliveriesStored").order_by("id").values_list("kind", flat=True))


def test_why_it_is_here_is_kept_each_word_once(account):
    message = bring(account, found("#tents"), found("#tents", metrics={"favourites": 1}), found("camping"))

    assert (message.kind, message.found_by, message.direction) == ("found", ["#tents", "camping"], "in")
    assert told() == ["MessageStored"]


def test_what_was_found_and_is_said_to_us_is_one_message_and_that_is_told(account):
    bring(account, found("#tents"))
    message = bring(account, said("m1", "Which tent is best?"))

    assert (message.kind, message.found_by, message.version) == ("mention", ["#tents"], 1)
    assert told() == ["MessageStored", "MessageSaidToUs"]


def test_a_mention_that_a_word_finds_too_stays_a_mention(account):
    bring(account, said("m1", "Which tent is best?"))
    message = bring(account, found("#tents"))

    assert (message.kind, message.found_by) == ("mention", ["#tents"])
    assert told() == ["MessageStored"]


def test_both_at_once_are_a_mention_from_the_start(account):
    message = bring(account, found("#tents"), said("m1", "Which tent is best?"))

    assert (message.kind, message.found_by) == ("mention", ["#tents"])
    assert told()[0] == "MessageStored"


def test_what_another_account_of_ours_said_is_ours_and_not_found(account):
    AccountFactory(workspace=account.workspace, external_id="them")

    message = bring(account, found("#tents", author="them"))

    assert (message.direction, message.kind) == ("out", "post")
