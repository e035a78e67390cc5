"""What filling the demo has at hand, and how its people act."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from crossdesk.channels.models import Account
from crossdesk.channels.networks.sandbox import cast
from crossdesk.channels.ports import Delivery
from crossdesk.journal import facts, jobs
from crossdesk.kit import clock
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import CrossdeskError
from crossdesk.reading.ports import Reader
from crossdesk.triage import services as triage

log = logging.getLogger(__name__)

# What would ask the network: it holds all this already, and its people must not hear of it again.
NETWORK_WORK: Final = frozenset({"channels.pull", "channels.read_limits", "channels.send", "messages.check_known"})
CLOCKS: Final = frozenset(
    {"inbox.block_clock", "inbox.duty_clock", "inbox.close", "inbox.snooze_end", "insights.targets", triage.DRAW}
)


@dataclass(slots=True)
class Stage:
    """What filling needs at hand. posts: the network's deliveries by the id of the post they tell of. stories: those
    that were told, by the id of their first post. labelled: samples that somebody has come to."""

    workspace_id: int
    accounts: dict[str, Account]
    actors: dict[str, Actor]
    departments: dict[str, int]
    ids: dict[str, str]
    posts: dict[str, list[Delivery]]
    reader: Reader
    stories: dict[str, cast.Story] = field(default_factory=dict)
    conversations: dict[int, int] = field(default_factory=dict)  # by story
    labelled: set[int] = field(default_factory=set)

    def somebody_of(self, department_id: int | None) -> Actor:
        """Who acts for a department."""
        able = [actor for actor in self.actors.values() if actor.may("work")]
        return next((actor for actor in able if department_id in actor.departments), able[0])


def settle(at: datetime) -> None:
    """Facts and work until nothing is left, without the network and without the clocks."""
    kinds = jobs.known_kinds() - NETWORK_WORK - CLOCKS
    with clock.standing_at(at):
        while facts.follow_all() or jobs.run_due(now=at, kinds=kinds):
            pass


def attempt(at: datetime, act: Callable[[], object]) -> None:
    """A story may ask for what the product refuses (they hold it already, they took it back): then it stays undone."""
    try:
        with clock.standing_at(at):
            act()
    except CrossdeskError as error:
        log.info("left out of the demo: %s", error.message)
