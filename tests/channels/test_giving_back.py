"""Giving a sign-in back after its account was removed: told until it is heard, for a day, and then erased all the same."""

from datetime import timedelta

import pytest

from crossdesk.channels import seal, services
from crossdesk.channels.models import Account, Credential
from crossdesk.channels.networks import registry
from crossdesk.channels.ports import RateLimited, Refused, Unavailable
from crossdesk.channels.services import connecting
from crossdesk.channels.services.giving_back import TRIED_EVERY, TRIED_FOR
from crossdesk.journal.models import Job
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import FakeNetwork
from tests.conftest import actor_of
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db

SECRETS = {"token": "t", "refresh": "r"}


class Forgetful(FakeNetwork):
    """A network that can be told that a sign-in is over."""

    def give_back(self, secrets):
        self._maybe("give_back")
        self.secrets_seen.append(secrets)


@pytest.fixture
def forgetful(monkeypatch):
    made = Forgetful()
    monkeypatch.setitem(registry.all_adapters(), "fake", made)
    return made


@pytest.fixture
def removed(forgetful):
    account = AccountFactory(network="fake")
    made = seal.seal(SECRETS)
    Credential.objects.update_or_create(
        account=account, defaults={"sealed": made.sealed, "key_id": made.key_id, "updated_at": NOON}
    )
    by = actor_of(MemberFactory(workspace=account.workspace, role="owner"))
    return connecting.remove_account(account_id=account.pk, by=by, now=NOON)


def test_a_removed_account_keeps_its_sign_in_until_the_network_was_told_once(removed, forgetful):
    assert Credential.objects.exists()
    assert [job.arguments for job in Job.objects.filter(kind="channels.give_back")] == [{"account_id": removed.pk}]

    assert [services.give_back(account_id=removed.pk, now=NOON) for _ in range(2)] == [None, None]

    assert forgetful.secrets_seen == [SECRETS]
    assert not Credential.objects.exists()


@pytest.mark.parametrize(
    ("trouble", "again"),
    [
        (Unavailable("Down."), NOON + TRIED_EVERY),
        (RateLimited("Wait.", until=NOON + timedelta(hours=1)), NOON + timedelta(hours=1)),
    ],
)
def test_a_network_that_does_not_hear_is_told_again_and_after_a_day_it_is_erased_all_the_same(
    removed, forgetful, trouble, again
):
    forgetful.trouble["give_back"] = [trouble, trouble]

    assert services.give_back(account_id=removed.pk, now=NOON) == again
    assert Credential.objects.exists()
    assert services.give_back(account_id=removed.pk, now=NOON + TRIED_FOR) is None

    assert not Credential.objects.exists()


def test_what_a_network_refuses_and_what_cannot_be_opened_is_erased(removed, forgetful, settings):
    forgetful.trouble["give_back"] = [Refused("No.")]
    again = AccountFactory(network="fake", workspace=removed.workspace, removed_at=NOON)
    Credential.objects.update_or_create(
        account=again, defaults={"sealed": b"damaged", "key_id": "gone", "updated_at": NOON}
    )

    assert services.give_back(account_id=removed.pk, now=NOON) is None
    assert services.give_back(account_id=again.pk, now=NOON) is None

    assert not Credential.objects.exists()


def test_an_account_that_is_there_again_keeps_its_sign_in(removed, forgetful):
    Account.objects.update(removed_at=None)

    assert services.give_back(account_id=removed.pk, now=NOON) is None

    assert forgetful.secrets_seen == []
    assert Credential.objects.exists()
