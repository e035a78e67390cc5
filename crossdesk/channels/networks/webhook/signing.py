"""The signature of the generic webhook: HMAC-SHA256 over the moment and the bytes, `t=1772625600,v1=5257a8…`."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from crossdesk.channels.ports import NotBelieved

HEADER: Final = "Crossdesk-Signature"
CLOCKS_DIFFER: Final = timedelta(minutes=5)  # older ones may be somebody's who listened in
_FORM: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})", re.ASCII)


def signature(raw: bytes, secret: str, *, at: datetime) -> str:
    """What stands in the header."""
    moment = int(at.timestamp())
    return f"t={moment},v1={_mac(raw, secret, moment)}"


def verify(raw: bytes, given: str, secrets: Iterable[str], *, now: datetime) -> None:
    """Believe it, or raise NotBelieved. Every secret is tried, so the time tells nothing."""
    form = _FORM.fullmatch(given.strip())
    if form is None:
        raise NotBelieved(f"The header {HEADER} is missing or not of the form t=SECONDS,v1=HEX.")
    moment = int(form[1])
    fits = [hmac.compare_digest(_mac(raw, secret, moment), form[2]) for secret in secrets]
    if not any(fits):
        raise NotBelieved(
            "The signature does not fit these bytes. Is it the right secret, over the body as it is sent?"
        )
    if abs(now - datetime.fromtimestamp(moment, UTC)) > CLOCKS_DIFFER:
        raise NotBelieved("The signature is older than five minutes, or the clocks differ. Sign each time anew.")


def _mac(raw: bytes, secret: str, moment: int) -> str:
    return hmac.new(secret.encode(), b"%d." % moment + raw, hashlib.sha256).hexdigest()
