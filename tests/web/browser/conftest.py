"""A server that holds the company of the module's COMPANY, one browser, and a page signed in."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.servers.crossdesk import CrossdeskServer, migrated
from tests.web.browser.chromium import launched
from tests.web.browser.driving import signed_in, tell, tell_no_more


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrossdeskServer]:
    made = CrossdeskServer(migrated(tmp_path_factory.mktemp("browser")), CROSSDESK_PULL_EVERY_SECONDS="3600")
    tell(made, request.module.COMPANY)
    made.start()
    yield made
    tell_no_more(made)
    made.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as made:
        yield made


@pytest.fixture
def page(browser: Browser, server: CrossdeskServer) -> Iterator[Page]:
    """Mara, on the queue of customer service, on a wide screen."""
    with signed_in(browser, server) as made:
        yield made
