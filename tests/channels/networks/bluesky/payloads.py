"""What the network sends, as it was seen on the real one, for tests without it."""

from typing import Any

from crossdesk.channels.ports import Profile

US = Profile(external_id="did:plc:brandbrandbrandbrandbran", handle="brand.test")
THEM = "did:plc:noranoranoranoranoranora"
OURS = f"at://{US.external_id}/app.bsky.feed.post/3n2vuoixrpc2a"
THEIRS = f"at://{THEM}/app.bsky.feed.post/3n2vuoixrpc2b"


def view(text: str = "Hello @brand.test", **more: Any) -> dict[str, Any]:
    """A post as the AppView shows it. record: more of its record; anything else: of the view."""
    record = {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": "2026-03-04T12:00:00.000Z",
        "langs": ["en"],
        **more.pop("record", {}),
    }
    return {
        "uri": THEIRS,
        "cid": "bafyreigxs7jqi3l7vir6sxncb5lfhuv5fns7pfr37uiio34jdnt6wcntna",
        "author": {"did": THEM, "handle": "nora.test", "displayName": "Nora", "labels": []},
        "record": record,
        "replyCount": 0,
        "repostCount": 0,
        "likeCount": 2,
        "quoteCount": 0,
        "indexedAt": "2026-03-04T12:00:01.000Z",
        "viewer": {},
        "labels": [],
        **more,
    }


def told(reason: str = "mention", **more: Any) -> dict[str, Any]:
    """A notification as it is stored: with its post, or of a reaction to ours."""
    post = view()
    body = {
        "uri": post["uri"],
        "cid": post["cid"],
        "author": post["author"],
        "reason": reason,
        "indexedAt": post["indexedAt"],
        "labels": [],
    }
    return body | ({"post": post} if reason in ("mention", "reply", "quote") else {"reasonSubject": OURS}) | more
