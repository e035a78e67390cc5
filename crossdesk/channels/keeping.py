"""Renewing an account's secrets: one process at a time asks the network, and what it gives is stored before it is used.

The lock is a moment in the credential's row and not a transaction left open, for on SQLite that would stop all writing
while the network thinks.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from crossdesk.channels import seal
from crossdesk.channels.models import Credential
from crossdesk.channels.ports import Secrets, SignInExpired, Unavailable
from crossdesk.kit import clock

RENEWS_WITHIN = timedelta(minutes=3)  # longer than two calls may take; then whoever began it has died
PATIENCE = 45.0  # seconds that others wait for it
LOOKS_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class AccountKeeper:
    """The `Keeper` of one account. Never called inside a transaction."""

    account_id: int

    def renewed(self, old: Secrets, renew: Callable[[Secrets], Secrets]) -> Secrets:
        """New secrets in the place of `old`. See `ports.Keeper`."""
        deadline = time.monotonic() + PATIENCE
        while True:
            stored, mine = self._claim(old)
            if stored != dict(old):
                return stored
            if mine:
                break
            if time.monotonic() > deadline:
                raise Unavailable("Somebody else is renewing the sign-in, and it takes long.")
            time.sleep(LOOKS_EVERY)
        try:
            new = renew(stored)
        except BaseException:
            Credential.objects.filter(account_id=self.account_id).update(renewing_until=None)
            raise
        return self._store(stored, {**stored, **new})

    @transaction.atomic
    def _claim(self, old: Secrets) -> tuple[dict[str, str], bool]:
        """What is stored, and whether it is ours to renew: not where somebody has done it, or is at it."""
        rows = Credential.objects.select_for_update(of=("self",))
        row = rows.filter(account_id=self.account_id, account__removed_at=None).first()
        if row is None:
            raise SignInExpired("This account has no sign-in any more. Connect it again.")
        stored, now = seal.unseal(row), clock.now()
        if stored != dict(old) or (row.renewing_until is not None and row.renewing_until > now):
            return stored, False
        row.renewing_until = now + RENEWS_WITHIN
        row.save(update_fields=["renewing_until"])
        return stored, True

    @transaction.atomic
    def _store(self, before: dict[str, str], new: dict[str, str]) -> dict[str, str]:
        """Keep the new ones, unless somebody signed in anew meanwhile: then theirs stand."""
        row = Credential.objects.select_for_update().filter(account_id=self.account_id).first()
        if row is None:
            return new
        stored = seal.unseal(row)
        if stored == before:
            made = seal.seal(new)
            row.sealed, row.key_id, row.updated_at, stored = made.sealed, made.key_id, clock.now(), new
        row.renewing_until = None
        row.save(update_fields=["sealed", "key_id", "updated_at", "renewing_until"])
        return stored
