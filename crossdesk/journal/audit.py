"""The audit trail: written beside every change of set-up and rights, never changed afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor

_listening: ContextVar[tuple[list[int], ...]] = ContextVar("listening", default=())
_putting_back: ContextVar[int | None] = ContextVar("putting_back", default=None)


def record(
    action: str,
    *,
    by: Actor,
    at: datetime,
    subject_kind: str,
    subject_id: int | None,
    subject_name: str = "",
    before: Any = None,
    after: Any = None,
    reason: str = "",
    wall_id: int | None = None,
) -> None:
    """Write one entry in the caller's transaction. before, after: plain JSON values, never secrets."""
    entry = AuditEntry.objects.create(
        workspace_id=by.workspace_id,
        at=at,
        by_user_id=by.user_id,
        by_member_id=by.member_id,
        by_name=by.name,
        action=action,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_name=subject_name,
        before=before,
        after=after,
        reason=reason,
        wall_id=wall_id,
        puts_back_id=_putting_back.get(),
    )
    for heard in _listening.get():
        heard.append(entry.pk)


@contextmanager
def noted() -> Iterator[list[int]]:
    """Ids of the entries that are written inside, in their order: what a page needs to offer a way back."""
    heard: list[int] = []
    before = _listening.set((*_listening.get(), heard))
    try:
        yield heard
    finally:
        _listening.reset(before)


@contextmanager
def unheard() -> Iterator[None]:
    """Entries that are written inside stand for themselves: no page hears of them, and they take nothing back.

    For what follows from a change and is not for the eyes of who made it.
    """
    listening, entry = _listening.set(()), _putting_back.set(None)
    try:
        yield
    finally:
        _listening.reset(listening)
        _putting_back.reset(entry)


@contextmanager
def putting_back(entry_id: int) -> Iterator[None]:
    """Entries that are written inside say which change they take back."""
    before = _putting_back.set(entry_id)
    try:
        yield
    finally:
        _putting_back.reset(before)
