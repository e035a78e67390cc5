"""Server-sent events as the HTML standard has them, in whatever pieces they come."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crossdesk.channels.networks.sse import EventTooLong, ServerEvent, events

STREAM = (
    b":thump\n\n"
    b"event: update\ndata: one\ndata:two\nid: 7\n\n"
    b"event: notification\r\ndata:  spaced\r\n\r\n"
    b"data\rretry: 10\r\r"
    b"event: empty\n\n"
    b"data: \xf0\x9f\x8c\xbf caf\xc3\xa9 \xff\n\n"
    b"event: delete\ndata: cut off"
)
EVENTS = [
    None,
    ServerEvent("update", "one\ntwo"),
    ServerEvent("notification", " spaced"),
    ServerEvent("", ""),
    ServerEvent("", "🌿 café �"),
]


def test_an_event_is_its_lines_and_one_that_is_cut_off_is_none():
    assert list(events([STREAM])) == EVENTS


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
@example([68, 68])  # an empty piece between the two letters that end a line
def test_where_the_pieces_end_does_not_matter(cuts):
    places = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[start:end] for start, end in pairwise(places)]

    assert list(events(pieces)) == EVENTS


def test_byte_by_byte_it_is_the_same():
    assert list(events(bytes([each]) for each in STREAM)) == EVENTS


@given(st.binary(max_size=500))
def test_whatever_comes_is_read_without_a_crash(rubbish):
    list(events([rubbish]))


@pytest.mark.parametrize("piece", [b"data: x\n", b"x" * 100, b"event: endless"])
def test_an_event_without_end_is_left(piece):
    with pytest.raises(EventTooLong):
        list(events((piece for _ in range(10_000)), at_most=5_000))
