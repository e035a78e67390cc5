"""Moments, durations and numbers in the reader's words and time zone. Plain text; `jinja` wraps it in elements."""

from dataclasses import dataclass
from datetime import date as date_
from datetime import datetime, timedelta
from typing import Literal

from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, get_language_info, pgettext

from crossdesk.web.catalogue import said as _

Tone = Literal["quiet", "good", "warn", "bad"]

MINUTE, HOUR, DAY = 60, 3600, 86400
NOUNS_WITH_CAPITALS = frozenset({"de", "lb"})
SOON = timedelta(minutes=60)


def exact(moment: datetime) -> str:
    """The whole moment with its zone, for a hover: Friday 21 November 2025, 22:19 CET."""
    local = timezone.localtime(moment)
    words = date_format(local, pgettext("date format", "l j F Y, H:i"))
    return f"{words} {local.tzname()}"


def date(value: date_) -> str:
    """A day, short, always with its year: 21 Nov 2025."""
    return date_format(value, pgettext("date format", "j M Y"))


def long_date(value: date_) -> str:
    """A day, written out: 21 November 2025."""
    return date_format(value, pgettext("date format", "j F Y"))


def short(moment: datetime, *, now: datetime) -> str:
    """As little as tells it apart: the time today, the day this year, else the date."""
    local, today = timezone.localtime(moment), timezone.localtime(now)
    if local.date() == today.date():
        return date_format(local, "H:i")
    if local.year == today.year:
        return date_format(local, pgettext("date format", "j M, H:i"))
    return date(local)


def day(moment: datetime, *, now: datetime) -> str:
    """The heading of a day in a thread: Today, Yesterday, or the date."""
    local, today = timezone.localtime(moment).date(), timezone.localtime(now).date()
    if local == today:
        return _("Today")
    if local == today - timedelta(days=1):
        return _("Yesterday")
    if local.year == today.year:
        return date_format(local, pgettext("date format", "l j F"))
    return long_date(local)


def duration(seconds: float) -> str:
    """The two largest units: 45 s, 12 min, 3 h 20 min, 2 d 4 h."""
    left = round(abs(seconds))
    if left < MINUTE:
        return _("%(n)s s") % {"n": left}
    if left < HOUR:
        return _minutes(left // MINUTE)
    if left < DAY:
        hours, minutes = divmod(left // MINUTE, 60)
        return f"{_hours(hours)} {_minutes(minutes)}" if minutes else _hours(hours)
    days, hours = divmod(left // HOUR, 24)
    return f"{_days(days)} {_hours(hours)}" if hours and days < 7 else _days(days)


def brief(seconds: float) -> str:
    """The largest unit alone, for rows: now, 12 min, 3 h, 2 d. The page's clock says the same (`brief_words`)."""
    left = abs(seconds)
    if left < MINUTE:
        return _("now")
    if left < HOUR:
        return _minutes(int(left // MINUTE))
    if left < DAY:
        return _hours(int(left // HOUR))
    return _days(int(left // DAY))


def brief_words() -> str:
    """now|{} min|{} h|{} d, for the page's own clock."""
    return "|".join((_("now"), _minutes("{}"), _hours("{}"), _days("{}")))


def _minutes(n: int | str) -> str:
    return _("%(n)s min") % {"n": n}


def _hours(n: int | str) -> str:
    return _("%(n)s h") % {"n": n}


def _days(n: int | str) -> str:
    return _("%(n)s d") % {"n": n}


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as a row shows it."""

    text: str
    tone: Tone


def due(moment: datetime, *, now: datetime) -> Due:
    """Late is bad, within the hour warns, the rest is quiet."""
    left = moment - now
    if left < timedelta(0):
        return Due(_("%(time)s late") % {"time": brief(max(left.total_seconds() * -1, MINUTE))}, "bad")
    if left <= SOON:
        return Due(brief(max(left.total_seconds(), MINUTE)), "warn")
    return Due(brief(left.total_seconds()), "quiet")


def number(value: float, places: int = 0) -> str:
    """1,234 in the reader's own grouping, rounded (Django alone would cut)."""
    return number_format(round(value, places), decimal_pos=places, use_l10n=True, force_grouping=True)


def percent(share: float, places: int = 0) -> str:
    """0.873 → 87 %."""
    return _("%(number)s %%") % {"number": number(share * 100, places)}


def language(code: str) -> str:
    """German for de, in the reader's words; the code itself for a language without a name."""
    return str(get_language_info(code)["name_translated"]) if code in LANG_INFO else code.upper()


def inside(text: str) -> str:
    """A label in the middle of a sentence: small letters, but not where nouns keep their capital."""
    return text if (get_language() or "").partition("-")[0] in NOUNS_WITH_CAPITALS else text.lower()


def initials(name: str) -> str:
    """One or two letters for an avatar: Ada Lovelace → AL, @nils → N."""
    words = [word for word in name.replace("@", " ").replace("_", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def hue(name: str) -> int:
    """A steady number from 0 to 7, so that one name always has one colour."""
    return sum((place + 1) * ord(letter) for place, letter in enumerate(name)) % 8
