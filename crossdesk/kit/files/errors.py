"""What keeps a whole file from being read."""

from typing import ClassVar

from crossdesk.kit.errors import CrossdeskError


class CannotOpen(CrossdeskError):
    """The file cannot be opened, or is not what its name says."""

    code: ClassVar[str] = "read.cannot_open"


class NoParquet(CrossdeskError):
    """The optional packages for Parquet are not installed."""

    code: ClassVar[str] = "read.no_parquet"
