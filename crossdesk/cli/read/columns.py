"""Which fields of a row are the message and what belongs to it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crossdesk.cli.read.errors import NoText
from crossdesk.kit.files.rows import Row
from crossdesk.reading.ports import Block

TEXT_COLUMNS = ("text", "message", "body", "content", "full_text")
VISIBILITIES = ("public", "unlisted", "private", "direct")


def usual(columns: Iterable[str]) -> str:
    """The first of the usual names for the text that is there, however it is written; "" where none is."""
    plain = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in reversed(list(columns))}
    return next((plain[name] for name in TEXT_COLUMNS if name in plain), "")


def text_column(columns: Sequence[str], wanted: str = "") -> str:
    """The column with the text of a file whose rows are all alike: what is wanted, a usual name, or the only one.

    Raises NoText.
    """
    found = (
        wanted if wanted in columns else "" if wanted else usual(columns) or (columns[0] if len(columns) == 1 else "")
    )
    if not found:
        raise _no_text(columns, wanted)
    return found


def check_rows(rows: Iterable[Row], wanted: str = "") -> None:
    """Of rows that each have their own fields one at least must have a text. Raises NoText."""
    readable = [row for row in rows if row.readable]
    if readable and not any(_column_of(row, wanted) for row in readable):
        raise _no_text(list(dict.fromkeys(name for row in readable for name in row.fields)), wanted)


def _no_text(columns: Sequence[str], wanted: str) -> NoText:
    there = ", ".join(columns[:20]) or "no columns at all"
    if wanted:
        return NoText(f"There is no column “{wanted}”. There is: {there}.")
    return NoText(f"No column is called {', '.join(TEXT_COLUMNS)}. There is: {there}. Name it with --text COLUMN.")


def _column_of(row: Row, wanted: str) -> str:
    return (wanted if wanted in row.fields else "") if wanted else usual(row.fields)


def text_of(row: Row, wanted: str = "") -> Any:
    """The field with the text as it stands in the file; None where there is none."""
    return row.fields.get(_column_of(row, wanted))


def block_of(row: Row, *, wanted: str = "", workspace_id: int | None = None) -> Block | None:
    """What the reader gets to see of a row; None where it has no text. What is odd about it is noted on the row."""
    if not row.readable:
        return None
    column = _column_of(row, wanted)
    value = row.fields.get(column)
    if not column or isinstance(value, list | dict):
        row.readable = False
        kind = "list" if isinstance(value, list) else "group"
        missing = f"The row has no field “{wanted or TEXT_COLUMNS[0]}”"
        row.notes.append(f"The field “{column}” holds a {kind}, not a text" if column else missing)
        return None
    return Block(
        text=_text(value),
        earlier=_earlier(row),
        parent=_word(row, "parent"),
        workspace_id=workspace_id,
        visibility=_visibility(row),
        author_bio=_word(row, "author_bio"),
    )


def _text(value: Any) -> str:
    """A text that can be written anywhere: half characters, which JSON may name, are replaced."""
    if value is None:
        return ""
    raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
    return raw.decode("utf-8", "replace")


def _word(row: Row, column: str) -> str:
    value = row.fields.get(column)
    if isinstance(value, list | dict):
        row.notes.append(f"The field “{column}” is no text and was left out")
        return ""
    return _text(value)


def _visibility(row: Row) -> str:
    said = _word(row, "visibility").strip().lower()
    if said and said not in VISIBILITIES:
        row.notes.append(f"The visibility “{said[:40]}” is none of {', '.join(VISIBILITIES)}: read as public")
        return "public"
    return said or "public"


def _earlier(row: Row) -> tuple[str, ...]:
    """A list, a JSON list in a text, or one text."""
    value = row.fields.get("earlier")
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = _json_list(value)
    if isinstance(value, Mapping):
        row.notes.append("The field “earlier” is no list of texts and was left out")
        return ()
    if isinstance(value, list):
        return tuple(_text(one) for one in value if one is not None and not isinstance(one, list | dict))
    return (_text(value),) if value else ()


def _json_list(value: str) -> Any:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
