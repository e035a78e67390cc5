"""What the owner does at the pages, in the proofs that go the whole way in a browser."""

import re

from playwright.sync_api import Page

from tests.proofs import company


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
