"""Credentials sealed at rest. The first of settings.SEAL_KEYS seals, all of them open; `rotate` seals anew."""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction

from crossdesk.channels.models import AppRegistration, ConnectAttempt, Credential
from crossdesk.kit.errors import CrossdeskError

SEALED_MODELS = (Credential, AppRegistration, ConnectAttempt)


class SealBroken(CrossdeskError):
    """What was sealed cannot be opened with the keys that this installation has."""

    code = "channels.seal_broken"
    status = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed bytes and the id of the key that sealed them."""

    sealed: bytes
    key_id: str


@cache
def _lock_of(key: str) -> tuple[str, Fernet]:
    raw = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"crossdesk.channels.seal").derive(key.encode())
    return hashlib.sha256(raw).hexdigest()[:16], Fernet(base64.urlsafe_b64encode(raw))


def _first() -> tuple[str, Fernet]:
    if not settings.SEAL_KEYS:
        raise SealBroken("There is no key to seal credentials with. Set CROSSDESK_SEAL_KEY.")
    return _lock_of(settings.SEAL_KEYS[0])


def seal(values: Mapping[str, str]) -> Sealed:
    """Seal with the first key."""
    key_id, lock = _first()
    return Sealed(lock.encrypt(json.dumps(dict(values)).encode()), key_id)


def unseal(row: Credential | AppRegistration | ConnectAttempt) -> dict[str, str]:
    """Open what a row keeps. Raises SealBroken with what to do when its key is missing or it was damaged."""
    locks = dict(_lock_of(key) for key in settings.SEAL_KEYS)
    lock = locks.get(row.key_id)
    if lock is None:
        raise SealBroken(
            "The stored sign-in was sealed with a key that this installation does not have. Put the old key back, "
            "behind the new one, in CROSSDESK_SEAL_KEY (separated by a comma), or connect the account again."
        )
    try:
        opened: dict[str, str] = json.loads(lock.decrypt(bytes(row.sealed)))
    except InvalidToken as error:
        raise SealBroken("The stored sign-in is damaged and cannot be opened. Connect the account again.") from error
    return opened


def rotate() -> int:
    """Seal everything with the first key that another key sealed. Returns how many rows. Safe to repeat."""
    key_id, _ = _first()
    done = 0
    for model in SEALED_MODELS:
        for pk in model.objects.exclude(key_id=key_id).order_by("pk").values_list("pk", flat=True):
            done += _reseal(model, pk, key_id)
    return done


@transaction.atomic
def _reseal(model: type[Credential] | type[AppRegistration] | type[ConnectAttempt], pk: int, key_id: str) -> int:
    row = model.objects.select_for_update().exclude(key_id=key_id).filter(pk=pk).first()
    if row is None:
        return 0
    anew = seal(unseal(row))
    return model.objects.filter(pk=pk).update(sealed=anew.sealed, key_id=anew.key_id)
