"""What the owner does at the pages, in the proofs that go the whole way in a browser."""

import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Locator, Page, TimeoutError, expect

from tests.proofs import company
from tests.servers.crossdesk import CrossdeskServer
from tests.servers.snac import SnacServer
from tests.web.browser.chromium import PATIENCE


def open_the_door(page: Page, url: str) -> None:
    """Sign in."""
    page.goto(url)
    page.get_by_label("E-mail address").fill(company.EMAIL)
    page.get_by_label("Password").fill(company.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(f"/w/{company.SLUG}/(inbox|today)"))


def open_conversation(page: Page, url: str, conversation_id: int) -> None:
    """One of the list of all."""
    page.goto(f"{url}/w/{company.SLUG}/inbox/all/{conversation_id}")


def connect_on_snac(page: Page, url: str, snac: SnacServer) -> None:
    """The form here, the server's own sign-in there, and back."""
    page.goto(f"{url}/w/{company.SLUG}/accounts/connect")
    page.get_by_label("Mastodon").check()
    page.get_by_label("Where it lives").fill(snac.url)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(re.compile(re.escape(snac.url)))
    page.locator('input[name="login"]').fill("brand")
    page.locator('input[name="passwd"]').fill(snac.passwords["brand"])
    page.locator('input[type="submit"]').click()
    page.wait_for_url(re.compile(f"{re.escape(url)}/w/{company.SLUG}/accounts/\\d+$"))
    expect(page.get_by_text("Connected @brand")).to_be_visible()


def all_in(server: CrossdeskServer, wanted: set[str]) -> dict[str, int] | None:
    """In which conversation each message stands, by its id on the network, once all of these do. Await it with `soon`."""
    places: dict[str, int] = company.inside(server, "places")
    return places if wanted <= set(places) else None


def seconds_until_shown(page: Page, words: str, *, on_the_network: Callable[[], object]) -> float:
    """From the moment when the network itself shows it until the open page has a row with these words."""
    shown: list[float] = []

    def watch() -> None:
        while not on_the_network():
            time.sleep(0.1)
        shown.append(time.monotonic())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    expect(page.locator(".row-card", has_text=words)).to_be_visible(timeout=PATIENCE)
    ours = time.monotonic()
    watcher.join(timeout=60)
    return ours - shown[0]


def look_again_until(shown: Locator, server: CrossdeskServer) -> None:
    """Have all messages read again until the page shows what became of one."""
    for _ in range(6):
        company.inside(server, "look_again")
        with suppress(TimeoutError):
            shown.wait_for(timeout=PATIENCE / 3)
            return
    expect(shown).to_be_visible()
