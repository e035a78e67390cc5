"""A small network of one hidden layer, taught with plain numpy: several questions at once, each row answering some of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.odds import shares_of
from crossdesk.reading.tongues import Layers

Floats = NDArray[np.float32]
_MOMENTUM, _SPREAD = 0.9, 0.999  # of Adam


class LossDidNotFall(Exception):
    """Training ended no better than it began."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """hidden: width of the layer. dropped: share of inputs and of the layer left out at each step. decay: of weights.

    times: networks that begin from different seeds and are averaged.
    """

    hidden: int
    rounds: int
    rate: float = 1e-3
    size: int = 128
    dropped_inputs: float = 0.0
    dropped: float = 0.4
    decay: float = 0.02
    times: int = 3
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Rows:
    """inputs: rows × numbers. wanted: rows × columns, 1 where a label holds. weights: rows × outlets, 0 where unknown."""

    inputs: Floats
    wanted: Floats
    weights: Floats

    def take(self, places: NDArray[np.int64]) -> "Rows":
        return Rows(self.inputs[places], self.wanted[places], self.weights[places])


def taught(rows: Rows, outlets: Sequence[Outlet], lesson: Lesson) -> Layers:
    """The average of networks that began differently, as one wider network. Raises LossDidNotFall."""
    each = [_one(rows, outlets, lesson, lesson.seed + number) for number in range(lesson.times)]
    return Layers(
        inner=np.hstack([net[0] for net in each]),
        inner_bias=np.concatenate([net[1] for net in each]),
        outer=np.vstack([net[2] for net in each]) / np.float32(len(each)),
        outer_bias=np.mean([net[3] for net in each], axis=0),
    )


def _one(rows: Rows, outlets: Sequence[Outlet], lesson: Lesson, seed: int) -> list[Floats]:
    chance = np.random.default_rng(seed)
    width, columns = rows.inputs.shape[1], rows.wanted.shape[1]
    net = [
        _random(chance, width, lesson.hidden) * np.float32(np.sqrt(2)),
        np.zeros(lesson.hidden, dtype=np.float32),
        _random(chance, lesson.hidden, columns),
        np.zeros(columns, dtype=np.float32),
    ]
    moments = [(np.zeros_like(part), np.zeros_like(part)) for part in net]
    steps = lesson.rounds * -(-len(rows.inputs) // lesson.size)
    losses, step = [], 0
    for _ in range(lesson.rounds):
        order = chance.permutation(len(rows.inputs))
        for start in range(0, len(order), lesson.size):
            batch = rows.take(order[start : start + lesson.size])
            loss, slopes = _loss(net, batch, outlets, lesson, chance)
            losses.append(loss)
            step += 1
            _follow(net, moments, slopes, lesson, step, steps)
    tenth = max(1, len(losses) // 10)
    if not sum(losses[-tenth:]) < sum(losses[:tenth]):
        raise LossDidNotFall("The loss of the last tenth is not below that of the first")
    return net


def _random(chance: np.random.Generator, width: int, columns: int) -> Floats:
    drawn: Floats = chance.standard_normal((width, columns), dtype=np.float32) / np.float32(np.sqrt(width))
    return drawn


def _loss(
    net: list[Floats], rows: Rows, outlets: Sequence[Outlet], lesson: Lesson, chance: np.random.Generator
) -> tuple[float, list[Floats]]:
    """The mean loss of a batch, and how it changes with each weight."""
    inner, inner_bias, outer, outer_bias = net
    inputs = rows.inputs
    if lesson.dropped_inputs:
        inputs = inputs * _kept(chance, inputs.shape, lesson.dropped_inputs)
    raw = inputs @ inner + inner_bias
    mask = _kept(chance, raw.shape, lesson.dropped) * (raw > 0)
    layer = raw * mask
    numbers = layer @ outer + outer_bias
    chances = np.empty_like(numbers)
    weights = np.empty_like(numbers)
    for at, outlet in enumerate(outlets):
        part = numbers[:, outlet.columns]
        chances[:, outlet.columns] = shares_of(part, outlet.choice)
        weights[:, outlet.columns] = rows.weights[:, at : at + 1]
    hit = np.log(np.clip(chances, 1e-7, 1)) * rows.wanted
    miss = np.log(np.clip(1 - chances, 1e-7, 1)) * (1 - rows.wanted)
    for outlet in outlets:
        if outlet.choice == "one":
            miss[:, outlet.columns] = 0
    loss = -float(((hit + miss) * weights).sum()) / len(numbers)
    back = (chances - rows.wanted) * weights / np.float32(len(numbers))
    behind = (back @ outer.T) * mask
    return loss, [inputs.T @ behind, behind.sum(axis=0), layer.T @ back, back.sum(axis=0)]


def _kept(chance: np.random.Generator, shape: tuple[int, ...], dropped: float) -> Floats:
    kept: Floats = (chance.random(shape, dtype=np.float32) >= dropped).astype(np.float32)
    return kept / np.float32(1 - dropped)


def _follow(
    net: list[Floats],
    moments: list[tuple[Floats, Floats]],
    slopes: list[Floats],
    lesson: Lesson,
    step: int,
    steps: int,
) -> None:
    """One step of Adam with decay of weights; the rate rises for a twentieth of the way and then falls to nothing."""
    way = step / steps
    rate = lesson.rate * (way / 0.05 if way < 0.05 else (1 - way) / 0.95)
    for part, (first, second), slope in zip(net, moments, slopes, strict=True):
        first += (1 - _MOMENTUM) * (slope - first)
        second += (1 - _SPREAD) * (slope * slope - second)
        move = first / (1 - _MOMENTUM**step) / (np.sqrt(second / (1 - _SPREAD**step)) + 1e-8)
        part -= np.float32(rate) * (move + (lesson.decay * part if part.ndim > 1 else 0))
