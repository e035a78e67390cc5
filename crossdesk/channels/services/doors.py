"""The door at which networks hand in: believed first, stored before it is acknowledged, read afterwards."""

import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F

from crossdesk.channels import seal
from crossdesk.channels.enums import Source
from crossdesk.channels.models import Account, Credential, Door
from crossdesk.channels.networks import registry
from crossdesk.channels.networks.webhook.adapter import new_secret, verify_token
from crossdesk.channels.ports import NotBelieved, Unreadable, Webhook
from crossdesk.channels.services import deliveries, managing
from crossdesk.channels.sessions import profile_of
from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.crowd import Crowd
from crossdesk.kit.errors import Conflict, CrossdeskError, NotFound

MOST_BYTES: Final = 1024 * 1024
OLD_SECRET_LASTS: Final = timedelta(days=1)
KNOCKED: Final = "There is nothing at this address."


class TooMany(CrossdeskError):
    """More came in a minute than is taken. seconds: until the next is."""

    code = "channels.too_many"
    status = 429

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds


class TooLarge(CrossdeskError):
    """More bytes at once than are taken."""

    code = "channels.too_large"
    status = 413


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one post. problems: for whoever wrote it; it is stored all the same."""

    stored: int
    again: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """What the source must be told, shown to a person once."""

    path: str
    secret: str
    verify_token: str


_crowd = Crowd()


def open_door(account: Account, *, now: datetime) -> None:
    """Where the account's network hands in, it gets an address; the one it has stays."""
    if registry.webhook_of(account.network) is not None:
        Door.objects.get_or_create(account=account, defaults={"key": random.token_urlsafe(24), "opened_at": now})


def path_of(door: Door) -> str:
    """The address below this installation's own."""
    return f"/in/{door.account.network}/{door.key}/"


def hand_in(*, network: str, key: str, raw: bytes, headers: Mapping[str, str], now: datetime) -> Taken:
    """Take in one post: believed on its bytes, stored with all that lies in it in one transaction, then answered.

    headers: names in lower case. Raises NotFound, TooMany, TooLarge, NotBelieved.
    """
    door, hook = _found(network, key)
    if wait := _crowd.wait(key, most=settings.WEBHOOK_PER_MINUTE):
        if wait.first:
            Door.objects.filter(pk=door.pk).update(too_many=F("too_many") + 1)
        raise TooMany("More came in a minute than is taken. Wait a little.", seconds=wait.seconds)
    if len(raw) > MOST_BYTES:
        Door.objects.filter(pk=door.pk).update(too_large=F("too_large") + 1)
        raise TooLarge(f"This is larger than {MOST_BYTES} bytes. Hand it in in parts.")
    try:
        hook.verify(raw, headers, _secrets(door.account_id), now=now)
    except NotBelieved as error:
        Door.objects.filter(pk=door.pk).update(
            refused=F("refused") + 1, refused_at=now, refused_why=error.message[:300]
        )
        raise
    return _store(door, hook, raw, now=now)


def too_large(*, network: str, key: str) -> None:
    """Count a post that announced more than is taken, without reading it. Raises NotFound, TooLarge."""
    door, _ = _found(network, key)
    Door.objects.filter(pk=door.pk).update(too_large=F("too_large") + 1)
    raise TooLarge(f"This is larger than {MOST_BYTES} bytes. Hand it in in parts.")


def challenged(*, network: str, key: str, query: Mapping[str, str]) -> str:
    """The answer to the network's question whether this address is ours. Raises NotFound, NotBelieved."""
    door, hook = _found(network, key)
    answer = hook.challenge(query, _secrets(door.account_id))
    if answer is None:
        raise NotBelieved(
            "This address takes signed posts. To a challenge it answers with the right verify token only."
        )
    return answer


@transaction.atomic
def _store(door: Door, hook: Webhook, raw: bytes, *, now: datetime) -> Taken:
    account = door.account
    Door.objects.filter(pk=door.pk).update(came_at=now)
    try:
        found = hook.deliveries(raw)
    except Unreadable as error:
        deliveries.store_unreadable(
            account_id=account.pk, feed="", payload=error.payload, error=error.message, now=now, source=Source.WEBHOOK
        )
        return Taken(stored=1, problems=(error.message,))
    new = deliveries.store_deliveries(account_id=account.pk, deliveries=found, source=Source.WEBHOOK, now=now)
    problems = []
    adapter, profile = registry.adapter(account.network), profile_of(account)
    for number, one in enumerate(found):
        try:
            list(adapter.parse(one, profile=profile))
        except Unreadable as error:
            problems.append(error.message if len(found) == 1 else f"messages[{number}]: {error.message}")
    return Taken(stored=new, again=len(found) - new, problems=tuple(problems))


def opened(account: Account) -> Opened | None:
    """What to tell the source, right after connecting. None where the network has no door."""
    door = Door.objects.select_related("account").filter(account=account).first()
    if door is None:
        return None
    secrets = _secrets(account.pk)
    return Opened(path_of(door), secrets["secret"], verify_token(secrets))


@transaction.atomic
def change_secret(*, account_id: int, by: Actor, now: datetime) -> Opened:
    """A new secret; the one before is good for another day, so that the source can be told in peace."""
    account = managing.manageable(account_id, by=by)
    row = Credential.objects.select_for_update().filter(account=account).first()
    if row is None or not Door.objects.filter(account=account).exists():
        raise Conflict("This account has no secret of ours.")
    before = seal.unseal(row)
    until = (now + OLD_SECRET_LASTS).isoformat()
    made = seal.seal({**before, "secret": new_secret(), "old_secret": before["secret"], "old_until": until})
    row.sealed, row.key_id, row.updated_at = made.sealed, made.key_id, now
    row.save(update_fields=["sealed", "key_id", "updated_at"])
    audit.record(
        "channels.change_secret", by=by, at=now, subject_kind="account", subject_id=account.pk,
        subject_name=account.handle, after={"old_until": until},
    )  # fmt: skip
    shown = opened(account)
    assert shown is not None
    return shown


def _found(network: str, key: str) -> tuple[Door, Webhook]:
    hook = registry.webhook_of(network) if network in registry.all_adapters() else None
    rows = Door.objects.select_related("account").filter(key=key, account__network=network, account__removed_at=None)
    if hook is None or (door := rows.first()) is None:
        raise NotFound(KNOCKED)
    return door, hook


def _secrets(account_id: int) -> dict[str, str]:
    return seal.unseal(Credential.objects.get(account_id=account_id))
