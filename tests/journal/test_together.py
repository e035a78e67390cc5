"""Tables made together are the tables that Django makes one by one."""

from typing import Any

import pytest
from django.db import models
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations import AddField, AddIndex, CreateModel, Migration
from django.db.migrations.state import ModelState, ProjectState, StateApps

from crossdesk.journal.together import Together

KEY = ("id", models.BigAutoField(primary_key=True))
IN_MEMORY: dict[str, Any] = {
    "NAME": ":memory:", "OPTIONS": {}, "TIME_ZONE": None, "AUTOCOMMIT": True, "CONN_HEALTH_CHECKS": False,
    "CONN_MAX_AGE": None,
}  # fmt: skip
OPERATIONS = [
    CreateModel("Shelf", [KEY, ("name", models.CharField(max_length=10, unique=True))]),
    CreateModel("Book", [KEY, ("shelf", models.ForeignKey("rooms.Shelf", models.CASCADE, related_name="books"))]),
    AddField("Shelf", "first", models.ForeignKey("rooms.Book", models.CASCADE, null=True, related_name="+")),
    AddIndex("Book", models.Index(fields=["shelf", "-id"], name="books_of_shelf")),
    CreateModel("Page", [KEY, ("book", models.ForeignKey("rooms.Book", models.CASCADE))]),
    CreateModel("Note", [KEY, ("pages", models.ManyToManyField("rooms.Page"))]),
]


def applied(kind: type[Migration], monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], ProjectState, int]:
    """What a new database holds then, the state that is handed on, and how many models were drawn."""
    drawn = 0
    render = StateApps.render_multiple

    def counted(self: StateApps, states: list[ModelState]) -> None:
        nonlocal drawn
        drawn += len(states)
        render(self, states)

    initial: type[Migration] = type("Initial", (kind,), {"operations": OPERATIONS})
    migration, state = initial("0001_initial", "rooms"), ProjectState()
    database = DatabaseWrapper(IN_MEMORY)
    with monkeypatch.context() as patched:
        patched.setattr(StateApps, "render_multiple", counted)
        state.apps  # noqa: B018 -- Django draws them before the first migration
        with database.schema_editor(atomic=True) as editor:
            state = migration.apply(state, editor)
    with database.cursor() as cursor:
        cursor.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
        found = [str(row) for row in cursor.fetchall()]
    database.connection.close()
    return found, state, drawn


@pytest.mark.django_db
def test_the_tables_and_the_state_are_the_same_and_less_is_drawn(monkeypatch):
    tables, state, drawn = applied(Migration, monkeypatch)

    together, state_together, drawn_together = applied(Together, monkeypatch)

    assert together == tables != []
    assert state_together == state
    assert drawn_together < drawn
