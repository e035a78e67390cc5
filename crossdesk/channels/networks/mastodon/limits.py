"""What a server allows, from its description of itself."""

from collections.abc import Mapping
from typing import Any

from crossdesk.channels.ports import Gone, Unreadable

from .api import Api

PLACES = {  # our name: where newer servers say it
    "max_text": ("statuses", "max_characters"),
    "max_media": ("statuses", "max_media_attachments"),
    "links_as": ("statuses", "characters_reserved_per_url"),
    "max_media_bytes": ("media_attachments", "image_size_limit"),
}


def read(api: Api) -> dict[str, Any]:
    """Limits as far as the server tells them; empty where it tells none."""
    for path in ("/api/v2/instance", "/api/v1/instance"):
        try:
            found = limits_in(api.object("GET", path, about_one=True))
        except (Gone, Unreadable):
            continue
        if found:
            return found
    return {}


def limits_in(instance: Mapping[str, Any]) -> dict[str, Any]:
    """Limits in a description of a server, of the new form or the old."""
    configuration = instance.get("configuration")
    found: dict[str, Any] = {}
    for name, (group, key) in PLACES.items():
        part = configuration.get(group) if isinstance(configuration, dict) else None
        value = part.get(key) if isinstance(part, dict) else None
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            found[name] = value
    media = configuration.get("media_attachments") if isinstance(configuration, dict) else None
    kinds = media.get("supported_mime_types") if isinstance(media, dict) else None
    if isinstance(kinds, list) and (told := sorted({kind for kind in kinds if isinstance(kind, str)})):
        found["media_types"] = told
    old = instance.get("max_toot_chars")
    if isinstance(old, int) and old > 0:
        found.setdefault("max_text", old)
    if "(" in str(instance.get("version", "")):
        # "4.2.0 (compatible; …)", "4.0.0 (not true; really …)": not Mastodon itself, and it may ignore the key we send.
        found["idempotency"] = 0
    return found
