from datetime import timedelta

import pytest

from crossdesk.kit import clock
from tests.conftest import NOON
from tests.triage.scene import Scene


@pytest.fixture
def scene(client):
    """A workspace with desks, its owner signed in, two hours after noon."""
    with clock.standing_at(NOON + timedelta(hours=2)):
        scene = Scene()
        client.force_login(scene.owner.user)
        yield scene
