"""Signing in at an account's own server, as the AT Protocol has it: OAuth with pushed requests, PKCE and DPoP.

Crossdesk is known to a server by the address of a description of itself, which the server reads there. On one machine
alone, where no server could read it, the network knows a client without one, whose sign-ins end after two weeks.
"""

import ipaddress
import json
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx

from crossdesk.channels.networks import calls, dpop, es256, pkce
from crossdesk.channels.ports import ConnectStart, Gone, NetworkError, Refused, Secrets, SignInExpired, Unavailable
from crossdesk.kit import clock

from . import identity, reading

NETWORK: Final = "Bluesky"
WAY: Final = "oauth"  # how an account signed in, among its secrets
SCOPE: Final = "atproto transition:generic"
DESCRIPTION: Final = "client-metadata.json"  # lies beside the address to which the browser comes back
LOOPBACK: Final = ("127.0.0.1", "::1")
UNKNOWN_OUTSIDE: Final = ("test", "local", "localhost", "invalid", "example")
PUBLIC_LASTS: Final = timedelta(days=14)  # the sign-in of a client without a key of its own
ASSERTION_LASTS: Final = 60  # seconds
SIGN_IN_AGAIN: Final = "Bluesky's server no longer accepts our sign-in. Sign in again."


def possible_from(redirect_uri: str) -> bool:
    """Can a server of the network send browsers back there? Over https to a name known to all, or to one machine itself."""
    parts = urlsplit(redirect_uri)
    host = (parts.hostname or "").lower()
    if parts.scheme == "http":
        return host in LOOPBACK
    return parts.scheme == "https" and "." in host and not _number(host) and host.split(".")[-1] not in UNKNOWN_OUTSIDE


def client_id(redirect_uri: str) -> str:
    """The name under which servers know Crossdesk."""
    if redirect_uri.startswith("https://"):
        return f"{redirect_uri.rsplit('/', 1)[0]}/{DESCRIPTION}"
    return f"http://localhost?{urlencode({'redirect_uri': redirect_uri, 'scope': SCOPE})}"


def description(redirect_uri: str, app: Mapping[str, str]) -> dict[str, Any]:
    """What Crossdesk says of itself at the address that is its client id. app: as it was registered, with its key."""
    parts = urlsplit(redirect_uri)
    key = app["key"]
    return {
        "client_id": client_id(redirect_uri),
        "client_name": "Crossdesk",
        "client_uri": f"{parts.scheme}://{parts.netloc}",
        "application_type": "web",
        "redirect_uris": [redirect_uri],
        "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"],
        "scope": SCOPE,
        "dpop_bound_access_tokens": True,
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": es256.ALGORITHM,
        "jwks": {"keys": [{**es256.public_key(key), "kid": es256.name_of(key), "use": "sig", "alg": es256.ALGORITHM}]},
    }


def begun(
    client: httpx.Client,
    entrance: identity.Entrance,
    *,
    redirect_uri: str,
    app: Mapping[str, str],
    state: str,
    nonces: dpop.Nonces,
) -> ConnectStart:
    """Hand the request over to the person's server; the browser only carries its name there."""
    keep = {
        "did": entrance.did,
        "handle": entrance.handle,
        "service": entrance.service,
        "issuer": entrance.issuer,
        "token_at": entrance.token_at,
        "revoke_at": entrance.revoke_at,
        "client_id": client_id(redirect_uri),
        "client_key": app.get("key", ""),
        "key": es256.new_key(),
    }
    made = pkce.question(client_id=keep["client_id"], redirect_uri=redirect_uri, scope=SCOPE, state=state)
    asked = {**made.asked, "login_hint": entrance.handle or entrance.did}
    answer = _posted(client, entrance.push_at, keep, asked, nonces=nonces)
    request_uri = reading.text(calls.object_of(answer, network=NETWORK), "request_uri")
    if not request_uri:
        raise Refused(identity.no_page(entrance.issuer))
    query = urlencode({"client_id": keep["client_id"], "request_uri": request_uri})
    joint = "&" if urlsplit(entrance.authorize_at).query else "?"
    return ConnectStart(url=f"{entrance.authorize_at}{joint}{query}", keep={**keep, "verifier": made.verifier})


def finished(
    client: httpx.Client, *, redirect_uri: str, keep: Mapping[str, str], answer: Mapping[str, str], nonces: dpop.Nonces
) -> tuple[Secrets, list[str]]:
    """The secrets of who signed in, and the rights they gave. Raises Refused where it is not who was meant."""
    host, handle = identity.name_of(keep["issuer"]), keep["handle"]
    if answer.get("iss") != keep["issuer"]:
        raise Refused(f"The answer did not come from {host}, where the sign-in began. Nothing was connected.")
    if not answer.get("code"):
        raise Refused(_why_not(host, answer))
    asked = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": redirect_uri,
        "code_verifier": keep["verifier"],
    }
    try:
        granted = calls.object_of(_posted(client, keep["token_at"], keep, asked, nonces=nonces), network=NETWORK)
    except Gone as error:
        raise Refused(f"The sign-in at {host} is over: it took too long, or was used before. Begin again.") from error
    tokens = _tokens_in(granted)
    held = {"way": WAY, **{name: keep[name] for name in keep if name not in ("handle", "verifier")}, **tokens}
    if granted.get("sub") != keep["did"]:
        revoke(client, held, nonces=nonces)
        raise Refused(f"At {host} somebody else signed in than {handle}. Sign in there as that account.")
    return held, reading.text(granted, "scope").split()


def renewed(client: httpx.Client, old: Secrets, *, nonces: dpop.Nonces) -> Secrets:
    """New tokens for the refresh token, which is then used up. Raises SignInExpired where it is no longer taken."""
    asked = {"grant_type": "refresh_token", "refresh_token": old.get("refresh", "")}
    try:
        granted = calls.object_of(_posted(client, old["token_at"], old, asked, nonces=nonces), network=NETWORK)
    except (Gone, SignInExpired) as error:
        raise SignInExpired(SIGN_IN_AGAIN) from error
    if granted.get("sub") != old["did"]:
        raise SignInExpired(SIGN_IN_AGAIN)
    return {**old, **_tokens_in(granted)}


def revoke(client: httpx.Client, old: Secrets, *, nonces: dpop.Nonces) -> None:
    """Give the sign-in back: its tokens are worth nothing from then on."""
    if not old.get("revoke_at") or not old.get("refresh"):
        return
    try:
        _posted(client, old["revoke_at"], old, {"token": old["refresh"]}, nonces=nonces)
    except (Gone, SignInExpired):
        return  # it was dead before


def _posted(
    client: httpx.Client, url: str, keep: Mapping[str, str], asked: Mapping[str, str], *, nonces: dpop.Nonces
) -> httpx.Response:
    """A form to the server of sign-ins, with our name and, where we have a key, the proof that we bear it."""
    shown = {"client_id": keep["client_id"]}
    if keep.get("client_key"):
        shown["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        shown["client_assertion"] = _assertion(keep)
    return dpop.call(
        client, "POST", url, key=keep["key"], nonces=nonces, network=NETWORK, data={**asked, **shown},
        headers={"Accept": "application/json"}, known=_known, words_of=words_of,
    )  # fmt: skip


def _assertion(keep: Mapping[str, str]) -> str:
    now = int(clock.now().timestamp())
    claims = {
        "iss": keep["client_id"],
        "sub": keep["client_id"],
        "aud": keep["issuer"],
        "jti": secrets.token_urlsafe(16),
        "iat": now,
        "exp": now + ASSERTION_LASTS,
    }
    return es256.signed(keep["client_key"], header={"kid": es256.name_of(keep["client_key"])}, claims=claims)


def words_of(body: Any) -> str:
    """The server's own sentence."""
    return calls.first_words(body, ("error_description", "message", "error"))


def _known(answer: httpx.Response) -> NetworkError | None:
    """What a server of sign-ins calls by name. Gone: the code or the token is used up, or too old."""
    try:
        said = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    name = said.get("error") if isinstance(said, dict) else None
    if name == "invalid_grant":
        return Gone(f"Bluesky says that it is not there: {words_of(said):.200}")
    if name in ("invalid_client", "invalid_client_metadata", "unauthorized_client", "invalid_redirect_uri"):
        words = words_of(said)[:200]
        return Refused(
            f"The account's server cannot read what Crossdesk says of itself ({words}). This installation must be "
            "reachable for it at the address in CROSSDESK_URL. Or use an app password."
        )
    if name == "temporarily_unavailable":
        return Unavailable(f"{NETWORK} answered {answer.status_code}: {words_of(said):.200}")
    return None


def _why_not(host: str, answer: Mapping[str, str]) -> str:
    words = answer.get("error_description", "")
    if "expired" in words.lower():
        return f"The sign-in at {host} is over: it took too long, or was used before. Begin again."
    if answer.get("error") == "access_denied":
        return f"It was not allowed at {host}. Nothing was connected."
    words = words or answer.get("error") or "no code came back"
    return f"{host} did not allow it: {words:.200}."


def _tokens_in(granted: Mapping[str, Any]) -> dict[str, str]:
    access, refresh = reading.text(granted, "access_token"), reading.text(granted, "refresh_token")
    if not access or not refresh or reading.text(granted, "token_type").lower() != "dpop":
        raise Refused("Bluesky's server gave no session.")
    return {"access": access, "refresh": refresh}


def _number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
