"""Changes of imports: everything that pages and commands may ask for."""

from crossdesk.imports.services.bringing import begin, bring
from crossdesk.imports.services.checking import check, confirm
from crossdesk.imports.services.finishing import halt
from crossdesk.imports.services.hearing import hear
from crossdesk.imports.services.opening import (
    Look,
    discard,
    errors_path,
    file_of,
    look,
    look_again,
    open_import,
    read_days,
    stage_path,
    unfinished,
    upload,
)
from crossdesk.imports.services.undoing import stop, take_back, take_back_some

__all__ = [
    "Look",
    "begin",
    "bring",
    "check",
    "confirm",
    "discard",
    "errors_path",
    "file_of",
    "halt",
    "hear",
    "look",
    "look_again",
    "open_import",
    "read_days",
    "stage_path",
    "stop",
    "take_back",
    "take_back_some",
    "unfinished",
    "upload",
]
