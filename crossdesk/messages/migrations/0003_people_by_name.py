"""People are found by how their names and handles begin: an index of each database's own kind for that."""

from django.db import migrations

SQLITE = [
    "CREATE INDEX identities_by_handle ON messages_identity (workspace_id, lower(handle))",
    "CREATE INDEX identities_by_name ON messages_identity (workspace_id, lower(name))",
]
POSTGRESQL = [
    "CREATE INDEX identities_by_handle ON messages_identity (workspace_id, lower(handle) text_pattern_ops)",
    "CREATE INDEX identities_by_name ON messages_identity (workspace_id, lower(name) text_pattern_ops)",
]


def add(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("messages", "0002_words")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
