"""Rooms above may teach readings what people of a workspace have said. They are asked before anything is stored."""

from collections.abc import Callable, Sequence

from crossdesk.reading.ports import Reading

# Workspace, readings → the same readings in their order, with what was learned in its place. Called outside of any lock.
Teacher = Callable[[int, Sequence[Reading]], Sequence[Reading]]

_teachers: list[Teacher] = []


def teaches(teacher: Teacher) -> Teacher:
    """Register a teacher. Registered once, when its room starts."""
    if teacher not in _teachers:
        _teachers.append(teacher)
    return teacher


def as_taught(workspace_id: int, readings: Sequence[Reading]) -> Sequence[Reading]:
    """Readings as they are to be stored."""
    for teacher in _teachers:
        readings = teacher(workspace_id, readings)
    return readings
