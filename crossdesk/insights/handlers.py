"""What insights hears. Each fact counts once: the lines, the sums and the position are one transaction."""

from collections.abc import Sequence

from crossdesk.insights import lines, services
from crossdesk.journal.facts import Told, follows


@follows(services.FOLLOWER, *lines.FOLLOWED, from_the="beginning")
def follow(told: Sequence[Told]) -> None:
    """Keep the figures."""
    services.record(told)
