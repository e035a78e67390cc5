"""What just happened, said once: kept in the session until the next page draws it."""

from dataclasses import asdict, dataclass

from django.http import HttpRequest

KEY = "toasts"


@dataclass(frozen=True, slots=True)
class Toast:
    """A sentence, its tone (good, bad, quiet) and the address that takes it back."""

    text: str
    tone: str = "good"
    undo: str = ""


def say(request: HttpRequest, text: str, *, tone: str = "good", undo: str = "") -> None:
    """Say this on the next page."""
    request.session[KEY] = [*request.session.get(KEY, []), asdict(Toast(text, tone, undo))]


def said(request: HttpRequest) -> list[Toast]:
    """What was said and not yet shown; shown now."""
    if KEY not in getattr(request, "session", {}):
        return []
    return [Toast(**row) for row in request.session.pop(KEY)]
