"""How pages work for one person, wherever they sign in."""

from django.db import transaction

from crossdesk.org import checks
from crossdesk.org.enums import Density
from crossdesk.org.models import User


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
