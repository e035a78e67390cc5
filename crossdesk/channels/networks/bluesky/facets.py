"""Facets: which bytes of a text are a link, a mention or a hashtag. Counted in UTF-8, as the network does."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from crossdesk.channels.counting import LINK
from crossdesk.kit import html

KIND = "app.bsky.richtext.facet"
LONGEST_TAG = 64
MOST_MENTIONS = 25  # each is a question to the network
_MENTION = re.compile(
    r"(?<![^\s(])@([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)+)"
)
_TAG = re.compile(r"(?<![^\s(])[#＃]([^\s#＃]+)")

Facet = dict[str, Any]


def of_text(text: str, *, did_of: Callable[[str], str]) -> list[Facet]:
    """The facets of a text of ours. did_of: the account with this handle, "" where there is none: then no mention."""
    found = [*_links(text), *_mentions(text, did_of), *_tags(text)]
    facets: list[Facet] = []
    end = 0
    for start, stop, feature in sorted(found, key=lambda one: one[:2]):
        if start >= end:  # what stands inside a link is part of it
            place = {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:stop].encode())}
            facets.append({"index": place, "features": [feature]})
            end = stop
    return facets


def _links(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for found in LINK.finditer(text):
        yield found.start(), found.end(), {"$type": f"{KIND}#link", "uri": found[0]}


def _mentions(text: str, did_of: Callable[[str], str]) -> Iterator[tuple[int, int, dict[str, str]]]:
    known: dict[str, str] = {}
    for found in _MENTION.finditer(text):
        handle = found[1].lower()
        if handle not in known and len(known) < MOST_MENTIONS:
            known[handle] = did_of(handle)
        if did := known.get(handle):
            yield found.start(), found.end(), {"$type": f"{KIND}#mention", "did": did}


def _tags(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for found in _TAG.finditer(text):
        words = found[1]
        while words and unicodedata.category(words[-1])[0] in "PZC":
            words = words[:-1]
        if words and len(words) <= LONGEST_TAG and any(unicodedata.category(one)[0] in "LS" for one in words):
            yield found.start(), found.start() + 1 + len(words), {"$type": f"{KIND}#tag", "tag": words}


def first_link(marked: Sequence[Facet]) -> str:
    """Where the first link of a text of ours leads; "" where there is none."""
    return next((uri for facet in marked for one in facet["features"] if (uri := str(one.get("uri", "")))), "")


def written_out(text: str, facets: Any) -> str:
    """A text with its links written out: what hides where it leads gets the address behind it."""
    whole = text.encode("utf-8", "surrogatepass")
    parts: list[bytes] = []
    place = 0
    for start, stop, uri in sorted(_linked(facets)):
        if place <= start < stop <= len(whole):
            parts += [whole[place:start], _shown(whole[start:stop].decode("utf-8", "replace"), uri).encode()]
            place = stop
    return html.clean(b"".join([*parts, whole[place:]]).decode("utf-8", "replace"))


def mentioned(facets: Any) -> list[str]:
    """The ids of who is named, each once."""
    named = [did for _, feature in _features(facets) if isinstance(did := feature.get("did"), str) and did]
    return list(dict.fromkeys(named))


def _linked(facets: Any) -> Iterator[tuple[int, int, str]]:
    for index, feature in _features(facets):
        start, stop, uri = index.get("byteStart"), index.get("byteEnd"), feature.get("uri")
        if isinstance(start, int) and isinstance(stop, int) and isinstance(uri, str) and uri:
            yield start, stop, uri


def _features(facets: Any) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for facet in facets if isinstance(facets, list) else ():
        index = facet.get("index") if isinstance(facet, dict) else None
        features: Sequence[Any] = facet.get("features") if isinstance(facet, dict) else None  # type: ignore[assignment]
        for feature in features if isinstance(features, list) else ():
            if isinstance(index, dict) and isinstance(feature, dict):
                yield index, feature


def _shown(words: str, uri: str) -> str:
    """The words, the address, or both. Apps shorten what they show: "example.com/a-long…" becomes whole again."""
    bare = _bare(words)
    if bare == _bare(uri):
        return words if words.startswith(("http://", "https://")) else uri
    short = bare.removesuffix("…").removesuffix("...")
    return uri if short != bare and short and _bare(uri).startswith(short) else f"{words} ({uri})"


def _bare(address: str) -> str:
    return address.strip().removeprefix("https://").removeprefix("http://").rstrip("/")
