"""Short posts to measure readers with: the project's own written messages, mixed, the same every time."""

import json
import random
from pathlib import Path
from typing import Final

from crossdesk.reading import training

LONGEST: Final = 280  # characters
_WRITTEN = Path(training.__file__).parent / "written"


def posts() -> list[str]:
    """Every text of at most 280 characters, each once."""
    found: dict[str, None] = {}
    for path in sorted(_WRITTEN.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["text"]
            if len(text) <= LONGEST:
                found[text] = None
    texts = list(found)
    random.Random(4).shuffle(texts)
    return texts
