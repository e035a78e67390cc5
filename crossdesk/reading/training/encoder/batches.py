"""Rows to tensors: words to numbers, batches of texts of like length."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from crossdesk.reading.training.encoder.corpus import Row
from crossdesk.reading.training.encoder.tasks import TASKS

LONGEST = 96  # words and pieces of words of one text, what stands before it included
_POOL = 256  # batches among which texts are sorted by length


@dataclass(frozen=True, slots=True)
class Batch:
    """ids, kinds, mask: (rows, words). targets and weights by task; a weight of 0 stands for *nobody said*."""

    ids: Tensor
    kinds: Tensor
    mask: Tensor
    targets: dict[str, Tensor]
    weights: dict[str, Tensor]


def tokenizer_of(folder: Path) -> Tokenizer:
    """The encoder's own, cut to what is trained on."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    return tokenizer


def lengths(rows: Sequence[Row], tokenizer: Tokenizer) -> list[int]:
    """Words and pieces of words of each row."""
    encoded = tokenizer.encode_batch([(row.text, row.before) if row.before else row.text for row in rows])
    return [len(each.ids) for each in encoded]


def groups(lengths: Sequence[int], size: int, seed: int) -> list[list[int]]:
    """Places in groups of like length, the groups in random order."""
    found = []
    for start in range(0, len(lengths), size * _POOL):
        pool = sorted(range(start, min(start + size * _POOL, len(lengths))), key=lambda place: lengths[place])
        found += [pool[at : at + size] for at in range(0, len(pool), size)]
    random.Random(seed).shuffle(found)
    return found


def words_of(texts: Sequence[tuple[str, str]], tokenizer: Tokenizer) -> tuple[Tensor, Tensor, Tensor]:
    """ids, kinds, mask of pairs of a text and what stands before it."""
    encoded = tokenizer.encode_batch([pair if pair[1] else pair[0] for pair in texts])
    width = max(len(each.ids) for each in encoded)
    ids = torch.zeros(len(encoded), width, dtype=torch.long)
    kinds, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for at, each in enumerate(encoded):
        ids[at, : len(each.ids)] = torch.tensor(each.ids)
        kinds[at, : len(each.ids)] = torch.tensor(each.type_ids)
        mask[at, : len(each.ids)] = 1
    return ids, kinds, mask


def batch_of(rows: Sequence[Row], tokenizer: Tokenizer) -> Batch:
    ids, kinds, mask = words_of([(row.text, row.before) for row in rows], tokenizer)
    targets, weights = {}, {}
    for task in TASKS:
        known = torch.zeros(len(rows))
        wide = torch.zeros(len(rows), len(task.labels))
        one = torch.zeros(len(rows), dtype=torch.long)
        for at, row in enumerate(rows):
            names = row.labels.get(task.name)
            if names is None:
                continue
            known[at] = row.weight
            for name in names:
                wide[at, task.labels.index(name)] = 1.0
                one[at] = task.labels.index(name)
        targets[task.name] = one if task.kind == "one" else wide
        weights[task.name] = known
    return Batch(ids, kinds, mask, targets, weights)
