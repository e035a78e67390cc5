"""Which language a text is in. Short texts say little: then nothing is said, or with little confidence."""

import re
from functools import cache
from typing import Any

import eldc

from crossdesk.reading.ports import Verdict

_NOISE = re.compile(r"https?://\S+|www\.\S+|[@#]\w+|[\w.+-]+@[\w.-]+")
LEAST_LETTERS = 12
ENOUGH_LETTERS = 40
KNOWN = 0.75  # from here on a language is acted on


@cache
def _detector() -> Any:
    eldc.init()
    return eldc.instance()


def warm() -> None:
    """Load the library's data now, not at the first message."""
    _detector()


def language(text: str) -> Verdict | None:
    """The ISO 639-1 code, or None when there are too few letters or the library cannot tell."""
    noisy = "@" in text or "#" in text or "http" in text or "www." in text
    clean = _NOISE.sub(" ", text) if noisy else text
    letters = sum(map(str.isalpha, clean))
    if letters < LEAST_LETTERS:
        return None
    found = _detector().detect_details(clean)
    if found.language == "und":
        return None
    long_enough = min(1.0, (letters - LEAST_LETTERS) / (ENOUGH_LETTERS - LEAST_LETTERS))
    return Verdict(found.language, (0.7 if found.reliable else 0.45) + (0.28 if found.reliable else 0.25) * long_enough)


def surely(found: Verdict | None) -> str | None:
    """The code of a language that is known well enough to act on."""
    return found.value if found is not None and found.p >= KNOWN else None
