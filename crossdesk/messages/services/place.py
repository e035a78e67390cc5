"""Where messages of one account live, and the lock under which they are written."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from crossdesk.channels.models import Account
from crossdesk.messages.models import EarlyDeletion, Identity, Message, Reaction


@dataclass(frozen=True, slots=True)
class Place:
    """One host of a network as one workspace sees it: with an external id, the whole unique key."""

    workspace_id: int
    network: str
    host: str

    def messages(self) -> QuerySet[Message]:
        """Messages of this place."""
        return Message.objects.filter(workspace_id=self.workspace_id, network=self.network, host=self.host)

    def identities(self) -> QuerySet[Identity]:
        """Identities of this place."""
        return Identity.objects.filter(workspace_id=self.workspace_id, network=self.network, host=self.host)

    def early_deletions(self) -> QuerySet[EarlyDeletion]:
        """Deletions of this place that came before their message."""
        return EarlyDeletion.objects.filter(workspace_id=self.workspace_id, network=self.network, host=self.host)

    def reactions(self) -> QuerySet[Reaction]:
        """Reactions of this place."""
        return Reaction.objects.filter(workspace_id=self.workspace_id, network=self.network, host=self.host)


def place_of(account: Account) -> Place:
    """Where the account's messages live."""
    return Place(account.workspace_id, account.network, account.host)


def lock_messages(workspace_id: int) -> None:
    """One writer of messages at a time in a workspace, until the transaction ends.

    Batches are quick and everything slow happens before; what is looked up under the lock stays true. SQLite's
    IMMEDIATE transaction locks by itself.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('crossdesk.messages'), %s)", [workspace_id % 2**31])
