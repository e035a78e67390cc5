"""crossdesk bench: copies are what the services would have written, and the measurement says all its figures."""

import json
import random
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from crossdesk.cli.bench import company, scenario
from crossdesk.cli.bench.archive import Files, copies_of, telling_for
from crossdesk.cli.bench.company import FOUNDED
from crossdesk.cli.bench.moulds import UnknownColumn
from crossdesk.cli.bench.pages import Times
from crossdesk.cli.bench.place import place
from crossdesk.cli.bench.play import play
from crossdesk.cli.bench.stamp import Copy, cut, read_mould, stamp
from crossdesk.inbox.models import Conversation
from crossdesk.insights.verify import verify_workspace
from crossdesk.journal import facts
from crossdesk.journal.models import Job
from crossdesk.messages.models import Message
from crossdesk.triage.services import blind_percent
from tests.servers.crossdesk import CrossdeskServer, empty_tables

TELLINGS = [Copy(0, 0), Copy(1, 2), Copy(2, 2), Copy(3, 5)]
# Their ids say nothing: who counts first comes first.
WITHOUT_IDS = {"channels_deliverytally", "inbox_counter", "insights_rollup"}
SUMS = ("numerator", "denominator", "elsewhere", "automated")
KEYS = [
    "queue_p50_ms",
    "queue_p95_ms",
    "conversation_p95_ms",
    "search_p95_ms",
    "scoreboard_p95_ms",
    "ingest_per_s",
    "arrival_to_visible_p95_ms",
    "ratio_1m_to_100k",
    "peer_list_p95_ms",
]


def tables(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but the jobs, in order, and what the word search finds."""
    found: dict[str, list[dict[str, Any]]] = {}
    with place(path):
        for model in apps.get_models(include_auto_created=True):
            if model is not Job:
                rows = [dict(row) for row in model._default_manager.order_by("pk").values()]
                found[model._meta.db_table] = rows
        with connection.cursor() as cursor:
            for words in ("words : c0000002*", "words : order", "words : c0000001n3"):
                cursor.execute("SELECT rowid FROM messages_words WHERE messages_words MATCH %s ORDER BY 1", [words])
                found[words] = [{"rowid": row[0]} for row in cursor.fetchall()]
    # Where everything was taken back the services leave a row of zeros, which says the same as none.
    found["insights_rollup"] = [row for row in found["insights_rollup"] if any(row[name] for name in SUMS)]
    for name in WITHOUT_IDS:
        found[name] = sorted(({**row, "id": 0} for row in found[name]), key=str)
    return found


def test_two_thousand_messages_give_equal_tables_by_copying_and_by_the_services(tmp_path, django_db_blocker):
    with django_db_blocker.unblock():  # in files of its own, on SQLite whatever the suite runs on
        files, told = Files(tmp_path, 500), tmp_path / "told.sqlite3"
        empty_tables(files.ground)
        with place(files.ground, quick=True):
            company.found()
            while facts.follow_all():
                pass
        shutil.copyfile(files.ground, told)
        lines = scenario.lines(500)

        for telling in TELLINGS:
            with place(told, quick=True):
                play(lines, telling=telling.number, weeks=telling.weeks)
            if telling == TELLINGS[0]:
                shutil.copyfile(told, files.mould)
        stamped = tmp_path / "stamped.sqlite3"
        mould = read_mould(files.ground, files.mould)
        shutil.copyfile(files.ground, stamped)
        with place(stamped, quick=True):
            stamp(mould, TELLINGS)
            differences = verify_workspace(company.workspace().pk)
            messages, conversations = Message.objects.count(), Conversation.objects.count()
            still_open = Conversation.objects.filter(state="open").count()

    assert differences == []
    assert messages == 2000
    assert 0.04 < still_open / conversations <= 0.05
    with django_db_blocker.unblock():
        by_copying, by_services = tables(stamped), tables(told)
    assert by_copying.keys() == by_services.keys()
    for name, rows in by_copying.items():
        assert rows == by_services[name], name


def test_a_measurement_says_every_figure_as_one_line(tmp_path):
    sizes = ("--messages", "60", "--beside", "30", "--requests", "2", "--deliveries", "40", "--arrivals", "5")

    ran = CrossdeskServer(tmp_path).run("bench", "inbox", *sizes, "--peer-tickets", "0", "--json")

    assert ran.returncode == 0, ran.stderr
    (line,) = ran.stdout.splitlines()
    said = json.loads(line)
    assert list(said)[: len(KEYS)] == KEYS
    assert all(said[key] > 0 for key in KEYS if key != "peer_list_p95_ms")
    assert said["peer_list_p95_ms"] is None
    assert (said["messages"], said["beside"], said["peer_tickets"]) == (60, 30, 0)
    kept = sorted(path.name for path in tmp_path.glob("bench/*/*.sqlite3") if "archive" in path.name)
    assert kept == ["archive-30.sqlite3", "archive-60.sqlite3"]


@pytest.mark.django_db
def test_chance_has_no_place_in_a_measurement(settings):
    settings.BLIND_PERCENT = 5

    company.found()

    assert blind_percent(company.workspace().pk) == 0


def test_on_postgresql_a_sentence_says_that_sizes_are_measured_on_sqlite(tmp_path):
    server = CrossdeskServer(tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none")

    ran = server.run("bench", "inbox")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith("crossdesk: Sizes are measured on SQLite, in files of their own.")


def test_copies_lie_within_the_last_year_and_the_newest_is_settled():
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    copies = copies_of(104, now=now)

    assert [copy.number for copy in copies] == list(range(104))
    weeks = [copy.weeks for copy in copies]
    assert weeks == sorted(weeks)
    newest = scenario.BEGIN + timedelta(weeks=weeks[-1]) + scenario.SETTLED
    assert now - timedelta(weeks=1) < newest <= now
    assert weeks[-1] - weeks[0] == 51
    assert scenario.BEGIN > FOUNDED


@pytest.mark.parametrize(("messages", "telling"), [(1_000_000, 2000), (10_000, 2000), (2000, 500), (60, 60)])
def test_a_telling_is_never_longer_than_the_archive(messages, telling):
    assert telling_for(messages) == telling


def test_a_scenario_is_the_same_every_time_and_answers_come_after_questions():
    lines = scenario.lines(300)

    assert lines == scenario.lines(300)
    assert len({line.number for line in lines}) == 300
    said = {line.number: line.at for line in lines}
    assert all(said[line.parent] < line.at for line in lines if line.parent in said)
    assert all(line.at < scenario.BEGIN + scenario.TALKING for line in lines)


def test_texts_are_as_long_as_in_the_table():
    rng = random.Random(1)

    texts = [scenario.fitted(rng, "Where is my parcel, please?", (50, 60, 70)) for _ in range(50)]

    assert all(35 <= len(text) <= 70 for text in texts)
    assert len({len(text) for text in texts}) > 3


def test_json_is_cut_at_ids_and_moments():
    body = {
        "message_id": 7,
        "department_id": 3,
        "at": "2025-01-06T08:00:00+00:00",
        "said": "7",
        "none_id": None,
        "duties": {"5": {"state": "open"}},
    }

    parts, slots = cut(body, where="journal_fact")

    assert parts == [
        '{"message_id": ', ', "department_id": 3, "at": ', ', "said": "7", "none_id": null, "duties": {',
        ': {"state": "open"}}}',
    ]  # fmt: skip
    assert slots == [
        ("id", "messages_message", 7),
        ("moment", "", "2025-01-06T08:00:00+00:00"),
        ("key", "inbox_duty", 5),
    ]


def test_an_id_that_copying_does_not_know_is_an_error():
    with pytest.raises(UnknownColumn, match="does not know where “parcel_id” of journal_fact points"):
        cut({"parcel_id": 4}, where="journal_fact")


def test_quantiles_are_times_that_were_measured():
    times = Times([float(ms) for ms in range(1, 201)])

    assert (times.quantile(0.5), times.quantile(0.95), times.quantile(1.0)) == (100.0, 190.0, 200.0)
