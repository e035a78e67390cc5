"""What keeps a whole file from being read. What is wrong with one row stands beside that row."""

from typing import ClassVar

from crossdesk.kit.errors import CrossdeskError


class CannotWrite(CrossdeskError):
    """What is read can no longer be kept: the disk is full, say."""

    code: ClassVar[str] = "read.cannot_write"


class NoText(CrossdeskError):
    """No column holds the text, as far as we can tell."""

    code: ClassVar[str] = "read.no_text"


class NotTheSame(CrossdeskError):
    """What was written before was not made from this file."""

    code: ClassVar[str] = "read.not_the_same"


class NothingToMeasure(CrossdeskError):
    """No row has both a text and a label that the head knows."""

    code: ClassVar[str] = "read.nothing_to_measure"
