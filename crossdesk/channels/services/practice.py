"""Practising: an account on a network beside the server, with eight people who write to it. Removed as it came."""

import threading
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings

from crossdesk.channels import policies
from crossdesk.channels.models import Account
from crossdesk.channels.networks.sandbox.beside import Beside
from crossdesk.channels.networks.sandbox.cast.practice import visitors
from crossdesk.channels.services import connecting
from crossdesk.kit.actor import Actor

NETWORK = "sandbox"
_one_at_a_time = threading.Lock()


@cache
def _beside(home: str) -> Beside:
    return Beside(Path(home))


def network() -> Beside:
    """The practice network of this installation."""
    return _beside(str(settings.HOME))


def is_practice(account: Account) -> bool:
    """Does this account live on the practice network?"""
    return account.network == NETWORK and account.host == network().host


def practise(*, handle: str, name: str, language: str, by: Actor, now: datetime) -> Account:
    """Start the network, let eight people write, connect. Again: the same account.

    Starts a process and talks to it, outside any transaction. Raises NotAllowed, PracticeTrouble and the errors of `ports`.
    """
    policies.demand(policies.can_connect(by), connecting.MAY_NOT_CONNECT)
    beside = network()
    with _one_at_a_time:  # pressed twice, they write once
        host = beside.start()
        made = beside.tell("accounts", handle=handle, name=name, kind="brand", bio="Practises with Crossdesk.")
        if not beside.was_written_to(handle):
            beside.tell("load", posts=_first_posts(handle, language, now))
    return connecting.connect_with_token(
        network=NETWORK, host=host, answer={"token": made["token"]}, by=by, now=now
    )  # fmt: skip


def end_practice(*, by: Actor, now: datetime) -> int:
    """Disconnect what this workspace has on the practice network, and end it when nobody else is there.

    What came in stays, as with every account. Returns how many accounts were disconnected.
    """
    policies.demand(policies.can_connect(by), connecting.MAY_NOT_CONNECT)
    beside = network()
    there = Account.objects.filter(network=NETWORK, host=beside.host, removed_at=None)
    ours = list(there.filter(workspace_id=by.workspace_id).values_list("pk", flat=True))
    for account_id in ours:
        connecting.remove_account(account_id=account_id, by=by, now=now)
    if beside.host and not there.exists():
        beside.forget()
    return len(ours)


def _first_posts(handle: str, language: str, now: datetime) -> list[dict[str, object]]:
    """What they say, some minutes ago. The network hears of it as of anything new."""
    return [
        {
            "ref": one.handle,
            "handle": one.handle,
            "name": one.name,
            "bio": one.bio,
            "followers": one.followers,
            "text": f"@{handle} {one.text}",
            "visibility": one.visibility,
            "language": language if language in ("en", "de") else "en",
            "sent_at": (now - timedelta(minutes=one.minutes)).isoformat(),
            "follow_ups": [list(each) for each in one.then],
            "tell": True,
        }
        for one in visitors(language)
    ]
