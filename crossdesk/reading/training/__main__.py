"""`script/train-reading --data DIR`: train the linear models and write their weights."""

import argparse
import sys
from pathlib import Path

from crossdesk.reading.training import data
from crossdesk.reading.training.linear import WEIGHTS, train_care, train_tone
from crossdesk.reading.training.vectors import Vectors


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/train-reading", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets, see docs/reading.md")
    parser.add_argument("--vectors", type=Path, help="word vectors made by crossdesk.reading.training.encode")
    parser.add_argument("--more", type=Path, help="messages of the demo's customers, JSON lines")
    parser.add_argument("--only", choices=("tone", "care"), help="train one of the two models")
    given = parser.parse_args(arguments)
    if not (given.data / "tweeteval").is_dir():
        parser.error(f"{given.data} holds no tweeteval folder; docs/reading.md says what must be there")
    WEIGHTS.mkdir(exist_ok=True)
    vectors = Vectors.load(given.vectors) if given.vectors else Vectors.none()
    if given.only in (None, "tone"):
        train_tone(given.data, vectors)
    if given.only in (None, "care"):
        train_care(given.data, vectors, data.spoken_by_the_cast(given.more) if given.more else [])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
