"""What tests of acts ask again and again."""

from crossdesk.inbox.models import Act, Counter, Duty
from crossdesk.journal.models import Fact


def open_work() -> dict:
    return {row.department_id: (row.open, row.overdue) for row in Counter.objects.all() if row.open or row.overdue}


def act(kind: str) -> Act:
    return Act.objects.filter(kind=kind).latest("id")


def told(kind: str) -> list[dict]:
    return [fact.body for fact in Fact.objects.filter(kind=kind).order_by("id")]


def pen() -> Duty:
    return Duty.objects.get(kind="respond", closed_at=None)
