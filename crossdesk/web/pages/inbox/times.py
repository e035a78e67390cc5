"""The moments that snoozing offers, in the reader's own time zone."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

MORNING = time(9)
AFTERNOON = time(14)


def offered(now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Words and moment: in three hours, tomorrow morning, next Monday morning."""
    today = timezone.localtime(now)
    zone = today.tzinfo
    tomorrow = datetime.combine(today.date() + timedelta(days=1), MORNING, zone)
    monday = datetime.combine(today.date() + timedelta(days=7 - today.weekday()), MORNING, zone)
    return (
        (_("In three hours"), (today + timedelta(hours=3)).replace(second=0, microsecond=0)),
        (_("Tomorrow morning"), tomorrow),
        (_("Next Monday"), monday),
    )


def for_sending(now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Words and moment for an answer that leaves later: in an hour, this afternoon, tomorrow, on Monday morning."""
    today = timezone.localtime(now)
    zone = today.tzinfo
    afternoon = datetime.combine(today.date(), AFTERNOON, zone)
    some = [(_("In an hour"), (today + timedelta(hours=1)).replace(second=0, microsecond=0))]
    if afternoon > today + timedelta(hours=1):
        some.append((_("This afternoon"), afternoon))
    some.append((_("Tomorrow morning"), datetime.combine(today.date() + timedelta(days=1), MORNING, zone)))
    if today.weekday() != 6:  # on a Sunday tomorrow is Monday
        some.append(
            (_("Next Monday"), datetime.combine(today.date() + timedelta(days=7 - today.weekday()), MORNING, zone))
        )
    return tuple(some)
