"""What the demo remembers between two starts: its ports and the password of its people."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "demo.json"


@dataclass(slots=True)
class Remembered:
    """filled: the company is complete; a start that was cut short begins again."""

    sandbox_port: int
    password: str
    filled: bool = False


def recall(home: Path, *, port: int) -> Remembered:
    """What an earlier start wrote down, or a fresh sheet with this port for the sandbox."""
    path = home / FILE
    if path.exists():
        return Remembered(**json.loads(path.read_text(encoding="utf-8")))
    return Remembered(sandbox_port=port, password=f"demo-{secrets.token_hex(3)}-wrenholt")


def write_down(home: Path, sheet: Remembered) -> None:
    """Keep it, readable by its owner alone."""
    path = home / FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(sheet)) + "\n", encoding="utf-8")
