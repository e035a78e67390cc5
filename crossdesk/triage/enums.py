"""Values of triage, as the pages and the database write them."""

from django.db.models import TextChoices


class DecidedBy(TextChoices):
    """What settled a message."""

    SAFETY = "safety", "Safety"
    RULE = "rule", "A rule"
    LEARNED = "learned", "Learned from people here"
    MATRIX = "matrix", "The responsibility matrix"
    DOUBT = "doubt", "Doubt: a person decides"
    NOTHING = "nothing", "Nothing is owed"
    PERSON = "person", "A person's correction"


class Match(TextChoices):
    """How the conditions of a rule are joined."""

    ALL = "all", "All of these hold"
    ANY = "any", "Any of these holds"


class SampleKind(TextChoices):
    """How a message came to be asked about. Nobody chose it: that is why its label can be trusted."""

    BLIND = "blind", "Before anybody saw the answer"
    WEEKLY = "weekly", "The week's sample"


class SampleState(TextChoices):
    """lapsed: it went on before anybody had said what it is."""

    WAITING = "waiting", "To be labelled"
    LABELLED = "labelled", "Labelled"
    LAPSED = "lapsed", "Not labelled"


class HeadState(TextChoices):
    """What became of a head that was learned here."""

    CANDIDATE = "candidate", "Learned, not in use"
    ACTIVE = "active", "In use"
    RETIRED = "retired", "No longer in use"
