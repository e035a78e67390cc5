"""The reader that the product uses."""

from functools import lru_cache
from pathlib import Path

from crossdesk.reading import language
from crossdesk.reading.linear import LinearModel
from crossdesk.reading.ports import Reader
from crossdesk.reading.reader import LinearReader

MODEL = "linear-1+rules-1"
_WEIGHTS = Path(__file__).parent / "weights"


@lru_cache(maxsize=1)
def default_reader() -> Reader:
    """The one reader of this process: loaded at the first call, shared by all threads."""
    language.warm()
    tone, care = (LinearModel.load(_WEIGHTS / f"{name}.npz") for name in ("tone", "care"))
    return LinearReader(tone=tone, care=care, model=MODEL)
