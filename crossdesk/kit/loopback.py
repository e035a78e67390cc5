"""Ports of this machine, for servers that are started beside ours."""

import random
import socket
from typing import Final

# Below what systems give to connections that go out: a server starts seconds after its port was chosen, and on a busy
# machine one of those would take it in between.
PORTS: Final = range(15_000, 32_000)
_CHANCE: Final = random.SystemRandom()


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on right now."""
    while True:
        port = _CHANCE.choice(PORTS)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:  # taken
                continue
            return port
