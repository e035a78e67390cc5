"""The folder in which a run of the tests keeps its data: one for all its processes, gone when the run ends."""

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

PREFIX = "crossdesk-tests-"
ALIVE = ".alive"  # locked for as long as the run lives
A_MOMENT = 60  # seconds in which a run has surely locked its own


def of_this_run() -> Path:
    """CROSSDESK_HOME where somebody set it: script/test does, and whoever comes here first does for those it starts."""
    if "CROSSDESK_HOME" not in os.environ:
        forget_ended_runs()
        os.environ["CROSSDESK_HOME"] = str(_made())
    return Path(os.environ["CROSSDESK_HOME"])


def forget_ended_runs() -> None:
    """Runs that were ended from outside could not take their folders with them."""
    for alive in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{ALIVE}"):
        try:
            with alive.open("a") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - alive.stat().st_mtime > A_MOMENT:
                    shutil.rmtree(alive.parent, ignore_errors=True)
        except OSError:  # somebody's own, or at work
            continue


def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = os.open(folder / ALIVE, os.O_CREAT | os.O_WRONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    atexit.register(_remove, folder, mine=os.getpid())
    return folder


def _remove(folder: Path, *, mine: int) -> None:
    if os.getpid() == mine:  # and not a copy of this process
        shutil.rmtree(folder, ignore_errors=True)
