"""Who has a handle, on which server their account lies, and where they sign in for it. Nothing here needs a sign-in.

A name is believed only where both sides say the same: the handle leads to the id, and the id's document names the handle.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx

from crossdesk.channels.networks import calls, es256, hosts
from crossdesk.channels.ports import Gone, NetworkError, Refused, Unavailable, Unreadable
from crossdesk.kit import http

from . import reading

NETWORK = "Bluesky"
PLC_DIRECTORY = "https://plc.directory"
SHORT = 64 * 1024  # bytes of such a document
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HANDLE = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_DID = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[a-z0-9.-]{1,250}(?:%3a\d{1,5})?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entrance:
    """Whose account it is, the server that keeps it, and the server at which its owner signs in."""

    did: str
    handle: str
    service: str
    issuer: str
    authorize_at: str
    push_at: str
    token_at: str
    revoke_at: str


def entrance_of(client: httpx.Client, typed: str, *, server: str, directory: str = PLC_DIRECTORY) -> Entrance:
    """Where the owner of a handle (or of a DID) signs in. server: asked first who has the handle.

    Raises Refused with a sentence for who typed it, and Unavailable where one of the servers does not answer.
    """
    name = typed.strip().lstrip("@")
    given_did = _DID.fullmatch(name) is not None
    handle = "" if given_did else name.lower()
    did = name if given_did else _did_of(client, handle, server=server)
    document = _document_of(client, did, directory=directory)
    names = [str(each).removeprefix("at://").lower() for each in _listed(document, "alsoKnownAs")]
    if handle and handle not in names:
        raise Refused(
            f"The handle {handle:.100} leads to an account that does not bear it. Is it spelt as people see it?"
        )
    service = _service_in(document)
    return _entrance_at(client, service, did=did, handle=handle or next(iter(names), ""))


def _did_of(client: httpx.Client, handle: str, *, server: str) -> str:
    """By the server that was named; where that does not know it, by the handle's own host, as the network has it."""
    if len(handle) > 253 or not _HANDLE.fullmatch(handle):
        raise Refused("Type the handle as people see it, for example brand.bsky.social.")
    address, reason, did = f"{server}/xrpc/com.atproto.identity.resolveHandle", None, ""
    try:
        did = reading.text(_json(client, address, params={"handle": handle}), "did")
    except Unavailable as error:
        reason = error
    except NetworkError:
        pass  # it does not know the handle
    did = did or _did_at_host(client, handle)
    if _DID.fullmatch(did):
        return did
    if reason is not None:
        raise reason
    raise Refused(f"Nobody on Bluesky has the handle {handle:.100}. Is it spelt as people see it?")


def _did_at_host(client: httpx.Client, handle: str) -> str:
    address = f"https://{handle}/.well-known/atproto-did"
    try:
        answer = calls.call(client, "GET", address, network=NETWORK, at_most=SHORT, within=10.0, public_only=True)
    except NetworkError:
        return ""
    return answer.text.strip()[:300]


def _document_of(client: httpx.Client, did: str, *, directory: str) -> Mapping[str, Any]:
    method, _, rest = did.removeprefix("did:").partition(":")
    if method.lower() == "web":
        address = f"{hosts.base_url(unquote(rest))}/.well-known/did.json"
    else:
        address = f"{directory}/{did}"
    try:
        document = _json(client, address)
    except Gone as error:
        raise Refused(f"The account {did} does not exist any more.") from error
    if document.get("id") != did:
        raise Unreadable("The directory of accounts named another account than the one that it was asked for.")
    return document


def _service_in(document: Mapping[str, Any]) -> str:
    """The server that keeps the account."""
    for entry in _listed(document, "service"):
        if reading.text(entry, "id").endswith("#atproto_pds") and (place := reading.text(entry, "serviceEndpoint")):
            return hosts.base_url(place)
    raise Refused("This account has no server of its own that could be spoken to.")


def _entrance_at(client: httpx.Client, service: str, *, did: str, handle: str) -> Entrance:
    """What the account's server says of signing in."""
    try:
        resource = _json(client, f"{service}/.well-known/oauth-protected-resource")
        named = next((each for each in _listed(resource, "authorization_servers") if isinstance(each, str)), "")
        issuer = hosts.base_url(named) if named else ""
        about = _json(client, f"{issuer}/.well-known/oauth-authorization-server") if issuer else {}
    except (Gone, Unreadable) as error:
        raise Refused(no_page(service)) from error
    ends = {
        "authorize_at": _end(about, "authorization_endpoint"),
        "push_at": _end(about, "pushed_authorization_request_endpoint"),
        "token_at": _end(about, "token_endpoint"),
    }
    knows = "S256" in _listed(about, "code_challenge_methods_supported")
    proves = es256.ALGORITHM in _listed(about, "dpop_signing_alg_values_supported")
    if not all(ends.values()) or not knows or not proves:
        raise Refused(no_page(service))
    if about.get("issuer") != issuer:
        host, address = name_of(service), issuer
        raise Refused(f"{host} names {address} for the sign-in, and that calls itself otherwise.")
    revoke_at = _end(about, "revocation_endpoint")
    return Entrance(did=did, handle=handle, service=service, issuer=issuer, revoke_at=revoke_at, **ends)


def name_of(server: str) -> str:
    """A server as people write it."""
    return urlsplit(server).netloc


def no_page(server: str) -> str:
    """The sentence for a server that lets nobody in for an application."""
    host = name_of(server)
    return f"{host} has no sign-in page for applications. Use an app password."


def _end(about: Mapping[str, Any], name: str) -> str:
    """An address that is called or opened: over https, or on this machine."""
    given = reading.text(about, name)
    if not given:
        return ""
    parts = urlsplit(given)
    hosts.base_url(f"{parts.scheme}://{parts.netloc}")
    return given


def _json(client: httpx.Client, url: str, **more: Any) -> dict[str, Any]:
    headers = {"Accept": "application/json"}
    answer = calls.call(
        client, "GET", url, network=NETWORK, about_one=True, at_most=SHORT, within=http.READ_SECONDS, headers=headers, **more
    )  # fmt: skip
    return calls.object_of(answer, network=NETWORK)


def _listed(body: Mapping[str, Any], name: str) -> list[Any]:
    found = body.get(name)
    return found if isinstance(found, list) else []
