"""The counters of open work, kept beside the rows that they count."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db import connection

from crossdesk.inbox.models import Counter


class Place(NamedTuple):
    """Where open work is counted. department None: triage. wall None: none."""

    account_id: int
    department_id: int | None
    wall_id: int | None


class Work(NamedTuple):
    """How much of it: open, and of that overdue."""

    open: int
    overdue: int


_COUNT = """
INSERT INTO inbox_counter (workspace_id, account_id, department_id, wall_id, open, overdue)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (workspace_id, account_id, COALESCE(department_id, 0), COALESCE(wall_id, 0)) DO UPDATE SET
  open = inbox_counter.open + excluded.open, overdue = inbox_counter.overdue + excluded.overdue
"""


def count(workspace_id: int, changes: Mapping[Place, Work]) -> None:
    """Move the counters, in one order so that two transactions never wait for each other crosswise."""
    moved = sorted(
        ((place, work) for place, work in changes.items() if work != (0, 0)),
        key=lambda item: (item[0].account_id, item[0].department_id or 0, item[0].wall_id or 0),
    )
    if moved:
        with connection.cursor() as cursor:
            cursor.executemany(_COUNT, [(workspace_id, *place, *work) for place, work in moved])


def kept(workspace_id: int) -> dict[Place, Work]:
    """What the counters say now, without empty places."""
    return {
        Place(row.account_id, row.department_id, row.wall_id): Work(row.open, row.overdue)
        for row in Counter.objects.filter(workspace_id=workspace_id)
        if row.open or row.overdue
    }
