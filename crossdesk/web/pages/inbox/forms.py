"""Values that the menus of the inbox send, read strictly."""

from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext as _

from crossdesk.kit.errors import Invalid


def id_of(value: str) -> int:
    """One of the list."""
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise Invalid(_("Choose one of the list."))
    return int(value)


def moment_of(value: str) -> datetime:
    """A moment of a menu (aware) or of a date field (the reader's own zone)."""
    try:
        found = parse_datetime(value)
    except ValueError:
        found = None
    if found is None:
        raise Invalid(_("Choose a day and a time."))
    return make_aware(found) if is_naive(found) else found
