import pytest
from playwright.sync_api import expect

pytest.register_assert_rewrite(
    "tests.web.browser.driving", "tests.web.browser.chromium"
)  # they assert: say what was not so
expect.set_options(timeout=30_000)  # milliseconds; a machine may be busy
