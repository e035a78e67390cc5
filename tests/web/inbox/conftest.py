from datetime import timedelta

import pytest

from crossdesk.kit import clock
from tests.inbox.factories import NOON, Desk
from tests.org.factories import MemberFactory


@pytest.fixture
def desk():
    with clock.standing_at(NOON + timedelta(minutes=10)):
        yield Desk(key="customer_service", name="Customer service")


@pytest.fixture
def ada(client, desk):
    """Of the desk, and signed in."""
    member = MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ada Lovelace")
    client.force_login(member.user)
    return member
