"""A text of which the network keeps parts apart: a warning before the words, choices of a poll behind them.

All of it is one text, so that nothing that was said is left unread, unfound or unchecked; the parts say how to show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a poll. votes: None while the network keeps them back."""

    text: str
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """What a message puts to the vote. ends_at: None where it has no end. voters: people, who may choose several."""

    choices: Sequence[Choice]
    voters: int | None = None
    multiple: bool = False
    ends_at: datetime | None = None


def whole(words: str, *, warning: str = "", choices: Sequence[str] = ()) -> str:
    """All that was said, as one text."""
    return BETWEEN.join(part for part in (warning, words, _listed(choices)) if part)


def words_of(text: str, *, warning: str = "", choices: Sequence[str] = ()) -> str:
    """The words between the parts, out of the text that `whole` made; all of a text that does not have them."""
    listed = _listed(choices)
    if warning and (text == warning or text.startswith(warning + BETWEEN)):
        text = text[len(warning) :].removeprefix(BETWEEN)
    if listed and (text == listed or text.endswith(BETWEEN + listed)):
        text = text[: -len(listed)].removesuffix(BETWEEN)
    return text


def _listed(choices: Sequence[str]) -> str:
    return "\n".join(f"- {choice}" for choice in choices)
