import pytest

from crossdesk.channels import seal
from crossdesk.channels.models import AppRegistration, Credential
from tests.channels.factories import NOON, AccountFactory

OLD, NEW = "the old key of this installation", "the new key of this installation"


@pytest.fixture(autouse=True)
def old_key(settings):
    settings.SEAL_KEYS = [OLD]


def test_what_is_sealed_cannot_be_read_in_the_table_and_opens_again(db):
    credential = Credential.objects.get(account=AccountFactory())

    assert b"good" not in bytes(credential.sealed)
    assert b"fresh" not in bytes(credential.sealed)
    assert seal.unseal(credential) == {"token": "good", "refresh_token": "fresh"}


def test_a_new_key_seals_and_the_old_one_still_opens(db, settings):
    credential = Credential.objects.get(account=AccountFactory())

    settings.SEAL_KEYS = [NEW, OLD]

    assert seal.seal({}).key_id != credential.key_id
    assert seal.unseal(credential)["token"] == "good"


def test_rotating_seals_everything_anew_so_that_the_old_key_may_go(db, settings):
    AccountFactory.create_batch(2)
    made = seal.seal({"client_secret": "s"})
    AppRegistration.objects.create(
        network="fake", host="fake.example", redirect_uri="", sealed=made.sealed, key_id=made.key_id, created_at=NOON
    )
    settings.SEAL_KEYS = [NEW, OLD]

    assert seal.rotate() == 3
    assert seal.rotate() == 0
    settings.SEAL_KEYS = [NEW]

    assert [seal.unseal(row)["token"] for row in Credential.objects.all()] == ["good", "good"]
    assert seal.unseal(AppRegistration.objects.get()) == {"client_secret": "s"}


def test_a_missing_key_says_what_to_do(db, settings):
    credential = Credential.objects.get(account=AccountFactory())
    settings.SEAL_KEYS = [NEW]

    with pytest.raises(seal.SealBroken, match="Put the old key back, behind the new one, in CROSSDESK_SEAL_KEY"):
        seal.unseal(credential)
    with pytest.raises(seal.SealBroken):
        seal.rotate()


def test_no_key_at_all_says_what_to_do(settings):
    settings.SEAL_KEYS = []

    with pytest.raises(seal.SealBroken, match="Set CROSSDESK_SEAL_KEY"):
        seal.seal({})


def test_a_damaged_sign_in_says_what_to_do(db):
    credential = Credential.objects.get(account=AccountFactory())
    credential.sealed = bytes(credential.sealed)[:-8] + b"AAAAAAA="

    with pytest.raises(seal.SealBroken, match="Connect the account again"):
        seal.unseal(credential)
