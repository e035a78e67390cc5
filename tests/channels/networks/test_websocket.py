"""Messages out of WebSocket frames, in whatever pieces they come. The line is a list; the frames are wsproto's own."""

from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Event, Ping, Pong, TextMessage

from crossdesk.channels.networks import websocket
from crossdesk.channels.networks.websocket import BadFrames, EndedByThem, MessageTooLong, WebSocket
from crossdesk.kit.lines import Upgraded

SAID = ["one", "", "🌿 café", "x" * 300]
KEY, PROOF = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, 1.3


class Line(Upgraded):
    """A line over which all this came before the other side hung up."""

    def __init__(self, *chunks: bytes) -> None:
        super().__init__(httpx.Response(101), silent=1, stopped=lambda: False)
        self.coming = [chunk for chunk in chunks if chunk]
        self.said = bytearray()

    def hear(self, within: float) -> bytes | None:
        return self.coming.pop(0) if self.coming else b""

    def say(self, words: bytes) -> None:
        self.said += words

    def replies(self) -> list[Event]:
        """What we said, as the other side reads it."""
        other = Connection(ConnectionType.SERVER)
        other.receive_data(bytes(self.said))
        return list(other.events())


def socket(line: Line, *, at_most: int = websocket.LONGEST_MESSAGE) -> WebSocket:
    return WebSocket(line, key=KEY, protocol="", silent=60, at_most=at_most)


def spoken() -> bytes:
    """Everything in `SAID`, the third in two pieces, cut in the middle of a letter, with a ping between; then a good end."""
    other = Connection(ConnectionType.SERVER)
    whole = SAID[2].encode()
    return b"".join(
        [
            other.send(TextMessage(SAID[0])),
            other.send(TextMessage(SAID[1])),
            bytes([0x01, 2]) + whole[:2],
            other.send(Ping(b"!")),
            bytes([0x80, len(whole) - 2]) + whole[2:],
            other.send(TextMessage(SAID[3])),
            other.send(CloseConnection(1000)),
        ]
    )


STREAM = spoken()


@given(st.lists(st.integers(0, len(STREAM)), max_size=12))
def test_where_the_pieces_end_does_not_matter(cuts):
    places = [0, *sorted(cuts), len(STREAM)]
    line = Line(*[STREAM[start:end] for start, end in pairwise(places)])

    assert list(socket(line).messages()) == [*SAID[:2], None, *SAID[2:]]
    assert line.replies() == [Pong(b"!"), CloseConnection(1000, "")]


@given(st.binary(max_size=500))
def test_whatever_comes_is_read_without_a_crash(rubbish):
    line = Line(rubbish)

    try:
        list(socket(line).messages())
    except (BadFrames, EndedByThem, MessageTooLong, httpx.RemoteProtocolError):
        return
    assert isinstance(line.replies()[-1], CloseConnection)  # the good end


@pytest.mark.parametrize("announced", [b"\x81\x7f" + (2**40).to_bytes(8, "big"), b"\x01\x7d"])
def test_a_message_without_end_is_left_with_its_code(announced):
    line = Line(announced, *[b"x" * 125, b"\x00\x7d"] * 100)

    with pytest.raises(MessageTooLong):
        list(socket(line, at_most=5_000).messages())

    assert [event.code for event in line.replies() if isinstance(event, CloseConnection)] == [1009]
    assert len(line.coming) > 100


def test_the_proof_of_a_key_is_that_of_the_standard():
    assert websocket.accepting(KEY) == PROOF


def test_leaving_twice_is_said_once():
    line = Line()
    left = socket(line)

    left.leave()
    left.leave()

    assert line.replies() == [CloseConnection(1000, "")]
