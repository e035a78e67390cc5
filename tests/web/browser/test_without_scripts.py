"""Without JavaScript everything can be read: pages, queues, conversations, search and figures, by links and plain forms."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.web.browser.chromium import WIDE

pytestmark = pytest.mark.browser
COMPANY = """
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department], role="administrator")
for number, word in enumerate(("parcel", "invoice")):
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=f"Person {number}", name=f"Person {number}", handle=f"person{number}")
    desk.they_write(now - timedelta(minutes=60 - number), identity=person, text=f"Where is my {word}?")
"""
PAGES = {
    "today": "Person 0",
    "inbox/customer_service": "Person 1",
    "inbox/all": "Person 1",
    "desks/customer_service": "Customer service",
    "scoreboard": "Scoreboard",
    "scoreboard/open_work": "Person 0",
    "notices": "Notices",
    "accounts": "Accounts",
    "organisation/people": "Mara Lindqvist",
    "organisation/matrix": "Customer service",
    "profile": "Your settings",
}


@pytest.fixture
def page(browser, server) -> Iterator[Page]:
    """Signed in by the plain form, in a browser that runs no script."""
    context = browser.new_context(viewport=WIDE, locale="en-GB", java_script_enabled=False)
    made = context.new_page()
    made.goto(f"{server.url}/sign-in?next=/w/nordwind/inbox/customer_service")
    made.fill("[name=email]", "mara@nordwind.example")
    made.fill("[name=password]", "correct horse battery")
    made.click("button:has-text('Sign in')")
    made.wait_for_url("**/inbox/customer_service")
    yield made
    context.close()


def test_every_page_can_be_read(page, server):
    found = {}

    for address, words in PAGES.items():
        answer = page.goto(f"{server.url}/w/nordwind/{address}")
        assert answer is not None
        found[address] = (answer.status, words in page.locator("main").inner_text())

    assert found == dict.fromkeys(PAGES, (200, True))


def test_a_conversation_is_opened_by_its_link_and_its_reading_unfolds(page):
    page.click(".row-card:has-text('Person 1')")

    assert page.locator(".bubble").inner_text().startswith("P1")
    assert "Where is my invoice?" in page.locator("[data-thread]").inner_text()
    page.click(".reading summary")
    assert page.locator(".reading-body h2").first.is_visible()


def test_a_search_finds(page):
    page.fill("[name=q]", "parcel")
    page.press("[name=q]", "Enter")

    assert page.locator(".row-card").all_inner_texts() != []
    assert [text for text in page.locator(".row-card").all_inner_texts() if "Person 0" not in text] == []
