"""One row of a file, and what can be told of it in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

REPLACED = "Bytes that are no UTF-8 were replaced"
_BROKEN = re.compile("[\udc80-\udcff]")


@dataclass(slots=True)
class Row:
    """fields: as the file has them. readable: is there anything to read. notes: what is wrong, in words.

    line: where it ends in a text file; in Parquet which row it is, from 1. whole: has it as many fields as the head.
    """

    fields: dict[str, Any]
    readable: bool = True
    notes: list[str] = field(default_factory=list)
    line: int = 0
    whole: bool = True

    @property
    def error(self) -> str:
        """Everything that is wrong with the row; "" where nothing is."""
        return "; ".join(self.notes)


def unreadable(fields: Mapping[str, Any], note: str) -> Row:
    """A row of which nothing can be read. fields: with its `line`."""
    return Row(dict(fields), readable=False, notes=[note], line=fields["line"])


def is_broken(text: str) -> bool:
    """Is there a byte in it that could not be decoded?"""
    return not text.isascii() and _BROKEN.search(text) is not None


def mended(text: str) -> tuple[str, bool]:
    """The text with a sign for each byte that could not be decoded, and whether there was one."""
    found, count = _BROKEN.subn("\N{REPLACEMENT CHARACTER}", text)
    return found, bool(count)
