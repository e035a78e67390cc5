"""Our own copies of media: networks take theirs away, and a page must not tell them who is reading.

What a file is comes from its bytes. Pictures are written anew, so that a copy holds nothing but the picture.
"""

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from crossdesk.channels import sessions
from crossdesk.channels.enums import AccountState
from crossdesk.channels.ports import NetworkError, RateLimited, Session, SignInExpired, Unavailable
from crossdesk.channels.seal import SealBroken
from crossdesk.journal import jobs
from crossdesk.kit import media
from crossdesk.messages.models import Media, Message

KEEP = "messages.keep_media"
MOST_BYTES = 20 * 1024 * 1024
MOST_TRIES = 6


def ask_to_keep(messages: Sequence[Message], *, at: datetime) -> None:
    """Copy the media of these messages. In the transaction that stored them."""
    by_workspace: dict[int, list[Message]] = {}
    for message in messages:
        by_workspace.setdefault(message.workspace_id, []).append(message)
    for workspace_id, some in by_workspace.items():
        rows = [(str(message.pk), at, {"message_id": message.pk}) for message in some]
        jobs.enqueue_many(KEEP, rows, workspace_id=workspace_id)


def keep_media(*, message_id: int, now: datetime) -> datetime | None:
    """Copy what has no copy yet. Returns when to try again; None when there is nothing left to try.

    Talks to the network, outside any transaction. A file that is gone, refused or too large is marked with the reason.
    """
    message = Message.objects.select_related("account").filter(pk=message_id, deleted_at=None).first()
    wanted = Media.objects.filter(message_id=message_id, path="", error="").order_by("position")
    items = list(wanted)
    if message is None or not items or message.account.removed_at is not None:
        return None
    if message.account.state == AccountState.NEEDS_SIGN_IN:
        return now + timedelta(hours=1)
    try:
        session = sessions.open_session(message.account)
    except (SignInExpired, SealBroken):
        return now + timedelta(hours=1)
    waits = [_keep(item, session, now=now) for item in items]
    return max((wait for wait in waits if wait is not None), default=None)


def _keep(item: Media, session: Session, *, now: datetime) -> datetime | None:
    try:
        fetched = session.fetch(item.url, at_most=MOST_BYTES)
    except (RateLimited, Unavailable, SignInExpired) as error:
        tries = item.tries + 1
        words = error.message if tries >= MOST_TRIES else ""
        Media.objects.filter(pk=item.pk).update(tries=tries, error=words)
        if words:
            return None
        return error.until if isinstance(error, RateLimited) else now + jobs.back_off(tries + 4)
    except NetworkError as error:
        Media.objects.filter(pk=item.pk).update(error=error.message)
        return None
    kept = media.harmless(fetched.content)
    Media.objects.filter(pk=item.pk).update(path=store(kept.content), kept_mime=kept.mime)
    return None


def store(content: bytes) -> str:
    """Write the file under its hash, whole or not at all. Returns its path under MEDIA_ROOT."""
    digest = hashlib.sha256(content).hexdigest()
    path = f"messages/{digest[:2]}/{digest}"
    target = Path(settings.MEDIA_ROOT) / path
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=target.parent, delete=False) as file:
            file.write(content)
        os.replace(file.name, target)
    return path
