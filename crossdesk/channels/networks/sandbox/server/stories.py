"""The one place where the network asks the cast for its stories."""

from collections.abc import Iterator
from itertools import islice

from crossdesk.channels.networks.sandbox.cast import Story, Turn, stories

__all__ = ["Story", "Turn", "from_place"]

CHAPTER = 500  # stories told from one seed, so that a network that lived long begins again quickly


def from_place(seed: int, place: int) -> Iterator[Story]:
    """Stories without end from this place on: the same for the same seed."""
    while True:
        chapter, begin = divmod(place, CHAPTER)
        for story in islice(stories(seed * 100_003 + chapter), begin, CHAPTER):
            yield story
            place += 1
