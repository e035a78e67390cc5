"""`script/train-encoder --data DIR --base DIR --work DIR`: the lesson, then the export; takes up what was stopped."""

import argparse
from pathlib import Path

import numpy as np
import torch

from crossdesk.reading.encoder import EncoderHearer
from crossdesk.reading.linear import LinearHearer
from crossdesk.reading.ports import Block
from crossdesk.reading.training.encoder import corpus, export, place, shipped, tone, tuning
from crossdesk.reading.training.encoder.batches import tokenizer_of
from crossdesk.reading.training.encoder.network import pretrained
from crossdesk.reading.training.encoder.schooling import Lesson, learn_tasks

NAME = "encoder-4"
WEIGHTS = Path(__file__).parents[2] / "weights" / "encoder"


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/train-encoder", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="the public sets, in the folders that docs/reading.md names"
    )
    parser.add_argument(
        "--base", type=Path, required=True, help="config.json, model.safetensors, tokenizer.json to start from"
    )
    parser.add_argument("--work", type=Path, required=True, help="where the state of the lesson is kept")
    parser.add_argument("--cast", type=Path, help="the demo's customers, one JSON object a line")
    parser.add_argument("--tasks", type=int, default=5_200, help="steps of 32 rows of the first lesson")
    parser.add_argument("--more", type=int, default=1_600, help="and of the second")
    parser.add_argument(
        "--last", type=int, default=600, help="and of the third, mostly sentiment, which the second cost"
    )
    parser.add_argument(
        "--from-shipped", action="store_true", help="begin with the weights that ship, and with the second lesson"
    )
    parser.add_argument("--to", type=Path, default=WEIGHTS, help="folder that the model is written to")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(7)
    network, tokenizer = pretrained(given.base), tokenizer_of(given.base)
    if given.from_shipped:
        shipped.take_up(network, WEIGHTS / "model.onnx")
    else:
        lesson = Lesson("tasks", given.tasks, rate=5e-5, place=given.work / "tasks.pt")
        learn_tasks(network, corpus.rounds(given.data, given.cast, corpus.FIRST, seed=7), tokenizer, lesson)
    second = Lesson("more", given.more, rate=3e-5, place=given.work / "more.pt", seed=8)
    learn_tasks(network, corpus.rounds(given.data, given.cast, corpus.SECOND, seed=8), tokenizer, second)
    third = Lesson("last", given.last, rate=2e-5, place=given.work / "last.pt", seed=9, falls=1.1)
    learn_tasks(network, corpus.rounds(given.data, given.cast, corpus.THIRD, seed=9), tokenizer, third)
    whole, small = given.work / "whole.onnx", given.work / "small.onnx"
    tone.balance(network.eval(), corpus.for_tone(given.data, seed=7), tokenizer)
    untaught = pretrained(given.base).eval()
    where = place.fitted(network, untaught, corpus.of_every_kind(given.data, seed=7), tokenizer)
    export.to_onnx(network, where, whole)
    export.to_whole_numbers(whole, small)
    # First with heads as they came out, to ask the shipped file itself, then with what was found by asking.
    export.pack(given.to, small, given.base / "tokenizer.json", tuning.bare(), {}, NAME)
    examples = corpus.for_tuning(given.data)
    rows = [corpus.row_of(example) for example in examples]
    asked = EncoderHearer.load(given.to).look([(row.text, row.before) for row in rows])
    numbers = np.stack([logits for logits, _ in asked]).astype(float)
    linear = LinearHearer.load(WEIGHTS.parent)
    said = linear.chances([Block(e.text, earlier=e.earlier, parent=e.parent) for e in examples])
    outlets, shares = tuning.tuned(rows, numbers, said, linear)
    export.pack(given.to, small, given.base / "tokenizer.json", outlets, shares, NAME)


if __name__ == "__main__":
    main()
