"""What the accounts' templates draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account, FollowedWord
from crossdesk.channels.networks import describing, registry
from crossdesk.channels.ports import Adapter, Asked, DescribesItself, SignsInOnAPage
from crossdesk.channels.queries import Tally
from crossdesk.channels.services import is_archive
from crossdesk.channels.services.following import MOST
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

ENDS_SOON: Final = timedelta(days=14)
TONES: Final = {
    AccountState.CONNECTING: ("quiet", "clock"),
    AccountState.LIVE: ("good", "good"),
    AccountState.DELAYED: ("warn", "warn"),
    AccountState.NEEDS_SIGN_IN: ("bad", "key"),
    AccountState.REFUSED: ("bad", "bad"),
    AccountState.PAUSED: ("quiet", "lock"),
}


ASKED_IN: Final = (AccountState.CONNECTING, AccountState.LIVE)


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
    todo: str
    ends: str
    gaps: int
    fetches: bool
    archive: bool = False  # holds what an import brought, and is connected to nothing

    @property
    def needs_person(self) -> bool:
        """Only somebody who signs in again can mend it."""
        return self.state in (AccountState.NEEDS_SIGN_IN, AccountState.REFUSED)


@dataclass(frozen=True, slots=True)
class FieldCard:
    """One field of the connect form."""

    name: str
    label: str
    help: str
    example: str
    secret: bool = False
    required: bool = True


@dataclass(frozen=True, slots=True)
class NetworkCard:
    """A network that can be connected, and what its form asks.

    by_token: here, and not on a page of the network. first: what everybody fills in. folded: what only some need, each
    part with its heading. instead: the names of what takes the place of the network's page. note: why that is not
    offered, where it could be.
    """

    key: str
    name: str
    by_token: bool
    first: Sequence[FieldCard]
    folded: Sequence[tuple[str, Sequence[FieldCard]]]
    instead: frozenset[str]
    note: str = ""

    @property
    def fields(self) -> Sequence[FieldCard]:
        """All of them."""
        return (*self.first, *chain.from_iterable(fields for _heading, fields in self.folded))


def again_address(account: Account, slug: str) -> str:
    """The connect form with what is known of this account."""
    adapter = registry.all_adapters().get(account.network)
    place = adapter.capabilities.place if adapter is not None else None
    known = {"network": account.network, "handle": account.handle}
    if place is not None and not place.usual:
        known["host"] = account.host
    return with_query(reverse("web:connect", args=[slug]), **known)


def network_name(key: str) -> str:
    """Mastodon for mastodon; the key itself where the adapter has gone."""
    adapter = registry.all_adapters().get(key)
    return adapter.label if adapter else key.capitalize()


def networks() -> Sequence[NetworkCard]:
    """All networks, by name."""
    cards = [_network(each) for each in registry.all_adapters().values()]
    return sorted(cards, key=lambda card: (card.key == "sandbox", card.name))


def chosen_network(key: str) -> NetworkCard:
    """The network of this name, or the first."""
    cards = networks()
    return next((card for card in cards if card.key == key), cards[0])


def way_back(network: str, slug: str = "") -> str:
    """Where a network sends the browser back to: to the workspace, or to the one address that it knows of us."""
    if slug and not isinstance(registry.adapter(network), DescribesItself):
        return f"{settings.URL}{reverse('web:connected', args=[slug])}"
    parts = urlsplit(settings.URL)
    # The network knows a single machine by its number alone; from there the browser is sent on.
    base = settings.URL.replace("//localhost", "//127.0.0.1", 1) if parts.hostname == "localhost" else settings.URL
    return f"{base}{reverse('web:back', args=[network])}"


def _network(adapter: Adapter) -> NetworkCard:
    can = adapter.capabilities
    kept_out = isinstance(adapter, DescribesItself) and not adapter.signs_in_from(way_back(adapter.name))
    by_token = kept_out or not isinstance(adapter, SignsInOnAPage)
    asks = [(one.instead, _field(one, by_token=by_token)) for one in can.asks]
    first = [field for instead, field in asks if by_token or not instead]
    folded = [] if by_token else [(spoken(instead), [field]) for instead, field in asks if instead]
    if can.place is not None:
        place = FieldCard(
            "host", spoken(can.place.label), spoken(can.place.help), can.place.example, required=not can.place.usual
        )
        if can.place.usual:
            folded.append((_("The account lives on a server of its own"), [place]))
        else:
            first.insert(0, place)
    note = "" if not kept_out else _("%(network)s's own sign-in page needs this Crossdesk at a public https address (CROSSDESK_URL). Here an app password connects the account.") % {"network": adapter.label}  # fmt: skip
    instead = frozenset(one.name for one in can.asks if one.instead)
    return NetworkCard(adapter.name, adapter.label, by_token, first, folded, instead, note)


def _field(one: Asked, *, by_token: bool) -> FieldCard:
    required = one.needed and (by_token or not one.instead)
    return FieldCard(one.name, spoken(one.label), spoken(one.help), one.example, one.secret, required=required)


def _todo(state: AccountState) -> str:
    """What the state means, and who does what now."""
    return {
        AccountState.CONNECTING: _("Connected. The first look at what was said is under way."),
        AccountState.LIVE: "",
        AccountState.DELAYED: _("The network does not answer as it should. Crossdesk tries again by itself, and fills the gap when it is back. Nobody needs to do anything."),
        AccountState.NEEDS_SIGN_IN: _("The network no longer takes our sign-in. Sign in again: what was said meanwhile is fetched, and what waits is sent."),
        AccountState.REFUSED: _("The network said no, and will not change its mind by itself. Read its words, mend it there, then sign in again."),
        AccountState.PAUSED: _("Somebody paused it. Nothing comes in and nothing leaves until somebody resumes it."),
    }[state]  # fmt: skip


def _ends(account: Account, now: datetime) -> str:
    """That the sign-in ends soon, days before it does."""
    credential = getattr(account, "credential", None)
    if credential is None or credential.expires_at is None or credential.expires_at - now > ENDS_SOON:
        return ""
    left = credential.expires_at - now
    if left <= timedelta():
        return _("The sign-in has ended. Sign in again.")
    days = left.days
    words = ngettext(
        "The sign-in ends in %(days)s day. Sign in again before.", "The sign-in ends in %(days)s days. Sign in again before.", days
    )  # fmt: skip
    return words % {"days": days} if days else _("The sign-in ends today. Sign in again before.")


def account_card(account: Account, slug: str, tally: Tally, *, now: datetime, gaps: int = 0) -> AccountCard:
    """From the row, with its credential, and its sums. gaps: hours in which not everything came through."""
    tone, sign = TONES[AccountState(account.state)]
    archive = is_archive(account)
    adapter = registry.all_adapters().get(account.network)
    return AccountCard(
        id=account.pk,
        name=account.name or account.handle,
        handle=f"@{account.handle.lstrip('@')}",
        host=account.host.split("://")[-1] if account.host != account.handle and not archive else "",
        network=account.network,
        network_name=network_name(account.network),
        address=reverse("web:account", args=[slug, account.pk]),
        public_address=account.url if account.url.startswith(("https://", "http://")) else "",
        state=account.state,
        state_text=pgettext("noun", "Archive") if archive else spoken(AccountState(account.state).label),
        tone=tone,
        sign="deliveries" if archive else sign,
        reason=spoken(account.state_reason),
        since=account.state_since,
        pulled_at=account.pulled_at,
        tally=tally,
        todo=_("Holds what an import brought.") if archive else _todo(AccountState(account.state)),
        ends=_ends(account, now),
        gaps=gaps,
        fetches=not archive and (adapter is None or bool(adapter.feeds)),
        archive=archive,
    )


def asked_every(account: Account) -> str:
    """How often it is asked for news; empty while it is not, or where it hands in."""
    adapter = registry.all_adapters().get(account.network)
    if adapter is None or not adapter.feeds or account.state not in ASKED_IN:
        return ""
    seconds = settings.PULL_EVERY_SECONDS
    return ngettext("Asked for news every %(num)s second", "Asked for news every %(num)s seconds", seconds) % {
        "num": seconds
    }


@dataclass(frozen=True, slots=True)
class WordCard:
    """A hashtag or words that the account follows."""

    word: str
    by: str
    since: datetime
    trouble: str


@dataclass(frozen=True, slots=True)
class WordsCard:
    """All that it follows. searches: for words too, not only hashtags. full: no more may be added."""

    words: Sequence[WordCard]
    searches: bool
    full: bool


def words_card(account: Account, rows: Sequence[FollowedWord]) -> WordsCard | None:
    """None where nothing can be followed."""
    adapter = registry.all_adapters().get(account.network)
    if adapter is None or not adapter.capabilities.finds:
        return None
    cards = [
        WordCard(
            row.word, row.added_by.user.name or row.added_by.user.email if row.added_by else "", row.added_at,
            spoken(row.error),
        )
        for row in rows
    ]  # fmt: skip
    return WordsCard(cards, "words" in adapter.capabilities.finds, len(cards) >= MOST)


def abilities(account: Account) -> Sequence[tuple[str, str]]:
    """What is read and done on this account, and its limits: name and words of each line."""
    adapter = registry.all_adapters().get(account.network)
    if adapter is None:
        return ()
    lines = describing.lines(adapter, account.limits)
    return [(spoken(line.name), " · ".join(spoken(value) for value in line.values)) for line in lines]


def level_names() -> Sequence[tuple[str, str]]:
    """The accesses in the order of the table."""
    return (
        ("monitor", _("See")),
        ("respond", _("Respond")),
        ("publish", _("Publish")),
        ("approve", _("Approve")),
        ("manage", _("Manage")),
    )
