"""How pages work for one person, wherever they sign in."""

from django.db import transaction

from crossdesk.org import checks
from crossdesk.org.enums import Density
from crossdesk.org.models import User

UNDO_SECONDS = (0, 5, 10, 20)


@transaction.atomic
def set_density(*, user_id: int, density: str) -> None:
    """How closely the lists are set: comfortable or compact."""
    if density not in Density.values:
        raise checks.Bad(f"Choose a density among {', '.join(Density.values)}.")
    User.objects.filter(pk=user_id).update(density=density)


@transaction.atomic
def set_moves_on(*, user_id: int, moves_on: bool) -> None:
    """Does the next conversation open after an act that takes one away?"""
    User.objects.filter(pk=user_id).update(moves_on=moves_on)


@transaction.atomic
def set_undo_seconds(*, user_id: int, seconds: int) -> None:
    """How long an answer waits before it leaves, so that its writer can take it back."""
    if seconds not in UNDO_SECONDS:
        raise checks.Bad(f"Choose among {', '.join(map(str, UNDO_SECONDS))} seconds.")
    User.objects.filter(pk=user_id).update(undo_seconds=seconds)
