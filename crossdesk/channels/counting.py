"""How long a network finds a text. The one implementation: sending is refused by it, and `composer.js` mirrors it."""

import re

from crossdesk.channels.ports import Counting
from crossdesk.kit import graphemes

_BLANK = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
# A link ends before the full stop of its sentence, brackets and quotation marks.
LINK = re.compile(rf"https?://[^{_BLANK}<>()\[\]{{}}\"“”„‘’«»]*[^{_BLANK}<>()\[\]{{}}\"“”„‘’«».,;:!?…']", re.ASCII)
MENTION = re.compile(r"(?<![=/A-Za-z0-9_])@([A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)@[A-Za-z0-9]+(?:[.-]+[A-Za-z0-9]+)*(?::[0-9]+)?")  # fmt: skip


def length(text: str, counting: Counting) -> int:
    """The text's length in the network's own counting."""
    if counting.bare_mentions:
        text = MENTION.sub(r"@\1", text)
    if counting.links_as is not None:
        text = LINK.sub("x" * counting.links_as, text)
    if counting.unit == "bytes":
        return len(text.encode())
    return graphemes.count(text) if counting.unit == "graphemes" else len(text)


def addressed(text: str, handle: str) -> str:
    """The text with the person named first, where they are not named yet and the network wants them named."""
    handle = handle.lstrip("@")
    if not handle or re.search(rf"@{re.escape(handle)}(?![\w@])", text, re.IGNORECASE | re.ASCII):
        return text
    return f"@{handle} {text}"
