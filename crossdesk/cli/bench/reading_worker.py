"""A process that reads as fast as it can on the cores that it was given: `python -m … MODE SECONDS`.

It loads the reader, warms up, prints `ready`, waits for a line, and prints what it did as JSON. MODE is `many` (batches of
256) or `one` (each message by itself; `ms` are the times).
"""

import json
import os
import sys
import time
from collections.abc import Sequence
from typing import Any, Final

from crossdesk.cli.bench.posts import posts
from crossdesk.reading.ports import Block, Reader
from crossdesk.reading.services import default_reader

BATCH: Final = 256
WARM: Final = 32  # enough that memory is taken and every part has run


def many(reader: Reader, blocks: Sequence[Block], *, seconds: float) -> dict[str, Any]:
    """Batch after batch, again and again through all, for so long."""
    begun, busy = time.perf_counter(), time.process_time()
    read = at = 0
    while (now := time.perf_counter()) - begun < seconds:
        batch = blocks[at : at + BATCH]
        read += len(reader.read(batch))
        at = at + BATCH if at + BATCH < len(blocks) else 0
    return {"read": read, "seconds": now - begun, "busy": time.process_time() - busy}


def one_by_one(reader: Reader, blocks: Sequence[Block], *, seconds: float) -> dict[str, Any]:
    """Each by itself, for so long, and one at least."""
    begun = time.perf_counter()
    times: list[float] = []
    while not times or time.perf_counter() - begun < seconds:
        before = time.perf_counter()
        reader.read([blocks[len(times) % len(blocks)]])
        times.append((time.perf_counter() - before) * 1000)
    return {"ms": times}


def main(mode: str, seconds: float) -> None:
    """Once."""
    blocks = [Block(text) for text in posts()]
    reader = default_reader()
    reader.read(blocks[:WARM])
    print("ready", flush=True)
    sys.stdin.readline()
    found = (many if mode == "many" else one_by_one)(reader, blocks, seconds=seconds)
    print(json.dumps({**found, "cores": sorted(os.sched_getaffinity(0)), "model": reader.model}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
