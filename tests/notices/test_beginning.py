"""An installation that has run before is not flooded with old news."""

import importlib

import pytest
from django.apps import apps
from django.db import connection

from crossdesk.journal.models import FactCounter, FactPosition

begin_now = importlib.import_module("crossdesk.notices.migrations.0002_begin_now").begin_now


@pytest.mark.django_db
def test_notices_begin_where_each_workspace_stands():
    FactCounter.objects.create(workspace_id=7, last=41)
    FactPosition.objects.create(follower="notices", workspace_id=8, number=3)
    FactCounter.objects.create(workspace_id=8, last=9)

    begin_now(apps, connection.schema_editor())

    assert dict(FactPosition.objects.values_list("workspace_id", "number")) == {7: 41, 8: 3}
