"""Texts and which of them lie near each other: what several heads of one workspace learn on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crossdesk.reading.vectors import WIDTH, Floats, unpacked

NEIGHBOURS = 15
_NEAR = 10.0  # how fast the pull of a neighbour falls with its distance
_ROWS = 512  # compared at once: bounds the memory
_ROUNDS = 15
_PULL = 0.9  # of what a text is taken for, the part that its neighbours say


def stacked(vectors: Sequence[bytes]) -> Floats:
    """Packed vectors as the rows of a matrix, each of length one."""
    if not vectors:
        return np.zeros((0, WIDTH), dtype=np.float32)
    rows = unpacked(b"".join(vectors)).reshape(len(vectors), WIDTH)
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return unit


@dataclass(frozen=True, slots=True)
class Ground:
    """points: (n, 384), each of length one. near: of each text its nearest others; pulls: how much they pull."""

    points: Floats
    near: NDArray[np.int64]
    pulls: Floats

    def __len__(self) -> int:
        return len(self.points)

    def spread(self, seeds: Floats) -> Floats:
        """What each text is taken for when those that people spoke of are `seeds` (n, columns); others are nought there.

        What people said flows to neighbours, and from them on: texts that lie together are taken for the same. Columns
        do not mix.
        Source: D. Zhou and others, Learning with local and global consistency (2004).
        """
        found = seeds
        others, n = self.near.ravel(), len(self)
        for _ in range(_ROUNDS if len(others) else 0):
            pulled = np.einsum("nk,nkc->nc", self.pulls, found[self.near])
            back = (found[:, None, :] * self.pulls[:, :, None]).reshape(len(others), -1)
            for column in range(seeds.shape[1]):
                pulled[:, column] += np.bincount(others, back[:, column], n)
            found = _PULL * pulled + (1 - _PULL) * seeds
        return found.astype(np.float32)


def ground(points: Floats) -> Ground:
    """Find every text's nearest neighbours. Takes time with the square of the texts, memory with their number."""
    n = len(points)
    k = max(0, min(NEIGHBOURS, n - 1))
    near = np.zeros((n, k), dtype=np.int64)
    alike = np.zeros((n, k), dtype=np.float32)
    for start in range(0, n if k else 0, _ROWS):
        rows = points[start : start + _ROWS] @ points.T
        rows[np.arange(len(rows)), np.arange(start, start + len(rows))] = -2.0  # not oneself
        near[start : start + len(rows)] = np.sort(np.argpartition(-rows, k - 1, axis=1)[:, :k], axis=1)
        alike[start : start + len(rows)] = np.take_along_axis(rows, near[start : start + len(rows)], 1)
    pulls = np.exp(_NEAR * (alike - 1))
    # Being near is mutual: each pull counts in both directions.
    degree = pulls.sum(axis=1) + np.bincount(near.ravel(), pulls.ravel(), n)
    scale = (1 / np.sqrt(np.maximum(degree, 1e-12))).astype(np.float32)
    return Ground(points, near, pulls * scale[:, None] * scale[near])
