"""What is new in a list that runs newest first, without a gap, on servers that understand `min_id` in two ways.

Mastodon answers `min_id` with the items just above it; others with the newest of all that lie above it. So a page that
may be full is filled downwards until it meets what we knew. Each pull reads a few known items again, because an item
may appear a moment after its younger neighbour.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from . import ids

OVERLAP = 5
MOST = 40  # what every server gives in one page
MAY_BE_FULL = 20  # what some servers make of that
MOST_PAGES = 100

Fetch = Callable[[Mapping[str, str]], Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """newest: the latest id that was seen. anchor: a somewhat older one, from which the next pull reads."""

    newest: str = ""
    anchor: str = ""

    @classmethod
    def of(cls, stored: str) -> "Cursor":
        """Read a stored cursor."""
        body = json.loads(stored)
        return cls(newest=str(body.get("newest", "")), anchor=str(body.get("anchor", "")))

    def __str__(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Found:
    """Items oldest first, where to go on, and whether there may be more at once."""

    items: Sequence[Any]
    cursor: Cursor
    has_more: bool


def new_since(stored: str, *, fetch: Fetch, id_of: Callable[[Any], str], limit: int) -> Found:
    """Items since the stored cursor. fetch: calls the server with these parameters, newest item first."""
    asked = {"limit": str(min(limit, MOST))}
    cursor = Cursor.of(stored) if stored else Cursor()
    page = _newest_first(fetch(asked | ({"min_id": cursor.anchor} if cursor.anchor else {})), id_of)
    full = len(page) >= min(limit, MAY_BE_FULL)
    items = _filled(page, cursor=cursor, asked=asked, fetch=fetch, id_of=id_of) if full and stored else page
    seen = [identity for item in items if (identity := id_of(item))]
    if not seen:
        return Found(items, cursor, has_more=False)
    newest = max(seen[0], cursor.newest, key=ids.order)
    anchor = seen[OVERLAP] if len(seen) > OVERLAP else (cursor.anchor or (seen[-1] if not stored else ""))
    has_more = full and bool(stored) and newest != cursor.newest
    return Found(items[::-1], Cursor(newest=newest, anchor=anchor), has_more=has_more)


def _filled(
    page: Sequence[Any],
    *,
    cursor: Cursor,
    asked: Mapping[str, str],
    fetch: Fetch,
    id_of: Callable[[Any], str],
) -> list[Any]:
    """The page and all that lies between it and the anchor."""
    items = list(page)
    known = {id_of(item) for item in items}
    for _ in range(MOST_PAGES):
        below = min((each for each in known if each), key=ids.order, default="")
        older = _newest_first(fetch({**asked, "max_id": below}), id_of) if below else []
        fresh = [item for item in older if id_of(item) not in known and _is_above(id_of(item), cursor.anchor)]
        if not fresh:
            break
        items += fresh
        known |= {id_of(item) for item in fresh}
    return items


def _is_above(identity: str, anchor: str) -> bool:
    return bool(identity) and (not anchor or ids.order(identity) > ids.order(anchor))


def _newest_first(items: Sequence[Any], id_of: Callable[[Any], str]) -> Sequence[Any]:
    """As they came, unless the server gave them the other way round."""
    seen = [identity for item in items if (identity := id_of(item))]
    upside_down = len(seen) > 1 and ids.order(seen[0]) < ids.order(seen[-1])
    return items[::-1] if upside_down else items
