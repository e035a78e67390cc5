"""What notices hear."""

from collections.abc import Sequence

from crossdesk.inbox.events import DutyFellDue, DutyOpened, NoteAdded, OwnershipChanged, TargetFellDue
from crossdesk.journal.facts import Told, follows
from crossdesk.notices import services


@follows("notices", OwnershipChanged, NoteAdded, DutyOpened, DutyFellDue, TargetFellDue, from_the="present")
def follow(told: Sequence[Told]) -> None:
    """Tell whom it concerns. Safe to repeat: nobody is told the same thing twice."""
    services.follow(told)
