import pytest

from crossdesk.kit import clock
from crossdesk.org.enums import Role
from crossdesk.org.models import Department
from tests.org.factories import NOON, DepartmentFactory, MemberFactory


@pytest.fixture(autouse=True)
def noon():
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def administrator(client):
    """Of the only department, Legal, and signed in."""
    desk = DepartmentFactory(key="legal", name="Legal")
    member = MemberFactory(role=Role.ADMINISTRATOR, workspace=desk.workspace, seats=[desk], user__name="Ada Lovelace")
    client.force_login(member.user)
    return member


@pytest.fixture
def legal(administrator):
    return Department.objects.get(key="legal")
