"""Labelled messages as the network sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.ports import Block
from crossdesk.reading.tongues import Encode, inputs_of
from crossdesk.reading.training.data import Example
from crossdesk.reading.training.tongues.network import Floats, Rows


@dataclass(frozen=True, slots=True)
class Placed:
    """Messages with their places among texts. own: rows × 512; whole: rows × 1,024."""

    examples: Sequence[Example]
    own: Floats
    whole: Floats


def placed(examples: Sequence[Example], encode: Encode) -> Placed:
    """Takes about a second for a thousand."""
    if not examples:
        return Placed(examples, np.zeros((0, 512), np.float32), np.zeros((0, 1024), np.float32))
    pairs = [inputs_of(block_of(example), encode) for example in examples]
    return Placed(examples, np.stack([own for own, _ in pairs]), np.stack([whole for _, whole in pairs]))


def block_of(example: Example) -> Block:
    return Block(example.text, earlier=example.earlier, parent=example.parent)


def answer_of(example: Example, outlet: Outlet) -> tuple[str, ...] | None:
    """The labels of one outlet that hold; None where nobody said."""
    value = getattr(example, outlet.name)
    if value is None:
        return None
    if outlet.name == "needs_reply":
        return ("yes",) if value else ()
    return (value,) if outlet.choice == "one" else tuple(value)


def rows_of(examples: Sequence[Example], inputs: Floats, outlets: Sequence[Outlet]) -> Rows:
    """Targets for every outlet, rows without an answer with weight nought."""
    columns = sum(len(outlet.labels) for outlet in outlets)
    wanted = np.zeros((len(examples), columns), dtype=np.float32)
    weights = np.zeros((len(examples), len(outlets)), dtype=np.float32)
    for at, example in enumerate(examples):
        for number, outlet in enumerate(outlets):
            answer = answer_of(example, outlet)
            if answer is not None:
                weights[at, number] = example.weight
                for label in answer:
                    wanted[at, outlet.first + outlet.labels.index(label)] = 1
    return Rows(inputs, wanted, weights)
