"""How much a network takes on one account: what its server said, else what the network allows everywhere."""

from collections.abc import Set
from dataclasses import dataclass, replace

from crossdesk.channels import counting, parting, sessions
from crossdesk.channels.models import Account
from crossdesk.channels.ports import Counting


@dataclass(frozen=True, slots=True)
class Room:
    """answers: can people be answered here at all? threads: may one answer leave as several posts? text: the longest text in the network's own counting. media: files with one message. media_bytes: of one file."""

    answers: bool
    text: int
    counting: Counting
    media: int
    media_types: Set[str]
    media_bytes: int
    threads: bool = False

    def length(self, text: str, to_handle: str = "") -> int:
        """How much of the room a text takes that answers this person."""
        return counting.length(
            counting.addressed(text, to_handle) if self.counting.names_first else text, self.counting
        )

    def parts(self, text: str, to_handle: str = "", *, numbered: bool = False) -> list[str]:
        """The text as the posts of a thread. Raises CannotBeParted."""
        return parting.parted(
            text, length=lambda part: self.length(part, to_handle), limit=self.text, numbered=numbered
        )


def room_on(account: Account) -> Room:
    """The room on this account."""
    can, told = sessions.adapter_of(account).capabilities, account.limits
    links_as = told.get("links_as", can.counting.links_as)
    return Room(
        answers="reply" in can.acts and bool(told.get("answers", True)),
        text=told.get("max_text", can.max_text),
        counting=replace(can.counting, links_as=links_as) if can.counting.links_as is not None else can.counting,
        media=told.get("max_media", can.max_media),
        media_types=can.media_types_on(told),
        media_bytes=told.get("max_media_bytes", can.max_media_bytes),
        threads="threads" in can.acts,
    )
