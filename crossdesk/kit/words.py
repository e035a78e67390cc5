"""Finding words and phrases in what people write, in any script."""

import re
import unicodedata
from collections.abc import Sequence

# Scripts written without spaces: Thai to Khmer, kana, Han, Hangul is spaced. A word edge cannot be seen there.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def plain(text: str) -> str:
    """Without differences of case, width, apostrophe and spacing."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.replace("’", "'").replace("‘", "'").split())


def finder(terms: Sequence[str]) -> re.Pattern[str]:
    """A pattern that finds any of the terms as whole words in `plain` text, the longest first.

    Where a term begins or ends in a script without spaces, or with a sign, no word edge is asked for there.
    """
    ordered = sorted({plain(term) for term in terms if plain(term)}, key=lambda term: (-len(term), term))
    if not ordered:
        raise ValueError("no words to look for")
    return re.compile("|".join(_edged(term) for term in ordered))


def _edged(term: str) -> str:
    left = r"(?<!\w)" if _has_edge(term[0]) else ""
    right = r"(?!\w)" if _has_edge(term[-1]) else ""
    return f"{left}{re.escape(term)}{right}"


def _has_edge(letter: str) -> bool:
    return (letter.isalnum() or letter == "_") and not _UNSPACED.match(letter)
