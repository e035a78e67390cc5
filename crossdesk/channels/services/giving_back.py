"""Telling a network that we no longer need a sign-in, once its account was removed, and erasing it then."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from crossdesk.channels import seal
from crossdesk.channels.models import Account, Credential
from crossdesk.channels.networks import registry
from crossdesk.channels.ports import Adapter, GivesBack, NetworkError, RateLimited, Secrets, Unavailable
from crossdesk.journal import jobs

GIVE_BACK = "channels.give_back"
TRIED_FOR = timedelta(days=1)  # then it is erased here, whether the network heard of it or not
TRIED_EVERY = timedelta(minutes=15)


def erase(account: Account, *, now: datetime) -> None:
    """Erase the sign-in of an account that is being removed: at once, or as soon as its network was told."""
    held = Credential.objects.filter(account=account)
    if isinstance(registry.all_adapters().get(account.network), GivesBack) and held.exists():
        jobs.enqueue(
            GIVE_BACK, key=str(account.pk), due_at=now, workspace_id=account.workspace_id, account_id=account.pk
        )
    else:
        held.delete()


def give_old_back(adapter: Adapter, old: Secrets, *, in_place_of: Secrets) -> None:
    """After connecting again: end the sign-in before. One attempt; a server that does not hear it forgets it in time."""
    if old and old.get("refresh") != in_place_of.get("refresh") and isinstance(adapter, GivesBack):
        with suppress(NetworkError):
            adapter.give_back(old)


def give_back(*, account_id: int, now: datetime) -> datetime | None:
    """Tell the network, then erase. Returns when to try again. An account that was connected again keeps its sign-in.

    Safe to repeat: a sign-in that is over may be ended again.
    """
    row = Credential.objects.select_related("account").filter(account_id=account_id).first()
    if row is None or row.account.removed_at is None:
        return None
    adapter, late = registry.all_adapters().get(row.account.network), now >= row.account.removed_at + TRIED_FOR
    if isinstance(adapter, GivesBack):
        try:
            adapter.give_back(seal.unseal(row))
        except RateLimited as limit:
            if not late:
                return limit.until
        except Unavailable:
            if not late:
                return now + TRIED_EVERY
        except (NetworkError, seal.SealBroken):
            pass  # it takes no sign-in back, or we have none that we could open: nothing more can be done
    _erase_removed(account_id)
    return None


@transaction.atomic
def _erase_removed(account_id: int) -> None:
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    if account.removed_at is not None:
        Credential.objects.filter(account=account).delete()
