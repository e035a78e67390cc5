"""Who acts: made once per request or job and handed down. Ids and rights only, so every room can read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ActorKind = Literal["member", "system"]

# What an account access allows, in the words of the access page.
Access = Literal["monitor", "respond", "publish", "approve", "manage"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One member in one workspace, or the system itself acting for a workspace.

    rights: the role's rights (`org.enums.Right`). departments, leads: department ids. walls: ids of the walls the
    actor stands inside. accounts: account ids by access. `sees_all_accounts` is for the system and for exports
    that run as the workspace; it never opens a wall by itself: `sees_all_walls` does, for the system alone.
    """

    kind: ActorKind
    workspace_id: int
    name: str
    member_id: int | None = None
    user_id: int | None = None
    role: str = ""
    rights: frozenset[str] = frozenset()
    departments: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()
    walls: frozenset[int] = frozenset()
    accounts: Mapping[Access, frozenset[int]] = field(default_factory=dict)
    sees_all_accounts: bool = False
    sees_all_walls: bool = False

    def may(self, right: str) -> bool:
        """Does the role give this right? The system has every right."""
        return self.kind == "system" or right in self.rights

    def account_ids(self, access: Access) -> frozenset[int]:
        """Ids of the accounts on which this actor has the access. Empty for the system: ask `sees_all_accounts`."""
        return self.accounts.get(access, frozenset())

    def has_account(self, access: Access, account_id: int) -> bool:
        """May this actor monitor, respond, … on that account?"""
        return self.sees_all_accounts or account_id in self.account_ids(access)


def system(workspace_id: int, name: str = "Crossdesk") -> Actor:
    """The system acting for one workspace: sees everything in it, walls included."""
    return Actor(kind="system", workspace_id=workspace_id, name=name, sees_all_accounts=True, sees_all_walls=True)
