"""PKCE (RFC 7636), method S256: the code of a sign-in is worth nothing to whoever overhears it."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from crossdesk.channels.ports import ConnectStart


@dataclass(frozen=True, slots=True)
class Question:
    """What a sign-in page is asked, as its parameters; verifier: a secret of this one sign-in, kept until it comes back."""

    asked: Mapping[str, str]
    verifier: str


def question(*, client_id: str, redirect_uri: str, scope: str, state: str) -> Question:
    """Ask for a code that only who holds the verifier can change for a token."""
    verifier = secrets.token_urlsafe(48)
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": scope,
        "state": state,
        "code_challenge": _challenge_of(verifier),
        "code_challenge_method": "S256",
    }
    return Question(asked, verifier)


def sent_to(page: str, **more: str) -> ConnectStart:
    """The way to a sign-in page that is asked in its own address. more: as for `question`."""
    made = question(**more)
    return ConnectStart(url=f"{page}?{urlencode(made.asked)}", keep={"verifier": made.verifier})


def _challenge_of(verifier: str) -> str:
    """What may be seen of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
