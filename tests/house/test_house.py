"""The walls of the house: floors, foreign keys, migrations, sizes, settings, words."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

ROOT = Path(__file__).parents[2]
FLOORS = [
    "kit",
    "reading",
    "journal",
    "org",
    "channels",
    "messages",
    "inbox",
    "triage",
    "imports",
    "insights",
    "notices",
    "web",
]
OURS = [path for path in (ROOT / "crossdesk").rglob("*.py") if "migrations" not in path.parts]


def test_imports_keep_to_the_floors():
    ran = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_foreign_keys_point_down():
    upwards = [
        f"{model._meta.label}.{field.name} → {field.related_model}"
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("crossdesk.")
        for field in model._meta.get_fields()
        if field.many_to_one or (field.one_to_one and field.concrete)
        if field.related_model
        and (target := field.related_model._meta.app_label) in FLOORS
        and FLOORS.index(target) > FLOORS.index(model._meta.app_label)
    ]

    assert upwards == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path):
    source = path.read_text(encoding="utf-8")

    assert source.count("\n") < 500
    long = [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
    ]
    assert long == []


def test_only_config_reads_the_environment():
    readers = [
        str(path.relative_to(ROOT))
        for path in OURS
        if re.search(r"os\.environ|os\.getenv", path.read_text(encoding="utf-8")) and "config" not in path.parts
    ]

    assert readers == []


def test_rooms_know_no_pages():
    above = re.compile(r"from django\.(shortcuts|http|template|views|urls)|HttpRequest|render\(")
    talkers = [
        str(path.relative_to(ROOT))
        for path in OURS
        if path.relative_to(ROOT / "crossdesk").parts[0] not in {"web", "config", "cli"}
        and above.search(path.read_text(encoding="utf-8"))
    ]

    assert talkers == []


def test_every_setting_stands_in_the_documentation():
    names = set()
    for path in (ROOT / "crossdesk" / "config").glob("*.py"):
        names |= set(re.findall(r'"(CROSSDESK_[A-Z_]+[A-Z])"', path.read_text(encoding="utf-8")))
    documented = set(
        re.findall(r"`(CROSSDESK_[A-Z_]+[A-Z])`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))
    )

    assert names and names - documented == set()


def test_sight_is_asked_of_each_row_and_never_gathered_as_a_list_of_a_whole_archive():
    """`message__in=visible_to(actor)` makes SQLite collect every id of the archive before it looks at one row."""
    gathering = re.compile(r"(?:message|conversation)(?:_id)?__in=[\w.]*visible_to\(")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in OURS
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if gathering.search(line)
    ]
    assert found == []
