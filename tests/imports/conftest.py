"""A history in the shape of a well-known export of support tweets, with its traps, and what brings it in."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crossdesk.imports import services
from crossdesk.imports.models import Import
from crossdesk.imports.plan import Plan
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.org.models import Workspace
from tests.org.factories import DepartmentFactory, WorkspaceFactory

DAY = "Tue Oct 31 {} +0000 2017"


def tweet(
    number: str, author: str, inbound: str, at: str, text: str, answered_by: str = "", answers: str = ""
) -> dict[str, str]:
    """One row, with every value a text, as that export has them."""
    return {
        "tweet_id": number, "author_id": author, "inbound": inbound, "created_at": DAY.format(at), "text": text,
        "response_tweet_id": answered_by, "in_response_to_tweet_id": answers,
    }  # fmt: skip


# Answers before questions, ids as rounded numbers, lists of ids, parents that are not there, "True" and "False".
TWEETS = [
    tweet("1", "northline", "False", "22:10:47", "@500 Please send us your number.", "2", "3.0"),
    tweet("2", "500", "True", "22:11:45", "@northline I did &amp; nobody answers", "", "1.0"),
    tweet("3", "500", "True", "22:08:27", "@northline My line is dead since Monday", "1", "4.0"),
    tweet("4", "northline", "False", "21:54:49", "@500 Sorry to hear that.", "3,6", "5.0"),
    tweet("5", "500", "True", "21:49:35", "@northline no signal", "4", ""),
    tweet("6", "501", "True", "21:59:00", "@northline same here!", "7", "4.0"),
    tweet("7", "northline", "False", "22:29:00", "@501 We are on it.", "", "6.0"),
    tweet("8", "northline", "False", "10:00:00", "@502 Glad that it works again.", "9", "777.0"),
    tweet("9", "502", "True", "10:05:00", "@northline Thank you", "", "8.0"),
    tweet("10", "northline", "False", "09:00:00", "New: our winter timetable.", "", ""),
    tweet("11", "southline", "False", "12:30:00", "@503 Which train?", "", ""),
    tweet("12", "503", "True", "12:00:00", "@southline late again", "11", ""),
]


@pytest.fixture(autouse=True)
def imports_folder(settings, tmp_path) -> None:
    settings.IMPORTS_ROOT = tmp_path / "imports"


@pytest.fixture
def workspace(db) -> Workspace:
    """With one department."""
    wren: Workspace = WorkspaceFactory(slug="wren")
    DepartmentFactory(workspace=wren)
    return wren


@pytest.fixture
def tweets(tmp_path) -> Path:
    """The file."""
    return lines(tmp_path / "tweets.jsonl", TWEETS)


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


Bring = Callable[..., Import]


@pytest.fixture
def checked(workspace) -> Bring:
    """Look at a file and check it."""

    def call(path: Path, *, account_id: int | None = None, **plan: Any) -> Import:
        by, now = system(workspace.pk), clock.now()
        row = services.open_import(path=path, name=path.name, by=by, now=now)
        columns = plan.pop("columns", None) or services.look(path).guess
        made = Plan.made(columns, **{"network": "twitter", **plan})
        services.confirm(import_id=row.pk, plan=made, account_id=account_id, by=by, now=now)
        return services.check(import_id=row.pk, now=now)

    return call


@pytest.fixture
def brought(workspace, checked) -> Bring:
    """Look at a file, check it and bring it in."""

    def call(path: Path, **rest: Any) -> Import:
        row = checked(path, **rest)
        services.begin(import_id=row.pk, by=system(workspace.pk), now=clock.now())
        assert services.bring(import_id=row.pk)
        return Import.objects.get(pk=row.pk)

    return call
