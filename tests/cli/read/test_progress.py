"""Progress: what is said, and how often."""

import pytest

from crossdesk.cli.read.progress import Progress, clock


class Now:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now(monkeypatch):
    found = Now()
    monkeypatch.setattr("crossdesk.cli.read.progress.time.monotonic", found)
    return found


@pytest.mark.parametrize(
    ("seconds", "says"), [(0, "0:00"), (59.6, "1:00"), (61, "1:01"), (3599, "59:59"), (7384, "2:03:04")]
)
def test_times_are_said_as_on_a_clock(seconds, says):
    assert clock(seconds) == says


def test_a_line_every_ten_seconds_with_the_time_that_is_left(now, capsys):
    progress = Progress()
    progress.begin(1000)
    for _ in range(25):
        now.seconds += 1
        progress.tell(rows=40, errors=0, at=int(1000 + (now.seconds - 100) * 80), size=5000)
    progress.end()

    assert capsys.readouterr().err.splitlines() == [
        "400 rows · 40 a second · 36 % · 0:40 left",
        "800 rows · 40 a second · 52 % · 0:30 left",
        "1,000 rows read in 0:25 · 40 a second",
    ]


def test_where_the_size_is_not_known_nothing_is_promised(now, capsys):
    progress = Progress()
    progress.begin(0)
    now.seconds += 10
    progress.tell(rows=5, errors=1, at=0, size=0)
    progress.end()

    assert capsys.readouterr().err.splitlines() == [
        "5 rows · 0.5 a second",
        "5 rows read in 0:10 · 0.5 a second · 1 with an error beside them",
    ]
