"""Changes of imports: everything that pages and commands may ask for."""

from crossdesk.imports.services.bringing import begin, bring
from crossdesk.imports.services.checking import check, confirm
from crossdesk.imports.services.opening import Look, discard, errors_path, look, open_import, stage_path, unfinished

__all__ = [
    "Look",
    "begin",
    "bring",
    "check",
    "confirm",
    "discard",
    "errors_path",
    "look",
    "open_import",
    "stage_path",
    "unfinished",
]
