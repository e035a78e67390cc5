import pytest

pytest.register_assert_rewrite(
    "tests.web.browser.driving", "tests.web.browser.chromium"
)  # they assert: say what was not so
