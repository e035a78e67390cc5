"""On which account of ours something of the past was said, and so where its messages live."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from crossdesk.channels import services as channels
from crossdesk.channels.models import Account
from crossdesk.imports.models import Import
from crossdesk.imports.stage import Stage, Staged
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid
from crossdesk.messages.services.place import Place, place_of

MOST_HANDLES: Final = 500
ELSEWHERE: Final = "archive"  # the network of what names none

Handle = tuple[str, str]  # network, handle in small letters


def check_handles(stage: Stage) -> None:
    """Raises Invalid where hundreds seem to have written for us: then ours and theirs are mixed up."""
    (count,) = stage.db.execute("SELECT COUNT(DISTINCT author) FROM row WHERE ours").fetchone()
    if count > MOST_HANDLES:
        raise Invalid(
            f"{count:,} people seem to have written for you. Does the column of directions say what it is taken for? "
            "Choose another one, or none and name your own handles."
        )


class Places:
    """The accounts of one import. Those that are not there yet are opened as archives when they are first needed."""

    def __init__(self, row: Import, stage: Stage) -> None:
        self.workspace_id, self.only = row.workspace_id, row.account
        authors = stage.db.execute(
            "SELECT a.pk, a.network, a.handle, COUNT(*) AS times FROM row r JOIN author a ON a.pk = r.author "
            "WHERE r.ours GROUP BY a.pk ORDER BY times DESC, a.pk"
        ).fetchall()
        self.names: dict[Handle, str] = {(network, handle.casefold()): handle for _, network, handle, _ in authors}
        self._of_author: dict[int, Handle] = {pk: (network, handle.casefold()) for pk, network, handle, _ in authors}
        self.usual: dict[str, Handle] = {}
        for network, handle in self.names:
            self.usual.setdefault(network, (network, handle))
        self._accounts: dict[Handle, Account] = {}
        for account in Account.objects.filter(workspace_id=row.workspace_id, removed_at=None).order_by("id"):
            network = account.host if channels.is_archive(account) else account.network
            self._accounts.setdefault((network, account.handle.lstrip("@").casefold()), account)

    def handle_of(self, line: Staged) -> Handle:
        """Whose it is of ours: who wrote it for us, who the file says, who is named in it, or who writes the most."""
        if line.ours:
            return self._of_author[line.author]
        network = line.network or ELSEWHERE
        if line.account:
            handle = (line.network, line.account.casefold())
            self.names.setdefault(handle, line.account)
            return handle
        for word in line.text.split():
            if word.startswith("@") and (named := (line.network, word[1:].rstrip(".,:;!?)").casefold())) in self.names:
                return named
        usual = self.usual.get(line.network)
        if usual is None:
            usual = self.usual[line.network] = (line.network, network.casefold())
            self.names.setdefault(usual, network)
        return usual

    def known(self, line: Staged) -> Account | None:
        """The account, where it is there already."""
        return self.only or self._accounts.get(self.handle_of(line))

    def account(self, handle: Handle, *, by: Actor, now: datetime) -> Account:
        """The account of a handle, opened as an archive where there is none."""
        if self.only is not None:
            return self.only
        found = self._accounts.get(handle)
        if found is None:
            found = self._accounts[handle] = channels.open_archive(
                handle=self.names[handle], host=handle[0] or ELSEWHERE, by=by, now=now
            )
        return found

    @staticmethod
    def place(account: Account | None) -> Place | None:
        """Where its messages live."""
        return place_of(account) if account else None

    def forget(self) -> None:
        """A transaction that opened accounts did not come about."""
        known: Mapping[int, Account] = Account.objects.in_bulk([one.pk for one in self._accounts.values()])
        self._accounts = {handle: one for handle, one in self._accounts.items() if one.pk in known}
