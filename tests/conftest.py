"""What every test may use. CROSSDESK_DATABASE_URL chooses the database: SQLite when it is not set."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings

from crossdesk.channels import queries as channels
from crossdesk.channels.networks import registry
from crossdesk.journal import facts, jobs
from crossdesk.kit.actor import Actor
from crossdesk.org.models import Member
from tests import dealing
from tests.channels.fake import FakeNetwork
from tests.org.factories import MemberFactory
from tests.servers.bluesky import bluesky
from tests.servers.crossdesk import empty_tables
from tests.servers.mastodon import mastodon
from tests.servers.rude import rude
from tests.servers.sandbox import sandbox
from tests.servers.snac import snac

# How long an example takes says how busy the machine is, and nothing else.
settings.register_profile("crossdesk", deadline=None)
settings.load_profile("crossdesk")

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday

__all__ = ["bluesky", "mastodon", "rude", "sandbox", "snac"]


def actor_of(member: Member) -> Actor:
    """The member as pages make it: with account access."""
    return channels.actor_of(Member.objects.select_related("user").get(pk=member.pk))


def settle(*, until: datetime | None = None, rounds: int = 50) -> None:
    """Number facts, let followers read and run due jobs until nothing is left to do."""
    for _ in range(rounds):
        if not facts.follow_all() and not jobs.run_until_idle(until=until):
            return
    raise AssertionError("facts and jobs never came to rest")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return None if dealing.can_be_selected(collection_path, config.option.markexpr) else True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests one after the other: tests that commit were put behind all others, and would begin its servers anew."""
    items.sort(key=lambda item: (dealing.place_of(item.nodeid), item.nodeid.split("::", 1)[0]))


@pytest.hookimpl(optionalhook=True)  # where the plugin that deals out is switched off
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> dealing.ByFile | None:
    return dealing.scheduler(config, log)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the tables come as a copy: making them takes seconds in every process."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The file has got its name, and nobody has opened it yet."""
    if connection.vendor == "sqlite":
        empty_tables(Path(connection.settings_dict["TEST"]["NAME"]))


@pytest.fixture
def member(db: None) -> Member:
    """A member of one department with the role member."""
    return MemberFactory()


@pytest.fixture(autouse=True)
def media_folder(settings, tmp_path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"
    yield


@pytest.fixture(autouse=True)
def network(monkeypatch) -> FakeNetwork:
    """The network called "fake", on which the factories' accounts live; a new one for each test."""
    fake = FakeNetwork()
    monkeypatch.setitem(registry.all_adapters(), fake.name, fake)
    return fake


@pytest.fixture(autouse=True)
def audit_trail_can_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit are cleaned by emptying all tables; on SQLite the audit trail's own triggers would refuse."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction") or connection.vendor != "sqlite":
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit_is_never_%%'")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute("DELETE FROM journal_auditentry")
        for _, sql in triggers:
            cursor.execute(sql)
