"""One after the other, in the order in which they came."""

import threading
from collections import deque
from functools import cache


class Turns:
    """Threads that wait for their turn. Who gives it back hands it to the next, and stands behind all who wait."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def take(self, *, seconds: float) -> bool:
        """Wait until it is ours; False when it was not within so many seconds."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # it was handed to us in the moment of giving up

    def give_back(self) -> None:
        """The next one's turn begins."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


@cache
def turns_of(what: str) -> Turns:
    """The turns that all threads of this process take at one thing, such as a database file."""
    return Turns()
