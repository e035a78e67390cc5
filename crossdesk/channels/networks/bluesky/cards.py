"""The card of a link: what its page says of itself. Asked for once; where that is not quick and easy there is none."""

from html.parser import HTMLParser

import httpx

from crossdesk.kit import html, http

AT_MOST = 2 * 1024 * 1024  # bytes of a page
WITHIN = 6.0  # seconds
LOOKED_AT = 128_000  # letters of it, since some pages are made to be slow to read
LONGEST_TITLE, LONGEST_DESCRIPTION = 300, 1000
TITLES = ("og:title", "twitter:title", "title")
DESCRIPTIONS = ("og:description", "twitter:description", "description")


def card_of(client: httpx.Client, url: str, *, base: str) -> dict[str, str] | None:
    """Title and description of a page. base: the account's server; any other host must be on the open internet."""
    try:
        answer = http.fetch(client, url, base=base, at_most=AT_MOST, within=WITHIN)
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    if not answer.is_success or "html" not in answer.headers.get("content-type", ""):
        return None
    said = _Head()
    said.feed(answer.text[:LOOKED_AT])
    title = _first(said.found, TITLES)[:LONGEST_TITLE]
    if not title:
        return None
    return {"uri": url, "title": title, "description": _first(said.found, DESCRIPTIONS)[:LONGEST_DESCRIPTION]}


class _Head(HTMLParser):
    """What stands in the head of a page, each name as it comes first."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        self._in_title = tag == "title" and "title" not in self.found
        if tag == "meta":
            given = {name: value or "" for name, value in attrs}
            name = given.get("property") or given.get("name") or ""
            self.found.setdefault(name.lower(), given.get("content", ""))

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        self._in_title = False

    def handle_data(self, data: str) -> None:
        """Words."""
        if self._in_title:
            self.found["title"] = self.found.get("title", "") + data


def _first(found: dict[str, str], names: tuple[str, ...]) -> str:
    words = (" ".join(html.clean(found.get(name, "")).split()) for name in names)
    return next((each for each in words if each), "")
