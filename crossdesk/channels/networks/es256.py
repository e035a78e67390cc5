"""Signatures of JSON Web Tokens with ES256 (RFC 7515, 7517, 7518), and keys for them. Nothing here checks one."""

import base64
import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ALGORITHM = "ES256"
_BYTES = 32  # of each number of the curve P-256


def new_key() -> str:
    """A private key, as text that can be kept."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )  # fmt: skip


def public_key(key: str) -> dict[str, str]:
    """What everybody may know of a key, as a JSON Web Key."""
    numbers = _opened(key).public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": _number(numbers.x), "y": _number(numbers.y)}


def name_of(key: str) -> str:
    """The thumbprint of a key (RFC 7638), always the same."""
    words = json.dumps(public_key(key), sort_keys=True, separators=(",", ":"))
    return coded(hashlib.sha256(words.encode()).digest())


def signed(key: str, *, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """A token with these claims. header: what it says beside the algorithm."""
    parts = ({"alg": ALGORITHM, **header}, dict(claims))
    words = ".".join(coded(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    r, s = decode_dss_signature(_opened(key).sign(words.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{words}.{coded(r.to_bytes(_BYTES) + s.to_bytes(_BYTES))}"


def coded(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(value: int) -> str:
    return coded(value.to_bytes(_BYTES))


@lru_cache(maxsize=256)
def _opened(key: str) -> ec.EllipticCurvePrivateKey:
    opened = serialization.load_pem_private_key(key.encode(), password=None)
    if not isinstance(opened, ec.EllipticCurvePrivateKey):
        raise TypeError("Not a key of an elliptic curve.")
    return opened
