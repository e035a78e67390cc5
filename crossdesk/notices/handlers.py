"""What notices hear."""

from collections.abc import Sequence

from crossdesk.channels.events import AccountConnected, AccountStateChanged
from crossdesk.inbox.events import DutyFellDue, DutyOpened, NoteAdded, OwnershipChanged, TargetFellDue
from crossdesk.journal.facts import Told, follows
from crossdesk.notices import accounts, services


@follows("notices", OwnershipChanged, NoteAdded, DutyOpened, DutyFellDue, TargetFellDue, from_the="present")
def follow(told: Sequence[Told]) -> None:
    """Tell whom it concerns. Safe to repeat: nobody is told the same thing twice."""
    services.follow(told)


@follows("notices.accounts", AccountConnected, AccountStateChanged, from_the="beginning")
def follow_accounts(told: Sequence[Told]) -> None:
    """Tell who manages an account that it needs somebody. Safe to repeat: nobody is told the same thing twice."""
    accounts.follow(told)
