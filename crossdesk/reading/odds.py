"""Probabilities of a head as numbers that can be added up, and back."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-4  # probabilities are kept to four places: none is taken for less, nor for more than one without it
Exact = NDArray[np.float64]


def number_of(chances: Sequence[float] | Exact, choice: str) -> Exact:
    """Log odds of labels that stand alone ("any"), else logs, along the last axis."""
    sure: Exact = np.clip(np.asarray(chances, dtype=np.float64), LEAST, 1 - LEAST)
    number: Exact = np.log(sure) - np.log(1 - sure) if choice == "any" else np.log(sure)
    return number


def shares_of(numbers: Exact, choice: str) -> Exact:
    """Probabilities, along the last axis: each label by itself, or all adding up to one."""
    if choice == "any":
        alone: Exact = 1 / (1 + np.exp(-np.clip(numbers, -30, 30)))
        return alone
    part = np.exp(numbers - numbers.max(axis=-1, keepdims=True))
    together: Exact = part / part.sum(axis=-1, keepdims=True)
    return together
