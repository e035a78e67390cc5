"""The lesson: answer all tasks at once. It can be stopped at any moment and taken up again."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from crossdesk.reading.training.encoder import batches
from crossdesk.reading.training.encoder.corpus import Row
from crossdesk.reading.training.encoder.network import Network, loss_of

SAVED_EVERY, TOLD_EVERY = 250, 100  # steps
AVERAGED = 0.999  # of the running average of the weights that is kept
LAYER_DECAY = 0.9


class LossDidNotFall(Exception):
    """Training ended no better than it began."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """size: rows a batch. rate: the highest learning rate. place: file of its state.

    falls: the loss of the last tenth must be below this share of that of the first. One that rehearses what is known
    already has little to fall; it must not climb.
    """

    name: str
    steps: int
    rate: float
    place: Path
    size: int = 32
    seed: int = 7
    falls: float = 1.0


def learn_tasks(network: Network, rounds: Iterable[list[Row]], tokenizer: Tokenizer, lesson: Lesson) -> None:
    """Answers every task; leaves the running average of the weights in the network."""

    def steps(skip: int) -> Iterator[Callable[[], Tensor]]:
        for number, rows in enumerate(rounds):
            whole = batches.groups(batches.lengths(rows, tokenizer), lesson.size, lesson.seed + number)
            for group in whole:
                if skip:
                    skip -= 1
                    continue
                yield lambda group=group, rows=rows: _answering(
                    network, batches.batch_of([rows[at] for at in group], tokenizer)
                )  # type: ignore[misc]

    _run(network, steps, lesson)


def _answering(network: Network, batch: batches.Batch) -> Tensor:
    logits, _ = network(batch.ids, batch.kinds, batch.mask)
    return loss_of(logits, batch.targets, batch.weights)


def _run(module: nn.Module, steps: Callable[[int], Iterator[Callable[[], Tensor]]], lesson: Lesson) -> None:
    """Steps to the end of the lesson, from where an earlier run stopped."""
    optimiser = torch.optim.AdamW(_groups(module, lesson.rate), weight_decay=0.01, fused=True)
    average = {name: value.detach().clone() for name, value in module.state_dict().items()}
    done, losses = 0, []
    torch.manual_seed(lesson.seed)
    if lesson.place.exists():
        state = torch.load(lesson.place, weights_only=True)
        module.load_state_dict(state["module"])
        optimiser.load_state_dict(state["optimiser"])
        average, done, losses = state["average"], state["done"], state["losses"]
        torch.set_rng_state(state["chance"])
    highest = [group["lr"] for group in optimiser.param_groups] if not done else _rates(module, lesson.rate)
    module.train()
    began = monotonic()
    for at, step in enumerate(islice(steps(done), lesson.steps - done), start=done):
        for group, rate in zip(optimiser.param_groups, highest, strict=True):
            group["lr"] = rate * _slope(at / lesson.steps)
        loss = step()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(module.parameters(), 1.0)
        optimiser.step()
        losses.append(float(loss.detach()))
        _follow(average, module, min(AVERAGED, (at + 1) / (at + 10)))
        if (at + 1) % TOLD_EVERY == 0:
            mean = sum(losses[-TOLD_EVERY:]) / TOLD_EVERY
            took = (monotonic() - began) / (at + 1 - done)
            sys.stdout.write(f"{lesson.name} {at + 1}/{lesson.steps} loss {mean:.4f} {took:.2f} s a step\n")
            sys.stdout.flush()
        if (at + 1) % SAVED_EVERY == 0 or at + 1 == lesson.steps:
            _save(
                lesson.place,
                module=module.state_dict(),
                optimiser=optimiser.state_dict(),
                average=average,
                done=at + 1,
                losses=losses,
                chance=torch.get_rng_state(),
            )
    tenth = max(1, len(losses) // 10)
    if not sum(losses[-tenth:]) < lesson.falls * sum(losses[:tenth]):
        raise LossDidNotFall(
            f"{lesson.name}: the loss of the last tenth is not below {lesson.falls} of that of the first"
        )
    module.load_state_dict(average)


def _groups(module: nn.Module, rate: float) -> list[dict[str, Any]]:
    """Parameters with their rates: lower layers change less than higher ones, heads most."""
    found: dict[float, list[nn.Parameter]] = {}
    for name, parameter in module.named_parameters():
        found.setdefault(rate * _share(name), []).append(parameter)
    return [{"params": parameters, "lr": each} for each, parameters in found.items()]


def _rates(module: nn.Module, rate: float) -> list[float]:
    return [group["lr"] for group in _groups(module, rate)]


def _share(name: str) -> float:
    if "encoder.layer." in name:
        return LAYER_DECAY ** (5 - int(name.split("encoder.layer.")[1].split(".")[0]))
    if "embeddings" in name:
        return float(LAYER_DECAY**6)
    return 4.0


def _slope(share: float) -> float:
    """Rises over the first twentieth, then falls to nothing."""
    return share / 0.05 if share < 0.05 else (1 - share) / 0.95


def _follow(average: dict[str, Tensor], module: nn.Module, kept: float) -> None:
    with torch.no_grad():
        for name, value in module.state_dict().items():
            if value.dtype.is_floating_point:
                average[name].lerp_(value, 1 - kept)


def _save(place: Path, **state: Any) -> None:
    part = place.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, place)
