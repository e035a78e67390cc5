"""The short help of each page, behind the `?` in its head. The texts are those of docs/help, drawn by script/help."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from markupsafe import Markup

Next = Callable[[HttpRequest], HttpResponse]
FOLDER: Final = Path(__file__).parent / "help"
# The text of docs/help → the names of the addresses that show it.
PAGES: Final = {
    "today": ("today", "today_body"),
    "desk": ("desk", "desk_body"),
    "inbox": ("inbox", "queue", "open", "conversation"),
    "notices": ("notices",),
    "scoreboard": ("scoreboard",),
    "measure": ("measure",),
    "quality": ("quality", "quality_rows", "quality_twice", "quality_fixes"),
    "learned": ("quality_learned",),
    "labelling": ("quality_label", "quality_sample"),
    "accounts": ("accounts", "account", "connect"),
    "import": ("imports", "import"),
    "operations": (
        "operations", "operations_waiting", "operations_deliveries", "operations_outbox", "operations_holds",
        "operations_audit",
    ),
    "departments": ("organisation", "department", "place"),
    "people": ("people", "person", "invite", "people_import"),
    "matrix": ("matrix", "matrix_cell"),
    "access": ("access", "access_cell"),
    "history": ("history", "history_of"),
    "rules": ("rules", "rule", "rule_new"),
    "targets": ("targets",),
    "writing": ("writing",),
    "walls": ("walls", "wall"),
    "profile": ("profile",),
    "set-up": (
        "set_up_company", "set_up_departments", "set_up_account", "set_up_people", "set_up_ready", "set_up_ready_body",
    ),
}  # fmt: skip
TEXT_OF: Final = {name: text for text, names in PAGES.items() for name in names}
_page: ContextVar[str] = ContextVar("page", default="")


@dataclass(frozen=True, slots=True)
class Help:
    """One text in the language it is there in."""

    key: str
    language: str
    text: Markup


def of_page() -> Help | None:
    """The help of the page that is being drawn, in the reader's language; None where it has none."""
    text = TEXT_OF.get(_page.get())
    if text is None:
        return None
    language = (get_language() or "").partition("-")[0]
    here = language if (FOLDER / language).is_dir() and language else settings.LANGUAGE_CODE
    return Help(key=text, language=here, text=_drawn(here, text))


@cache
def _drawn(language: str, text: str) -> Markup:
    return Markup((FOLDER / language / f"{text}.html").read_text(encoding="utf-8"))  # noqa: S704 -- drawn from our own texts, without HTML of theirs


class PageHelp:
    """Remembers which page is being drawn, until its answer stands."""

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = _page.set("")
        try:
            return self._get_response(request)
        finally:
            _page.reset(before)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Called once it is known which page was asked for."""
        _page.set((request.resolver_match and request.resolver_match.url_name) or "")
