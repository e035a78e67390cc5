"""How many may come in a minute: counted in this process, for each key by itself."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60.0
MOST_KEYS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many. seconds: until the next may come. first: nobody was sent away in this minute before."""

    seconds: int
    first: bool


@dataclass(slots=True)
class _Count:
    began: float
    came: int = 0
    sent_away: bool = False


class Crowd:
    """A minute begins with whoever comes first."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def wait(self, key: str, *, most: int) -> Wait | None:
        """None: come in."""
        now = self._clock()
        with self._lock:
            count = self._counts.pop(key, None)
            if count is None or now - count.began >= MINUTE:
                count = _Count(now)
            self._counts[key] = count
            while len(self._counts) > MOST_KEYS:
                self._counts.popitem(last=False)
            if count.came < most:
                count.came += 1
                return None
            first, count.sent_away = not count.sent_away, True
            return Wait(max(1, math.ceil(count.began + MINUTE - now)), first)
