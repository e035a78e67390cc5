"""The language of the reader: their own choice, else their browser's, else the workspace's, else English."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from crossdesk.org.models import User

Next = Callable[[HttpRequest], HttpResponse]


def choices() -> Sequence[tuple[str, str]]:
    """Code and name of each language that the pages are written in, each in its own words."""
    return tuple((code, str(name)) for code, name in settings.LANGUAGES)


def supported(code: str) -> str:
    """The language of ours that comes next to a code (de-AT → de); empty for none."""
    try:
        return get_supported_language_variant(code) if code else ""
    except LookupError:
        return ""


def of_browser(header: str) -> str:
    """The first language of an Accept-Language header that we have; empty for none."""
    wanted = (supported(code) for code, _weight in parse_accept_lang_header(header.lower()) if code != "*")
    return next((code for code in wanted if code), "")


def chosen(*, person: str, browser: str, workspace: str = "") -> str:
    """The first that we have."""
    return supported(person) or of_browser(browser) or supported(workspace) or settings.LANGUAGE_CODE


def settle(request: HttpRequest, user: User | None, *, workspace_language: str = "") -> None:
    """Speak the reader's language until the end of the request: in pages, fragments and errors alike."""
    header = request.headers.get("Accept-Language", "")
    code = chosen(person=user.language if user else "", browser=header, workspace=workspace_language)
    translation.activate(code)


def reader(get_response: Next) -> Next:
    """Every answer speaks the reader's language and says which one it is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        before = translation.get_language()
        try:
            settle(request, _user(request))
            response = get_response(request)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                patch_vary_headers(response, ("Accept-Language",))
                response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response
        finally:
            translation.activate(before) if before else translation.deactivate()

    return middleware


def _user(request: HttpRequest) -> User | None:
    """Who is signed in. Without a session nothing is asked; a database that is away is the page's to tell of."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    try:
        return request.user if request.user.is_authenticated else None
    except OperationalError:
        return None
