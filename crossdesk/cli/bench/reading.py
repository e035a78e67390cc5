"""How fast messages are read, on one core and on two, beside VADER: all in one run."""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from django.conf import settings

from crossdesk.cli.bench import cores, reading_worker
from crossdesk.cli.bench.archive import bar
from crossdesk.cli.bench.pages import Times
from crossdesk.cli.bench.peer import vader_rate
from crossdesk.cli.bench.posts import posts
from crossdesk.kit.errors import CrossdeskError

WORKER: Final = (sys.executable, "-m", reading_worker.__name__)


class WorkerTrouble(CrossdeskError):
    """A process that reads did not do its work."""

    code: ClassVar[str] = "bench.reading"


@dataclass(frozen=True, slots=True)
class Figures:
    """Messages a second, and milliseconds for a message by itself. None: not measured."""

    per_s_1_core: float
    per_s_2_cores: float | None
    p95_ms_batch_1: float
    vader_per_s: float | None
    p50_ms_batch_1: float
    per_busy_s: float
    vader_per_busy_s: float | None
    model: str
    texts: int
    letters: float
    seconds: float
    cores: int
    load: float

    def as_json(self) -> dict[str, object]:
        """In the order above."""
        return asdict(self)


def run(*, seconds: float, peer: bool) -> Figures:
    """Each figure for so many seconds. Raises NoCores, WorkerTrouble and PeerTrouble."""
    ours = cores.ours()
    texts = posts()
    load = os.getloadavg()[0]
    with bar(f"Reading {len(texts):,} short posts again and again") as tell:
        (alone,) = measured("many", seconds, on=[ours[:1]])
        tell(1, 4)
        both = measured("many", seconds, on=[ours[:1], ours[1:2]]) if len(ours) > 1 else None
        tell(2, 4)
        (single,) = measured("one", seconds, on=[ours[:1]])
        tell(3, 4)
        vader = (
            vader_rate(Path(settings.HOME) / "bench" / "vader", texts, seconds=seconds, on=ours[:1]) if peer else None
        )
        tell(4, 4)
    times = Times(single["ms"])
    return Figures(
        per_s_1_core=round(_rate(alone), 1),
        per_s_2_cores=None if both is None else round(sum(map(_rate, both)), 1),
        p95_ms_batch_1=times.quantile(0.95),
        vader_per_s=None if vader is None else round(vader.per_s, 1),
        p50_ms_batch_1=times.quantile(0.5),
        per_busy_s=round(alone["read"] / alone["busy"], 1),
        vader_per_busy_s=None if vader is None else round(vader.per_busy_s, 1),
        model=str(alone["model"]),
        texts=len(texts),
        letters=round(sum(map(len, texts)) / len(texts), 1),
        seconds=seconds,
        cores=len(ours),
        load=round(load, 2),
    )


def measured(mode: str, seconds: float, *, on: Sequence[Collection[int]]) -> list[dict[str, Any]]:
    """What a process said on each of these sets of cores; all begin together, when all have loaded."""
    with ExitStack() as stack:
        working = [
            stack.enter_context(cores.started([*WORKER, mode, str(seconds)], on=these)) for these in on
        ]  # fmt: skip
        if any(_line(process) != "ready" for process in working):
            raise _trouble(working)
        for process in working:
            if process.stdin:
                process.stdin.write("\n")
                process.stdin.flush()
        said = [_line(process) for process in working]
        if not all(said):
            raise _trouble(working)
    return [json.loads(line) for line in said]


def _line(process: subprocess.Popen[str]) -> str:
    return process.stdout.readline().strip() if process.stdout else ""


def _trouble(working: Sequence[subprocess.Popen[str]]) -> WorkerTrouble:
    for process in working:
        process.kill()
    said = [process.stderr.read().strip() for process in working if process.stderr]
    return WorkerTrouble(f"A process that reads has ended: {next(filter(None, said), 'it said nothing')[-400:]}")


def _rate(said: dict[str, Any]) -> float:
    return float(said["read"] / said["seconds"])
