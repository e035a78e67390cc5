"""A session with something that cannot be asked: whatever comes from there is handed in, or came long ago."""

from collections.abc import Collection, Sequence
from datetime import datetime

from crossdesk.channels.ports import Delivery, Fetched, Outgoing, Page, Profile, Published, Refused


class Unasked:
    """Brings nothing and refuses everything, in the words of `refusal`. What is possible after all, a subclass says."""

    refusal: str

    def verify(self) -> Profile:
        """Nobody there says who we are."""
        raise Refused(self.refusal)

    def pull(self, feed: str, cursor: str, *, limit: int = 80) -> Page:
        """Nothing is asked for."""
        return Page((), cursor)

    def send(self, message: Outgoing) -> Published:
        """Nothing is taken."""
        raise Refused(self.refusal)

    def find(self, message: Outgoing, *, since: datetime, taken: Collection[str] = ()) -> Published | None:
        """It cannot be asked."""
        return None

    def check(self, external_ids: Sequence[str]) -> Sequence[Delivery]:
        """It cannot be asked."""
        return ()

    def thread(self, external_id: str) -> Sequence[Delivery]:
        """It cannot be asked."""
        return ()

    def fetch(self, url: str, *, at_most: int) -> Fetched:
        """There are no files."""
        raise Refused(self.refusal)

    def delete(self, external_id: str) -> None:
        """Not possible."""
        raise Refused(self.refusal)

    def favourite(self, external_id: str) -> None:
        """Not possible."""
        raise Refused(self.refusal)

    def repost(self, external_id: str) -> None:
        """Not possible."""
        raise Refused(self.refusal)
