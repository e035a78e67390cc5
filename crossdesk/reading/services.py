"""The reader that the product uses."""

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from crossdesk.kit.once import once
from crossdesk.reading import language, tongues
from crossdesk.reading.encoder import EncoderHearer
from crossdesk.reading.hearing import Hearer, Unreadable
from crossdesk.reading.linear import LinearHearer
from crossdesk.reading.reader import JoiningReader
from crossdesk.reading.silence import Silence
from crossdesk.reading.tongues import TonguesHearer

log = logging.getLogger(__name__)

H = TypeVar("H")
RULES = "rules-1"
WEIGHTS = Path(__file__).parent / "weights"


@once
def default_reader() -> JoiningReader:
    """The one reader of this process: loaded at the first call, shared by all threads."""
    return reader_from(WEIGHTS)


def reader_from(folder: Path) -> JoiningReader:
    """A reader with the models of a folder, the best first.

    A model that cannot be loaded is left out and named in `troubles`; without any, rules go on alone.
    """
    language.warm()
    troubles: list[str] = []
    linear = _loaded(lambda: LinearHearer.load(folder), troubles)
    encoder = _loaded(lambda: EncoderHearer.load(folder / "encoder", beside=linear), troubles)
    others = None
    if linear is not None and tongues.installed():
        others = _loaded(partial(TonguesHearer.load, folder / "tongues.npz", linear), troubles)
    hearers: list[Hearer] = [hearer for hearer in (encoder, others, linear) if hearer is not None]
    name = "+".join([*(hearer.name for hearer in hearers), RULES])
    return JoiningReader(hearers or [Silence()], name, troubles=tuple(troubles))


def missing_extra() -> str:
    """In words, how more languages could be read; empty where nothing is missing."""
    return "" if tongues.installed() else f"More languages are read with: {tongues.EXTRA}"


def _loaded(load: Callable[[], H], troubles: list[str]) -> H | None:
    try:
        return load()
    except Unreadable as error:
        log.error("A reading model is left out. %s", error)
        troubles.append(str(error))
        return None
