"""Processes that run on the cores they are given and on no other."""

import os
import subprocess
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from crossdesk.kit.errors import CrossdeskError


class NoCores(CrossdeskError):
    """This system does not let a process be held to a core."""

    code: ClassVar[str] = "bench.no_cores"


def ours() -> list[int]:
    """The cores that we may use. Raises NoCores."""
    if not hasattr(os, "sched_setaffinity"):
        raise NoCores(
            "This system cannot hold a process to a core, so such figures would say nothing. Run it on Linux."
        )
    return sorted(os.sched_getaffinity(0))


def started(command: Sequence[str], *, on: Collection[int]) -> subprocess.Popen[str]:
    """The command as a process that, with all its threads, from its first instruction runs on these cores only."""
    with _held_to(on):
        return subprocess.Popen(  # noqa: S603 -- our own arguments
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


@contextmanager
def _held_to(cores: Collection[int]) -> Iterator[None]:
    """This thread runs there for a moment: a process begins where the thread that makes it is held."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
