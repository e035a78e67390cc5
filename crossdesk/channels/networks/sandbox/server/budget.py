"""Rate limits as real networks have them: so many calls in a window for each token, told in the headers."""

import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from crossdesk.kit import clock

from .trouble import Trouble


class Budget:
    """Counts calls in fixed windows, in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spent: dict[tuple[str, int], int] = {}

    def spend(self, token: str, rule: Mapping[str, Any] | None) -> dict[str, str]:
        """Count one call. Returns the headers that tell of the budget; 429 when it is used up."""
        if not rule:
            return {}
        limit, seconds = int(rule["limit"]), float(rule["seconds"])
        now = time.time()
        window = int(now // seconds)
        with self._lock:
            self._spent = {key: spent for key, spent in self._spent.items() if key[1] >= window}
            spent = self._spent[token, window] = self._spent.get((token, window), 0) + 1
        resets_at = clock.now() + timedelta(seconds=(window + 1) * seconds - now)
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(limit - spent, 0)),
            "X-RateLimit-Reset": resets_at.isoformat(),
        }
        if spent > limit:
            raise Trouble(429, "rate_limited", "Too many requests.", headers=headers)
        return headers
