"""crossdesk read: Parquet in and out, with the columns as they are. Needs the optional extra."""

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-c", "from crossdesk.config.start import main; main()", "read"]


def rows_of(path: Path):
    return pq.read_table(path).to_pylist()


def without_readings(rows):
    return [{name: value for name, value in row.items() if name != "reading"} for row in rows]


def jsonl(*rows: object) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def table(tmp_path):
    """A file of Parquet with these columns."""

    def make(**columns):
        path = tmp_path / "in.parquet"
        pq.write_table(pa.table(columns), path)
        return path

    return make


def test_columns_keep_their_types_and_the_reading_stands_beside_them(crossdesk, table, tmp_path):
    path = table(
        id=pa.array([1, 2], pa.int16()), body=["Where is my parcel?", None], at=pa.array([AT, None], pa.timestamp("ns", "UTC")),
        earlier=[["It is late."], None],
    )  # fmt: skip

    code, out, err = crossdesk("read", path, "--to", tmp_path / "out.parquet")

    assert (code, out) == (0, ""), err
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.schema.names == ["id", "body", "at", "earlier", "reading", "error"]
    assert [str(kind) for kind in found.schema.types[:3]] == ["int16", "string", "timestamp[ns, tz=UTC]"]
    assert without_readings(found.to_pylist()) == [
        {"id": 1, "body": "Where is my parcel?", "at": AT, "earlier": ["It is late."], "error": None},
        {"id": 2, "body": None, "at": None, "earlier": None, "error": None},
    ]


def test_both_ways_of_writing_say_the_same(crossdesk, table, tmp_path):
    path = table(text=["Where is my parcel?", "Thanks!", ""])

    _, out, _ = crossdesk("read", path)
    crossdesk("read", path, "--to", tmp_path / "out.parquet")

    assert [row["reading"] for row in rows_of(tmp_path / "out.parquet")] == [
        json.loads(line)["reading"] for line in out.splitlines()
    ]


def test_what_json_cannot_hold_becomes_words(crossdesk, table):
    path = table(text=["hi"], at=pa.array([AT], pa.timestamp("us", "UTC")), raw=[b"\x41\xff"], n=[float("nan")])

    _, out, _ = crossdesk("read", path)

    row = json.loads(out)
    assert (row["at"], row["raw"], row["n"]) == ("2026-03-04 12:00:00+00:00", "A\ufffd", None)


def test_moments_to_the_nanosecond_can_be_read(crossdesk, table):
    path = table(text=["hi"], at=pa.array([1_772_625_600_000_000_123], pa.timestamp("ns")))

    _, out, err = crossdesk("read", path)

    assert json.loads(out)["at"] == "2026-03-04 12:00:00", err


def test_standard_input_may_be_parquet(crossdesk, table):
    path = table(text=["hi", "there"])

    _, out, _ = crossdesk("read", "-", piped=path.read_bytes())

    assert [json.loads(line)["text"] for line in out.splitlines()] == ["hi", "there"]


def test_what_does_not_fit_the_columns_stands_beside_them_as_json(crossdesk, tmp_path, monkeypatch):
    monkeypatch.setattr("crossdesk.cli.read.parquet_out.PART_ROWS", 1)
    monkeypatch.setattr("crossdesk.cli.read.reading.BATCH_ROWS", 2)
    (tmp_path / "a.jsonl").write_text(
        jsonl({"text": "a", "n": 1, "tags": ["x"]}, {"text": "b", "n": 2, "who": {"name": "Ada"}})
        + jsonl({"text": "c", "n": "three", "new": True, "who": "Bob"}, {"text": "\ud800", "tags": "y"})
    )

    crossdesk("read", tmp_path / "a.jsonl", "--to", tmp_path / "b.parquet")

    found = without_readings(rows_of(tmp_path / "b.parquet"))
    nothing = {"n": None, "tags": None, "who": None, "more_fields": None, "error": None}
    assert found == [
        {**nothing, "text": "a", "n": 1, "tags": ["x"]},
        {**nothing, "text": "b", "n": 2, "who": '{"name": "Ada"}'},
        {**nothing, "text": "c", "who": "Bob", "more_fields": '{"n": "three", "new": true}'},
        {**nothing, "text": "?", "more_fields": '{"tags": "y"}'},
    ]


def test_a_run_goes_on_with_the_parts_and_with_a_file_that_is_whole(crossdesk, table, tmp_path, monkeypatch):
    monkeypatch.setattr("crossdesk.cli.read.parquet_out.PART_ROWS", 2)
    monkeypatch.setattr("crossdesk.cli.read.reading.BATCH_ROWS", 2)
    out = tmp_path / "out.parquet"
    crossdesk("read", table(text=[str(number) for number in range(5)]), "--to", out)

    code, _, err = crossdesk("read", table(text=[str(number) for number in range(9)]), "--to", out, "--resume")

    assert (code, err.splitlines()[0]) == (0, "5 rows are there already"), err
    assert [row["text"] for row in rows_of(out)] == [str(number) for number in range(9)]
    assert not (tmp_path / "out.parquet.parts").exists()


@pytest.mark.parametrize("before", ["other", "no parquet"])
def test_what_holds_no_readings_is_left_alone(crossdesk, table, tmp_path, before):
    out = tmp_path / "out.parquet"
    if before == "other":
        pq.write_table(pa.table({"text": ["my own"]}), out)
    else:
        out.write_text("My diary")
    held = out.read_bytes()

    code, _, err = crossdesk("read", table(text=["a"]), "--to", out, "--resume")

    assert (code, out.read_bytes()) == (1, held)
    assert err == f"crossdesk: {out} does not hold readings: nothing can be added to it.\n"
    assert not (tmp_path / "out.parquet.parts").exists()


def test_an_empty_table_stays_one(crossdesk, table, tmp_path):
    path = table(text=pa.array([], pa.string()))

    crossdesk("read", path, "--to", tmp_path / "out.parquet")

    assert pq.read_schema(tmp_path / "out.parquet").names == ["text", "reading", "error"]
    assert rows_of(tmp_path / "out.parquet") == []


@pytest.mark.kills
def test_a_kill_in_the_middle_loses_and_doubles_nothing(crossdesk, tmp_path):
    messages, out = tmp_path / "a.jsonl", tmp_path / "out.parquet"
    messages.write_text(jsonl(*({"id": number, "text": f"Thanks {number}"} for number in range(10_000))))

    with subprocess.Popen([*COMMAND, str(messages), "--to", str(out)], cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        while not list(tmp_path.glob("out.parquet.parts/0*")):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    _, _, err = crossdesk("read", messages, "--to", out, "--resume")

    assert err.splitlines()[0] in ("4,096 rows are there already", "8,192 rows are there already")
    assert [row["id"] for row in rows_of(out)] == list(range(10_000))
