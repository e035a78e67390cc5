"""How an account is doing, in plain words: what it means, who does what, and the alarm where something got stuck."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crossdesk.channels import queries
from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account, Credential, DeliveryTally
from crossdesk.kit import clock
from crossdesk.org.enums import Role
from tests.channels.factories import NOON, AccountFactory
from tests.conftest import actor_of
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
EVEN = {"received": 3, "stored": 3, "read": 3, "decided": 3}
ALARM = "Not everything came all the way through"


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def owner(client):
    member = MemberFactory(role=Role.OWNER)
    client.force_login(member.user)
    return member


@pytest.fixture
def account(owner):
    return AccountFactory(workspace=owner.workspace)


def pages(client, account):
    slug = account.workspace.slug
    return [
        client.get(reverse(name, args=[slug, *more])).content.decode()
        for name, more in (("web:accounts", []), ("web:account", [account.pk]))
    ]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (AccountState.CONNECTING, "The first look at what was said is under way."),
        (AccountState.DELAYED, "Crossdesk tries again by itself, and fills the gap when it is back."),
        (AccountState.NEEDS_SIGN_IN, "Sign in again: what was said meanwhile is fetched, and what waits is sent."),
        (AccountState.REFUSED, "Read its words, mend it there, then sign in again."),
        (AccountState.PAUSED, "Nothing comes in and nothing leaves until somebody resumes it."),
    ],
)
def test_every_state_says_what_it_means_and_what_to_do(client, account, state, words):
    Account.objects.update(state=state)

    assert [words in page for page in pages(client, account)] == [True, True]


def test_an_account_that_is_well_says_nothing_more(client, account):
    DeliveryTally.objects.create(account=account, hour=NOON - 3 * HOUR, **EVEN)

    listed, own = pages(client, account)

    assert ("field-help" in listed, ALARM in listed, ALARM in own) == (False, False, False)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=15), None),
        (timedelta(days=6, hours=1), "The sign-in ends in 6 days. Sign in again before."),
        (timedelta(days=1, hours=1), "The sign-in ends in 1 day. Sign in again before."),
        (timedelta(hours=5), "The sign-in ends today. Sign in again before."),
        (timedelta(hours=-1), "The sign-in has ended. Sign in again."),
    ],
)
def test_the_end_of_a_sign_in_is_told_days_ahead(client, account, left, words):
    Credential.objects.update(expires_at=NOON + left)

    shown = pages(client, account)

    assert [words in page if words else "The sign-in" not in page for page in shown] == [True, True]


@pytest.mark.parametrize(
    ("ago", "counts", "alarm"),
    [
        (2 * HOUR, EVEN, False),
        (2 * HOUR, {**EVEN, "stored": 2}, True),
        (2 * HOUR, {**EVEN, "read": 2}, True),
        (2 * HOUR, {**EVEN, "decided": 2}, True),
        (2 * HOUR, {**EVEN, "unreadable": 1}, True),
        (timedelta(), {**EVEN, "decided": 2}, False),  # this hour is not over
        (HOUR, {**EVEN, "decided": 2}, False),  # it was over a moment ago: what is on its way gets ten minutes
        (25 * HOUR, {**EVEN, "decided": 2}, False),
    ],
)
def test_an_hour_that_is_over_and_did_not_come_all_the_way_gives_an_alarm(client, account, ago, counts, alarm):
    DeliveryTally.objects.create(account=account, hour=NOON - ago, **counts)

    listed, own = pages(client, account)

    assert ("1 hour in which not everything came through" in listed, ALARM in own) == (alarm, alarm)


def test_hours_of_others_are_not_told(owner, account):
    theirs = AccountFactory()
    for each in (account, theirs):
        DeliveryTally.objects.create(account=each, hour=NOON - 2 * HOUR, received=1)

    found = queries.gaps(actor_of(owner), now=NOON, since=NOON - 24 * HOUR)

    assert found == {account.pk: [NOON - 2 * HOUR]}
