"""What went wrong, in people's words: a page, or for a fragment a sentence that appears over the page."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from crossdesk.kit.errors import CrossdeskError
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import BareShell

logger = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponse]


def _words(status: int) -> tuple[str, str]:
    """Title and sentence for a status that nobody explained better."""
    known = {
        400: (_("This request cannot be understood"), _("The address or the form was not complete. Go back and try again.")),
        403: (_("You may not do this"), _("Your role does not include it. Ask an administrator of your workspace.")),
        404: (_("There is nothing here"), _("It does not exist, was removed, or is not yours to see.")),
        405: (_("This cannot be done here"), _("Go back and use the button on the page.")),
        409: (_("Somebody came first"), _("Look at it again and decide anew.")),
        422: (_("This cannot be used as it is"), _("Look at what you entered and try again.")),
        503: (_("Not just now"), _("The system is busy or being updated. Try again in a moment.")),
    }  # fmt: skip
    return known.get(
        status, (_("Something broke on our side"), _("It was noted in the log. Nothing you sent was lost."))
    )


def answer(request: HttpRequest, *, status: int, sentence: str = "") -> HttpResponse:
    """The error as a page, or as a fragment for HTMX. sentence: better words than the usual ones."""
    title, usual = _words(status)
    context: dict[str, Any] = {"title": title, "sentence": sentence or usual, "status": status, "shell": BareShell(request), "scripts": (), "again": request.get_full_path() if status >= 500 and request.method == "GET" else ""}  # fmt: skip
    if request.headers.get("HX-Request"):
        context["title"] = sentence or title
        return HttpResponse(render_to_string("errors/_problem.html.jinja", context), status=status)
    return HttpResponse(render_to_string("errors/page.html.jinja", context), status=status)


class ExpectedErrors:
    """Turns the failures that have a name into an answer; the rest go on to the log and the page for 500.

    An address that only takes a form, and is looked at, is one of them: Django says that with an empty page.
    """

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            told = answer(request, status=HTTPStatus.METHOD_NOT_ALLOWED)
            told.headers["Allow"] = response.headers["Allow"]
            return told
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Only for expected errors, and for a database that is busy or away."""
        if isinstance(error, CrossdeskError):
            return answer(request, status=error.status, sentence=spoken(error.message))
        if isinstance(error, OperationalError):
            logger.error("The database did not answer: %s", error)
            return answer(request, status=HTTPStatus.SERVICE_UNAVAILABLE)
        return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400"""
    return answer(request, status=400)


def forbidden(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """handler403"""
    return answer(request, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404"""
    return answer(request, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    """handler500"""
    return answer(request, status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the page stood open too long, or cookies are off."""
    return answer(request, status=403, sentence=_("This form is too old. Load the page again and send it once more."))
