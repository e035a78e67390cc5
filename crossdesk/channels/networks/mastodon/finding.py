"""What was said publicly with a hashtag or words: the server's timeline of the tag, and its search where it has one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from crossdesk.channels.ports import FOUND, Page, Unreadable

from . import ids, paging, reading
from .api import Api
from .delivering import delivery, own_id

MOST = 40  # hits in one answer
MOST_PAGES = 5
PUBLIC = ("public", "unlisted")  # a search also finds what only we may read


def pull(api: Api, feed: str, cursor: str, *, limit: int) -> Page:
    """What is new. feed: begins with FOUND."""
    word = feed.removeprefix(FOUND)
    if not word.startswith("#"):
        return _hits(api, feed, word, cursor)
    path = f"/api/v1/timelines/tag/{quote(word[1:], safe='')}"

    def fetch(query: Mapping[str, str]) -> Sequence[Any]:
        return api.list(path, params=query)

    found = paging.new_since(cursor, fetch=fetch, id_of=own_id, limit=limit)
    shown = [item for item in found.items if _is_shown(item)]
    deliveries = [delivery(feed, item, own_id(item)) for item in shown]
    return Page(deliveries, str(found.cursor), has_more=found.has_more, pace=api.pace)


def _hits(api: Api, feed: str, words: str, cursor: str) -> Page:
    """Newest first, page by page, until what is known; the first look takes one page."""
    newest = str(json.loads(cursor).get("newest", "")) if cursor else ""
    found: dict[str, Any] = {}
    for number in range(MOST_PAGES if newest else 1):
        page = _page(api, words, offset=number * MOST)
        fresh = [item for item in page if own_id(item) and ids.order(own_id(item)) > ids.order(newest)]
        further = {own_id(item): item for item in fresh if own_id(item) not in found}
        found |= further
        if len(fresh) < MOST or not further:  # it met what is known, or the server has one page only
            break
    if not found:
        return Page((), cursor, pace=api.pace)
    ordered = sorted(found, key=ids.order)
    deliveries = [delivery(feed, found[one], one) for one in ordered if _is_shown(found[one])]
    return Page(deliveries, json.dumps({"newest": ordered[-1]}), pace=api.pace)


def _page(api: Api, words: str, *, offset: int) -> list[Any]:
    asked = {"q": words, "type": "statuses", "limit": str(MOST), "offset": str(offset)}
    answer = api.object("GET", "/api/v2/search", params=asked, about_one=True)
    statuses = answer.get("statuses")
    if not isinstance(statuses, list):
        raise Unreadable(f"{api.network} sent something unexpected.", payload=json.dumps(answer)[:2000])
    return statuses


def _is_shown(item: Any) -> bool:
    """Said to everybody, and not merely passed on."""
    return isinstance(item, dict) and not isinstance(item.get("reblog"), dict) and reading.visibility_of(item) in PUBLIC
