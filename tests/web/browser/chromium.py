"""Headless Chromium, as Debian packages it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

# Chromium without its own windows: the same engine, where opening a page costs a fifth. The whole one does too.
PROGRAMS = ("chromium-headless-shell", "chromium")
MISSING = (
    "Chromium is missing. Install it (Debian: apt-get install chromium-headless-shell), or run script/test as root on "
    "Debian."
)
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PATIENCE = 60_000  # milliseconds
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}  # for a context


@contextmanager
def launched() -> Iterator[Browser]:
    """A fresh browser."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        yield browser
        browser.close()


@contextmanager
def chromium() -> Iterator[Page]:
    """A page of a fresh browser. An error in a script of ours fails the test."""
    errors: list[str] = []
    with launched() as browser:
        page = browser.new_context(viewport=WIDE).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
    assert errors == []
