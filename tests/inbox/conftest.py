import pytest

from crossdesk.inbox import queries
from crossdesk.inbox.models import Conversation
from tests.conftest import actor_of
from tests.inbox.factories import Desk
from tests.org.factories import DepartmentFactory, MemberFactory


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


@pytest.fixture
def counters_stay_right(db):
    """After each test the kept counters say what a count would."""
    yield
    for workspace_id in set(Conversation.objects.values_list("workspace_id", flat=True)):
        assert queries.recount(workspace_id) == {}


@pytest.fixture
def press(desk):
    """A second department that sees and answers the account."""
    department = DepartmentFactory(workspace=desk.workspace, name="Press")
    desk.account.access.create(department=department, monitor=True, respond=True)
    return department


@pytest.fixture
def pia(desk, press):
    return actor_of(MemberFactory(workspace=desk.workspace, seats=[press], user__name="Pia"))
