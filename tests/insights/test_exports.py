import csv
import io
from datetime import date

import pytest

from crossdesk.insights import exports
from crossdesk.insights.exports import COLUMNS, csv_lines, harmless
from crossdesk.insights.values import Window
from tests.conftest import settle
from tests.insights.story import MONDAY, Story, hours

WEEK = Window(date(2026, 3, 2), date(2026, 3, 8))


@pytest.mark.django_db
def test_the_file_holds_the_rows_behind_the_figure_newest_first():
    story = Story()
    first = story.block(MONDAY, text='Grüße, "Ada"\r\nzwei Zeilen')
    second = story.block(MONDAY + hours(1), text="=cmd|' /C calc'!A0", conversation=story.conversation(name="+49 30"))
    story.answer(first, MONDAY + hours(2))
    for block in (first, second):
        story.ripen(block)
    settle(until=MONDAY)

    written = b"".join(csv_lines(story.system, "response_rate_72h", WEEK)).decode("utf-8")

    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert rows == [
        list(COLUMNS),
        [
            str(second.pk), str(second.conversation_id), str(second.first_message_id), f"'{story.account.handle}",
            "Customer service", "'+49 30", "no", "2026-03-02T10:00:00Z", "2026-03-02T14:00:00Z", "", "", "",
            "'=cmd|' /C calc'!A0",
        ],
        [
            str(first.pk), str(first.conversation_id), str(first.first_message_id), f"'{story.account.handle}",
            "Customer service", "Ada", "yes", "2026-03-02T09:00:00Z", "2026-03-02T13:00:00Z", "2026-03-02T11:00:00Z",
            "person", "7200", 'Grüße, "Ada"\r\nzwei Zeilen',
        ],
    ]  # fmt: skip
    assert written.endswith('"Grüße, ""Ada""\r\nzwei Zeilen"\r\n')


@pytest.mark.django_db
def test_many_rows_come_in_pieces(monkeypatch):
    monkeypatch.setattr(exports, "CHUNK", 2)
    story = Story()
    for _ in range(5):
        story.ripen(story.block(MONDAY))
    settle(until=MONDAY)

    pieces = list(csv_lines(story.system, "response_rate_72h", WEEK))

    assert [piece.count(b"\r\n") for piece in pieces] == [3, 2, 1]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_formulas_are_disarmed(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "hello", "a=b", "1-2", "Grüße", "👋 -1"])
def test_other_text_stays_as_it_is(text):
    assert harmless(text) == text
