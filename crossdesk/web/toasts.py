"""What just happened, said once: kept in the session until the next page draws it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.http import HttpRequest

KEY = "toasts"


@dataclass(frozen=True, slots=True)
class Toast:
    """A sentence, its tone (good, bad, quiet) and the address that takes it back, with what is sent there."""

    text: str
    tone: str = "good"
    undo: str = ""
    fields: Sequence[Sequence[str]] = ()


def say(
    request: HttpRequest, text: str, *, tone: str = "good", undo: str = "", fields: Sequence[Sequence[str]] = ()
) -> None:
    """Say this on the next page."""
    request.session[KEY] = [*request.session.get(KEY, []), asdict(Toast(text, tone, undo, fields))]


def said(request: HttpRequest) -> list[Toast]:
    """What was said and not yet shown; shown now."""
    if KEY not in getattr(request, "session", {}):
        return []
    return [Toast(**row) for row in request.session.pop(KEY)]
