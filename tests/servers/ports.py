"""Where the tests' own servers stand."""

from typing import Final

from crossdesk.kit.outgoing import Guard

LOOPBACK: Final = Guard(["127.0.0.1", "localhost"])  # lets the tests call their own servers
