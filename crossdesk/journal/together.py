"""Migrations that make many tables at once."""

from itertools import groupby
from typing import Any

from django.db.migrations import CreateModel, Migration


class Together(Migration):
    """Draws the models of tables that stand one after the other once, not everything related anew after each of them.

    Django knows no such thing, and drawing is nearly all that a new database waits for.
    """

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        """As Django does it, table by table, in the state in which all of them are there."""
        for tables, group in groupby(self.operations, lambda operation: isinstance(operation, CreateModel)):
            operations = list(group)
            if not tables or collect_sql:
                part: type[Migration] = type("Part", (Migration,), {"operations": operations})
                project_state = part(self.name, self.app_label).apply(project_state, schema_editor, collect_sql)
                continue
            project_state.__dict__.pop("apps", None)
            for operation in operations:
                operation.state_forwards(self.app_label, project_state)
            for operation in operations:
                operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        return project_state
