"""What stands between a model and the reader: a model hears blocks and gives chances, whatever it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from crossdesk.reading.ports import Block


class Unreadable(Exception):
    """A file of a model is missing or is not what it should be. Its words say what to do."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """One question a model answers: its labels, its columns, how its numbers become probabilities, when it is unsure.

    choice: "one" (labels exclude one another) or "any" (each stands alone). slope and shift calibrate.
    sure: below this probability the answer is not acted on. holds: for each label of "any" the probability from which
    it is named; empty: one half for all.
    """

    name: str
    labels: tuple[str, ...]
    choice: str
    first: int
    slope: float
    shift: float
    sure: float
    holds: tuple[float, ...] = ()

    @classmethod
    def told(cls, values: Mapping[str, Any]) -> "Outlet":
        """From its fields as JSON has them."""
        return cls(**{**values, "labels": tuple(values["labels"]), "holds": tuple(values.get("holds", ()))})

    @property
    def columns(self) -> slice:
        return slice(self.first, self.first + len(self.labels))


@dataclass(frozen=True, slots=True)
class Heard:
    """One block as a model heard it: for each outlet the probabilities of its labels; words that spoke for the best.

    words is empty where they are found only when somebody asks. vector: the text's place among texts, packed.
    """

    chances: Mapping[str, Sequence[float]]
    words: Mapping[str, str] = field(default_factory=dict)
    vector: bytes = b""


class Hearer(Protocol):
    """A model. care: languages in which it can tell what a message needs; tone: in which it can tell the sentiment."""

    @property
    def name(self) -> str: ...

    @property
    def care(self) -> frozenset[str]: ...

    @property
    def tone(self) -> frozenset[str]: ...

    @property
    def outlets(self) -> Mapping[str, Outlet]: ...

    def hear(self, blocks: Sequence[Block]) -> list[Heard]:
        """One answer for each block, in order; an equal block gets an equal answer, whatever stands beside it."""
