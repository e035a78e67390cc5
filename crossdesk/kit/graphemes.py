"""How many letters a reader sees: grapheme clusters, after Unicode Annex 29. Combining marks, flags, families and
syllables count as one, as browsers (`Intl.Segmenter`) and networks count them."""

import unicodedata
from bisect import bisect_right
from itertools import chain

_ZWJ = "\u200d"
_PICTURES = (
    (0xA9, 0xA9), (0xAE, 0xAE), (0x203C, 0x203C), (0x2049, 0x2049), (0x2122, 0x2122), (0x2139, 0x2139),
    (0x2194, 0x2199), (0x21A9, 0x21AA), (0x231A, 0x231B), (0x2328, 0x2328), (0x2388, 0x2388), (0x23CF, 0x23CF),
    (0x23E9, 0x23F3), (0x23F8, 0x23FA), (0x24C2, 0x24C2), (0x25AA, 0x25AB), (0x25B6, 0x25B6), (0x25C0, 0x25C0),
    (0x25FB, 0x25FE), (0x2600, 0x2605), (0x2607, 0x2612), (0x2614, 0x2685), (0x2690, 0x2705), (0x2708, 0x2712),
    (0x2714, 0x2714), (0x2716, 0x2716), (0x271D, 0x271D), (0x2721, 0x2721), (0x2728, 0x2728), (0x2733, 0x2734),
    (0x2744, 0x2744), (0x2747, 0x2747), (0x274C, 0x274C), (0x274E, 0x274E), (0x2753, 0x2755), (0x2757, 0x2757),
    (0x2763, 0x2767), (0x2795, 0x2797), (0x27A1, 0x27A1), (0x27B0, 0x27B0), (0x27BF, 0x27BF), (0x2934, 0x2935),
    (0x2B05, 0x2B07), (0x2B1B, 0x2B1C), (0x2B50, 0x2B50), (0x2B55, 0x2B55), (0x3030, 0x3030), (0x303D, 0x303D),
    (0x3297, 0x3297), (0x3299, 0x3299), (0x1F000, 0x1F0FF), (0x1F10D, 0x1F10F), (0x1F12F, 0x1F12F),
    (0x1F16C, 0x1F171), (0x1F17E, 0x1F17F), (0x1F18E, 0x1F18E), (0x1F191, 0x1F19A), (0x1F1AD, 0x1F1E5),
    (0x1F201, 0x1F20F), (0x1F21A, 0x1F21A), (0x1F22F, 0x1F22F), (0x1F232, 0x1F23A), (0x1F23C, 0x1F23F),
    (0x1F249, 0x1F3FA), (0x1F400, 0x1F53D), (0x1F546, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F774, 0x1F77F),
    (0x1F7D5, 0x1F7FF), (0x1F80C, 0x1F80F), (0x1F848, 0x1F84F), (0x1F85A, 0x1F85F), (0x1F888, 0x1F88F),
    (0x1F8AE, 0x1F8FF), (0x1F90C, 0x1F93A), (0x1F93C, 0x1F945), (0x1F947, 0x1FAFF), (0x1FC00, 0x1FFFD),
)  # fmt: skip
_PICTURE_STARTS = [first for first, _ in _PICTURES]
_JOINING = frozenset(chain(
    "\u200c\u302e\u302f\uff9e\uff9f\u0e33\u0eb3", map(chr, range(0x1F3FB, 0x1F400)), map(chr, range(0xE0020, 0xE0080))
))  # fmt: skip
_STANDING = frozenset("\u102b\u102c\u1038\u1062\u1063\u1064\u1067\u1068\u1069\u106a\u106b\u106c\u106d\u1083\u1087\u1088"
                      "\u1089\u108a\u108b\u108c\u108f\u109a\u109b\u109c\u1a61\u1a63\u1a64\uaa7b\uaa7d\U00011720\U00011721")  # fmt: skip
_LINKERS = frozenset("\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d")
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd")
_CONSONANTS = frozenset(chain(*(map(chr, range(first, last + 1)) for first, last in (
    (0x915, 0x939), (0x958, 0x95F), (0x978, 0x97F), (0x995, 0x9A8), (0x9AA, 0x9B0), (0x9B2, 0x9B2), (0x9B6, 0x9B9),
    (0x9DC, 0x9DD), (0x9DF, 0x9DF), (0x9F0, 0x9F1), (0xA95, 0xAA8), (0xAAA, 0xAB0), (0xAB2, 0xAB3), (0xAB5, 0xAB9),
    (0xAF9, 0xAF9), (0xB15, 0xB28), (0xB2A, 0xB30), (0xB32, 0xB33), (0xB35, 0xB39), (0xB5C, 0xB5D), (0xB5F, 0xB5F),
    (0xB71, 0xB71), (0xC15, 0xC28), (0xC2A, 0xC39), (0xC58, 0xC5A), (0xD15, 0xD3A),
))))  # fmt: skip


def count(text: str) -> int:
    """Grapheme clusters in a text."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    starts = 0
    seen = _Seen()
    for letter in text:
        starts += not seen.goes_on_with(letter)
    return starts


def starts(text: str) -> list[int]:
    """Where each grapheme cluster of a text begins."""
    seen = _Seen()
    return [place for place, letter in enumerate(text) if not seen.goes_on_with(letter)]


class _Seen:
    """What the cluster under way is made of, as far as the rules ask."""

    def __init__(self) -> None:
        self.last = ""
        self.flags = 0  # regional letters in a row
        self.picture = False  # a picture, and only marks since
        self.consonant = False  # a consonant of an Indian script, and only marks since
        self.linked = False  # with a linker among them

    def goes_on_with(self, letter: str) -> bool:
        """Take in a letter. Does it belong to the cluster under way?"""
        mark = _is_mark(letter)
        joins = self._joins(letter, mark=mark)
        flag = "\U0001f1e6" <= letter <= "\U0001f1ff"
        self.flags = self.flags + 1 if flag and joins else int(flag)
        if not mark:
            self.picture, self.consonant, self.linked = _is_picture(letter), letter in _CONSONANTS, False
        elif letter in _LINKERS:
            self.linked = True
        self.last = letter
        return joins

    def _joins(self, letter: str, *, mark: bool) -> bool:
        if not self.last or _is_control(self.last) or _is_control(letter):
            return self.last == "\r" and letter == "\n"
        if mark or self.last in _PREPENDED:
            return True
        if self.last == _ZWJ and self.picture and _is_picture(letter):
            return True
        if self.consonant and self.linked and letter in _CONSONANTS:
            return True
        if "\U0001f1e6" <= letter <= "\U0001f1ff":
            return self.flags % 2 == 1
        return _same_syllable(self.last, letter)


def _is_mark(letter: str) -> bool:
    if letter == _ZWJ or letter in _JOINING:
        return True
    return unicodedata.category(letter) in ("Mn", "Me", "Mc") and letter not in _STANDING


def _is_control(letter: str) -> bool:
    kind = unicodedata.category(letter)
    if kind == "Cf":
        return not (letter in _PREPENDED or letter in _JOINING or letter == _ZWJ)
    return kind in ("Cc", "Zl", "Zp", "Cs")


def _is_picture(letter: str) -> bool:
    code = ord(letter)
    place = bisect_right(_PICTURE_STARTS, code) - 1
    return place >= 0 and code <= _PICTURES[place][1]


def _same_syllable(before: str, letter: str) -> bool:
    """Korean letters that make one syllable."""
    last, now = _korean(before), _korean(letter)
    return (
        (last == "L" and now in ("L", "V", "LV", "LVT"))
        or (last in ("LV", "V") and now in ("V", "T"))
        or (last in ("LVT", "T") and now == "T")
    )


def _korean(letter: str) -> str:
    code = ord(letter)
    if 0x1100 <= code <= 0x115F or 0xA960 <= code <= 0xA97C:
        return "L"
    if 0x1160 <= code <= 0x11A7 or 0xD7B0 <= code <= 0xD7C6:
        return "V"
    if 0x11A8 <= code <= 0x11FF or 0xD7CB <= code <= 0xD7FB:
        return "T"
    if 0xAC00 <= code <= 0xD7A3:
        return "LV" if (code - 0xAC00) % 28 == 0 else "LVT"
    return ""
