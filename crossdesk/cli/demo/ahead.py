"""Reading what will have been written, while the house for it is still being built.

Reading keeps a core busy that making tables and telling stories does not need. What is asked for otherwise than was
foreseen, because somebody had written before, is read when it is asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from crossdesk.cli.demo.past import Happening, text_of
from crossdesk.reading.ports import Block, Reader, Reading
from crossdesk.reading.services import default_reader

AT_ONCE: Final = 16


class Ahead:
    """A reader that has begun: it gives what it has read, waits for what it is reading, and reads the rest."""

    def __init__(self, blocks: Iterable[Block], thread: ThreadPoolExecutor) -> None:
        wanted = list(dict.fromkeys(blocks))
        self._begun: dict[Block, tuple[Future[list[Reading]], int]] = {}
        self._reader: Future[Reader] = thread.submit(default_reader)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            reading = thread.submit(self._read, some)
            self._begun.update({block: (reading, place) for place, block in enumerate(some)})

    @property
    def model(self) -> str:
        """Name and version of what reads."""
        return self._reader.result().model

    def read(self, blocks: Sequence[Block]) -> list[Reading]:
        """One reading for each block, in order."""
        keys = [_key(block) for block in blocks]
        rest = [key for key in dict.fromkeys(keys) if key not in self._begun or self._begun[key][0].cancel()]
        found = dict(zip(rest, self._read(rest), strict=True))
        for key in keys:
            if key not in found:
                reading, place = self._begun[key]
                found[key] = reading.result()[place]
        return [found[key] for key in keys]

    def _read(self, blocks: Sequence[Block]) -> list[Reading]:
        return self._reader.result().read(blocks)


@contextmanager
def reading_ahead(past: Sequence[Happening]) -> Iterator[Ahead]:
    """Begin to read what others write in these turns, in their order."""
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as thread:
        try:
            yield Ahead((block for one in past if one.turn.by == "customer" for block in foreseen(one)), thread)
        finally:
            thread.shutdown(cancel_futures=True)


def foreseen(one: Happening) -> Iterator[Block]:
    """A turn as it will be read when it comes in, if they had said nothing else lately; then as they changed it."""
    turns = one.story.turns
    earlier: list[str] = []
    for place, turn in enumerate(turns[: one.turn_number]):
        if turn.by == "customer" and not turn.deleted:
            earlier.append(_said(one, place))
        elif turn.by != "customer":
            earlier.clear()
    parent = _said(one, one.turn_number - 1) if one.parent_ref else ""
    visibility, bio = one.turn.visibility, one.story.person.bio
    yield Block(text_of(one), earlier=tuple(earlier), parent=parent, visibility=visibility, author_bio=bio)
    if one.turn.edited_to:
        changed = text_of(replace(one, turn=replace(one.turn, text=one.turn.edited_to)))
        before = (*earlier, text_of(one))
        yield Block(changed, earlier=before, parent=parent, visibility=visibility, author_bio=bio)


def _said(one: Happening, place: int) -> str:
    """Another turn of the same story, as it stands on the network."""
    return text_of(replace(one, turn=one.story.turns[place], turn_number=place))


def _key(block: Block) -> Block:
    """Readings are the same in every workspace."""
    return replace(block, workspace_id=None, earlier=tuple(block.earlier))
