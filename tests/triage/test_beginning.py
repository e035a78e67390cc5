"""An installation that has run before gets its weekly draw, though its accounts were connected long ago."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from crossdesk.journal.models import Job
from crossdesk.triage.services import DRAW
from tests.channels.factories import AccountFactory
from tests.org.factories import WorkspaceFactory

ask_to_draw = importlib.import_module("crossdesk.triage.migrations.0003_draw_for_those_who_are_here").ask_to_draw


@pytest.mark.django_db
def test_each_workspace_with_an_account_is_drawn_for_once():
    first, second = AccountFactory().workspace, AccountFactory().workspace
    AccountFactory(workspace=first)
    WorkspaceFactory()

    for _ in range(2):
        ask_to_draw(apps, connection.schema_editor())

    rows = Job.objects.order_by("pk").values_list("kind", "key", "workspace_id", "arguments", "generation", "dead_at")
    assert list(rows) == [(DRAW, str(one.pk), one.pk, {"of": one.pk}, 1, None) for one in (first, second)]
