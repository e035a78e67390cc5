"""Calls to one PDS as one account. Failures become the errors of `ports`; a sign-in that ran out is renewed once.

An account signed in at its server's own page (`oauth`), then each call carries a proof; or with an app password.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from crossdesk.channels.networks import calls, dpop
from crossdesk.channels.ports import Gone, Keeper, NetworkError, Refused, Secrets, SignInExpired

from . import oauth

NETWORK = "Bluesky"
SIGNED_OUT = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired", "AccountNotFound"})
NOT_THERE = frozenset({"RecordNotFound", "NotFound", "BlobNotFound"})
SIGN_IN_AGAIN = "Bluesky's server no longer accepts our sign-in. Make a new app password and connect the account again."


class AlreadyThere(Refused):
    """Under this key lies a record already."""


class Api:
    """One server and one sign-in. Keeps the last budget that the server told."""

    def __init__(
        self,
        client: httpx.Client,
        base: str,
        secrets: Secrets,
        keeper: Keeper | None = None,
        nonces: dpop.Nonces | None = None,
    ) -> None:
        self._client, self.base, self.secrets, self._keeper = client, base, secrets, keeper
        self._nonces = nonces or dpop.Nonces()
        self.pace = calls.pace_of(httpx.Response(200))

    def get(self, method: str, **params: Any) -> dict[str, Any]:
        """Read something."""
        return self._signed("GET", method, params=params)

    def post(self, method: str, body: Mapping[str, Any], *, changes: bool = True) -> dict[str, Any]:
        """Change something. None among the values is sent as null."""
        return self._signed("POST", method, changes=changes, json=dict(body))

    def upload(self, content: bytes, mime: str) -> dict[str, Any]:
        """Hand over a file. One that no record uses hurts nobody, so a lost answer leaves no doubt about a post."""
        headers = {"Content-Type": mime}
        return self._signed("POST", "com.atproto.repo.uploadBlob", content=content, headers=headers)

    def sign_in(self, identifier: str, password: str) -> dict[str, Any]:
        """A new session by password. Raises SignInExpired when it is not the right one."""
        asked = {"identifier": identifier, "password": password}
        return self._object("POST", "com.atproto.server.createSession", token="", json=asked)

    def _signed(self, verb: str, method: str, **more: Any) -> dict[str, Any]:
        try:
            return self._object(verb, method, token=self.secrets.get("access", ""), **more)
        except SignInExpired:  # the network did nothing: it may be asked again
            if not self.secrets.get("refresh") and not self.secrets.get("password"):
                raise
            keeper = self._keeper
            self.secrets = keeper.renewed(self.secrets, self._renew) if keeper else self._renew(self.secrets)
        return self._object(verb, method, token=self.secrets.get("access", ""), **more)

    def _renew(self, old: Secrets) -> Secrets:
        """By the refresh token; where that is dead too, by the app password."""
        if old.get("way") == oauth.WAY:
            return oauth.renewed(self._client, old, nonces=self._nonces)
        renewed: dict[str, Any] = {}
        if old.get("refresh"):
            try:
                renewed = self._object("POST", "com.atproto.server.refreshSession", token=old["refresh"])
            except SignInExpired:
                renewed = {}
        if not renewed:
            if not old.get("password"):
                raise SignInExpired(SIGN_IN_AGAIN)
            try:
                renewed = self.sign_in(old.get("did", ""), old["password"])
            except SignInExpired as error:
                raise SignInExpired(SIGN_IN_AGAIN) from error
        return {**old, **tokens_in(renewed)}

    def end(self) -> None:
        """End the session on the server. One that had ended before is no failure."""
        if self.secrets.get("way") == oauth.WAY:
            oauth.revoke(self._client, self.secrets, nonces=self._nonces)
        elif self.secrets.get("refresh"):
            try:
                self._call("POST", "com.atproto.server.deleteSession", token=self.secrets["refresh"])
            except SignInExpired:
                return

    def _object(self, verb: str, method: str, *, token: str, **more: Any) -> dict[str, Any]:
        answer = self._call(verb, method, token=token, **more)
        self.pace = calls.pace_of(answer) or self.pace
        return calls.object_of(answer, network=NETWORK, changes=bool(more.get("changes")))

    def _call(self, verb: str, method: str, *, token: str, headers: Any = None, **more: Any) -> httpx.Response:
        url = f"{self.base}/xrpc/{method}"
        more |= {"network": NETWORK, "words_of": words_of}
        sent = {"Accept": "application/json", **(headers or {})}
        if token and self.secrets.get("way") == oauth.WAY:
            key = self.secrets.get("key", "")
            return dpop.call(
                self._client, verb, url, key=key, nonces=self._nonces, token=token, headers=sent, known=_known_of_oauth,
                **more,
            )  # fmt: skip
        if token:
            sent["Authorization"] = f"Bearer {token}"
        return calls.call(self._client, verb, url, headers=sent, known=_known, **more)


def tokens_in(session: Mapping[str, Any]) -> dict[str, str]:
    """The two tokens of a session. Raises Refused where the server gave none."""
    access, refresh = session.get("accessJwt"), session.get("refreshJwt")
    if not isinstance(access, str) or not isinstance(refresh, str) or not access or not refresh:
        raise Refused("Bluesky's server gave no session.")
    return {"access": access, "refresh": refresh}


def words_of(body: Any) -> str:
    """The server's own sentence."""
    return calls.first_words(body, ("message", "error"))


def _known(answer: httpx.Response) -> NetworkError | None:
    """What the servers call by name, mostly with status 400."""
    try:
        body = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    name = body.get("error") if isinstance(body, dict) else None
    if answer.status_code == 429 or not isinstance(name, str):
        return None
    if name in SIGNED_OUT:
        return SignInExpired(SIGN_IN_AGAIN)
    if name in NOT_THERE:
        return Gone(f"Bluesky says that it is not there: {words_of(body):.200}")
    if name == "InvalidSwap":
        return AlreadyThere(f"Bluesky said no: {words_of(body):.200}")
    if name in ("AccountTakedown", "AccountDeactivated", "AccountSuspended", "AuthFactorTokenRequired"):
        return Refused(f"Bluesky said no: {words_of(body):.200}")
    return None


def _known_of_oauth(answer: httpx.Response) -> NetworkError | None:
    """The same, for who signs in on a page."""
    named = _known(answer)
    return (
        SignInExpired(oauth.SIGN_IN_AGAIN) if isinstance(named, SignInExpired) or answer.status_code == 401 else named
    )
