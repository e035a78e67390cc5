"""The database connections that threads keep: letting go of them when a server stops."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress

from django.db import connections

PATIENCE_SECONDS = 5.0


def let_go(pool: ThreadPoolExecutor, *, threads: int) -> None:
    """Close the connections of all the pool's threads; of one that is still at work after some seconds, none.

    The last to close an SQLite database puts its log into its file, which is then whole by itself.
    threads: as many as the pool has at most.
    """
    together = threading.Barrier(threads)  # so that each thread takes exactly one of the calls

    def close() -> None:
        with suppress(threading.BrokenBarrierError):  # some thread is at work still: the others close theirs
            together.wait(timeout=PATIENCE_SECONDS)
        connections.close_all()

    _, busy = wait([pool.submit(close) for _ in range(threads)], timeout=2 * PATIENCE_SECONDS)
    for one in busy:
        one.cancel()
