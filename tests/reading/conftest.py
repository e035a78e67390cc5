"""The reader of the package, loaded once."""

import pytest

from crossdesk.reading.ports import Reader
from crossdesk.reading.services import default_reader


@pytest.fixture(scope="session")
def reader() -> Reader:
    return default_reader()
