"""Rows as CSV: RFC 4180, UTF-8, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from crossdesk.insights.drill import EVERYTHING, Part, all_rows
from crossdesk.insights.rows import Row
from crossdesk.insights.values import Filters, Window
from crossdesk.kit.actor import Actor

CHUNK = 500
COLUMNS = (
    "block_id", "conversation_id", "message_id", "account", "department", "contact", "counted", "started_at",
    "due_at", "answered_at", "answered_by", "seconds", "text",
)  # fmt: skip
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_lines(
    actor: Actor, key: str, window: Window, filters: Filters = EVERYTHING, *, part: Part = "denominator"
) -> Iterator[bytes]:
    """The rows behind a figure, streamed: the heading first, then pieces of many lines. Needs memory for one piece.

    Moments are UTC. Text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    piece = io.StringIO(newline="")
    writer = csv.writer(piece, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, row in enumerate(all_rows(actor, key, window, filters, part=part, chunk=CHUNK), start=1):
        writer.writerow(_cells(row))
        if number % CHUNK == 0:
            yield _taken(piece)
    yield _taken(piece)


def _taken(piece: io.StringIO) -> bytes:
    written = piece.getvalue().encode()
    piece.seek(0)
    piece.truncate()
    return written


def _cells(row: Row) -> list[str]:
    return [
        _number(row.block_id), str(row.conversation_id), _number(row.message_id), harmless(row.account),
        harmless(row.department), harmless(row.contact), "yes" if row.hit else "no", _moment(row.started_at),
        _moment(row.due_at), _moment(row.answered_at), row.answered_kind, _number(row.seconds), harmless(row.text),
    ]  # fmt: skip


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _moment(value: datetime | None) -> str:
    return "" if value is None else value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it."""
    clean = text.replace("\x00", "")
    return f"'{clean}" if clean.lstrip(" ").startswith(_BEGINS_A_FORMULA) else clean
