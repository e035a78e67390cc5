"""Headless Chromium, as Debian packages it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, sync_playwright

MISSING = "Chromium is missing. Install it (Debian: apt-get install chromium), or run script/test as root on Debian."
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PATIENCE = 60_000  # milliseconds


@contextmanager
def chromium() -> Iterator[Page]:
    """A page of a fresh browser. An error in a script of ours fails the test."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail(MISSING, pytrace=False)
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        browser.close()
    assert errors == []
