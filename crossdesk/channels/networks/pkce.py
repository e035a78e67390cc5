"""PKCE (RFC 7636), method S256: the code of a sign-in is worth nothing to whoever overhears it."""

import base64
import hashlib
import secrets


def new_verifier() -> str:
    """A secret of one sign-in, kept until it comes back."""
    return secrets.token_urlsafe(48)


def challenge_of(verifier: str) -> str:
    """What may be seen of it."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
