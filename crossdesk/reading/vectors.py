"""A text's place among texts, kept small: what `Reading.vector` holds."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

WIDTH = 384
_SCALE = 512  # of a vector of length one; hardly a number in it is larger than a quarter
Floats = NDArray[np.float32]


def packed(vector: NDArray[np.floating[Any]]) -> bytes:
    """(384,) of any length but nought → one signed byte for each number, the length forgotten."""
    length = float(np.linalg.norm(vector)) or 1.0
    kept: bytes = np.clip(np.rint(vector / length * _SCALE), -127, 127).astype(np.int8).tobytes()
    return kept


def unpacked(kept: bytes) -> Floats:
    """The vector of `packed`, (384,), of length about one."""
    vector: Floats = np.frombuffer(kept, dtype=np.int8).astype(np.float32) / np.float32(_SCALE)
    return vector
