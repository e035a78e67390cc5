"""The lines that this process is on, a thread for each."""

import threading

from django.db import connections

from crossdesk.channels.services import streaming
from crossdesk.journal import jobs


class Ears:
    """As `streaming.Ears`. most: how many lines at once."""

    def __init__(self, *, most: int, name: str = jobs.WORKER) -> None:
        self.name = name
        self._most = most
        self._stopping = threading.Event()
        self._lines: dict[int, tuple[threading.Thread, threading.Event]] = {}
        self._lock = threading.Lock()

    def has_room(self) -> bool:
        """May one more be opened?"""
        with self._lock:
            return not self._stopping.is_set() and len(self._lines) < self._most

    def hears(self, account_id: int) -> bool:
        """Is it on this account's line, or opening it?"""
        with self._lock:
            return account_id in self._lines

    def open(self, account_id: int) -> None:
        """Be on this account's line."""
        with self._lock:
            if account_id in self._lines or self._stopping.is_set() or len(self._lines) >= self._most:
                return
            end = threading.Event()
            thread = threading.Thread(
                target=self._hear, args=(account_id, end), name=f"stream-{account_id}", daemon=True
            )
            self._lines[account_id] = thread, end
            thread.start()

    def close(self, account_id: int) -> None:
        """Leave this account's line."""
        with self._lock:
            if account_id in self._lines:
                self._lines[account_id][1].set()

    def stop(self, *, timeout: float = 10.0) -> None:
        """Leave all lines and wait until they are left. None is opened any more."""
        self._stopping.set()
        with self._lock:
            lines = list(self._lines.values())
        for _, end in lines:
            end.set()
        for thread, _ in lines:
            thread.join(timeout)

    def _hear(self, account_id: int, end: threading.Event) -> None:
        try:
            streaming.hear(account_id=account_id, holder=self.name, stopped=end.is_set, between=connections.close_all)
        finally:
            with self._lock:
                self._lines.pop(account_id, None)
            connections.close_all()


_NONE = Ears(most=0)
_here: list[Ears] = []


def of_this_process() -> Ears:
    """Those of this process; none before `start`, as in a command that does a piece of work and ends."""
    return _here[-1] if _here else _NONE


def start(*, most: int) -> Ears:
    """From now on this process listens, to so many accounts at once."""
    _here.append(Ears(most=most))
    return _here[-1]
