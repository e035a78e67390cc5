"""A free port on loopback."""

import socket
from typing import Final

from crossdesk.kit.outgoing import Guard

LOOPBACK: Final = Guard(["127.0.0.1", "localhost"])  # lets the tests call their own servers


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
