"""Which words carried a verdict, found by leaving one out after the other: only when somebody asks, for it takes its time."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from crossdesk.reading.hearing import Heard, Hearer
from crossdesk.reading.odds import number_of
from crossdesk.reading.ports import Block, Head, Reading

WORDS: Final = 3  # named for a head
_MOST: Final = 60  # pieces a text is cut into; of a longer one several words go together
_LEAST: Final = 0.1  # of log-odds: a word without which the verdict is hardly less likely has not carried it
_WORD = re.compile(r"\S+")
_EDGES = " .,;:!?\"'()[]…“”„‘’«»"


def carried(hearer: Hearer, block: Block, reading: Reading) -> dict[Head, str]:
    """For each head the words without which its verdict would have been less likely, most telling first, as "+late, +again".

    A head is left out where no word by itself made a difference, and where a rule spoke alone.
    """
    pieces = _pieces(block.text)
    asked = _asked(hearer, reading)
    if not asked or len(pieces) < 2:
        return {}
    whole, *without = hearer.hear([block, *(replace(block, text=rest) for _, rest in pieces)])
    found: dict[Head, str] = {}
    for head, label in asked.items():
        before = _odds(hearer, whole, head, label)
        lost = [(before - _odds(hearer, heard, head, label), at) for at, heard in enumerate(without)]
        telling = sorted((one for one in lost if one[0] >= _LEAST), key=lambda one: (-one[0], one[1]))[:WORDS]
        if telling:
            found[head] = ", ".join(f"+{pieces[at][0]}" for _, at in telling)
    return found


def _asked(hearer: Hearer, reading: Reading) -> dict[Head, str]:
    """The verdicts of the model: by head, the label."""
    by_model = {reason.head for reason in reading.reasons if reason.kind == "model"}
    said: Mapping[Head, str | None] = {
        "intents": reading.intents[0].value if reading.intents else None,
        "needs_reply": reading.needs_reply.value,
        "sentiment": reading.sentiment.value,
        "urgency": reading.urgency.value,
        "safety": reading.safety[0].value if reading.safety else None,
        "complaint_reason": reading.complaint_reason.value if reading.complaint_reason else None,
    }
    return {head: label for head, label in said.items() if label and head in by_model and head in hearer.outlets}


def _odds(hearer: Hearer, heard: Heard, head: str, label: str) -> float:
    """In log-odds: a verdict that is nearly certain still leans on some words more than on others."""
    labels, chances = hearer.outlets[head].labels, heard.chances[head]
    p = 1 - chances[0] if label == "no" else chances[labels.index(label)] if label in labels else 0.0
    return float(number_of([p], "any")[0])


def _pieces(text: str) -> list[tuple[str, str]]:
    """Each word, or run of words, with the text without it."""
    words = list(_WORD.finditer(text))
    step = -(-len(words) // _MOST) or 1
    found = []
    for at in range(0, len(words), step):
        some = words[at : at + step]
        start, end = some[0].start(), some[-1].end()
        said = text[start:end].strip(_EDGES)
        if said:
            found.append((said, text[:start] + text[end:]))
    return found
