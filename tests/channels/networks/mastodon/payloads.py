"""JSON as Mastodon-API servers send it: made after the published documentation of each entity, ids and names invented."""

import json
from typing import Any

from crossdesk.channels.ports import Delivery, Profile

BRAND = Profile("109", "wrenholt", name="Wrenholt", url="https://social.example/@wrenholt")


def account(**more: Any) -> dict[str, Any]:
    """A person on another server."""
    return {
        "id": "110368129515784116",
        "username": "noor",
        "acct": "noor@away.example",
        "display_name": "Noor 🌿",
        "locked": False,
        "bot": False,
        "note": "<p>runs, reads</p>",
        "url": "https://away.example/@noor",
        "uri": "https://away.example/users/noor",
        "avatar": "https://files.social.example/noor.gif",
        "avatar_static": "https://files.social.example/noor.png",
        "followers_count": 1500,
        "fields": [],
        "emojis": [],
    } | more


def status(**more: Any) -> dict[str, Any]:
    """A public post that names the brand."""
    return {
        "id": "114123456789012345",
        "created_at": "2026-03-02T11:58:00.123Z",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": "https://away.example/users/noor/statuses/114123456789012345",
        "url": "https://away.example/@noor/114123456789012345",
        "replies_count": 2,
        "reblogs_count": 1,
        "favourites_count": 5,
        "edited_at": None,
        "content": (
            '<p><span class="h-card" translate="no"><a href="https://social.example/@wrenholt" class="u-url mention">'
            "@<span>wrenholt</span></a></span> where is my tent?</p>"
        ),
        "reblog": None,
        "account": account(),
        "media_attachments": [],
        "mentions": [
            {"id": "109", "username": "wrenholt", "url": "https://social.example/@wrenholt", "acct": "wrenholt"}
        ],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
    } | more


def notification(kind: str = "mention", **more: Any) -> dict[str, Any]:
    """A notification about a post."""
    return {
        "id": "34975861",
        "type": kind,
        "created_at": "2026-03-02T11:59:00.000Z",
        "account": account(),
        "status": status(),
    } | more


def delivery(feed: str, body: Any) -> Delivery:
    """As it is stored."""
    return Delivery(feed, json.dumps(body))
