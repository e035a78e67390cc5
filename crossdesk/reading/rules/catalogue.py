"""The one book of all rules, and what shapes and context say about a block."""

import re

from crossdesk.reading.ports import Block
from crossdesk.reading.rules import danger, kinds, outside
from crossdesk.reading.rules.engine import Finding, Gives, book
from crossdesk.reading.rules.shapes import shapes

BOOK = book(
    danger.THREATS, danger.SELF_HARM, danger.PRODUCT_SAFETY,
    outside.PRESS, outside.REGULATORS, outside.LEGAL, outside.PHISHING, outside.LEAKS,
    kinds.KINDS,
)  # fmt: skip
PUBLIC = frozenset({"public", "unlisted"})
_SHAPES = {
    "email": ("An e-mail address in public", 0.85),
    "phone": ("A telephone number in public", 0.8),
    "card": ("A card number in public", 0.97),
    "iban": ("A bank account number in public", 0.97),
    "address": ("A postal address in public", 0.8),
    "identity": ("A number or date that identifies a person, in public", 0.9),
}
_PRESS_BIO = re.compile(
    r"(?i)\b(?:journalist\w*|reporter\w*|correspondent|news ?desk|(?:staff|senior|features?) writer|redakteur\w*|editor (?:at|of|for))\b"
)
_HIRING = re.compile(
    r"(?i)\b(?:we(?:'|’)?re hiring|we are hiring|now hiring|join (?:our|the) team|job opening|vacanc\w+|apply (?:now|here|by)|wir suchen|stellenangebot|(?:jetzt )?bewerben)\b"
)
_SHORT = 60


def findings_of(block: Block) -> list[Finding]:
    """Rules, shapes and context that hold for a block."""
    public = block.visibility in PUBLIC
    found = BOOK.findings(block.text, public=public)
    if public:
        found.extend(_personal_data(block.text))
    if block.author_bio:
        bio = _PRESS_BIO.search(block.author_bio)
        if bio:
            gives = (Gives("safety", "press", 0.6),)
            found.append(Finding("press-bio", "The author says that they work for the press", gives, bio.group()))
    if block.parent and len(block.text) <= _SHORT and _HIRING.search(block.parent):
        gives = (Gives("intents", "job_enquiry", 0.65),)
        found.append(Finding("answers-opening", "A short answer to a post about an opening", gives, ""))
    return found


def _personal_data(text: str) -> list[Finding]:
    found = []
    for shape in shapes(text):
        if shape.kind in _SHAPES:
            says, p = _SHAPES[shape.kind]
            gives = (Gives("safety", "personal_data_public", p), Gives("urgency", "high", p))
            found.append(Finding(f"personal-{shape.kind}", says, gives, shape.text))
    return found
