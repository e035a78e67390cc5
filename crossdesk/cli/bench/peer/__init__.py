"""The named peers, each in an environment of its own, measured in the same run: a help desk, and a word list of feelings."""

import json
import subprocess
import venv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from crossdesk.cli.bench import cores
from crossdesk.kit.errors import CrossdeskError

HERE = Path(__file__).parent
CHECKOUT = HERE.parents[3]
LOCKS = CHECKOUT / "requirements"


class PeerTrouble(CrossdeskError):
    """The peer could not be set up or measured."""

    code: ClassVar[str] = "bench.peer"


@dataclass(frozen=True, slots=True)
class PeerList:
    """Server times of the peer's ticket list, whole view, in milliseconds."""

    p50_ms: float
    p95_ms: float
    requests: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Texts a second by the clock, and a second of the processor's time."""

    per_s: float
    per_busy_s: float


def ticket_list(folder: Path, *, tickets: int, requests: int) -> PeerList:
    """Set the peer up once below `folder`, fill it with so many tickets, and time its list. Raises PeerTrouble."""
    python = environment(folder, LOCKS / "peer.lock")
    script = [
        str(python),
        str(HERE / "helpdesk_tickets.py"),
        str(folder / f"data-{tickets}"),
        str(tickets),
        str(requests),
    ]
    said = json.loads(_run(script, "The peer could not be measured").splitlines()[-1])
    return PeerList(p50_ms=said["p50_ms"], p95_ms=said["p95_ms"], requests=said["n"])


def vader_rate(folder: Path, texts: Sequence[str], *, seconds: float, on: Collection[int]) -> Rate:
    """How fast VADER scores texts on these cores. Raises PeerTrouble."""
    python = environment(folder, LOCKS / "vader.lock")
    with cores.started([str(python), str(HERE / "vader_posts.py"), str(seconds)], on=on) as process:
        said, complaint = process.communicate(json.dumps(texts))
    if process.returncode:
        raise PeerTrouble(f"VADER could not be measured: {complaint.strip()[-400:]}")
    return Rate(**json.loads(said))


def environment(folder: Path, lock: Path) -> Path:
    """The Python of an environment with exactly these packages, made once and again when they change. Raises PeerTrouble."""
    python, installed = folder / "venv" / "bin" / "python", folder / "installed"
    wanted = lock.read_text(encoding="utf-8")
    if not installed.exists() or installed.read_text(encoding="utf-8") not in ("", wanted):
        venv.create(folder / "venv", with_pip=False, clear=True)
        _run(
            [str(CHECKOUT / "script" / "install"), str(python), str(lock)], "The peer's packages could not be installed"
        )
        installed.write_text(wanted, encoding="utf-8")
    return python


def _run(command: list[str], trouble: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own arguments
    if ran.returncode:
        raise PeerTrouble(f"{trouble}: {(ran.stderr or ran.stdout).strip()[-400:]}")
    return ran.stdout
