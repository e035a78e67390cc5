"""Trouble on demand: a test or a person tells the network how to misbehave, how often or for how long."""

import random
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

from crossdesk.kit import clock

from .trouble import Trouble, invalid

# Before the request is carried out, after it, and on the feed of events.
BEFORE = ("rate_limit", "down", "error", "lost_request", "slow")
AFTER = ("lost_answer", "error_after", "rubbish", "huge", "slow_answer")
FEED = ("duplicate", "reorder")


class Dropped(Exception):
    """Close the connection without an answer."""


@dataclass(slots=True)
class Fault:
    """One kind of trouble. on: an operation (post, events, media, …) or any. times or seconds end it.

    options, by kind: rate_limit retry_after (seconds), form (seconds, date or reset); down form (503 or close);
    slow and slow_answer wait (seconds); error and error_after status; rubbish text; huge bytes; reorder seed.
    """

    kind: str
    on: str = "any"
    handle: str = ""  # of this account only
    times: int | None = None
    until: float | None = None  # monotonic
    options: Mapping[str, Any] = field(default_factory=dict)

    def lives(self) -> bool:
        """Has it not ended yet?"""
        return (self.times is None or self.times > 0) and (self.until is None or time.monotonic() < self.until)

    def meets(self, operation: str, handle: str) -> bool:
        """Is this the request that it waits for?"""
        return self.lives() and self.on in ("any", operation) and self.handle in ("", handle)


class Faults:
    """All trouble that is switched on. Kept in memory: a restart of the network ends it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self.counts: dict[str, int] = {}

    def add(self, wish: Mapping[str, Any]) -> None:
        """Switch trouble on: kind, on, handle, times or seconds, and its options."""
        rest = dict(wish)
        kind = str(rest.pop("kind", ""))
        if kind not in BEFORE + AFTER + FEED:
            raise invalid(f"Trouble is one of {', '.join(BEFORE + AFTER + FEED)}.")
        seconds, times = rest.pop("seconds", None), rest.pop("times", None)
        fault = Fault(
            kind=kind,
            on=str(rest.pop("on", "any")),
            handle=str(rest.pop("handle", "")),
            times=int(times) if times is not None else (1 if seconds is None else None),
            until=time.monotonic() + float(seconds) if seconds is not None else None,
            options=rest,
        )
        with self._lock:
            self._faults = [each for each in self._faults if each.lives()] + [fault]

    def clear(self) -> None:
        """Switch all trouble off."""
        with self._lock:
            self._faults = []

    def listed(self) -> list[dict[str, Any]]:
        """What is on now."""
        with self._lock:
            return [asdict(fault) for fault in self._faults if fault.lives()]

    def take(self, kind: str, operation: str, handle: str) -> Fault | None:
        """Use up one time of this kind, if it is on for this request."""
        with self._lock:
            for fault in self._faults:
                if fault.kind == kind and fault.meets(operation, handle):
                    fault.times = None if fault.times is None else fault.times - 1
                    self.counts[kind] = self.counts.get(kind, 0) + 1
                    return fault
        return None

    def before(self, operation: str, handle: str) -> None:
        """Misbehave before the request is carried out."""
        slow, fault = self._met("slow", ("down", "lost_request", "error", "rate_limit"), operation, handle)
        if slow is not None:
            time.sleep(float(slow.options.get("wait", 1)))
        if fault is None:
            return
        if fault.kind == "lost_request":
            raise Dropped
        if fault.kind == "down":
            if fault.options.get("form") == "close":
                raise Dropped
            raise Trouble(503, "down", "The network is down.")
        if fault.kind == "error":
            raise Trouble(int(fault.options.get("status", 500)), "error", "Something broke here.")
        raise _too_many(fault)

    def after(self, operation: str, handle: str) -> bytes | None:
        """Misbehave after the request was carried out. Returns what to answer in place of the answer, if anything."""
        slow, fault = self._met("slow_answer", AFTER[:-1], operation, handle)
        if slow is not None:
            time.sleep(float(slow.options.get("wait", 1)))
        if fault is None:
            return None
        if fault.kind == "lost_answer":
            raise Dropped
        if fault.kind == "error_after":
            raise Trouble(int(fault.options.get("status", 500)), "error", "Something broke here, later.")
        if fault.kind == "rubbish":
            return str(fault.options.get("text", "<html><h1>It works!</h1>")).encode()
        return b'["' + b"x" * int(fault.options.get("bytes", 20_000_000)) + b'"]'

    def _met(self, slow: str, kinds: Sequence[str], operation: str, handle: str) -> tuple[Fault | None, Fault | None]:
        """What makes this request slow, and the first other trouble: what is switched on while it waits is for others."""
        taken = (self.take(kind, operation, handle) for kind in kinds)
        return self.take(slow, operation, handle), next((fault for fault in taken if fault is not None), None)

    def disturb(self, events: list[dict[str, Any]], handle: str) -> list[dict[str, Any]]:
        """Deliver events twice or out of order, where that is switched on and there is something to disturb."""
        if events and self.take("duplicate", "events", handle):
            events = [event for event in events for _ in range(2)]
        if len(events) > 1 and (fault := self.take("reorder", "events", handle)):
            events = list(events)
            first = list(events)
            shuffle = random.Random(int(fault.options.get("seed", 1)))
            while events == first and any(event != first[0] for event in first):
                shuffle.shuffle(events)
        return events


def _too_many(fault: Fault) -> Trouble:
    seconds = float(fault.options.get("retry_after", 1))
    moment = clock.now() + timedelta(seconds=seconds)
    form = fault.options.get("form", "seconds")
    if form == "date":
        headers = {"Retry-After": format_datetime(moment, usegmt=True)}
    elif form == "reset":
        headers = {"X-RateLimit-Reset": moment.isoformat()}
    else:
        headers = {"Retry-After": f"{seconds:g}"}
    return Trouble(429, "rate_limited", "Too many requests.", headers=headers)
