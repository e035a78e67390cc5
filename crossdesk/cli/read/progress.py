"""How far we are, on stderr: rows, rows a second, and the time left where the size is known."""

import sys
import time
from typing import Final

_LIVE_EVERY: Final = 0.5  # seconds, where somebody looks at it
_LOG_EVERY: Final = 10.0  # where it goes into a file


class Progress:
    """begin: rows that were there before. size: 0 where it is not known."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._every = _LIVE_EVERY if self._live else _LOG_EVERY
        self._begun = self._told = time.monotonic()
        self._first = 0
        self.rows = self.errors = 0

    def begin(self, at: int) -> None:
        """Reading begins at this place of the file."""
        self._begun = self._told = time.monotonic()
        self._first = at

    def tell(self, *, rows: int, errors: int, at: int, size: int) -> None:
        """So many more rows are read."""
        self.rows += rows
        self.errors += errors
        now = time.monotonic()
        if self._quiet or now - self._told < self._every:
            return
        self._told = now
        parts = [f"{self.rows:,} rows", f"{self._rate(now)} a second"]
        if size > self._first and at > self._first:
            share = min(1.0, (at - self._first) / (size - self._first))
            left = (now - self._begun) * (1 - share) / share
            parts += [f"{min(at, size) * 100 // size} %", f"{clock(left)} left"]
        text = " · ".join(parts)
        print(f"\r\x1b[K{text}" if self._live else text, end="" if self._live else "\n", file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        """A sentence of its own."""
        if not self._quiet:
            print(f"\r\x1b[K{text}" if self._live else text, file=sys.stderr, flush=True)

    def end(self) -> None:
        """How much it was in all."""
        now = time.monotonic()
        parts = [f"{self.rows:,} rows read in {clock(now - self._begun)}", f"{self._rate(now)} a second"]
        if self.errors:
            parts.append(f"{self.errors:,} with an error beside them")
        self.say(" · ".join(parts))

    def _rate(self, now: float) -> str:
        rate = self.rows / max(now - self._begun, 0.001)
        return f"{rate:,.0f}" if rate >= 10 or not rate else f"{rate:.1f}"


def clock(seconds: float) -> str:
    """Hours, minutes and seconds, as on a clock."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
