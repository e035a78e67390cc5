"""Where readings go: JSON lines on standard output or in a file that can be gone on with, or Parquet."""

import fcntl
import io
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from crossdesk.cli.read.errors import NotTheSame
from crossdesk.cli.read.parquet_out import ParquetOut
from crossdesk.kit.files.errors import CannotOpen
from crossdesk.kit.files.sources import Source

_CHUNK = 1024 * 1024


class Out(Protocol):
    """Takes rows in order."""

    done: int

    def last(self) -> dict[str, Any] | None:
        """The last row that was there before; None where there was none."""

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows."""

    def finish(self) -> None:
        """All is there."""

    def close(self) -> None:
        """Let go; what was written stays."""


def out_for(to: str | None, source: Source, *, resume: bool) -> Out:
    """Standard output, or the file by its name. Raises CannotOpen, NotTheSame, NoParquet."""
    if to is None or to == "-":
        return Lines(sys.stdout.buffer)
    path = Path(to)
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return ParquetOut(path, resume=resume, columns=source.columns, types=source.types)
        if path.exists() and not path.is_file():  # a pipe, /dev/null
            return Lines(path.open("wb"), ours=True)
        return LinesFile(path, resume=resume)
    except OSError as error:
        raise CannotOpen(f"{to} cannot be written: {error.strerror or error}.") from error


class Lines:
    """JSON lines to a stream. Each batch is handed on at once, and stays there when more cannot be written."""

    def __init__(self, stream: BinaryIO, *, ours: bool = False) -> None:
        self.stream, self._ours = stream, ours
        self.done = 0

    def last(self) -> dict[str, Any] | None:
        return None

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.stream.write(b"".join(line(row) for row in rows))
        self.stream.flush()

    def finish(self) -> None:
        self.close()

    def close(self) -> None:
        if self._ours:
            self.stream.close()
        else:
            self.stream.flush()


class LinesFile(Lines):
    """JSON lines in a file. resume: goes on behind the last whole line; a torn one is cut off."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        file = path.open("a+b")
        super().__init__(file, ours=True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            raise CannotOpen(f"Somebody else is writing to {path} right now.") from error
        self._last = b""
        if not resume:
            file.truncate(0)
        elif not self._count():
            file.close()
            raise NotTheSame(f"{path} does not hold readings, one JSON object a line: nothing can be added to it.")

    def _count(self) -> bool:
        """Count whole lines and cut off what stands behind the last one. False: these are no readings."""
        end = start = at = 0
        self.stream.seek(0)
        begins = self.stream.peek(1)[:1] if isinstance(self.stream, io.BufferedRandom) else b""
        while chunk := self.stream.read(_CHUNK):
            self.done += chunk.count(b"\n")
            place = chunk.rfind(b"\n")
            if place >= 0:
                before = chunk.rfind(b"\n", 0, place)
                start = at + before + 1 if before >= 0 else end
                end = at + place + 1
            at += len(chunk)
        self.stream.seek(start)
        self._last = self.stream.read(end - start)
        last = self._parsed()
        if begins not in (b"", b"{") or (self._last and not (isinstance(last, dict) and "reading" in last)):
            return False
        self.stream.truncate(end)
        return True

    def _parsed(self) -> Any:
        try:
            return json.loads(self._last)
        except ValueError:
            return None

    def last(self) -> dict[str, Any] | None:
        found = self._parsed()
        return found if isinstance(found, dict) else None


def line(row: Mapping[str, Any]) -> bytes:
    """A row as one line of JSON in UTF-8. error stands there only where something is wrong."""
    shown = {name: value for name, value in row.items() if name != "error" or value}
    try:
        text = json.dumps(shown, ensure_ascii=False, allow_nan=False, default=_plain)
    except ValueError:
        text = json.dumps(_finite(shown), ensure_ascii=False, allow_nan=False, default=_plain)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # half characters, which only an escape can name
        return json.dumps(json.loads(text)).encode() + b"\n"


def _plain(value: Any) -> str:
    """What Parquet holds and JSON does not: moments, amounts, bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _finite(value: Any) -> Any:
    """The same without numbers that JSON cannot hold."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value
