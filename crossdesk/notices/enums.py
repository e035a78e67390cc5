"""What our own people are told of."""

from django.db.models import TextChoices


class Kind(TextChoices):
    """Why a notice stands there."""

    ASSIGNED = "assigned", "Somebody gave me a conversation"
    MENTIONED = "mentioned", "Somebody named me in a note"
    DUE_SOON = "due_soon", "What I owe is due within a quarter of an hour"
    OVERDUE = "overdue", "What I owe is late"
    BROKEN = "broken", "An account that I manage needs somebody"
    ENDS = "ends", "The sign-in of an account that I manage ends soon"
    GAP = "gap", "On an account that I manage not everything came all the way through"
