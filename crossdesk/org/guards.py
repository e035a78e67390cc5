"""Rooms above may object to an act here that would leave their work without a home. They say so in a sentence."""

from collections.abc import Callable

Guard = Callable[[int], str | None]  # department id → why it must stay, or None

_archiving: list[Guard] = []


def before_archiving(guard: Guard) -> Guard:
    """Register a guard that is asked before a department is archived. Registered once, when the room starts."""
    if guard not in _archiving:
        _archiving.append(guard)
    return guard


def why_not_archive(department_id: int) -> str | None:
    """The first objection of the rooms above."""
    return next((why for guard in _archiving if (why := guard(department_id))), None)
