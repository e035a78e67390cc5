"""Departments' opening hours as calendars, read once for a batch of work."""

from datetime import date

from crossdesk.journal.bulk import columns_of
from crossdesk.journal.prepared import Prepared
from crossdesk.kit.worktime import ALWAYS, Calendar, WeekHours, week_of
from crossdesk.org.models import Holiday, Hours


class Calendars:
    """The calendars of one workspace, read when the first one is needed. Two queries in all."""

    def __init__(self, workspace_id: int) -> None:
        self.workspace_id = workspace_id
        self._read: dict[int, Calendar] | None = None

    def of(self, department_id: int | None) -> Calendar:
        """The department's calendar; always open for none, and for one without hours."""
        if department_id is None:
            return ALWAYS
        if self._read is None:
            self._read = _read(self.workspace_id)
        return self._read.get(department_id, ALWAYS)


_HOURS = Prepared(
    Hours,
    lambda workspace: Hours.objects.filter(department__workspace_id=workspace).order_by("department_id", "valid_from"),
    columns_of(Hours),
)
_HOLIDAYS = Prepared(
    Holiday,
    lambda workspace: Holiday.objects.filter(department__workspace_id=workspace),
    ("department_id", "day"),
)


def _read(workspace_id: int) -> dict[int, Calendar]:
    hours: dict[int, list[WeekHours]] = {}
    for row in _HOURS.load(workspace=workspace_id):
        hours.setdefault(row.department_id, []).append(
            WeekHours(valid_from=row.valid_from, time_zone=row.time_zone, week=week_of(row.week))
        )
    holidays: dict[int, set[date]] = {}
    for department_id, day in _HOLIDAYS.read(workspace=workspace_id):
        holidays.setdefault(department_id, set()).add(day)
    return {
        department_id: Calendar(hours=tuple(rows), holidays=frozenset(holidays.get(department_id, ())))
        for department_id, rows in hours.items()
    }
