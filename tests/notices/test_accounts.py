"""Who manages an account is told that it needs somebody: once, and nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import AccountAccess, Credential, DeliveryTally
from crossdesk.channels.services import states
from crossdesk.journal.models import FactPosition, Job
from crossdesk.kit import clock
from crossdesk.notices import accounts, queries, services
from crossdesk.notices.models import Notice
from crossdesk.org.enums import Role
from tests.channels.factories import NOON, AccountFactory
from tests.conftest import actor_of, settle
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def owner():
    return MemberFactory(role=Role.OWNER)


@pytest.fixture
def account(owner):
    return AccountFactory(workspace=owner.workspace)


@pytest.fixture
def manager(account):
    """Of a department that manages the account."""
    member = MemberFactory(workspace=account.workspace)
    AccountAccess.objects.create(account=account, department=member.seats.get().department, monitor=True, manage=True)
    return member


@pytest.fixture
def reader(account):
    """Of a department that only sees it."""
    member = MemberFactory(workspace=account.workspace)
    AccountAccess.objects.create(account=account, department=member.seats.get().department, monitor=True)
    return member


def told(member):
    return [(row.kind, row.account_id) for row in queries.notices(actor_of(member)).rows]


def breaks(account, state=AccountState.NEEDS_SIGN_IN):
    states.move_to(account_id=account.pk, state=state, reason="The token is dead.", now=NOON)
    settle(until=NOON)


@pytest.mark.parametrize("state", [AccountState.NEEDS_SIGN_IN, AccountState.REFUSED])
def test_who_manages_an_account_is_told_when_it_no_longer_works(account, owner, manager, reader, state):
    breaks(account, state)

    assert [told(member) for member in (owner, manager, reader)] == [
        [("broken", account.pk)],
        [("broken", account.pk)],
        [],
    ]


@pytest.mark.parametrize("state", [AccountState.DELAYED, AccountState.LIVE, AccountState.PAUSED])
def test_what_mends_itself_or_was_wished_is_not_told(account, owner, state):
    breaks(account, state)

    assert told(owner) == []


def test_nobody_is_told_twice_and_a_second_break_is_told_anew(account, owner):
    breaks(account)
    FactPosition.objects.filter(follower="notices.accounts").update(number=0)
    settle(until=NOON)
    once = told(owner)
    states.move_to(account_id=account.pk, state=AccountState.LIVE, now=NOON)
    breaks(account)

    assert (len(once), len(told(owner))) == (1, 2)


def test_the_end_of_a_sign_in_is_told_a_week_and_a_day_ahead(account, owner):
    ends_at = NOON + timedelta(days=10)
    Credential.objects.update(expires_at=ends_at)

    for days in (10, 8, 6.9, 5, 2, 0.9, 0.5):
        accounts.look(workspace_id=account.workspace_id, now=ends_at - timedelta(days=days))

    rows = Notice.objects.order_by("at")
    assert [(row.kind, row.at, row.due_at) for row in rows] == [
        ("ends", ends_at - timedelta(days=6.9), ends_at),
        ("ends", ends_at - timedelta(days=0.9), ends_at),
    ]


def test_a_gap_is_told_once_a_day(account, owner):
    for hours in (3, 2):
        DeliveryTally.objects.create(account=account, hour=NOON - hours * HOUR, received=2, stored=2, read=1, decided=1)

    for minutes in (0, 60):
        accounts.look(workspace_id=account.workspace_id, now=NOON + timedelta(minutes=minutes))

    assert told(owner) == [("gap", account.pk)]
    assert Notice.objects.get().due_at == NOON - 3 * HOUR


def test_a_workspace_with_an_account_is_looked_at_each_hour(account):
    breaks(account)

    assert Job.objects.filter(kind=accounts.LOOK, due_at=NOON + HOUR).count() == 1


def test_another_workspace_hears_nothing(account):
    stranger = MemberFactory(role=Role.OWNER)

    breaks(account)

    assert told(stranger) == []


def test_who_no_longer_sees_the_account_is_no_longer_told(account, manager):
    breaks(account)
    AccountAccess.objects.all().delete()

    assert told(manager) == []


def test_what_one_does_not_wish_to_hear_is_not_told(account, owner):
    services.wish(kinds=["gap"], by=actor_of(owner))

    breaks(account)

    assert told(owner) == []


def test_a_notice_leads_to_the_account_and_is_seen_then(client, account, owner):
    breaks(account)
    client.force_login(owner.user)
    slug = owner.workspace.slug

    page = client.get(reverse("web:notices", args=[slug])).content.decode()
    answer = client.get(reverse("web:notice", args=[slug, Notice.objects.get().pk]))

    assert f"@{account.handle} no longer works: somebody must look" in page
    assert "The token is dead." in page
    assert answer.url == reverse("web:account", args=[slug, account.pk])
    assert queries.unseen(actor_of(owner)) == 0
