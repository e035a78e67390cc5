"""Where Crossdesk has run before, notices begin now: nobody wants to be told of all that was, and reading it takes long."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def begin_now(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The follower stands where each workspace is."""
    counters, positions = apps.get_model("journal", "FactCounter"), apps.get_model("journal", "FactPosition")
    for workspace_id, last in counters.objects.values_list("workspace_id", "last"):
        positions.objects.get_or_create(follower="notices", workspace_id=workspace_id, defaults={"number": last})


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_notices"), ("journal", "0001_initial")]

    operations = [migrations.RunPython(begin_now, migrations.RunPython.noop)]
