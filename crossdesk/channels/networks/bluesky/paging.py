"""What is new in a list that runs newest first and is read page by page downwards.

The list is ordered by the moment that a post gives itself, so something new may appear below something known: the ids
that were seen are remembered, and not only how far one came.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

REMEMBERED = 200
MOST_PAGES = 200

# asked with the network's own cursor ("" for the newest page): items newest first, and the cursor of the next page
Fetch = Callable[[str], tuple[Sequence[Any], str]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """seen: marks of known items, newest first. floor: the moment of the oldest; what is older was there before."""

    seen: tuple[str, ...] = ()
    floor: str = ""

    @classmethod
    def of(cls, stored: str) -> "Cursor":
        """Read a stored cursor."""
        body = json.loads(stored) if stored else {}
        return cls(seen=tuple(body.get("seen", ())), floor=str(body.get("floor", "")))

    def __str__(self) -> str:
        return json.dumps({"seen": list(self.seen), "floor": self.floor})


@dataclass(frozen=True, slots=True)
class Found:
    """Items oldest first, and the pages that were read, for `following`."""

    items: Sequence[Any]
    read: Sequence[Any]


def new_since(
    cursor: Cursor | None, *, fetch: Fetch, id_of: Callable[[Any], str], at_of: Callable[[Any], str]
) -> Found:
    """Items that were not seen yet; the newest page where nothing was read before."""
    seen = set(cursor.seen) if cursor else set()
    fresh: list[Any] = []
    read: list[Any] = []
    below = ""
    for _ in range(MOST_PAGES):
        page, below = fetch(below)
        read += page
        new = [item for item in page if mark(id_of(item)) not in seen and not _is_old(at_of(item), cursor)]
        fresh += new
        seen |= {mark(id_of(item)) for item in new}
        # Something known does not end it: a list out of order may have it above what is new.
        if cursor is None or not below or not new:
            break
    return Found(fresh[::-1], read)


def following(
    before: Cursor | None,
    found: Found,
    *,
    id_of: Callable[[Any], str],
    at_of: Callable[[Any], str],
    again: Collection[str] = (),
) -> Cursor:
    """Where to go on. again: ids that count as not seen, because they were not complete yet."""
    known = [mark(id_of(item)) for item in found.read if id_of(item) not in again]
    seen = list(dict.fromkeys([*known, *(before.seen if before else ())]))
    floor = before.floor if before else min((at for item in found.read if (at := at_of(item))), default="")
    if len(seen) > REMEMBERED:  # what is forgotten must not come as new: nothing below the oldest that is known
        kept = set(seen[:REMEMBERED])
        lowest = min((at for item in found.read if mark(id_of(item)) in kept and (at := at_of(item))), default=floor)
        floor = max(floor, lowest)
    return Cursor(tuple(seen[:REMEMBERED]), floor)


def mark(identity: str) -> str:
    """A short sign of an id."""
    return hashlib.sha256(identity.encode()).hexdigest()[:12]


def _is_old(at: str, cursor: Cursor | None) -> bool:
    return bool(cursor and at and at < cursor.floor)
