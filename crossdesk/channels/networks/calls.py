"""One call to a network over HTTP: every way in which it can fail becomes one of the errors in `ports`."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from crossdesk.channels.ports import (
    Fetched,
    Gone,
    MissingScope,
    NetworkError,
    Pace,
    RateLimited,
    Refused,
    SignInExpired,
    Unavailable,
    Unreadable,
)
from crossdesk.kit import http, outgoing
from crossdesk.kit.sizes import size

KEPT_OF_UNREADABLE = 64 * 1024
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)

Known = Callable[[httpx.Response], NetworkError | None]


def call(
    client: httpx.Client,
    method: str,
    url: str,
    *,
    network: str,
    changes: bool = False,
    about_one: bool = False,
    at_most: int = http.MAX_ANSWER_BYTES,
    headers: Mapping[str, str] | None = None,
    words_of: Callable[[Any], str] | None = None,
    known: Known | None = None,
    **body: Any,
) -> httpx.Response:
    """Send one request and pass a good answer on.

    network: as people call it, for the sentences. changes: the request makes or changes something, so a lost answer
    leaves the outcome unknown. about_one: the request names one message or file, which may be gone. words_of: takes
    the network's own sentence from an error's JSON. known: makes an error of what the network calls by a name of its
    own, whatever the status. body: as httpx has it.
    """
    with _in_words_of_ports(url, network=network, changes=changes, at_most=at_most):
        answer = http.exchange(client, method, url, headers=headers, at_most=at_most, **body)
    if not answer.is_success and known is not None and (named := known(answer)) is not None:
        raise named
    refuse(answer, network=network, changes=changes, about_one=about_one, words_of=words_of)
    return answer


def fetch(client: httpx.Client, url: str, *, network: str, base: str, at_most: int) -> Fetched:
    """Read a media file, without any token: `Session.fetch` of most adapters. base: the server's own address.

    A file on another host than the server's is read only where that host is on the open internet.
    """
    with _in_words_of_ports(url, network=network, changes=False, at_most=at_most):
        try:
            answer = http.fetch(client, url, base=base, at_most=at_most)
        except http.AnswerTooLarge as error:
            raise Refused(f"The file is larger than {size(at_most)}.") from error
    refuse(answer, network=network, about_one=True)
    return Fetched(answer.content, answer.headers.get("content-type", "").split(";")[0].strip())


@contextmanager
def _in_words_of_ports(url: str, *, network: str, changes: bool, at_most: int) -> Iterator[None]:
    try:
        yield
    except httpx.InvalidURL as error:
        raise Refused(f"{url!r:.200} is not an address.") from error
    except outgoing.ForbiddenAddress as error:
        raise Refused(str(error)) from error
    except UNSENT as error:
        raise Unavailable(f"{network} cannot be reached: {reason_of(error)}.") from error
    except http.AnswerTooLarge as error:
        if changes:
            raise Unavailable(f"{network} sent an answer without end.", outcome_unknown=True) from error
        raise Unreadable(f"{network} sent more than {size(at_most)}.") from error
    except httpx.HTTPError as error:
        raise Unavailable(f"{network} gave no answer: {reason_of(error)}.", outcome_unknown=changes) from error


def refuse(
    answer: httpx.Response,
    *,
    network: str,
    changes: bool = False,
    about_one: bool = False,
    words_of: Callable[[Any], str] | None = None,
) -> None:
    """Raise the error that tells the caller what to do next, unless the answer is good."""
    status, words = answer.status_code, _words(answer, words_of)
    error: NetworkError | None = None
    if status == 401:
        error = SignInExpired(f"{network} no longer accepts our sign-in. Sign in again.")
    elif status == 403 and (scope := scope_in(words, answer)):
        error = MissingScope(f"{network} says that the sign-in lacks a right: {words}", scope=scope)
    elif status == 429:
        error = RateLimited(f"{network} asked us to wait.", until=http.moment_to_retry(answer))
    elif status in (404, 410) and about_one:
        error = Gone(f"{network} says that it is not there: {words}")
    elif status in (404, 410):
        error = Unavailable(f"{network} does not answer at {answer.request.url.path}. Is it the right host?")
    elif status >= 500 or status == 408:
        error = Unavailable(f"{network} answered {status}: {words}", outcome_unknown=changes)
    elif status in http.MOVED:
        place = answer.headers.get("location", "")
        error = Refused(f"{network} sent us on to {place!r:.200}. Connect it under the name it uses now.")
    elif not answer.is_success:
        error = Refused(f"{network} said no: {words}")
    if error is not None:
        raise error


def json_of(answer: httpx.Response, *, network: str, changes: bool = False) -> Any:
    """The JSON of a good answer. After a change, rubbish leaves the outcome unknown."""
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        if changes:
            raise Unavailable(f"{network} answered with something that is not JSON.", outcome_unknown=True) from error
        raise Unreadable(f"{network} sent something that is not JSON.", payload=payload_of(answer)) from error


def object_of(answer: httpx.Response, *, network: str, changes: bool = False) -> dict[str, Any]:
    """The JSON object of a good answer."""
    value = json_of(answer, network=network, changes=changes)
    if isinstance(value, dict):
        return value
    if changes:
        raise Unavailable(f"{network} answered with something unexpected.", outcome_unknown=True)
    raise Unreadable(f"{network} sent something unexpected.", payload=payload_of(answer))


def list_of(answer: httpx.Response, *, network: str) -> list[Any]:
    """The JSON list of a good answer."""
    value = json_of(answer, network=network)
    if not isinstance(value, list):
        raise Unreadable(f"{network} sent something unexpected.", payload=payload_of(answer))
    return value


def payload_of(answer: httpx.Response) -> str:
    """The first part of what we could not understand."""
    return answer.content[:KEPT_OF_UNREADABLE].decode("utf-8", "replace")


def pace_of(answer: httpx.Response) -> Pace | None:
    """The budget in the headers, where the network tells it."""
    limit, remaining = (_whole(http.budget(answer, name)) for name in ("limit", "remaining"))
    resets_at = http.reset_moment(http.budget(answer, "reset"))
    if limit is None and remaining is None:
        return None
    return Pace(limit=limit, remaining=remaining, resets_at=resets_at)


def scope_in(words: str, answer: httpx.Response) -> str:
    """The right that is missing, where a 403 speaks of one."""
    named: str = answer.headers.get("x-scope", "")
    return named or ("unknown" if "scope" in words.lower() else "")


def reason_of(error: httpx.HTTPError) -> str:
    """Why a call failed, in few words that hold no secret."""
    if isinstance(error, httpx.TimeoutException):
        return "it took too long"
    words = str(error).strip() or type(error).__name__
    if "CERTIFICATE" in words or "SSL" in words:
        return f"its certificate or encryption is not in order ({words:.200})"
    return words[:200]


def _words(answer: httpx.Response, words_of: Callable[[Any], str] | None) -> str:
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        return f"status {answer.status_code}"
    words = words_of(body) if words_of else first_words(body, ("message", "error_description", "error"))
    return words[:300] or f"status {answer.status_code}"


def first_words(body: Any, names: Iterable[str]) -> str:
    """The first text among these names in a JSON object."""
    if not isinstance(body, dict):
        return ""
    return next((body[name] for name in names if isinstance(body.get(name), str) and body[name]), "")


def _whole(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None
