"""What people type for the organisation, checked with sentences. No tables."""

import hashlib
import secrets
from collections.abc import Sequence
from typing import get_args
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from crossdesk.kit.errors import Invalid
from crossdesk.org.enums import Basis, Role
from crossdesk.reading.ports import Intent, Urgency

INTENTS: tuple[str, ...] = get_args(Intent)
URGENCIES: tuple[str, ...] = get_args(Urgency)
# Intents that may be nobody's.
NOBODYS = frozenset({"spam_abuse", "other"})
LONGEST_TARGET = 30 * 24 * 3600


class Bad(Invalid):
    """Something in the set-up that cannot be used as it is."""

    code = "org.bad"


def text(value: str, what: str, *, most: int, least: int = 1) -> str:
    """Trimmed, on one line, of a length that fits."""
    kept = " ".join(value.split())
    if len(kept) < least:
        raise Bad(f"Give {what}.")
    if len(kept) > most:
        raise Bad(f"{what[:1].upper()}{what[1:]} has {most} letters at most.")
    return kept


def email(value: str) -> str:
    kept = value.strip().lower()
    try:
        validate_email(kept)
    except ValidationError as error:
        raise Bad(f"“{value.strip()}” is no e-mail address.") from error
    return kept


def time_zone(value: str) -> str:
    if value not in available_timezones():
        raise Bad(f"“{value}” is no time zone. Write one like Europe/Berlin.")
    return value


def role(value: str) -> str:
    if value not in Role.values:
        raise Bad(f"“{value}” is no role. Choose among {', '.join(Role.values)}.")
    return value


def intent(value: str) -> str:
    if value not in INTENTS:
        raise Bad(f"“{value}” is no intent. Choose among {', '.join(INTENTS)}.")
    return value


def week(value: Sequence[Sequence[Sequence[str]]]) -> list[list[list[str]]]:
    """Seven days, Monday first, each with its opening times in order and apart."""
    if not isinstance(value, list | tuple) or len(value) != 7:
        raise Bad("A week has seven days, Monday first.")
    days = [_day(day) for day in value]
    if not any(days):
        raise Bad("Give at least one opening time. A department that is always there is open from 00:00 to 24:00.")
    return days


def _day(spans: Sequence[Sequence[str]]) -> list[list[str]]:
    kept = []
    reached = -1
    for span in spans:
        if len(span) != 2:
            raise Bad("An opening time has a beginning and an end, like 09:00 to 17:00.")
        opens, closes = _minutes(span[0]), _minutes(span[1])
        if opens >= closes:
            raise Bad(f"{span[0]} to {span[1]} ends before it begins. Over midnight, write two days.")
        if opens <= reached:
            raise Bad(f"{span[0]} to {span[1]} begins before the one before it has ended.")
        reached = closes
        kept.append([_clock(opens), _clock(closes)])
    return kept


def _minutes(value: str) -> int:
    hours, colon, minutes = str(value).strip().partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
        raise Bad(f"“{value}” is no time of day. Write 09:30.")
    total = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or total > 24 * 60:
        raise Bad(f"“{value}” is no time of day. Write 09:30.")
    return total


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def target(*, intent_: str, urgency: str, seconds: int, basis: str) -> None:
    """One line of the targets."""
    if intent_ and intent_ not in INTENTS:
        raise Bad(f"“{intent_}” is no intent. Choose among {', '.join(INTENTS)}, or leave it empty for all.")
    if urgency and urgency not in URGENCIES:
        raise Bad(f"“{urgency}” is no urgency. Choose among {', '.join(URGENCIES)}, or leave it empty for all.")
    if basis not in Basis.values:
        raise Bad("Say whether the time runs round the clock or in business hours.")
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 60 <= seconds <= LONGEST_TARGET:
        raise Bad("A target lies between one minute and 30 days.")
    if urgency == "p1" and basis != Basis.CALENDAR:
        raise Bad("P1 is a danger to people: its time runs round the clock.")


def new_token() -> tuple[str, str]:
    """A link's secret and the hash that is kept of it."""
    token = secrets.token_urlsafe(32)
    return token, hash_of(token)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
