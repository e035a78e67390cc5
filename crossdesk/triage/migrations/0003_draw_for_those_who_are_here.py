"""Workspaces whose accounts were connected before there was a weekly draw get theirs.

The follower that asks for it where an account is connected begins at the present.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

BATCH = 1000


def ask_to_draw(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One piece of work for each. Repeatable: what has been asked for stays as it is."""
    now = timezone.now()
    jobs = apps.get_model("journal", "Job").objects
    workspaces = apps.get_model("org", "Workspace").objects.exclude(accounts=None).distinct().order_by("pk")
    ids = list(workspaces.values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        rows = [
            jobs.model(
                kind="triage.draw_week", key=str(pk), workspace_id=pk, arguments={"of": pk}, due_at=now, created_at=now
            )
            for pk in ids[start : start + BATCH]
        ]
        jobs.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0002_samples_and_labels"),
        ("channels", "0001_initial"),
        ("journal", "0004_audit_of_kind"),
    ]

    operations = [migrations.RunPython(ask_to_draw, migrations.RunPython.noop)]
