"""The reader that the product uses."""

from functools import lru_cache
from pathlib import Path

from crossdesk.reading import language
from crossdesk.reading.linear import LinearHearer
from crossdesk.reading.ports import Reader
from crossdesk.reading.reader import JoiningReader

RULES = "rules-1"
_WEIGHTS = Path(__file__).parent / "weights"


@lru_cache(maxsize=1)
def default_reader() -> Reader:
    """The one reader of this process: loaded at the first call, shared by all threads."""
    language.warm()
    hearers = [LinearHearer.load(_WEIGHTS)]
    return JoiningReader(hearers, "+".join([*(hearer.name for hearer in hearers), RULES]))
