"""The one place where the network asks the cast for its stories."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Person:
    handle: str
    name: str
    bio: str
    followers: int
    avatar_hue: int


@dataclass(frozen=True, slots=True)
class Media:
    kind: str
    alt: str


@dataclass(frozen=True, slots=True)
class Turn:
    after: timedelta
    by: str
    text: str
    visibility: str = "public"
    media: Media | None = None
    edited_to: str | None = None
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class FollowUp:
    mood: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    person: Person
    account_handle: str
    language: str
    turns: Sequence[Turn]
    follow_ups: Sequence[FollowUp]
    answers_post: str = ""


TEXTS = (
    "my parcel says delivered but there is nothing here. Can you look?",
    "the zip on my jacket came off after two weeks. What now?",
    "do you ship to Norway, and how long does it take?",
    "just wanted to say that Marie on the phone was brilliant today",
)


def stories(seed: int) -> Iterator[Story]:
    """Stories without end, the same for the same seed."""
    dice = random.Random(seed)
    number = 0
    while True:
        number += 1
        yield Story(
            person=Person(f"guest{seed}_{number}", f"Guest {number}", "", dice.randrange(2000), dice.randrange(360)),
            account_handle="wrenholt",
            language="en",
            turns=(Turn(timedelta(), "customer", f"@wrenholt {dice.choice(TEXTS)}"),),
            follow_ups=(
                FollowUp("thanks", "Thank you, that helps!"),
                FollowUp("further", "And how long will it take?"),
            ),
        )
