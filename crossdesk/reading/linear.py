"""Linear models over hashed features: a few numbers for each feature, added up. Weights come from packed files."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from crossdesk.reading.features import WORD, Features, Hashes, Ids, features
from crossdesk.reading.hearing import Heard, Outlet, Unreadable
from crossdesk.reading.odds import shares_of
from crossdesk.reading.ports import Block

Floats = NDArray[np.float32]
Exact = NDArray[np.float64]
_NOT_EVIDENCE = {"@user", "http"}
_EVIDENCE = 3  # words shown for a verdict
_TONE = "sentiment"
_CARE = ("intents", "needs_reply", "urgency", "complaint_reason")


@dataclass(frozen=True, slots=True)
class Sums:
    """A batch as one model adds it up: for each feature its text, its token and what it says for each column; the sums."""

    found: Features
    message: Ids
    token: Ids
    said: Floats
    numbers: Exact

    def evidence(self, columns: Ids, signs: NDArray[np.float64]) -> list[str]:
        """For each text the few words that spoke most for its column (sign 1) or against it (sign -1), as +word."""
        found = self.found
        each = self.said[np.arange(len(self.said)), columns[self.message]] * signs[self.message]
        spoke = np.bincount(self.token, each, minlength=len(found.starts))
        message = np.zeros(len(found.starts), dtype=np.int64)
        message[self.token] = self.message
        useful = np.flatnonzero((spoke > 0) & (found.kinds == WORD))
        # One whole number for each word, ordered by text, then by what it says (the most first), then by place.
        said_less = (1 << 24) - spoke[useful].astype(np.int64)
        order = np.sort((message[useful] << 50) | (said_less << 25) | useful) & ((1 << 25) - 1)
        taken = message[order]
        first = np.arange(len(order)) - np.searchsorted(taken, taken) < _EVIDENCE + 2
        chosen = order[first]
        starts, ends = found.starts[chosen].tolist(), found.ends[chosen].tolist()
        words: list[list[str]] = [[] for _ in range(found.count)]
        for at, start, end in zip(taken[first].tolist(), starts, ends, strict=True):
            word = found.shown[start:end]
            if len(words[at]) < _EVIDENCE and word not in _NOT_EVIDENCE and word not in words[at]:
                words[at].append(word)
        return [", ".join(f"+{word}" for word in some) for some in words]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """known: hashes of words with a row of their own, sorted. scale: the weight of each feature in a text's length.

    weights: features × columns, scale folded in, whole numbers from -127 to 127 (so that sums are exact in any order),
    each column to be multiplied by its step.
    """

    known: Hashes
    scale: Floats
    weights: Floats
    steps: Floats
    bias: Floats
    outlets: Mapping[str, Outlet]

    @classmethod
    def load(cls, path: Path) -> "LinearModel":
        """From one packed file. Raises Unreadable."""
        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                about = json.loads(str(file["about"]))
                outlets = {one["name"]: Outlet.told(one) for one in about["outlets"]}
                scale, weights = file["scale"].astype(np.float32), file["weights"].astype(np.float32)
                return cls(file["known"].astype(np.uint64), scale, weights, file["steps"], file["bias"], outlets)
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
            raise Unreadable(
                f"{path.name} of the reading model is missing or damaged: install the package again."
            ) from error

    def save(self, path: Path) -> None:
        """One packed file."""
        outlets = [
            {"name": o.name, "labels": list(o.labels), "choice": o.choice, "first": o.first}
            | {"slope": o.slope, "shift": o.shift, "sure": o.sure}
            for o in self.outlets.values()
        ]
        np.savez_compressed(
            path,
            known=self.known.astype(np.uint32),
            weights=self.weights.astype(np.int8),
            steps=self.steps,
            scale=self.scale.astype(np.float16),
            bias=self.bias,
            about=np.array(json.dumps({"outlets": outlets})),
        )

    def add_up(self, found: Features) -> Sums:
        """What each feature says and what the model adds up for each text."""
        rows = rows_of(found, self.known, len(self.scale))
        order = np.argsort(found.message, kind="stable")
        message, rows = found.message[order], rows[order]
        length = np.bincount(message, self.scale[rows] ** 2, minlength=found.count)
        said = self.weights[rows]
        sums = np.zeros((found.count, self.weights.shape[1]), dtype=np.float32)
        if len(rows):
            present, first = np.unique(message, return_index=True)
            sums[present] = np.add.reduceat(said, first, axis=0)
        share = 1 / np.sqrt(np.maximum(length, 1e-6))
        numbers: Exact = sums * self.steps.astype(np.float64) * share[:, None] + self.bias
        return Sums(found, message, found.token[order], said, numbers)

    def chances(self, numbers: Exact, outlet: Outlet) -> Exact:
        """Probabilities for the labels of one outlet, to four places: texts × labels."""
        part = numbers[:, outlet.columns] * outlet.slope + outlet.shift
        return np.round(shares_of(part, outlet.choice), 4)


def rows_of(found: Features, known: Hashes, size: int) -> Ids:
    """Which of `size` rows each feature uses: known words their own, then half for words, half for pieces of words.

    `size` is the number of known words and two equal powers of two.
    """
    half = (size - len(known)) // 2
    rows = (found.hashes & np.uint64(half - 1)).astype(np.int64) + len(known)
    rows = np.where(found.wordy, rows, rows + half)
    if len(known):
        words = found.hashes[: len(found.starts)]  # the first features are the words one by one
        place = np.minimum(np.searchsorted(known, words), len(known) - 1)
        rows[: len(words)] = np.where(known[place] == words, place, rows[: len(words)])
    return rows


@dataclass(frozen=True, slots=True)
class LinearHearer:
    """Two linear models: `tone` hears the message itself, `care` the message with what stands before it."""

    tone_model: LinearModel
    care_model: LinearModel
    name: str = "linear-6"
    care: frozenset[str] = frozenset({"en", "de"})
    tone: frozenset[str] = frozenset({"en", "de", "fr", "es", "it", "pt", "ar"})
    outlets: Mapping[str, Outlet] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "outlets", {**self.tone_model.outlets, **self.care_model.outlets})

    @classmethod
    def load(cls, folder: Path) -> "LinearHearer":
        """From the folder that holds tone.npz and care.npz."""
        return cls(LinearModel.load(folder / "tone.npz"), LinearModel.load(folder / "care.npz"))

    def hear(self, blocks: Sequence[Block]) -> list[Heard]:
        """Chances and the words that carried them."""
        own, joined = _both(blocks)
        asked = _ask(self.tone_model, own, (_TONE,)) | _ask(self.care_model, joined, _CARE)
        return [
            Heard(
                {name: chances[at] for name, (chances, _) in asked.items()},
                {name: words[at] for name, (_, words) in asked.items()},
            )
            for at in range(len(blocks))
        ]

    def chances(self, blocks: Sequence[Block]) -> dict[str, Exact]:
        """Of each question the probabilities, texts × labels; quicker than `hear`."""
        own, joined = _both(blocks)
        tone, care = self.tone_model.add_up(own).numbers, self.care_model.add_up(joined).numbers
        found = {name: self.care_model.chances(care, self.care_model.outlets[name]) for name in _CARE}
        return found | {_TONE: self.tone_model.chances(tone, self.tone_model.outlets[_TONE])}


def _both(blocks: Sequence[Block]) -> tuple[Features, Features]:
    """The messages alone, and with what stands before them."""
    texts = [block.text for block in blocks]
    whole = ["\n".join([*block.earlier, block.text]) for block in blocks]
    own = features(texts)
    return own, own if whole == texts else features(whole)


def _ask(model: LinearModel, found: Features, names: Sequence[str]) -> dict[str, tuple[list[list[float]], list[str]]]:
    """For each outlet its probabilities, and the words that spoke for the likeliest label."""
    sums = model.add_up(found)
    answers = {}
    for name in names:
        outlet = model.outlets[name]
        chances = model.chances(sums.numbers, outlet)
        best = chances.argmax(axis=1)
        signs = np.where(chances[:, 0] >= 0.5, 1.0, -1.0) if len(outlet.labels) == 1 else np.ones(len(best))
        answers[name] = (chances.tolist(), sums.evidence(best + outlet.first, signs))
    return answers
