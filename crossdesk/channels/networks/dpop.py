"""DPoP (RFC 9449): each call proves that whoever holds the token also holds the key to which it is bound.

Servers hand out nonces that a proof must carry. They answer a proof with none, or with an old one, by a new nonce and
do nothing else, so such a call is repeated once, whatever it was to change.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpx

from crossdesk.channels.networks import calls, es256
from crossdesk.channels.ports import NetworkError, Refused, Unavailable
from crossdesk.kit import clock

MOST_SERVERS = 500
COMPLAINTS = ("use_dpop_nonce", "invalid_dpop_proof")


class NonceWanted(NetworkError):
    """The server did nothing: it wants a proof with the nonce that it sent along."""

    code = "network.nonce_wanted"


class Nonces:
    """The newest nonce of each server. They are no secret, and good for every account there."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def of(self, url: str) -> str:
        """What the server of this address gave last; "" where it gave none."""
        return self._kept.get(_server(url), "")

    def keep(self, answer: httpx.Response) -> None:
        """Remember what came with an answer."""
        if given := answer.headers.get("dpop-nonce"):
            if len(self._kept) >= MOST_SERVERS:
                self._kept.clear()
            self._kept[_server(str(answer.request.url))] = given


def proof(key: str, method: str, url: str, *, nonce: str = "", token: str = "") -> str:
    """The proof for one request. url: what follows a question mark does not belong to it."""
    claims: dict[str, Any] = {
        "jti": secrets.token_urlsafe(16),
        "htm": method,
        "htu": url.partition("?")[0].partition("#")[0],
        "iat": int(clock.now().timestamp()),
    }
    if nonce:
        claims["nonce"] = nonce
    if token:
        claims["ath"] = es256.coded(hashlib.sha256(token.encode()).digest())
    return es256.signed(key, header={"typ": "dpop+jwt", "jwk": es256.public_key(key)}, claims=claims)


def call(
    client: httpx.Client,
    method: str,
    url: str,
    *,
    key: str,
    nonces: Nonces,
    token: str = "",
    headers: Mapping[str, str] | None = None,
    known: calls.Known | None = None,
    **more: Any,
) -> httpx.Response:
    """`calls.call` with a proof; once more where the server only wanted its nonce. token: what the key is bound to."""
    signed = {"Authorization": f"DPoP {token}"} if token else {}

    def once(known: calls.Known) -> httpx.Response:
        shown = proof(key, method, url, nonce=nonces.of(url), token=token)
        answer = calls.call(
            client, method, url, headers={**(headers or {}), **signed, "DPoP": shown}, known=known, **more
        )
        nonces.keep(answer)
        return answer

    def named(answer: httpx.Response, *, again: bool) -> NetworkError | None:
        nonces.keep(answer)
        match _complaint(answer):
            case "use_dpop_nonce" if again:
                return Unavailable("The server wants ever new proofs and takes none.")
            case "use_dpop_nonce":
                return NonceWanted("a nonce is wanted")
            case "invalid_dpop_proof":
                return Refused("The server does not believe our proof. Is the clock of this machine right?")
        return known(answer) if known else None

    try:
        return once(partial(named, again=False))
    except NonceWanted:
        return once(partial(named, again=True))


def _complaint(answer: httpx.Response) -> str:
    """What is wrong with the proof: a server of files says it in a header, a server of tokens in its words."""
    if answer.status_code not in (400, 401):
        return ""
    shown = answer.headers.get("www-authenticate", "")
    if found := next((each for each in COMPLAINTS if each in shown), ""):
        return found
    try:
        said = json.loads(answer.content)
    except (ValueError, RecursionError):
        return ""
    name = said.get("error") if isinstance(said, dict) else None
    return name if name in COMPLAINTS else ""


def _server(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
