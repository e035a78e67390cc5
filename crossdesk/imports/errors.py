"""What keeps an import from going on."""

from typing import ClassVar

from crossdesk.kit.errors import Conflict, Invalid


class Changed(Conflict):
    """The file is not the one that was looked at."""

    code: ClassVar[str] = "imports.changed"


class Overtaken(Conflict):
    """Somebody else does the same import right now, or it was taken back meanwhile."""

    code: ClassVar[str] = "imports.overtaken"


class NothingToBring(Invalid):
    """No row of the file can come in."""

    code: ClassVar[str] = "imports.nothing"
