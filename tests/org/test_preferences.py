"""How pages work for one person, wherever they sign in."""

import pytest

from crossdesk.org import services as org
from crossdesk.org.checks import Bad
from crossdesk.org.models import User
from tests.org.factories import MemberFactory


def kept(member):
    return User.objects.values_list("density", "moves_on").get(pk=member.user_id)


def test_lists_are_comfortable_and_acts_move_on_until_a_person_says_otherwise(db):
    ada, ben = MemberFactory(), MemberFactory()
    assert kept(ada) == ("comfortable", True)

    org.set_density(user_id=ada.user_id, density="compact")
    org.set_moves_on(user_id=ada.user_id, moves_on=False)

    assert kept(ada) == ("compact", False)
    assert kept(ben) == ("comfortable", True)


def test_a_density_that_there_is_not_is_refused(db):
    ada = MemberFactory()

    with pytest.raises(Bad) as refusal:
        org.set_density(user_id=ada.user_id, density="microscopic")

    assert refusal.value.message == "Choose a density among comfortable, compact."
    assert kept(ada) == ("comfortable", True)
