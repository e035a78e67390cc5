"""Weeks as a workspace counts them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

A_WEEK = timedelta(days=7)


def monday(now: datetime, time_zone: str) -> date:
    """The week of a moment, where the workspace is."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    return today - timedelta(days=today.weekday())


def next_draw(now: datetime, time_zone: str) -> datetime:
    """Early on the next Monday there."""
    day = monday(now, time_zone) + A_WEEK
    return datetime(day.year, day.month, day.day, 6, tzinfo=ZoneInfo(time_zone))
