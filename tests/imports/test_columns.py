"""Which column holds what."""

import pytest

from crossdesk.imports.columns import checked, guess, turned
from crossdesk.kit.errors import Invalid
from crossdesk.kit.files.rows import Row
from tests.imports.conftest import TWEETS


def guessed(*rows):
    return guess(list(rows[0]), [Row(dict(row)) for row in rows])


def test_the_columns_of_the_well_known_export_are_known():
    assert guessed(*TWEETS) == {
        "id": "tweet_id", "text": "text", "at": "created_at", "direction": "inbound", "author": "author_id",
        "parent": "in_response_to_tweet_id", "answers": "response_tweet_id",
    }  # fmt: skip


def test_names_are_known_however_they_are_written():
    row = {
        "Message ID": "1",
        "Sent At": "2020-01-01",
        "Message": "hi there",
        "Author Name": "Ada",
        "conversationId": "7",
        "Is Outbound": "yes",
    }
    found = guessed(row)

    assert found == {
        "id": "Message ID", "text": "Message", "at": "Sent At", "direction": "Is Outbound", "name": "Author Name",
        "thread": "conversationId",
    }  # fmt: skip
    assert turned(found)


def test_contents_tell_where_names_say_nothing():
    rows = [
        {"a": f"x{number}", "b": f"2020-01-0{number} 10:00", "c": "in" if number % 2 else "out", "d": f"Where is parcel {number}?", "e": "bob"}
        for number in range(1, 5)
    ]  # fmt: skip

    assert guessed(*rows) == {"id": "a", "text": "d", "at": "b", "direction": "c"}


def test_a_column_of_that_name_that_holds_something_else_is_left_alone():
    rows = [{"text": "hello you", "created": "2020-01-01", "date": "soon", "direction": "north", "author": "ada"}]

    assert guessed(*rows) == {"text": "text", "at": "created", "author": "author"}


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"nonsense": "text"}, "There is no field “nonsense”"),
        ({"text": "txt"}, "There is no column “txt”"),
        ({"text": "text", "author": "who"}, "Say which column holds the moment"),
        ({"text": "text", "at": "when"}, "Say which column holds who wrote it"),
    ],
)
def test_what_is_missing_or_unknown_is_said(wanted, said):
    with pytest.raises(Invalid, match=said):
        checked(wanted, ["text", "when", "who"])
