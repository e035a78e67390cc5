"""Server-sent events out of bytes as they come, by the rules of the HTML standard. Pure: no network, no clock."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST_EVENT = 1024 * 1024  # bytes
_LINE_END = re.compile(rb"\r\n|\n|\r")


class EventTooLong(ValueError):
    """One event goes on and on."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """name: "" where the server gives none. data: its lines joined."""

    name: str
    data: str


def events(chunks: Iterable[bytes], *, at_most: int = LONGEST_EVENT) -> Iterator[ServerEvent | None]:
    """Events in order; None for a comment, by which servers show that they are there. Raises EventTooLong.

    An event that is cut off by the end is no event.
    """
    name, data, size = "", list[str](), 0
    for line in _lines(chunks, at_most=at_most):
        if not line:
            if data:
                yield ServerEvent(name, "\n".join(data))
            name, data, size = "", [], 0
            continue
        if line.startswith(b":"):
            yield None
            continue
        field, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)
            size += len(line)
            if size > at_most:
                raise EventTooLong(f"One event is longer than {at_most} bytes")


def _lines(chunks: Iterable[bytes], *, at_most: int) -> Iterator[bytes]:
    rest, after_return = bytearray(), False
    for chunk in filter(None, chunks):  # nothing is no end of a line that is half there
        fresh = chunk[1:] if after_return and chunk.startswith(b"\n") else chunk
        after_return = chunk.endswith(b"\r")
        *whole, last = _LINE_END.split(fresh)
        for line in whole:
            rest += line
            yield bytes(rest)
            rest.clear()
        rest += last
        if len(rest) > at_most:
            raise EventTooLong(f"One line is longer than {at_most} bytes")
