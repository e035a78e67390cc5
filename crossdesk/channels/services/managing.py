"""An account for who manages it: locked, for what changes it, and for taking such a change back."""

from crossdesk.channels import policies
from crossdesk.channels.models import Account
from crossdesk.journal import changes
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotFound

MAY_NOT_MANAGE = "You may not manage this account. Ask somebody whose department manages it."


def manageable(account_id: int, *, by: Actor, refusal: str = MAY_NOT_MANAGE) -> Account:
    """The account, locked. Raises NotFound for who may not even see it, and NotAllowed with the refusal."""
    rows = Account.objects.select_for_update(no_key=True)
    account = rows.filter(pk=account_id, workspace_id=by.workspace_id, removed_at=None).first()
    if account is None or not (by.has_account("monitor", account.pk) or policies.can_manage(by, account)):
        raise NotFound("There is no such account.")
    policies.demand(policies.can_manage(by, account), refusal)
    return account


def may_take_back(by: Actor, entry: AuditEntry) -> bool:
    """Is the account of this change still there, and the actor's to manage?"""
    account = Account.objects.filter(workspace_id=by.workspace_id, pk=changes.thing(entry), removed_at=None).first()
    return account is not None and policies.can_manage(by, account)
