"""The encoder: one small transformer with a head for each question, run by ONNX Runtime from whole-number weights."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as faults
from tokenizers import Tokenizer

from crossdesk.reading.hearing import Heard, Outlet, Unreadable
from crossdesk.reading.linear import LinearHearer
from crossdesk.reading.odds import number_of, shares_of
from crossdesk.reading.plain import plain
from crossdesk.reading.ports import Block
from crossdesk.reading.vectors import packed

LETTERS = 2_000  # of a message that the encoder looks at
WORDS = 128  # pieces of words, what stands before the message included
_SLOWER = ["SkipLayerNormFusion"]  # what ONNX Runtime would join, though joined it takes four times as long
_CARD, _MODEL, _TOKENIZER = "card.json", "model.onnx", "tokenizer.json"
_CANNOT_RUN = (faults.InvalidArgument, faults.InvalidProtobuf, faults.InvalidGraph, faults.NotImplemented, faults.Fail)
Floats = NDArray[np.float32]
Exact = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EncoderHearer:
    """Reads English. Each text goes through the network by itself, so nothing depends on its neighbours.

    beside: a linear model that is asked too; the two err differently, and together less. shares: its share in each head,
    0 to 1 of the sum of log-odds.
    """

    session: onnxruntime.InferenceSession
    tokenizer: Tokenizer
    outlets: Mapping[str, Outlet]
    name: str
    threads: ThreadPoolExecutor
    shares: Mapping[str, float]
    beside: LinearHearer | None = None
    care: frozenset[str] = field(default=frozenset({"en"}))
    tone: frozenset[str] = field(default=frozenset({"en"}))

    @classmethod
    def load(cls, folder: Path, *, beside: LinearHearer | None = None, cores: int | None = None) -> "EncoderHearer":
        """cores: how many texts are read at once; all of the machine's when not given. Raises Unreadable."""
        card = _card(folder)
        for name, wanted in card["files"].items():
            if _digest(folder / name) != wanted:
                raise Unreadable(f"{name} of the reading model is damaged: install the package again.")
        session = session_of(folder, onnxruntime.SessionOptions())
        tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER))
        tokenizer.no_padding()
        tokenizer.enable_truncation(WORDS)
        outlets = {one["name"]: Outlet.told(one) for one in card["outlets"]}
        threads = ThreadPoolExecutor(cores or os.cpu_count() or 1, thread_name_prefix="reading")
        return cls(session, tokenizer, outlets, card["name"], threads, card["shares"], beside)

    def hear(self, blocks: Sequence[Block]) -> list[Heard]:
        """Probabilities of every head and the text's vector."""
        looked = list(self.look([seen(block) for block in blocks]))
        numbers = np.stack([logits for logits, _ in looked]).astype(np.float64) if looked else np.zeros((0, 0))
        if self.beside is not None and looked:
            said = self.beside.chances(blocks)
            numbers = mixed(numbers, said, {name: self.outlets[name] for name in self.shares}, self.shares, self.beside)
        said_of = {name: chances_of(numbers, outlet) for name, outlet in self.outlets.items()} if looked else {}
        return [
            Heard({name: chances[at] for name, chances in said_of.items()}, vector=packed(vector))
            for at, (_, vector) in enumerate(looked)
        ]

    def look(self, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[Floats, Floats]]:
        """For each text with what stands before it: the numbers of all heads, (columns,), and its vector, (384,)."""
        return self.threads.map(self._look, pairs)

    def _look(self, pair: tuple[str, str]) -> tuple[Floats, Floats]:
        encoded = self.tokenizer.encode(pair[0], pair[1] or None)
        ids = np.array([encoded.ids], dtype=np.int64)
        kinds = np.array([encoded.type_ids], dtype=np.int64)
        logits, vector = self.session.run(("logits", "vector"), {"ids": ids, "kinds": kinds, "mask": np.ones_like(ids)})
        return logits[0], vector[0]


def session_of(folder: Path, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    """The network, on one thread. Raises Unreadable."""
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(
            str(folder / _MODEL), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOWER
        )
    except _CANNOT_RUN as error:
        raise Unreadable(f"{_MODEL} of the reading model cannot be run: install the package again.") from error


def seen(block: Block) -> tuple[str, str]:
    """What the encoder sees of a block: the message, and what stands before it."""
    before = " ".join([block.parent[:LETTERS], *(text[:LETTERS] for text in block.earlier)]).strip()
    return plain(block.text[:LETTERS]), plain(before)


def mixed(
    numbers: Exact,
    said: Mapping[str, Exact],
    outlets: Mapping[str, Outlet],
    shares: Mapping[str, float],
    by: LinearHearer,
) -> Exact:
    """The numbers of the encoder, texts × columns, with what the linear model said of some heads mixed in."""
    numbers = numbers.copy()
    for name, share in shares.items():
        outlet, labels = outlets[name], by.outlets[name].labels
        theirs = number_of(said[name][:, [labels.index(label) for label in outlet.labels]], outlet.choice)
        numbers[:, outlet.columns] = (1 - share) * numbers[:, outlet.columns] + share * theirs
    return numbers


def chances_of(numbers: Exact, outlet: Outlet) -> list[list[float]]:
    """Calibrated probabilities of one head for each text, to four places."""
    found = np.round(shares_of(numbers[:, outlet.columns] * outlet.slope + outlet.shift, outlet.choice), 4)
    return cast("list[list[float]]", found.tolist())


def _card(folder: Path) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads((folder / _CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unreadable("The card of the reading model is missing or damaged: install the package again.") from error
    return card


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise Unreadable(f"{path.name} of the reading model is missing: install the package again.") from error
