"""A text of which the network keeps parts apart: a warning before the words, choices of a poll behind them.

All of it is one text, so that nothing that was said is left unread, unfound or unchecked; the parts say how to show it.
"""

from collections.abc import Sequence

BETWEEN = "\n\n"


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
