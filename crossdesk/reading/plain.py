"""A text as the encoder was taught to see it: emoji as words, hashtags as words, names and links as one word each."""

import html
import re
import unicodedata
from functools import lru_cache

_NAME = re.compile(r"(?<![\w.@])@\w[\w.-]*(?:@[\w.-]+)?")
_LINK = re.compile(r"(?:https?://|www\.)\S+")
_HASHTAG = re.compile(r"#(\w+)")
_HUMPS = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])|(?<=[A-Za-z])(?=\d)")
_DRAWN_OUT = re.compile(r"([^\W\d])\1{2,}")
_SPACE = re.compile(r"\s+")
# Marks that only change the picture before them: skin tones, variation selectors, joiners, keycaps.
_MODIFIERS = frozenset({"\u200d", "\ufe0e", "\ufe0f", "\u20e3"} | {chr(code) for code in range(0x1F3FB, 0x1F400)})
_DULL = re.compile(r"\b(?:face|with|sign|symbol|mark|heavy|black|white|emoji|of)\b ?")


def plain(text: str) -> str:
    """One line. "GREAT!!! 😍 #LoveIt @shop" → "GREAT!!! smiling heart-shaped eyes Love It @user"."""
    text = html.unescape(text)
    text = _LINK.sub("http", text)
    text = _NAME.sub("@user", text)
    text = _HASHTAG.sub(lambda found: _HUMPS.sub(" ", found[1].replace("_", " ")), text)
    text = _DRAWN_OUT.sub(r"\1\1", text)
    if not text.isascii():
        text = "".join(_spelled(letter) for letter in text)
    return _SPACE.sub(" ", text).strip()


@lru_cache(maxsize=4096)
def _spelled(letter: str) -> str:
    """The name of a picture; any other letter as it is."""
    if letter in _MODIFIERS:
        return ""
    if unicodedata.category(letter) not in ("So", "Sk") or letter < "\u2190":
        return letter
    name = unicodedata.name(letter, "").lower()
    return f" {_DULL.sub('', name).strip() or name} "
