"""What a server allows, read again while the account stays connected."""

from datetime import timedelta

import pytest

from crossdesk.channels import services
from crossdesk.channels.models import Account
from crossdesk.channels.networks import registry
from crossdesk.channels.ports import RateLimited, SignInExpired, Unavailable
from crossdesk.channels.services.limits import AFTER_FAILURE, EVERY
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import FakeNetwork, FakeSession
from tests.conftest import actor_of, settle
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db
BEFORE = {"max_text": 300}


class Telling(FakeNetwork):
    """A network whose servers say what they allow."""

    allows = {"max_text": 77}

    def session(self, **more):
        super().session(**more)
        return TellingSession(self)


class TellingSession(FakeSession):
    network: Telling

    def limits(self):
        self.network._maybe("limits")
        return self.network.allows


@pytest.fixture
def telling(monkeypatch):
    made = Telling()
    monkeypatch.setitem(registry.all_adapters(), "fake", made)
    return made


def connect():
    by = actor_of(MemberFactory(role="owner"))
    return services.connect_with_token(network="fake", host="fake.example", answer={"token": "good"}, by=by, now=NOON)


def work(at):
    with clock.standing_at(at):
        settle(until=at)


def read(account, *, at=NOON):
    again = services.read_limits(account_id=account.pk, now=at)
    account.refresh_from_db()
    return again, account.limits


def test_limits_are_read_when_an_account_is_connected_and_from_then_on_once_a_day(telling):
    account = connect()
    work(NOON)
    held = Account.objects.get().limits
    telling.allows = {"max_text": 5000}

    work(NOON + EVERY)

    account.refresh_from_db()
    assert (held, account.limits) == ({"max_text": 77}, {"max_text": 5000})
    assert Job.objects.filter(kind="channels.read_limits").count() == 1
    assert telling.asked.count("limits") == 2


@pytest.mark.parametrize(
    ("trouble", "again"),
    [
        (Unavailable("Down."), AFTER_FAILURE),
        (SignInExpired("The token is dead."), AFTER_FAILURE),
        (RateLimited("Slow down.", until=NOON + timedelta(minutes=1)), AFTER_FAILURE),
        (RateLimited("Slow down.", until=NOON + 2 * AFTER_FAILURE), 2 * AFTER_FAILURE),
    ],
)
def test_a_server_that_fails_keeps_the_limits_that_it_told_last(telling, trouble, again):
    telling.trouble["limits"] = [trouble]

    assert read(AccountFactory(limits=BEFORE)) == (NOON + again, BEFORE)


def test_a_server_that_says_nothing_keeps_them_too(telling):
    telling.allows = {}

    assert read(AccountFactory(limits=BEFORE)) == (NOON + EVERY, BEFORE)


def test_an_account_that_waits_for_people_is_not_asked(telling):
    assert read(AccountFactory(limits=BEFORE, state="paused")) == (NOON + EVERY, BEFORE)
    assert telling.asked == []


def test_where_no_server_tells_limits_or_the_account_is_gone_nobody_asks_again(network):
    assert read(AccountFactory(limits=BEFORE)) == (None, BEFORE)
    assert read(AccountFactory(limits=BEFORE, removed_at=NOON)) == (None, BEFORE)


def test_connecting_again_where_the_server_tells_none_keeps_what_it_told(telling):
    account = connect()
    Account.objects.update(limits=BEFORE)
    by = actor_of(account.workspace.members.get())
    told = telling.connect_finish(host="fake.example", redirect_uri="", app={}, keep={}, answer={"token": "good"})
    silent = type(told)(profile=told.profile, host=told.host, secrets=told.secrets)

    again = services.save_account(network="fake", connected=silent, by=by, now=NOON)

    assert (again.pk, again.limits) == (account.pk, BEFORE)
