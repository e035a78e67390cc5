"""Tables are made once in a run, by whoever needs them first, and copied from then on: making them takes seconds each time."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import folder


def poured(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` filled, once for all processes of a run; it lies in their data folder and goes with it."""
    place = folder.of_this_run() / "moulds" / name
    with _alone(place.with_suffix(".lock")):
        if not place.exists():
            begun = place.with_suffix(".begun")
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir()
            make(begun)
            begun.rename(place)
    return place


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
