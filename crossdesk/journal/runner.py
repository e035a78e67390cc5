"""The embedded runner: threads in the one server process that number facts, follow them and do the work that is due."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import OperationalError, close_old_connections, connections

from crossdesk.journal import facts, jobs, signal

log = logging.getLogger(__name__)

# How long a thread sleeps when nobody wakes it: news from other processes is seen this late at most.
LOOK_FOR_FACTS_SECONDS = 0.1
LOOK_FOR_JOBS_SECONDS = 0.25
AFTER_TROUBLE_SECONDS = 2.0


class Runner:
    """Starts and stops the threads. One thread numbers and follows facts, the others do jobs."""

    def __init__(self, *, workers: int) -> None:
        self._stop = threading.Event()
        self._rest_until: dict[str, float] = {}
        self._begun = False
        loops = [("facts", self._follow)] + [
            (f"worker-{n + 1}", self._work if n else self._work_for_who_waits) for n in range(workers)
        ]
        self._threads = [
            threading.Thread(target=self._loop, args=(step,), name=name, daemon=True) for name, step in loops
        ]

    def start(self) -> None:
        """Begin. What a process of this machine left behind when it died is picked up at once, others' by its lease."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, timeout: float = 10.0) -> None:
        """Finish the work in hand and end. What does not finish in time is claimed again after its lease."""
        self._stop.set()
        for event in (signal.facts_waiting, signal.jobs_due):
            event.set()
        for thread in self._threads:
            thread.join(timeout)

    def _loop(self, step: Callable[[], None]) -> None:
        while not self._stop.is_set():
            try:
                close_old_connections()
                step()
            except OperationalError as error:
                # The database is away, full or busy: say so and go on trying; no row is lost.
                log.error("the database does not answer: %s", error)
                self._stop.wait(AFTER_TROUBLE_SECONDS)
            except Exception:  # one step's defect must not end the loop that all other work stands on
                log.exception("the runner met an unexpected error and goes on")
                self._stop.wait(AFTER_TROUBLE_SECONDS)
        connections.close_all()

    def _work(self) -> None:
        self._work_by(jobs.run_due)

    def _work_for_who_waits(self) -> None:
        # After a flood thousands of clocks may be due for days; what comes in meanwhile must not stand behind them.
        self._work_by(jobs.run_awaited)

    def _work_by(self, run: Callable[[], int]) -> None:
        if not self._begun:
            jobs.free_leases_of_the_dead()
            self._begun = True
        signal.jobs_due.clear()
        while not self._stop.is_set() and run():
            pass
        signal.jobs_due.wait(LOOK_FOR_JOBS_SECONDS)

    def _follow(self) -> None:
        signal.facts_waiting.clear()
        while not self._stop.is_set() and self._follow_once():
            pass
        signal.facts_waiting.wait(LOOK_FOR_FACTS_SECONDS)

    def _follow_once(self) -> int:
        now = time.monotonic()
        resting = {name for name, until in self._rest_until.items() if until > now}
        return facts.follow_all(failed=self._let_rest, without=resting)

    def _let_rest(self, name: str, error: Exception) -> None:
        # One follower in trouble must not stop the others; it stays where it was and is tried again.
        log.error("the follower %s cannot go on and tries again", name, exc_info=error)
        self._rest_until[name] = time.monotonic() + AFTER_TROUBLE_SECONDS
