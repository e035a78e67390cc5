"""What the server gave, as deliveries: the same whether it was pulled or streamed."""

import json
from datetime import datetime
from typing import Any

from crossdesk.channels.ports import Delivery

from . import reading


def delivery(feed: str, item: Any, external_id: str) -> Delivery:
    """One item of a feed, kept whole."""
    return Delivery(
        feed=feed,
        body=json.dumps(item, ensure_ascii=False),
        external_id=external_id,
        sent_at=reading.moment(item.get("created_at")) if isinstance(item, dict) else None,
    )


def deletion(external_id: str, *, at: datetime) -> Delivery:
    """A status that is not there any more."""
    return delivery("check", {"deleted": {"id": external_id, "at": at.isoformat()}}, external_id)


def own_id(item: Any) -> str:
    """The id of an item itself."""
    value = item.get("id") if isinstance(item, dict) else None
    return str(value) if isinstance(value, str | int) else ""


def id_in_conversation(item: Any) -> str:
    """The id of what was said last in a conversation."""
    return own_id(item.get("last_status") if isinstance(item, dict) else 0)
