"""Renewing secrets: one asks the network, all get what it gave."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from crossdesk.channels import seal, sessions
from crossdesk.channels.keeping import RENEWS_WITHIN, AccountKeeper
from crossdesk.channels.models import Credential
from crossdesk.channels.ports import SignInExpired, Unavailable
from crossdesk.kit import clock
from tests.channels.factories import AccountFactory

OLD = {"token": "t1", "refresh_token": "r1", "password": "p"}


def sealed_account(**secrets):
    account = AccountFactory()
    made = seal.seal(secrets)
    Credential.objects.update_or_create(
        account=account, defaults={"sealed": made.sealed, "key_id": made.key_id, "updated_at": clock.now()}
    )
    return account


def kept(account):
    row = Credential.objects.get(account=account)
    return seal.unseal(row), row.renewing_until


@pytest.mark.django_db
def test_new_secrets_are_stored_and_those_that_did_not_change_stay():
    account = sealed_account(**OLD)

    new = AccountKeeper(account.pk).renewed(OLD, lambda stored: {"token": stored["token"] + "+"})

    assert new == {**OLD, "token": "t1+"}
    assert kept(account) == (new, None)


@pytest.mark.django_db
def test_who_comes_with_old_secrets_gets_the_new_ones_and_the_network_is_not_asked():
    account = sealed_account(**{**OLD, "token": "t2"})
    asked: list[object] = []

    def renew(stored):
        asked.append(stored)
        return stored

    assert AccountKeeper(account.pk).renewed(OLD, renew) == {**OLD, "token": "t2"}
    assert asked == []
    assert kept(account)[1] is None


@pytest.mark.django_db
def test_a_failure_changes_nothing_and_the_next_may_try_at_once():
    account = sealed_account(**OLD)

    def fails(stored):
        raise Unavailable("down")

    with pytest.raises(Unavailable):
        AccountKeeper(account.pk).renewed(OLD, fails)

    assert kept(account) == (OLD, None)


@pytest.mark.django_db
def test_a_new_sign_in_meanwhile_stands():
    account = sealed_account(**OLD)
    anew = seal.seal({"token": "by a person"})

    def slow(stored):
        Credential.objects.filter(account=account).update(sealed=anew.sealed, key_id=anew.key_id)
        return {"token": "too late"}

    assert AccountKeeper(account.pk).renewed(OLD, slow) == {"token": "by a person"}
    assert kept(account) == ({"token": "by a person"}, None)


@pytest.mark.django_db
def test_who_waits_too_long_tries_later(monkeypatch):
    monkeypatch.setattr("crossdesk.channels.keeping.PATIENCE", 0.3)
    account = sealed_account(**OLD)
    Credential.objects.filter(account=account).update(renewing_until=clock.now() + RENEWS_WITHIN)

    with pytest.raises(Unavailable, match="takes long"):
        AccountKeeper(account.pk).renewed(OLD, lambda stored: stored)


@pytest.mark.django_db
def test_what_a_dead_process_began_is_taken_over():
    account = sealed_account(**OLD)
    Credential.objects.filter(account=account).update(renewing_until=clock.now() - timedelta(seconds=1))

    assert AccountKeeper(account.pk).renewed(OLD, lambda stored: {"token": "t2"})["token"] == "t2"


@pytest.mark.django_db
def test_a_disconnected_account_has_nothing_to_renew():
    account = AccountFactory()
    Credential.objects.filter(account=account).delete()

    with pytest.raises(SignInExpired):
        AccountKeeper(account.pk).renewed(OLD, lambda stored: stored)


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_asks_the_network():
    account = sealed_account(**OLD)
    asked: list[object] = []
    got: list[object] = []
    together = threading.Barrier(4)

    def renew(stored):
        asked.append(stored)
        threading.Event().wait(0.4)
        return {"token": "t2", "refresh_token": "r2"}

    def one():
        try:
            together.wait(timeout=10)
            got.append(AccountKeeper(account.pk).renewed(OLD, renew))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    new = {"token": "t2", "refresh_token": "r2", "password": "p"}
    assert asked == [OLD]
    assert got == [new] * 4
    assert kept(account) == (new, None)


@pytest.mark.django_db
def test_every_session_gets_the_keeper_of_its_account(network):
    account = sealed_account(**OLD)

    sessions.open_session(account)

    assert network.keepers_seen == [AccountKeeper(account.pk)]
