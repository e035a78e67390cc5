import pytest

from tests.conftest import actor_of
from tests.inbox.factories import Desk
from tests.org.factories import MemberFactory


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def ada(desk):
    """A member of the desk's department, as an actor."""
    return actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ada"))


@pytest.fixture
def ben(desk):
    """Another one."""
    return actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ben"))
