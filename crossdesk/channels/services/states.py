"""How an account is doing, told once when it goes down and once when it is back."""

from datetime import datetime

from django.db import transaction

from crossdesk.channels.enums import AccountState
from crossdesk.channels.events import AccountStateChanged
from crossdesk.channels.models import Account
from crossdesk.journal.facts import publish
from crossdesk.kit.actor import Actor, system


@transaction.atomic
def move_to(
    *,
    account_id: int,
    state: AccountState,
    reason: str = "",
    now: datetime,
    by: Actor | None = None,
    only_from: frozenset[AccountState] | None = None,
    failures: int | None = None,
) -> bool:
    """Put the account into a state. The reason is kept up to date; only a change of state is a fact.

    only_from: do nothing when it is in any other state meanwhile. Returns whether the state changed.
    """
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    before = AccountState(account.state)
    if only_from is not None and before not in only_from:
        return False
    account.state, account.state_reason = state, reason
    if failures is not None:
        account.failures = failures
    if before != state:
        account.state_since = now
        publish(
            AccountStateChanged(account_id=account.pk, before=before, state=state, reason=reason),
            by=by or system(account.workspace_id),
            at=now,
        )
    account.save(update_fields=["state", "state_reason", "state_since", "failures"])
    return before != state
