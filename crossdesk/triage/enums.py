"""Values of triage, as the pages and the database write them."""

from django.db.models import TextChoices


class DecidedBy(TextChoices):
    """What settled a message."""

    SAFETY = "safety", "Safety"
    RULE = "rule", "A rule"
    MATRIX = "matrix", "The responsibility matrix"
    DOUBT = "doubt", "Doubt: a person decides"
    NOTHING = "nothing", "Nothing is owed"
    PERSON = "person", "A person's correction"


class Match(TextChoices):
    """How the conditions of a rule are joined."""

    ALL = "all", "All of these hold"
    ANY = "any", "Any of these holds"
