"""Time zones as a form offers them."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

AREAS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip


@cache
def choices() -> Sequence[tuple[str, str]]:
    """Places, by name, after UTC; without the old abbreviations."""
    places = sorted(name for name in available_timezones() if name.startswith(AREAS))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in places)]


def with_present(present: str) -> Sequence[tuple[str, str]]:
    """The same with the one that is set, should it be one of the others."""
    return choices() if present in dict(choices()) else [(present, present), *choices()]
