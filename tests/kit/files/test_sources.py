"""Files as rows, beside whoever else reads files in this process."""

import csv
from concurrent.futures import ThreadPoolExecutor

import pytest

from crossdesk.kit.files.sources import source

LONG = "x" * 200_000  # longer than what the csv module takes by itself


@pytest.fixture
def table(tmp_path):
    place = tmp_path / "history.csv"
    place.write_text("text,number\n" + f"{LONG},1\n" * 40)
    return str(place)


def test_a_long_field_is_read_and_nobody_elses_limit_is_another_for_it(table):
    usual = csv.field_size_limit()

    with source(table) as found:
        first = next(found.rows)
        with pytest.raises(csv.Error, match="field larger than field limit"):
            next(csv.reader([LONG]))
        rest = list(found.rows)

    assert (dict(first.fields), len(rest)) == ({"text": LONG, "number": "1"}, 39)
    assert csv.field_size_limit() == usual


def test_several_files_are_read_at_once(table):
    usual = csv.field_size_limit()

    def rows(_number):
        with source(table) as found:
            return sum(row.fields["text"] == LONG for row in found.rows)

    with ThreadPoolExecutor(4) as pool:
        counted = list(pool.map(rows, range(8)))

    assert counted == [40] * 8
    assert csv.field_size_limit() == usual
