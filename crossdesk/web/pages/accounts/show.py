"""What the accounts' templates draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account
from crossdesk.channels.networks import registry
from crossdesk.channels.queries import Tally
from crossdesk.web.sentences import spoken

TONES: Final = {
    AccountState.CONNECTING: ("quiet", "clock"),
    AccountState.LIVE: ("good", "good"),
    AccountState.DELAYED: ("warn", "warn"),
    AccountState.NEEDS_SIGN_IN: ("bad", "key"),
    AccountState.REFUSED: ("bad", "bad"),
    AccountState.PAUSED: ("quiet", "lock"),
}


@dataclass(frozen=True, slots=True)
class AccountCard:
    """One account as the list and its own page show it."""

    id: int
    name: str
    handle: str
    host: str
    network: str
    network_name: str
    address: str
    public_address: str
    state: str
    state_text: str
    tone: str
    sign: str
    reason: str
    since: datetime
    pulled_at: datetime | None
    tally: Tally

    @property
    def needs_person(self) -> bool:
        """Only somebody who signs in again can mend it."""
        return self.state in (AccountState.NEEDS_SIGN_IN, AccountState.REFUSED)


@dataclass(frozen=True, slots=True)
class NetworkCard:
    """A network that can be connected."""

    key: str
    name: str
    by_token: bool


def network_name(key: str) -> str:
    """Mastodon for mastodon; the key itself where the adapter has gone."""
    adapter = registry.all_adapters().get(key)
    return adapter.label if adapter else key.capitalize()


def networks() -> Sequence[NetworkCard]:
    """All networks, by name."""
    cards = [
        NetworkCard(key=each.name, name=each.label, by_token=each.capabilities.connects_by == "token")
        for each in registry.all_adapters().values()
    ]
    return sorted(cards, key=lambda card: (card.key == "sandbox", card.name))


def account_card(account: Account, slug: str, tally: Tally) -> AccountCard:
    """From the row and its sums."""
    tone, sign = TONES[AccountState(account.state)]
    return AccountCard(
        id=account.pk,
        name=account.name or account.handle,
        handle=f"@{account.handle.lstrip('@')}",
        host=account.host.split("://")[-1],
        network=account.network,
        network_name=network_name(account.network),
        address=reverse("web:account", args=[slug, account.pk]),
        public_address=account.url if account.url.startswith(("https://", "http://")) else "",
        state=account.state,
        state_text=spoken(AccountState(account.state).label),
        tone=tone,
        sign=sign,
        reason=spoken(account.state_reason),
        since=account.state_since,
        pulled_at=account.pulled_at,
        tally=tally,
    )


def level_names() -> Sequence[tuple[str, str]]:
    """The accesses in the order of the table."""
    return (
        ("monitor", _("See")),
        ("respond", _("Respond")),
        ("publish", _("Publish")),
        ("approve", _("Approve")),
        ("manage", _("Manage")),
    )
