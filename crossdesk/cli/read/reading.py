"""Reads a file of messages in batches and writes each row with its reading."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crossdesk.cli.read import columns
from crossdesk.cli.read.errors import CannotWrite, NotTheSame
from crossdesk.cli.read.out import Out, out_for
from crossdesk.cli.read.progress import Progress
from crossdesk.cli.read.shape import shape
from crossdesk.kit.files.errors import CannotOpen
from crossdesk.kit.files.rows import Row
from crossdesk.kit.files.sources import Source, source
from crossdesk.reading.ports import Block, Reader, Reading
from crossdesk.triage.setup import Setup

BATCH_ROWS = 256
BATCH_LETTERS = 4_000_000


@dataclass(frozen=True, slots=True)
class Wish:
    """name: the file, `-` for standard input. to: where to; None: standard output. text: its column, "" to guess."""

    name: str
    to: str | None = None
    text: str = ""
    resume: bool = False
    workspace_id: int | None = None


def read_file(wish: Wish, *, reader: Reader, setup: Setup, progress: Progress) -> None:
    """Every row of the file, in order, with its reading. Raises what `errors` has."""
    if wish.to is not None and wish.name != "-" and wish.to != "-" and _same(wish.name, wish.to):
        raise CannotOpen("FILE and OUT are the same file: nothing would be left to read.")
    with source(wish.name) as found:
        wish = settled(wish, found)
        if found.encoding == "cp1252":
            progress.say("The file is not UTF-8: it is read as Windows-1252")
        out = out_for(wish.to, found, resume=wish.resume)
        try:
            _skip(found, out, wish)
            if out.done:
                progress.say(f"{out.done:,} rows are there already")
            progress.begin(found.at)
            for rows in batches(found.rows):
                if found.columns is None and not out.done and not progress.rows:
                    columns.check_rows(rows, wish.text)
                done = list(_read(rows, wish, reader, setup))
                with _said(wish):
                    out.write(done)
                errors = sum(bool(line["error"]) for line in done)
                progress.tell(rows=len(rows), errors=errors, at=found.at, size=found.size)
            with _said(wish):
                out.finish()
        finally:
            with _said(wish):
                out.close()
    progress.end()


@contextmanager
def _said(wish: Wish) -> Iterator[None]:
    """A disk that is full is told in a sentence. Who listens no longer is not: then we end in silence."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        where, again = (wish.to, " What was written stays: --resume goes on.") if wish.to else ("Standard output", "")
        raise CannotWrite(f"{where} takes no more: {error.strerror or error}.{again}") from error


def settled(wish: Wish, found: Source) -> Wish:
    """The same with its text column, where all rows have the same columns. Raises NoText."""
    return replace(wish, text=columns.text_column(found.columns, wish.text)) if found.columns else wish


def _same(one: str, other: str) -> bool:
    first, second = Path(one), Path(other)
    return first.exists() and second.exists() and first.samefile(second)


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """So many rows or letters at a time, whichever comes first."""
    held: list[Row] = []
    letters = 0
    for row in rows:
        held.append(row)
        letters += sum(len(value) for value in row.fields.values() if isinstance(value, str))
        if len(held) >= BATCH_ROWS or letters >= BATCH_LETTERS:
            yield held
            held, letters = [], 0
    if held:
        yield held


def blocks(rows: Iterable[Row], *, text: str, workspace_id: int | None) -> list[Block | None]:
    """What the reader gets to see of each row; None where there is nothing to read."""
    return [columns.block_of(row, wanted=text, workspace_id=workspace_id) for row in rows]


def readings(found: list[Block | None], reader: Reader) -> Iterator[Reading | None]:
    """One reading for each block, in order; None where there is none."""
    read = iter(reader.read([block for block in found if block is not None]))
    for block in found:
        yield None if block is None else next(read)


def _read(rows: list[Row], wish: Wish, reader: Reader, setup: Setup) -> Iterator[Mapping[str, Any]]:
    found = blocks(rows, text=wish.text, workspace_id=wish.workspace_id)
    for row, block, reading in zip(rows, found, readings(found, reader), strict=True):
        theirs = {name: value for name, value in row.fields.items() if name not in ("reading", "error")}
        ours = None if block is None or reading is None else shape(reading, setup, block.text)
        yield {**theirs, "reading": ours, "error": row.error or None}


def _skip(found: Source, out: Out, wish: Wish) -> None:
    """Pass over the rows that are there already. Raises NotTheSame when they were not made from this file."""
    row: Row | None = None
    for number in range(out.done):
        row = next(found.rows, None)
        if row is None:
            raise NotTheSame(
                f"{wish.to} holds {out.done:,} rows and the file only {number:,}: it was not made from it."
            )
    last = out.last()
    if row is not None and last is not None and row.readable:
        before = columns.text_of(Row(last), wish.text)
        if before != columns.text_of(row, wish.text):
            raise NotTheSame(f"Row {out.done:,} of {wish.to} is not that of the file: it was not made from it.")
