"""Kill -9 at random points of the whole way loses nothing and sends nothing twice."""

import os
import random

import pytest

from tests.proofs import killing
from tests.proofs.postgres import database_of_its_own

pytestmark = [pytest.mark.kills, pytest.mark.network]
KILLS = 10


def seed() -> int:
    """Another one at every run; a failure names it, and CROSSDESK_TEST_SEED brings it back."""
    return int(os.environ.get("CROSSDESK_TEST_SEED") or random.SystemRandom().randrange(10**6))


def test_killing_the_server_on_sqlite_loses_nothing_and_sends_nothing_twice(tmp_path):
    outcome = killing.run(tmp_path, kills=KILLS, seed=seed())

    outcome.proves_itself()
    assert outcome.figures["replies"] > 0


def test_killing_server_and_worker_on_postgresql_loses_nothing_and_sends_nothing_twice(tmp_path):
    with database_of_its_own() as database_url:
        outcome = killing.run(tmp_path, kills=KILLS, seed=seed(), database_url=database_url, apart=True)

    outcome.proves_itself()
    assert outcome.figures["replies"] > 0
