"""An account and its network's adapter, bound together."""

from crossdesk.channels import archive, seal
from crossdesk.channels.keeping import AccountKeeper
from crossdesk.channels.models import Account, Credential
from crossdesk.channels.networks import registry
from crossdesk.channels.ports import Adapter, Profile, Session, SignInExpired


def adapter_of(account: Account) -> Adapter:
    """The adapter of the account's network."""
    if account.network == archive.NETWORK:
        return archive.ARCHIVE
    return registry.adapter(account.network)


def profile_of(account: Account) -> Profile:
    """Our account as adapters know it."""
    return Profile(
        external_id=account.external_id,
        handle=account.handle,
        name=account.name,
        url=account.url,
        avatar_url=account.avatar_url,
    )


def open_session(account: Account) -> Session:
    """Bind the adapter to the account. Raises SealBroken, and SignInExpired when there is no sign-in at all."""
    credential = Credential.objects.filter(account=account, account__removed_at=None).first()
    if credential is None:
        raise SignInExpired(f"{account.handle} has no sign-in. Connect it again.")
    secrets = seal.unseal(credential)
    return adapter_of(account).session(
        host=account.host, secrets=secrets, profile=profile_of(account), keeper=AccountKeeper(account.pk)
    )
