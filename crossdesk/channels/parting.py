"""Parting a text that is too long for one post into several. Where it breaks is where a reader would pause.

Breaks stand at a paragraph, else at a sentence, else between words; never inside a link, a name or a tag, and never
inside a grapheme. A line of nothing but three or more dashes forces one. Nothing of the text is lost but the blanks and
the dashes at the breaks. The same text always parts in the same way: what was shown before sending is what leaves.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from crossdesk.channels.counting import LINK
from crossdesk.kit import graphemes
from crossdesk.kit.errors import Invalid

MOST = 20  # parts of one text
FILLED = 0.5  # of the room, before a break at a paragraph or a sentence is worth it

_FORCED = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)
_BLANK = r"[^\S\u00a0\u2007\u202f]"  # where a line may break
_PARAGRAPH = re.compile(rf"{_BLANK}*\n{_BLANK}*\n{_BLANK}*")
_LINE = re.compile(rf"{_BLANK}*\n{_BLANK}*")
_WORD = re.compile(rf"{_BLANK}+")
_CLOSING = "\"'”’»“‘«)\\]}"
_SENTENCE = re.compile(rf"(?:[!?…]|(?<=\w\w\w)\.|(?<=[\"'”’»)\]])\.)[{_CLOSING}]*({_BLANK}+)|[。！？｡][」』）”’]*()")
_TOKENS = (
    LINK,
    re.compile(r"@[\w.-]*\w(?:@[\w.-]*\w(?::\d+)?)?", re.ASCII),
    re.compile(r"[#＃$][^\s#＃]+"),
    re.compile(r"(?<![\w@/.])(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.ASCII | re.IGNORECASE),  # an address without https://
)

Length = Callable[[str], int]


class CannotBeParted(Invalid):
    """There is no place where it could break, or it would be too many parts."""

    code = "channels.cannot_be_parted"


def wants_parts(text: str) -> bool:
    """Did the writer force a break?"""
    return len(_sections(text)) > 1


def parted(text: str, *, length: Length, limit: int, numbered: bool = False) -> list[str]:
    """The parts, in order, each within the limit by `length`, its number included. One where it fits as it is.

    Raises CannotBeParted.
    """
    sections = _sections(text)
    if len(sections) == 1 and length(sections[0]) <= limit:
        return sections
    if not numbered:
        return _fitting(sections, length=length, limit=limit, ending="")
    parts = _fitting(sections, length=length, limit=limit, ending=" 9/9")
    if len(parts) > 9:
        parts = _fitting(sections, length=length, limit=limit, ending=" 99/99")
    return [f"{part} {number}/{len(parts)}" for number, part in enumerate(parts, 1)]


def _sections(text: str) -> list[str]:
    """What lies between forced breaks; what is empty is none."""
    lines = text.replace("\r\n", "\n")
    return [section for each in _FORCED.split(lines) if (section := each.strip())]


def _fitting(sections: list[str], *, length: Length, limit: int, ending: str) -> list[str]:
    parts: list[str] = []
    for section in sections:
        rest = section
        while rest:
            if len(parts) == MOST:
                raise CannotBeParted(f"This would be more than {MOST} posts. Shorten it.")
            end = len(rest) if length(rest + ending) <= limit else _end(rest, length=length, limit=limit, ending=ending)
            parts.append(rest[:end].rstrip())
            rest = rest[end:].lstrip()
    return parts


def _end(text: str, *, length: Length, limit: int, ending: str) -> int:
    """Where the first part of a text that is too long ends."""
    text = _looked_at(text, length=length, limit=limit)

    def fits(place: int) -> bool:
        return length(text[:place].rstrip() + ending) <= limit

    kept = _kept_whole(text)
    worth = FILLED * limit
    for breaks in (_PARAGRAPH, _LINE, _SENTENCE):
        place = _last([end for end in _ends(breaks, text) if not _inside(end, kept)], fits)
        if place and length(text[:place].rstrip() + ending) >= worth:
            return place
    place = _last([end for end in _ends(_WORD, text) if not _inside(end, kept)], fits)
    place = place or _last([start for start in graphemes.starts(text)[1:] if not _inside(start, kept)], fits)
    if not place:
        raise CannotBeParted("A link, a name or a tag is longer than one post. Shorten it.")
    return place


def _looked_at(text: str, *, length: Length, limit: int) -> str:
    """The beginning of a long text, as much as is surely too long for one part."""
    size = 2 * limit
    while size < len(text) and length(text[:size]) <= limit:
        size *= 2
    return text[:size]


def _ends(breaks: re.Pattern[str], text: str) -> Iterator[int]:
    """Where what stands before a break ends."""
    for found in breaks.finditer(text):
        place = next((found.start(group) for group in range(1, breaks.groups + 1) if found.start(group) >= 0), None)
        place = found.start() if place is None else place
        if 0 < place < len(text):
            yield place


def _last(places: list[int], fits: Callable[[int], bool]) -> int:
    """The last of these places up to which a text fits; 0 where none does."""
    low, high = 0, len(places)
    while low < high:
        middle = (low + high) // 2
        if fits(places[middle]):
            low = middle + 1
        else:
            high = middle
    return places[low - 1] if low else 0


def _kept_whole(text: str) -> list[tuple[int, int]]:
    """Links, names and tags, as pairs of places, in order and apart from each other."""
    found = sorted((match.start(), match.end()) for token in _TOKENS for match in token.finditer(text))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _inside(place: int, kept: list[tuple[int, int]]) -> bool:
    before = bisect_right(kept, (place, -1)) - 1
    return before >= 0 and kept[before][0] < place < kept[before][1]
