"""Signing in against servers that are old, broken or dishonest, and what a proof says. The network here is a table of answers."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from crossdesk.channels.networks import dpop, es256
from crossdesk.channels.networks.bluesky import identity, oauth
from crossdesk.channels.networks.bluesky.adapter import Bluesky
from crossdesk.channels.ports import NetworkError, Profile, Refused, SignInExpired, Unavailable

DID = "did:plc:abcdefghijklmnopqrstuvwx"
ENTRY, PDS, ISSUER = "https://entry.social", "https://pds.social", "https://sign-in.social"
KEY = es256.new_key()
Answer = tuple[int, dict[str, str], Any] | Callable[[httpx.Request], httpx.Response]

ABOUT = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "pushed_authorization_request_endpoint": f"{ISSUER}/par",
    "token_endpoint": f"{ISSUER}/token",
    "revocation_endpoint": f"{ISSUER}/revoke",
    "code_challenge_methods_supported": ["S256"],
    "dpop_signing_alg_values_supported": ["ES256"],
}
WORLD: dict[str, Answer] = {
    f"{ENTRY}/xrpc/com.atproto.identity.resolveHandle": (200, {}, {"did": DID}),
    f"https://plc.directory/{DID}": (
        200,
        {},
        {
            "id": DID,
            "alsoKnownAs": ["at://brand.social"],
            "service": [{"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": PDS}],
        },
    ),
    f"{PDS}/.well-known/oauth-protected-resource": (200, {}, {"authorization_servers": [ISSUER]}),
    f"{ISSUER}/.well-known/oauth-authorization-server": (200, {}, ABOUT),
}
SECRETS = {
    "way": "oauth", "service": PDS, "did": DID, "issuer": ISSUER, "token_at": f"{ISSUER}/token", "key": KEY,
    "revoke_at": f"{ISSUER}/revoke", "client_id": "http://localhost", "access": "a1", "refresh": "r1",
}  # fmt: skip
GRANTED = {"access_token": "a2", "refresh_token": "r2", "token_type": "DPoP", "sub": DID, "scope": "atproto"}


def world(**changed: Answer) -> tuple[httpx.Client, list[str]]:
    """Servers that answer so, and what they were asked. changed: by the end of the address."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        place = str(request.url).partition("?")[0]
        asked.append(place)
        found = next((one for end, one in changed.items() if place.endswith(end)), WORLD.get(place, (404, {}, {})))
        if callable(found):
            return found(request)
        status, headers, body = found
        return httpx.Response(status, headers=headers, json=body)

    return httpx.Client(transport=httpx.MockTransport(answer)), asked


def claims_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims, _ = (json.loads(_raw(part)) if place < 2 else {} for place, part in enumerate(token.split(".")))
    return header, claims


def _raw(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_the_way_from_a_handle_to_the_server_where_its_owner_signs_in():
    client, asked = world()

    found = identity.entrance_of(client, " @Brand.Social ", server=ENTRY)

    assert found == identity.Entrance(
        did=DID, handle="brand.social", service=PDS, issuer=ISSUER, authorize_at=f"{ISSUER}/authorize",
        push_at=f"{ISSUER}/par", token_at=f"{ISSUER}/token", revoke_at=f"{ISSUER}/revoke",
    )  # fmt: skip
    assert asked == list(WORLD)


def test_a_handle_that_only_its_own_host_knows_is_found_there():
    unknown: Answer = (400, {}, {"error": "InvalidRequest", "message": "Unable to resolve handle"})
    own: Answer = lambda _request: httpx.Response(200, text=f"{DID}\n")  # noqa: E731
    client, _ = world(resolveHandle=unknown, **{"atproto-did": own})

    assert identity.entrance_of(client, "brand.social", server=ENTRY).did == DID


@pytest.mark.parametrize(
    ("changed", "kind", "words"),
    [
        ({"oauth-protected-resource": (404, {}, {})}, Refused, "pds.social has no sign-in page for applications"),
        ({"oauth-authorization-server": (404, {}, {})}, Refused, "has no sign-in page for applications"),
        ({"oauth-protected-resource": (200, {}, {"authorization_servers": []})}, Refused, "has no sign-in page"),
        (
            {"oauth-authorization-server": (200, {}, {**ABOUT, "code_challenge_methods_supported": ["plain"]})},
            Refused,
            "has no sign-in page",
        ),
        (
            {"oauth-authorization-server": (200, {}, {**ABOUT, "issuer": "https://other.social"})},
            Refused,
            "pds.social names https://sign-in.social for the sign-in, and that calls itself otherwise",
        ),
        (
            {"oauth-authorization-server": (200, {}, {**ABOUT, "token_endpoint": "http://sign-in.social/token"})},
            Refused,
            "must be reached over https",
        ),
        ({"oauth-protected-resource": (503, {}, {})}, Unavailable, "503"),
        ({DID: (200, {}, {"id": DID, "alsoKnownAs": ["at://other.social"]})}, Refused, "does not bear it"),
        ({DID: (200, {}, {"id": DID, "alsoKnownAs": ["at://brand.social"]})}, Refused, "has no server of its own"),
        ({DID: (200, {}, {"id": "did:plc:other"})}, NetworkError, "named another account"),
        ({DID: (404, {}, {})}, Refused, "does not exist any more"),
        ({"resolveHandle": (502, {}, {})}, Unavailable, "502"),
        ({"resolveHandle": (200, {}, {"did": "../../etc/passwd"})}, Refused, "Nobody on Bluesky has the handle"),
    ],
)
def test_what_is_wrong_on_the_way_is_said_in_words(changed, kind, words):
    client, asked = world(**changed)

    with pytest.raises(kind, match=words):
        identity.entrance_of(client, "brand.social", server=ENTRY)

    assert f"{ISSUER}/par" not in asked


@pytest.mark.parametrize(
    ("came", "words"),
    [
        ({"error": "access_denied"}, r"It was not allowed at sign-in\.social\. Nothing was connected\."),
        (
            {"error": "access_denied", "error_description": "This request has expired"},
            r"The sign-in at sign-in\.social is over: it took too long",
        ),
        (
            {"error": "server_error", "error_description": "Out of paper"},
            r"sign-in\.social did not allow it: Out of paper\.",
        ),
        ({}, r"sign-in\.social did not allow it: no code came back\."),
        ({"code": "c", "iss": "https://other.social"}, r"did not come from sign-in\.social"),
        ({"code": "c", "iss": ""}, r"did not come from sign-in\.social"),
    ],
)
def test_what_comes_back_instead_of_a_code_is_said_in_words(came, words):
    client, asked = world()
    keep = {**SECRETS, "handle": "brand.social", "verifier": "v"}

    with pytest.raises(Refused, match=words):
        oauth.finished(
            client, redirect_uri="http://127.0.0.1:1/b", keep=keep, answer={"iss": ISSUER, **came}, nonces=dpop.Nonces()
        )

    assert asked == []


@pytest.mark.parametrize(
    "granted",
    [{**GRANTED, "token_type": "Bearer"}, {**GRANTED, "refresh_token": ""}, {"sub": DID}],
)
def test_tokens_that_are_not_bound_to_the_key_or_cannot_be_renewed_are_not_taken(granted):
    client, _ = world(token=(200, {}, granted))
    keep = {**SECRETS, "handle": "brand.social", "verifier": "v"}

    with pytest.raises(Refused, match="gave no session"):
        oauth.finished(
            client, redirect_uri="http://127.0.0.1:1/b", keep=keep, answer={"iss": ISSUER, "code": "c"},
            nonces=dpop.Nonces(),
        )  # fmt: skip


def test_a_renewal_that_names_somebody_else_ends_the_sign_in():
    client, _ = world(token=(200, {}, {**GRANTED, "sub": "did:plc:zzzzzzzzzzzzzzzzzzzzzzzz"}))

    with pytest.raises(SignInExpired):
        oauth.renewed(client, SECRETS, nonces=dpop.Nonces())


def test_a_proof_names_the_call_the_token_and_the_nonce_and_is_signed_by_its_key():
    token = dpop.proof(KEY, "GET", "https://pds.social/xrpc/a.b?limit=5#x", nonce="n1", token="a1")

    header, claims = claims_of(token)
    words, _, signature = token.rpartition(".")
    raw = _raw(signature)
    numbers = {name: int.from_bytes(_raw(header["jwk"][name])) for name in ("x", "y")}
    public = ec.EllipticCurvePublicNumbers(numbers["x"], numbers["y"], ec.SECP256R1()).public_key()
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(der, words.encode(), ec.ECDSA(hashes.SHA256()))  # raises where it is not its signature
    assert (header["typ"], header["alg"], sorted(header["jwk"])) == ("dpop+jwt", "ES256", ["crv", "kty", "x", "y"])
    assert len(raw) == 64
    assert {**claims, "jti": "", "iat": 0} == {
        "jti": "", "htm": "GET", "htu": "https://pds.social/xrpc/a.b", "iat": 0, "nonce": "n1",
        "ath": base64.urlsafe_b64encode(hashlib.sha256(b"a1").digest()).rstrip(b"=").decode(),
    }  # fmt: skip
    assert claims_of(dpop.proof(KEY, "GET", "https://pds.social/"))[1]["jti"] != claims["jti"]


def wants_nonce(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(401, headers={"DPoP-Nonce": "n2", "WWW-Authenticate": 'DPoP error="use_dpop_nonce"'}, json={})


def test_a_write_that_only_lacked_the_nonce_is_sent_once_more_with_it():
    nonces: list[Any] = []

    def put(request: httpx.Request) -> httpx.Response:
        nonces.append(claims_of(request.headers["dpop"])[1].get("nonce"))
        return wants_nonce(request) if len(nonces) == 1 else httpx.Response(200, json={"uri": "u"})

    client, _ = world(putRecord=put)
    session = Bluesky(client).session(host="", secrets=SECRETS, profile=Profile(DID, "brand"))

    assert session._api.post("com.atproto.repo.putRecord", {}) == {"uri": "u"}
    assert nonces == [None, "n2"]


@pytest.mark.parametrize(
    ("says", "kind", "words", "calls"),
    [
        (wants_nonce, Unavailable, "ever new proofs", 2),
        (
            lambda _request: httpx.Response(
                401, headers={"WWW-Authenticate": 'DPoP error="invalid_dpop_proof"'}, json={}
            ),
            Refused,
            "Is the clock of this machine right",
            1,
        ),
    ],
)
def test_a_server_that_takes_no_proof_does_not_end_the_sign_in(says, kind, words, calls):
    client, asked = world(getSession=says)
    session = Bluesky(client).session(host="", secrets=SECRETS, profile=Profile(DID, "brand"))

    with pytest.raises(kind, match=words):
        session.verify()

    assert asked == [f"{PDS}/xrpc/com.atproto.server.getSession"] * calls


def test_a_token_that_ended_is_renewed_once_and_the_call_made_again():
    spent: list[str] = []

    def get_session(request: httpx.Request) -> httpx.Response:
        spent.append(request.headers["authorization"])
        ended = httpx.Response(401, headers={"WWW-Authenticate": 'DPoP error="invalid_token"'}, json={"error": "x"})
        return httpx.Response(200, json={"did": DID, "handle": "brand.social"}) if len(spent) > 1 else ended

    client, asked = world(getSession=get_session, token=(200, {}, GRANTED))
    session = Bluesky(client).session(host="", secrets=SECRETS, profile=Profile(DID, "brand"))

    assert session.verify().external_id == DID
    assert spent == ["DPoP a1", "DPoP a2"]
    assert asked.count(f"{ISSUER}/token") == 1
