"""What is dropped when its time is over."""

from datetime import datetime, timedelta

from crossdesk.messages.models import EarlyDeletion

FORGET = "messages.forget_old"


def forget_old(*, workspace_id: int, now: datetime, kept: timedelta) -> int:
    """Drop deletions whose message did not come within `kept`. Returns how many."""
    deleted, _ = EarlyDeletion.objects.filter(workspace_id=workspace_id, received_at__lt=now - kept).delete()
    return deleted
