"""The database itself refuses to change or delete a line of the audit trail."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON journal_auditentry
       BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_is_never_deleted BEFORE DELETE ON journal_auditentry
       BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
]
POSTGRESQL = [
    """CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'restrict_violation'; END $$""",
    """CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE ON journal_auditentry
       FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()""",
]


def add(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
