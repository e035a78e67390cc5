"""An account that is not connected to anything: what it said and heard came from a file, and nothing else ever will."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from crossdesk.channels.networks.unasked import Unasked
from crossdesk.channels.ports import (
    Capabilities,
    Connected,
    Counting,
    Delivery,
    Event,
    Keeper,
    Profile,
    Refused,
)

NETWORK: Final = "archive"
SENTENCE: Final = (
    "An archive holds what an import brought. It is connected to no network: nothing is fetched, nothing can be sent."
)


class Archive(Unasked):
    """The adapter and the session of archives: reads nothing, sends nothing."""

    name: str = NETWORK
    label: str = "Archive"
    refusal: str = SENTENCE
    feeds: Sequence[str] = ()
    capabilities: Capabilities = Capabilities(
        reads=frozenset(),
        acts=frozenset(),
        max_text=10_000,
        counting=Counting(unit="characters"),
        max_media=0,
        media_types=frozenset(),
        max_media_bytes=0,
    )

    def connect_finish(
        self,
        *,
        host: str,
        redirect_uri: str,
        app: Mapping[str, str],
        keep: Mapping[str, str],
        answer: Mapping[str, str],
    ) -> Connected:
        raise Refused(SENTENCE)

    def session(
        self, *, host: str, secrets: Mapping[str, str], profile: Profile, keeper: Keeper | None = None
    ) -> "Archive":
        return self

    def parse(self, delivery: Delivery, *, profile: Profile) -> Iterator[Event]:
        return iter(())


ARCHIVE: Final = Archive()
