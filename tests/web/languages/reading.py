"""What a page shows to people: its texts, and the attributes that are read out, shown on hover or by a script."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

SPOKEN = frozenset({"title", "aria-label", "placeholder", "alt", "data-late", "data-done", "data-brief"})
# Keys, code, moments and what is quoted are the same in every language; scripts and styles show nothing.
SILENT = frozenset({"script", "style", "template", "kbd", "code", "time", "q", "blockquote", "mark", "textarea"})
EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        silent = tag in SILENT or given.get("dir") == "auto" or bool(self._open and self._open[-1][1])
        for name, value in given.items():
            if name in SPOKEN or name.endswith("-words"):
                self.found.append((f"<{tag} {name}>", value))
            if name == "data-chart":
                self.found += [("<chart>", text) for text in _texts(json.loads(value)) if not text.startswith("/w/")]
            if name == "value" and tag == "input" and given.get("type") in ("submit", "button"):
                self.found.append((f"<{tag} {name}>", value))
        if tag not in EMPTY:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1][1]):
            self.found.append((f"<{self._open[-1][0] if self._open else ''}>", " ".join(data.split())))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "unit":
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def shown(page: str) -> list[tuple[str, str]]:
    """Where it stands, and what it says. A person's own words stand in elements with dir=auto and are left out."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.found


def plain(text: str, known: re.Pattern[str]) -> str:
    """What is left in plain letters once quotations and all data are taken out; empty for a text that is translated."""
    left = known.sub(" ", re.sub("“[^”]*”", " ", text))
    return left if re.search(r"[A-Za-z]{2}", left) else ""
