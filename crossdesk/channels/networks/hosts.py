"""Hosts as people write them, and the address that is called."""

import re
from urllib.parse import urlsplit

from crossdesk.channels.ports import Refused

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_HOST = re.compile(r"(\[[0-9a-f:]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:\d{1,5})?")


def base_url(host: str) -> str:
    """The address of a host: `example.social` is https; http only for this machine itself. Raises Refused."""
    given = host.strip().rstrip("/")
    scheme, name = given.split("://", 1) if "://" in given else ("https", given)
    scheme, name = scheme.lower(), name.lower().split("/", 1)[0]
    if "@" in name or not _HOST.fullmatch(name) or scheme not in ("https", "http"):
        raise Refused(f"{host!r:.100} is not a host. Write it as example.social.")
    if scheme == "http" and urlsplit(f"//{name}").hostname not in {each.strip("[]") for each in LOOPBACK}:
        raise Refused(f"{name} must be reached over https.")
    return f"{scheme}://{name}"


def stored(host: str) -> str:
    """A host as it is kept: without https://, with http:// where it is this machine."""
    return base_url(host).removeprefix("https://")
