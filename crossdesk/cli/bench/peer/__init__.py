"""The named peer: an open-source help desk in an environment of its own, measured in the same run."""

import json
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from crossdesk.kit.errors import CrossdeskError

HERE = Path(__file__).parent
LOCK = HERE.parents[3] / "requirements" / "peer.lock"


class PeerTrouble(CrossdeskError):
    """The peer could not be set up or measured."""

    code: ClassVar[str] = "bench.peer"


@dataclass(frozen=True, slots=True)
class PeerList:
    """Server times of the peer's ticket list, whole view, in milliseconds."""

    p50_ms: float
    p95_ms: float
    requests: int


def ticket_list(folder: Path, *, tickets: int, requests: int) -> PeerList:
    """Set the peer up once below `folder`, fill it with so many tickets, and time its list. Raises PeerTrouble."""
    python = folder / "venv" / "bin" / "python"
    if not (folder / "installed").exists():
        venv.create(folder / "venv", with_pip=True, clear=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(LOCK)]
        _run(pip, "The peer's packages could not be installed")
        (folder / "installed").touch()
    script = [
        str(python),
        str(HERE / "helpdesk_tickets.py"),
        str(folder / f"data-{tickets}"),
        str(tickets),
        str(requests),
    ]
    said = json.loads(_run(script, "The peer could not be measured").splitlines()[-1])
    return PeerList(p50_ms=said["p50_ms"], p95_ms=said["p95_ms"], requests=said["n"])


def _run(command: list[str], trouble: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own arguments
    if ran.returncode:
        raise PeerTrouble(f"{trouble}: {(ran.stderr or ran.stdout).strip()[-400:]}")
    return ran.stdout
