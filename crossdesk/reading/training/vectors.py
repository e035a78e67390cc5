"""Word vectors: what words mean beyond the rows they stand in, so that "sofa" helps to understand "couch"."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crossdesk.reading.features import WORD, Hashes, features

SEEN_AT_LEAST = 4
MOST_LETTERS = 24
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Vectors:
    """hashes: of the words, sorted, as features() gives them. values: words × dimensions, the first the weightiest."""

    hashes: Hashes
    values: NDArray[np.float64]

    @classmethod
    def none(cls) -> "Vectors":
        return cls(np.zeros(0, dtype=np.uint64), np.zeros((0, 1)))

    @classmethod
    def load(cls, path: Path) -> "Vectors":
        with np.load(path, allow_pickle=False) as file:
            return cls(file["hashes"].astype(np.uint64), file["values"].astype(np.float64))

    def save(self, path: Path) -> None:
        np.savez_compressed(path, hashes=self.hashes.astype(np.uint32), values=self.values.astype(np.float16))

    @classmethod
    def of(cls, words: Sequence[str], encoded: NDArray[np.float64], dimensions: int) -> "Vectors":
        """Directions that all words share are made weaker; the weakest are left out. One row for each hash."""
        centred = encoded - encoded.mean(axis=0)
        centred /= np.linalg.norm(centred, axis=1, keepdims=True) + 1e-9
        directions, strengths, _ = np.linalg.svd(centred.T @ centred)
        turned = centred @ directions[:, :dimensions]
        signs = np.sign(turned[np.abs(turned).argmax(axis=0), np.arange(dimensions)])
        turned *= signs * (strengths[0] / strengths[:dimensions]) ** 0.25
        hashes, first = np.unique(_hashes(words), return_index=True)
        return cls(hashes, turned[first])


def vocabulary(texts: Iterable[str]) -> list[str]:
    """Words that stand often enough in the texts, most frequent first; no names, links or numbers."""
    counted: Counter[str] = Counter()
    for batch in _batches(texts):
        found = features(batch)
        for place in np.flatnonzero(found.kinds == WORD).tolist():
            counted[found.word(place).lower().replace("’", "'")] += 1
    often = [
        word for word, times in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])) if times >= SEEN_AT_LEAST
    ]
    return [word for word in often if len(word) <= MOST_LETTERS and word[0] not in "@#" and not _has_digit(word)]


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)


def _hashes(words: Sequence[str]) -> Hashes:
    found = features(words)
    if len(found.starts) != len(words):
        raise ValueError("A word must be one token")
    return found.hashes[: len(words)]


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
