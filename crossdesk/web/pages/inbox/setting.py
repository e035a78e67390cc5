"""What a conversation is shown in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from crossdesk.kit.actor import Actor
from crossdesk.org.models import Department
from crossdesk.web.shell import with_query


@dataclass(frozen=True, slots=True)
class Setting:
    """What a conversation is shown in: who looks, from which queue, with which names at hand."""

    actor: Actor
    slug: str
    queue: str
    departments: Sequence[Department]
    members: Mapping[int, str]
    now: datetime
    able: Collection[int] = ()  # of the members, those who may work on conversations
    must_describe: bool = False  # no picture leaves without a description

    def address(self, name: str, *args: object) -> str:
        """An address of this workspace that leads back to the queue."""
        return with_query(reverse(f"web:{name}", args=[self.slug, *args]), queue=self.queue)
