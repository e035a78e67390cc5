"""HTML of messages to the plain text that people read. Linear in the length of the text, whatever is sent."""

import re
from html import unescape

LONGEST = 200_000  # characters that are looked at
LONGEST_TAG = 4_096

_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]*)(.*)", re.DOTALL)
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_RUNS = re.compile(r" {2,}")
_LINE_ENDS = re.compile(r" ?\n ?")
_MANY_LINES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_HALF = re.compile(r"[\ud800-\udfff]")

_PARAGRAPHS = {"p", "div", "blockquote", "ul", "ol", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section"}
_LINES = {"br", "li", "tr", "hr"}
_DROPPED = {"script", "style", "head", "title", "template"}


def to_text(html: str) -> str:
    """The words of an HTML text: paragraphs, line breaks and list items kept, links written out, entities resolved.

    A link whose words do not show where it leads gets its address behind it; mentions and hashtags stay as they are
    written. What is not HTML stays as it is.
    """
    writer = _Writer()
    place, source = 0, html[:LONGEST]
    while (start := source.find("<", place)) >= 0:
        end = source.find(">", start, start + LONGEST_TAG)
        tag = _TAG.fullmatch(source, start + 1, end) if end >= 0 else None
        if source.startswith("<!--", start):
            writer.words(source[place:start])
            closed = source.find("-->", start + 4)
            place = closed + 3 if closed >= 0 else len(source)
        elif tag is None:
            writer.words(source[place : start + 1])
            place = start + 1
        else:
            writer.words(source[place:start])
            writer.tag(tag[2].lower(), tag[3], closing=bool(tag[1]))
            place = end + 1
    writer.words(source[place:])
    return writer.text()


def clean(text: str) -> str:
    """A plain text without control characters and halves of characters, with line ends as \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", _CONTROL.sub("", text))


class _Writer:
    """Collects words and breaks."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._link: tuple[int, str] | None = None  # where its words begin, where it leads
        self._dropping = ""

    def words(self, source: str) -> None:
        if source and not self._dropping:
            self._parts.append(_SPACES.sub(" ", unescape(source)))

    def tag(self, name: str, rest: str, *, closing: bool) -> None:
        if self._dropping:
            self._dropping = "" if closing and name == self._dropping else self._dropping
        elif name in _DROPPED and not closing:
            self._dropping = name
        elif name in _PARAGRAPHS:
            self._parts.append("\n\n")
        elif name in _LINES and not (closing and name != "br"):
            self._parts.append("\n- " if name == "li" else "\n")
        elif name == "img" and not closing:
            self._parts.append(_attributes(rest).get("alt", ""))
        elif name == "a":
            self._close_link()
            if not closing:
                self._open_link(_attributes(rest))

    def text(self) -> str:
        self._close_link()
        joined = _LINE_ENDS.sub("\n", _RUNS.sub(" ", clean("".join(self._parts))))
        return _MANY_LINES.sub("\n\n", joined).strip()

    def _open_link(self, attributes: dict[str, str]) -> None:
        address, classes = attributes.get("href", ""), attributes.get("class", "").split()
        if address.startswith(("http://", "https://", "mailto:")) and not {"mention", "hashtag"} & set(classes):
            self._link = (len(self._parts), address)

    def _close_link(self) -> None:
        if self._link is None:
            return
        begin, address = self._link
        words = "".join(self._parts[begin:]).strip()
        self._link = None
        if _bare(words) != _bare(address) and not words.startswith(("#", "@")):
            self._parts.append(f" ({address})" if words else address)


def _attributes(rest: str) -> dict[str, str]:
    found = _ATTRIBUTE.finditer(rest)
    return {each[1].lower(): unescape(each[2] or each[3] or each[4] or "") for each in found}


def _bare(address: str) -> str:
    return address.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
