"""Files of messages as rows, one by one: CSV, JSON lines, Parquet, standard input."""

import csv
import io
import json
import math
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from crossdesk.kit.files import parquet, texts
from crossdesk.kit.files.errors import CannotOpen
from crossdesk.kit.files.rows import REPLACED, Row, is_broken, mended, unreadable

KINDS = {
    ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet",
    ".pq": "parquet",
}  # fmt: skip
_LIST = re.compile(r"\[\s*(\{|$)")
_limit = threading.Lock()  # of what `csv` takes in one field
_QUOTED = 1000  # characters of a line that is no JSON which are kept beside its error


@dataclass(slots=True)
class Source:
    """A file that is open. columns: where they are the same for all rows; encoding: of a text file.

    at and size: how far we are, in bytes or rows; size 0: not known.
    """

    kind: str
    rows: Iterator[Row]
    columns: Sequence[str] | None = None
    encoding: str = ""
    size: int = 0
    file: BinaryIO | None = None
    text: TextIO | None = None  # held, as the file is closed with it
    types: Any = None  # the columns' types in Parquet
    tally: list[int] = field(default_factory=lambda: [0])

    @property
    def at(self) -> int:
        """How far we are, in the measure of `size`."""
        return self.file.tell() if self.file is not None else self.tally[0]


@contextmanager
def source(name: str) -> Iterator[Source]:
    """Open the file of this name, `-` for standard input. Raises CannotOpen, NoParquet."""
    if name == "-":
        with _seekable_when_parquet(sys.stdin.buffer) as raw:
            yield _source(raw, suffix="", size=0)
        return
    path = Path(name)
    try:
        raw = path.open("rb")
    except OSError as error:
        raise CannotOpen(f"{name} cannot be opened: {error.strerror or error}.") from error
    with raw:
        size = path.stat().st_size if path.is_file() else 0
        yield _source(raw, suffix=path.suffix.lower(), size=size)


@contextmanager
def _seekable_when_parquet(pipe: BinaryIO) -> Iterator[BinaryIO]:
    """The pipe itself, or, as Parquet is read from its end, all of it in a file on the disk."""
    if _head(pipe)[:4] != b"PAR1":
        yield pipe
        return
    with tempfile.TemporaryFile() as whole:
        shutil.copyfileobj(pipe, whole)
        whole.seek(0)
        yield cast(BinaryIO, whole)


def _head(raw: BinaryIO) -> bytes:
    """What comes first, without taking it away; at a pipe what is there by now."""
    return cast(io.BufferedReader, raw).peek(texts.HEAD) if not raw.seekable() else _head_of_file(raw)


def _head_of_file(raw: BinaryIO) -> bytes:
    head = raw.read(texts.HEAD)
    raw.seek(0)
    return head


def _source(raw: BinaryIO, *, suffix: str, size: int) -> Source:
    head = _head(raw)
    kind = "parquet" if head[:4] == b"PAR1" else KINDS.get(suffix, "")
    if kind == "parquet":
        return _parquet(raw)
    encoding = texts.encoding_of(head)
    text = texts.opened(raw, encoding)
    start = head[:64].decode(encoding, "replace").lstrip()
    if kind != "csv" and _LIST.match(start):
        raise CannotOpen("This is one JSON list. Give one object a line instead, as `jq -c '.[]'` writes them.")
    as_json = kind == "jsonl" or (not kind and start.startswith("{"))
    found = Source("jsonl", _json_rows(text)) if as_json else _csv(text)
    found.encoding, found.size, found.text = encoding, size, text
    found.file = raw if size else None
    return found


# --- JSON lines -----------------------------------------------------------------------------------------------------


def _json_rows(text: TextIO) -> Iterator[Row]:
    """A row for each line that is not blank."""
    for number, line in enumerate(texts.lines(text), start=1):
        if line is None:
            yield unreadable({"line": number}, f"Line {number} is longer than {texts.LONGEST:,} characters")
        elif line.strip():
            yield _json_row(number, line)


def _json_row(number: int, line: str) -> Row:
    clean, broken = mended(line.lstrip("\ufeff"))  # files that were put together have marks in the middle
    try:
        value = json.loads(clean, parse_constant=lambda _: None, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        why = error.msg if isinstance(error, json.JSONDecodeError) else "its values are too deep or too large"
        return unreadable({"line": number, "raw": clean[:_QUOTED]}, f"Line {number} is no JSON: {why}")
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, dict):
        return unreadable({"line": number, "raw": clean[:_QUOTED]}, f"Line {number} is no object with fields")
    return Row(value, notes=[REPLACED] if broken else [], line=number)


def _finite(digits: str) -> float | None:
    """A number that can be written as JSON again."""
    value = float(digits)
    return value if math.isfinite(value) else None


# --- CSV ------------------------------------------------------------------------------------------------------------


def _csv(text: TextIO) -> Source:
    first = text.readline(texts.LONGEST)
    delimiter = ""
    if first.lower().startswith(("sep=", '"sep=')):  # Excel's way of telling
        delimiter = first.strip().strip('"')[4:5]
        first = text.readline(texts.LONGEST)
    delimiter = delimiter or _delimiter(first)
    reader = csv.reader(_first_and_rest(first, text), delimiter=delimiter)
    columns = _named([mended(name)[0] for name in _next(reader) or ()])
    return Source("csv", _csv_rows(reader, columns), columns=columns)


def _next(reader: Any) -> list[str] | None:
    """The next row, None at the end. Its fields may be as long as ours are, and nobody else's: the limit is the process's."""
    with _limit:
        before = csv.field_size_limit(texts.LONGEST)
        try:
            return next(reader, None)
        finally:
            csv.field_size_limit(before)


def _first_and_rest(first: str, text: TextIO) -> Iterator[str]:
    """A head whose quoted name goes on in the next line is still one head."""
    yield first
    yield from iter(lambda: text.readline(texts.LONGEST), "")


def _delimiter(head: str) -> str:
    """What stands between the names of the head most often, outside of quotation marks; a head of one name has none."""
    bare = "".join(head.split('"')[::2])
    found = max(",;\t|", key=bare.count)
    return found if found in bare else "\x1f"


def _named(names: Sequence[str]) -> list[str]:
    """Each column with a name of its own."""
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        own = name.strip() or f"column_{place}"
        found.append(own if own not in found else f"{own}_{place}")
    return found


def _csv_rows(reader: Any, columns: Sequence[str]) -> Iterator[Row]:
    while True:
        try:
            values = _next(reader)
        except csv.Error as error:
            yield unreadable(
                {"line": reader.line_num},
                f"Line {reader.line_num} cannot be read ({error}): is a quotation mark left open before it?",
            )
            continue
        if values is None:
            return
        if values:
            yield _csv_row(reader.line_num, values, columns)


def _csv_row(number: int, values: Sequence[str], columns: Sequence[str]) -> Row:
    broken = is_broken("".join(values))
    if broken:
        values = [mended(value)[0] for value in values]
    names = columns
    if len(values) > len(columns):
        names = [*columns, *(f"column_{place + 1}" for place in range(len(columns), len(values)))]
    row = Row(dict(zip(names, values, strict=False)), line=number)
    if broken:
        row.notes.append(REPLACED)
    if len(values) != len(columns):
        row.whole = False
        row.notes.append(f"Line {number} has {len(values)} fields where the head has {len(columns)}")
    return row


# --- Parquet --------------------------------------------------------------------------------------------------------


def _parquet(raw: BinaryIO) -> Source:
    tally = [0]
    table = parquet.Table(raw)

    def counted() -> Iterator[Row]:
        for fields in table.rows():
            tally[0] += 1
            yield Row(fields, line=tally[0])

    return Source("parquet", counted(), columns=table.columns, size=table.count, types=table.schema, tally=tally)
