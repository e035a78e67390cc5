"""crossdesk import: the columns shown and confirmed, a dry run, errors beside the file, and killed in the middle."""

import json
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crossdesk.cli.bench.history import write
from crossdesk.cli.commands.importing import command
from crossdesk.imports import services
from crossdesk.imports.models import Import
from crossdesk.imports.plan import Plan
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.kit.errors import Conflict, Invalid
from crossdesk.messages.models import Message
from tests.imports.conftest import TWEETS, lines, tweet
from tests.org.factories import WorkspaceFactory
from tests.servers.crossdesk import ROOT, CrossdeskServer, migrated

ROWS = 9000


@pytest.fixture
def home(db, settings, tmp_path):
    settings.IMPORTS_ROOT = tmp_path / "imports"
    return WorkspaceFactory(slug="wren")


def run(*arguments: object, typed: str = "") -> Result:
    result = CliRunner().invoke(command, [*map(str, arguments), "-q"], standalone_mode=False, input=typed)
    if isinstance(result.exception, Exception):
        raise result.exception
    return result


def test_a_dry_run_changes_nothing_and_the_real_one_says_what_came(home, tmp_path):
    file = lines(tmp_path / "tweets.jsonl", [*TWEETS, tweet("99", "500", "True", "10:00:00", "")])

    dry = json.loads(run(file, "--dry-run", "--yes", "--json", "--network", "twitter").stdout)
    nothing = Message.objects.count(), Import.objects.count()
    came = json.loads(run(file, "--yes", "--json", "--network", "twitter").stdout)

    assert nothing == (0, 0)
    assert {name: dry[name] for name in ("rows", "wrong", "messages", "conversations", "contacts", "first", "last")} == {
        "rows": 13, "wrong": 1, "messages": 12, "conversations": 4, "contacts": 4, "first": "2017-10-31T09:00:00+00:00",
        "last": "2017-10-31T22:29:00+00:00",
    }  # fmt: skip
    assert dry["wrong_rows"] == ["line 13, text: It has no text."]
    assert {name: came[name] for name in ("messages", "conversations", "contacts", "here_already", "errors")} == {
        "messages": 12, "conversations": 4, "contacts": 4, "here_already": 0, "errors": f"{file}.errors.csv",
    }  # fmt: skip
    assert Path(came["errors"]).read_text(encoding="utf-8-sig").splitlines()[0] == "line,column,wrong,row"


def test_columns_are_shown_and_can_be_said(home, tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("nr;wann;wer;was\n1;3/4/2020 10:00;ada;Hallo\n2;3/4/2020 11:00;wren;Guten Tag\n", encoding="utf-8")
    words = (
        "--map",
        "nr=id",
        "--map",
        "wann=at",
        "--map",
        "wer=author",
        "--map",
        "was=text",
        "--ours",
        "@Wren",
        "--yes",
    )

    with pytest.raises(Invalid, match="two ways"):
        run(file, *words)
    told = run(file, *words, "--dates", "day-first", "--json")

    assert "wer                          ada · wren" in told.stderr
    assert {(one.direction, one.sent_at.isoformat()) for one in Message.objects.all()} == {
        ("in", "2020-04-03T10:00:00+00:00"), ("out", "2020-04-03T11:00:00+00:00"),
    }  # fmt: skip


def test_nothing_says_which_messages_are_ours(home, tmp_path):
    file = lines(tmp_path / "x.jsonl", [{"id": "1", "text": "hello you", "created_at": "2020-01-01", "author": "ada"}])

    with pytest.raises(Invalid, match="which messages are yours"):
        run(file, "--yes")
    with pytest.raises(Invalid, match="begun and not finished"):
        run(file, "--yes", "--resume")


def test_killed_between_its_beginning_and_its_first_message_it_goes_on(home, tmp_path):
    file = lines(tmp_path / "tweets.jsonl", TWEETS)
    by = system(home.pk)
    row = services.open_import(path=file, name=file.name, by=by, now=clock.now())
    columns = services.look(file).guess
    plan = Plan.made(columns, day_first=False, zone="UTC", ours=(), network="twitter")
    services.confirm(import_id=row.pk, plan=plan, account_id=None, by=by, now=clock.now())
    services.check(import_id=row.pk, now=clock.now())
    services.begin(import_id=row.pk, by=by, now=clock.now())

    with pytest.raises(Conflict, match="columns stay as they are"):
        services.confirm(import_id=row.pk, plan=plan, account_id=None, by=by, now=clock.now())
    came = json.loads(run(file, "--yes", "--json", "--network", "twitter").stdout)

    assert (came["import"], came["messages"]) == (row.pk, Message.objects.count()) == (row.pk, 12)


def test_killed_anywhere_and_run_again_it_leaves_no_double_and_no_gap(tmp_path):
    file = tmp_path / "history.csv"
    write(file, ROWS)
    whole, killed = (CrossdeskServer(migrated(tmp_path / name)) for name in ("whole", "killed"))
    for server in (whole, killed):
        assert (
            server.run(
                "user", "create", "ona@example.com", "--workspace", "Wren", "--password", "quite-long-1"
            ).returncode
            == 0
        )
    words = ("import", str(file), "--yes", "--network", "twitter", "--json")
    assert whole.run(*words).returncode == 0

    chance, ends = random.Random(7), []
    for _ in range(20):
        process = begun(killed, *words)
        deadline = time.monotonic() + chance.uniform(1.5, 5.0)
        before = position(tmp_path / "killed")
        while process.poll() is None and time.monotonic() < deadline and position(tmp_path / "killed") == before:
            time.sleep(0.01)
        ends.append(process.poll())
        process.kill()
        process.wait()
        if position(tmp_path / "killed") >= ROWS // 2:
            break
    assert None in ends
    done = killed.run(*words)

    assert done.returncode == 0, done.stderr
    assert stored(tmp_path / "killed") == stored(tmp_path / "whole")
    assert killed.run("verify").returncode == 0


def begun(server: CrossdeskServer, *words: str) -> subprocess.Popen[bytes]:
    """A command of this installation under way."""
    return subprocess.Popen(
        [sys.executable, "-c", "from crossdesk.config.start import main; main()", *words],
        cwd=ROOT, env=server.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def position(home: Path) -> int:
    """How far the import is."""
    with sqlite3.connect(home / "crossdesk.sqlite3", timeout=30) as db:
        return int(db.execute("SELECT COALESCE(MAX(position), 0) FROM imports_import").fetchone()[0])


def stored(home: Path) -> list[list[tuple[object, ...]]]:
    """Everything that came in, without the ids that it has here."""
    asks = (
        "SELECT external_id, direction, text, sent_at, parent_external_id FROM messages_message ORDER BY 1",
        "SELECT external_id, handle, first_seen_at, last_seen_at FROM messages_identity i "
        "JOIN messages_contact c ON c.id = i.contact_id ORDER BY 1",
        "SELECT m.external_id, f.external_id, e.at FROM inbox_entry e JOIN messages_message m ON m.id = e.message_id "
        "JOIN inbox_conversation c ON c.id = e.conversation_id JOIN messages_message f ON f.id = c.last_inbound_id ORDER BY 1",
        "SELECT m.external_id, b.answered_at, b.response_seconds, b.first FROM inbox_block b "
        "JOIN messages_message m ON m.id = b.first_message_id ORDER BY 1",
        "SELECT series, day, SUM(numerator), SUM(denominator) FROM insights_rollup GROUP BY 1, 2 ORDER BY 1, 2",
        "SELECT SUM(messages), SUM(conversations), SUM(contacts) FROM imports_import",
        "SELECT COUNT(*), COUNT(DISTINCT conversation_id) FROM imports_brought",
    )
    with sqlite3.connect(home / "crossdesk.sqlite3", timeout=30) as db:
        return [db.execute(ask).fetchall() for ask in asks]


def test_the_measurement_says_all_its_figures_and_every_measure_adds_up(tmp_path):
    done = CrossdeskServer(migrated(tmp_path / "home")).run("bench", "import", "--rows", "600", "--json")

    told = json.loads(done.stdout)
    assert {name: told[name] for name in ("rows", "messages", "differences")} == {
        "rows": 600,
        "messages": 600,
        "differences": 0,
    }
    assert (
        min(told["rows_per_s"], told["rows_per_busy_s"], told["plain_rows_per_s"], told["ratio_to_plain_executemany"])
        > 0
    )
    assert 0 < told["peak_mb"] < 1000
    assert not (tmp_path / "home" / "bench" / "import").exists()
