"""crossdesk read: every row of a file with its reading, whatever the file is like."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crossdesk.org.models import Department
from crossdesk.reading.ports import Block
from crossdesk.reading.services import default_reader
from tests.triage.scene import Scene

PARCEL = "Where is my parcel? It should have been here on Tuesday."
KEYS = [
    "needs_reply", "intents", "sentiment", "urgency", "safety", "complaint_reason", "departments", "language",
    "abstained", "reasons",
]  # fmt: skip


def jsonl(*rows: object) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def without_readings(rows):
    return [{name: value for name, value in row.items() if name != "reading"} for row in rows]


def values_of(text: str, **context):
    values = dict(default_reader().read([Block(text, **context)])[0].values())
    del values["model"]
    return values


def test_a_row_keeps_its_fields_and_gets_its_reading(read):
    (row,) = read("a.jsonl", jsonl({"id": 7, "text": PARCEL, "tags": ["a", None]}))

    reading = row.pop("reading")
    assert row == {"id": 7, "text": PARCEL, "tags": ["a", None]}
    assert list(reading) == KEYS
    departments = reading.pop("departments")
    assert reading == values_of(PARCEL)
    assert reading["needs_reply"]["value"] is True
    assert departments == [{"value": "customer_service", "p": max(one["p"] for one in reading["intents"])}]


def test_a_threat_goes_to_risk(read):
    (row,) = read("a.jsonl", jsonl({"text": "I know where your staff live and I will burn your shop down tonight."}))

    assert "threat" in [one["value"] for one in row["reading"]["safety"]]
    assert "risk" in [one["value"] for one in row["reading"]["departments"]]


def test_what_belongs_to_a_message_is_read_along(read):
    context = {
        "earlier": ["I ordered a lamp.", "It came broken."], "parent": "Our lamps are back!", "visibility": "direct",
        "author_bio": "Journalist at the Evening Post",
    }  # fmt: skip

    found = read("a.jsonl", jsonl({"text": "And now?", **context}))

    (reading,) = [row["reading"] for row in found]
    del reading["departments"]
    assert reading == values_of("And now?", **context)
    assert reading != values_of("And now?")


def test_a_file_from_excel_is_understood(read):
    content = '\ufeffNr;Full Text;Earlier\r\n1;"Wo ist; mein Paket?";\r\n2;"Zwei\r\nZeilen";eins\r\n'

    rows = read("a.csv", content)

    assert without_readings(rows) == [
        {"Nr": "1", "Full Text": "Wo ist; mein Paket?", "Earlier": ""},
        {"Nr": "2", "Full Text": "Zwei\r\nZeilen", "Earlier": "eins"},
    ]


@pytest.mark.parametrize(
    "content",
    [
        "sep=|\nid|text\n1|Grüße aus Köln\n".encode(),
        "id\ttext\n1\tGrüße aus Köln\n".encode("utf-16"),
        "id,text\n1,Grüße aus Köln\n".encode("cp1252"),
    ],
)
def test_other_marks_and_encodings_are_understood(read, content):
    assert without_readings(read("a.csv", content)) == [{"id": "1", "text": "Grüße aus Köln"}]


def test_one_column_of_texts_needs_no_name_and_its_commas_part_nothing(read):
    rows = read("a.csv", "Was die Leute sagen\nToll, danke, bis morgen\n")

    assert without_readings(rows) == [{"Was die Leute sagen": "Toll, danke, bis morgen"}]


def test_standard_input_is_lines_of_json_or_csv(crossdesk):
    _, from_json, _ = crossdesk("read", "-", piped=jsonl({"text": PARCEL}).encode())
    _, from_csv, _ = crossdesk("read", "-", piped=f"id,text\n1,{PARCEL}\n".encode())

    for said in (from_json, from_csv):
        reading = json.loads(said)["reading"]
        del reading["departments"]
        assert reading == values_of(PARCEL)


def test_the_text_is_where_somebody_says_it_is(read):
    rows = read("a.jsonl", jsonl({"text": "no", "what": PARCEL}), "--text", "what")

    del rows[0]["reading"]["departments"]
    assert rows[0]["reading"] == values_of(PARCEL)


@pytest.mark.parametrize(
    ("name", "content", "words", "says"),
    [
        ("a.csv", "a,b\n1,2\n", [], "No column is called text, message, body, content, full_text. There is: a, b."),
        ("a.csv", "a,text\n1,2\n", ["--text", "b"], "There is no column “b”. There is: a, text."),
        ("a.jsonl", jsonl({"a": 1}, {"b": 2}), [], "There is: a, b. Name it with --text COLUMN."),
        ("a.json", '[\n {"text": "a"}\n]', [], "This is one JSON list. Give one object a line instead"),
        (
            "a.jsonl",
            jsonl({"text": "a"}),
            ["--to", "/nowhere/b.jsonl"],
            "cannot be written: No such file or directory.",
        ),
        ("a.parquet", "PAR1 nothing", ["--to", "b.jsonl"], "crossdesk: "),
    ],
)
def test_what_cannot_be_read_at_all_is_said_in_a_sentence(crossdesk, tmp_path, name, content, words, says):
    (tmp_path / name).write_text(content)

    code, out, err = crossdesk("read", tmp_path / name, *words)

    assert (code, out) == (1, "")
    assert says in err


def test_a_file_that_is_not_there_is_said(crossdesk, tmp_path):
    code, out, err = crossdesk("read", tmp_path / "none.csv")

    assert (code, out) == (1, "")
    assert err == f"crossdesk: {tmp_path / 'none.csv'} cannot be opened: No such file or directory.\n"


def test_without_the_optional_package_a_sentence_says_how_to_get_it(crossdesk, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "a.jsonl").write_text(jsonl({"text": "hi"}))

    code, _, err = crossdesk("read", tmp_path / "a.jsonl", "--to", tmp_path / "b.parquet")

    assert code == 1
    assert err == ("crossdesk: Parquet needs a package that is not installed. Run: pip install 'crossdesk[parquet]'\n")


@pytest.mark.parametrize(
    "words",
    [
        [], ["a.csv", "--eval", "b.csv"], ["--eval", "b.csv"], ["a.csv", "--resume"], ["a.csv", "--json"],
        ["a.csv", "--head", "sentiment"], ["--eval", "b.csv", "--head", "sentiment", "--to", "c.jsonl"],
        ["--eval", "b.csv", "--head", "mood"],
    ],
)  # fmt: skip
def test_wishes_that_make_no_sense_are_wrong_usage(crossdesk, words):
    assert crossdesk("read", *words)[0] == 2


def test_what_is_wrong_with_a_row_stands_beside_it(read):
    content = (
        b'{"text": nope\n[1]\n{"id": 3}\n{"text": ["a"]}\n\n"words alone"\n{"text": "a bad \xff byte", "n": NaN}\n'
        b'{"text": "half \\ud800"}\n' + b"[" * 50_000 + b"\n"
    )

    rows = read("a.jsonl", content)

    assert [(row.get("error"), row["reading"] is None) for row in rows] == [
        ("Line 1 is no JSON: Expecting value", True),
        ("Line 2 is no object with fields", True),
        ("The row has no field “text”", True),
        ("The field “text” holds a list, not a text", True),
        (None, False),
        ("Bytes that are no UTF-8 were replaced", False),
        (None, False),
        ("Line 9 is no JSON: its values are too deep or too large", True),
    ]
    assert rows[0] == {"line": 1, "raw": '{"text": nope', "reading": None, "error": rows[0]["error"]}
    assert without_readings(rows)[4:7] == [
        {"text": "words alone"},
        {"text": "a bad \ufffd byte", "n": None, "error": "Bytes that are no UTF-8 were replaced"},
        {"text": "half \ud800"},
    ]


def test_lines_of_csv_with_too_many_or_too_few_fields_say_so(read):
    rows = read("a.csv", "id,text\n1,a,b\n2\n")

    assert without_readings(rows) == [
        {"id": "1", "text": "a", "column_3": "b", "error": "Line 2 has 3 fields where the head has 2"},
        {"id": "2", "error": "Line 3 has 1 fields where the head has 2; The row has no field “text”"},
    ]


def test_odd_context_is_left_out_with_a_word(read):
    rows = read("a.jsonl", jsonl({"text": "hi", "visibility": "secret", "parent": [1], "earlier": {"a": 1}}))

    assert rows[0]["error"] == (
        "The field “earlier” is no list of texts and was left out; The field “parent” is no text and was left out; "
        "The visibility “secret” is none of public, unlisted, private, direct: read as public"
    )
    assert rows[0]["reading"]["needs_reply"]


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "🎉🎉", "a" * 100_000, "слово " * 20_000, "مرحبا أين طلبي؟", "hello Привет 你好 \u202e abc", "\x00\x01",
        "👨‍👩‍👧‍👦" * 500, "ﷺ" * 300, "z̸̡̛a̷l̴g̶o̵", "\N{REPLACEMENT CHARACTER}" * 40,
    ],
)  # fmt: skip
def test_every_text_gets_a_reading(read, text):
    (row,) = read("a.jsonl", jsonl({"text": text}))

    assert row["text"] == text
    assert list(row["reading"]) == KEYS
    assert row["reading"]["reasons"]


def test_an_empty_file_has_no_rows(crossdesk, tmp_path):
    (tmp_path / "a.csv").write_text("")

    code, out, err = crossdesk("read", tmp_path / "a.csv")

    assert (code, out) == (0, "")
    assert err.startswith("0 rows read in 0:00")


def test_how_much_was_read_is_said_unless_nobody_wants_to_know(crossdesk, tmp_path):
    (tmp_path / "a.jsonl").write_text(jsonl({"text": "hi"}, {"id": 2}))

    _, out, err = crossdesk("read", tmp_path / "a.jsonl")
    _, quietly, nothing = crossdesk("read", tmp_path / "a.jsonl", "--quiet")

    assert err.startswith("2 rows read in 0:0") and err.endswith(" a second · 1 with an error beside them\n")
    assert (quietly, nothing) == (out, "")


@pytest.mark.django_db
def test_a_workspace_puts_its_own_departments_beside(crossdesk, tmp_path):
    scene = Scene()
    Department.objects.filter(workspace=scene.workspace, key="customer_service").update(key="front_desk")
    (tmp_path / "a.jsonl").write_text(jsonl({"text": PARCEL}))

    _, out, _ = crossdesk("read", tmp_path / "a.jsonl", "--workspace", "brand")
    code, nothing, err = crossdesk("read", tmp_path / "a.jsonl", "--workspace", "bland")

    assert [one["value"] for one in json.loads(out)["reading"]["departments"]] == ["front_desk"]
    assert (code, nothing) == (1, "")
    assert err == "crossdesk: There is no workspace “bland”. There is: brand.\n"


def test_a_run_goes_on_behind_the_last_whole_line(crossdesk, tmp_path):
    messages, out = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    messages.write_text(jsonl(*({"id": number, "text": f"Message {number}"} for number in range(20))))
    crossdesk("read", messages, "--to", out)
    whole = out.read_bytes()

    for torn in (whole[: whole.index(b"\n") * 3 + 40], whole[:30], b"", whole, whole[:-1]):
        out.write_bytes(torn)
        code, _, err = crossdesk("read", messages, "--to", out, "--resume")
        assert (code, out.read_bytes()) == (0, whole), err
    messages.write_text(messages.read_text() + jsonl({"id": 20, "text": "One more"}))
    _, _, err = crossdesk("read", messages, "--to", out, "--resume")

    assert err.startswith("20 rows are there already\n1 rows read")
    assert [json.loads(line)["id"] for line in out.read_text().splitlines()] == list(range(21))


def test_what_was_made_from_another_file_is_left_alone(crossdesk, tmp_path):
    messages, out = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    messages.write_text(jsonl({"text": "one"}, {"text": "two"}))
    for before in (
        jsonl({"text": "other", "reading": None}),
        jsonl({"text": "one", "reading": None}, {"text": "two", "reading": None}, {"text": "three", "reading": None}),
        jsonl({"text": "one"}),
        "My diary, without an end of line",
        "My diary\n",
    ):
        out.write_text(before)

        code, _, err = crossdesk("read", messages, "--to", out, "--resume")

        assert (code, out.read_text()) == (1, before), err
        assert "not made from it" in err or "does not hold readings" in err


def test_two_at_once_never_write_to_one_file(crossdesk, tmp_path):
    messages, out = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    messages.write_text(jsonl({"text": "one"}))
    out.write_text("held by somebody")

    with out.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        code, _, err = crossdesk("read", messages, "--to", out)

    assert (code, out.read_text()) == (1, "held by somebody")
    assert err == f"crossdesk: Somebody else is writing to {out} right now.\n"


def test_a_file_is_never_written_over_itself(crossdesk, tmp_path):
    messages = tmp_path / "a.jsonl"
    messages.write_text(jsonl({"text": "one"}))

    code, _, err = crossdesk("read", messages, "--to", messages)

    assert (code, messages.read_text()) == (1, jsonl({"text": "one"}))
    assert err == "crossdesk: FILE and OUT are the same file: nothing would be left to read.\n"


COMMAND = [sys.executable, "-c", "from crossdesk.config.start import main; main()", "read"]
ROOT = Path(__file__).parents[3]


def started(*words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *map(str, words)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


@pytest.mark.kills
def test_a_kill_in_the_middle_loses_and_doubles_nothing(crossdesk, tmp_path):
    messages, out = tmp_path / "a.jsonl", tmp_path / "out.jsonl"
    messages.write_text(jsonl(*({"id": number, "text": f"{PARCEL} Order {number}"} for number in range(6000))))

    for least in (1, 200_000):
        with started(messages, "--to", out, "--resume") as process:
            while not out.exists() or out.stat().st_size < least:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert out.stat().st_size > 0
    before = out.read_bytes().count(b"\n")
    _, _, err = crossdesk("read", messages, "--to", out, "--resume")

    assert 0 < before < 6000 and f"{6000 - before:,} rows read" in err
    assert [json.loads(line)["id"] for line in out.read_bytes().splitlines()] == list(range(6000))


def test_rows_come_out_while_others_still_come_in():
    with started("-") as process:
        assert process.stdin and process.stdout
        for number in range(256):
            process.stdin.write(jsonl({"id": number, "text": "Thanks!"}).encode())
        process.stdin.flush()
        first = json.loads(process.stdout.readline())
        process.stdin.close()
        rest = process.stdout.read().splitlines()

    assert (first["id"], len(rest), process.returncode) == (0, 255, 0)


def test_a_disk_that_is_full_is_said_in_a_sentence(tmp_path):
    (tmp_path / "a.jsonl").write_text(jsonl({"text": "Thanks!"}))
    command = [*COMMAND, str(tmp_path / "a.jsonl"), "--quiet"]

    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (1, "crossdesk: Standard output takes no more: No space left on device.\n")


def test_what_is_read_may_go_nowhere(crossdesk, tmp_path):
    (tmp_path / "a.jsonl").write_text("\ufeff" + jsonl({"text": "a"}) + "\ufeff" + jsonl({"text": "b"}))

    code, _, err = crossdesk("read", tmp_path / "a.jsonl", "--to", "/dev/null")

    assert (code, err.partition(" in ")[0]) == (0, "2 rows read")


def test_a_reader_of_ours_who_goes_away_is_no_failure_to_tell_of():
    reading, writing = os.pipe()
    with subprocess.Popen(
        [*COMMAND, "-", "--quiet"], cwd=ROOT, stdin=subprocess.PIPE, stdout=writing, stderr=subprocess.PIPE
    ) as process:
        os.close(writing)
        os.close(reading)
        _, complaint = process.communicate(jsonl(*[{"text": "Thanks!"}] * 300).encode())

    assert complaint == b""
