"""The whole way with a real server: connected, asked, routed, answered and measured, in a real browser."""

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from crossdesk.kit import http
from tests.proofs import company
from tests.proofs.pages import connect_on_snac, open_the_door
from tests.servers.ports import LOOPBACK
from tests.servers.snac import SnacServer, soon
from tests.servers.somebody import Somebody, sign_in
from tests.web.browser.chromium import PATIENCE, chromium

pytestmark = [pytest.mark.network, pytest.mark.browser]

QUESTION = "Can I get a quote for 4711 parcels a month for my company?"  # for sales, by matrix and reader
ALT = "A table of prices for companies"
ANSWER = "Gladly! Our prices for companies are on their way to you, and Mara calls you tomorrow."


@pytest.fixture
def crossdesk(tmp_path):
    server = company.found(tmp_path / "home").start()
    yield server
    server.stop()


@pytest.fixture
def customer(snac: SnacServer):
    with http.client(guard=LOOPBACK, read=15) as client:
        yield sign_in(snac, client, "customer")


def it_appears_by_itself(page: Page, url: str, customer: Somebody) -> str:
    """The customer writes while the department's queue stands open and empty. Returns the id of what they wrote."""
    page.goto(f"{url}/w/{company.SLUG}/inbox/sales")
    expect(page.get_by_text("All done here")).to_be_visible()
    page.evaluate("window.sameDocument = 'yes'")
    asked = customer.post(f"@brand {QUESTION}")
    row = page.locator(".row-card", has_text="quote for 4711")
    expect(row).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#queue-sales .count")).to_contain_text("1")
    row.click()
    expect(page.locator(".bubble", has_text=QUESTION)).to_be_visible()
    assert page.evaluate("window.sameDocument") == "yes"
    return asked.external_id


def answer_in_the_page(page: Page) -> None:
    """With a picture and what it shows."""
    drawn = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(drawn, "PNG")
    page.locator("textarea[name=text]").fill(ANSWER)
    picture = FilePayload(name="prices.png", mimeType="image/png", buffer=drawn.getvalue())
    page.locator("[data-files]").set_input_files([picture])
    page.locator("[data-alt]").fill(ALT)
    page.locator(".composer-send").click()
    expect(page.locator(".bubble[data-kind=out]", has_text=ANSWER)).to_be_visible()
    assert page.evaluate("window.sameDocument") == "yes"


def it_is_measured(page: Page, url: str) -> None:
    """The response time stands on the scoreboard, opens to its row, and the row to the conversation."""
    page.goto(f"{url}/w/{company.SLUG}/scoreboard")
    tile = page.locator(f'a[href^="/w/{company.SLUG}/scoreboard/first_response"]').first
    expect(tile).to_be_visible()
    tile.click()
    page.wait_for_url(re.compile("/scoreboard/first_response"))
    row = page.get_by_role("row", name=re.compile("quote for 4711"))
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Sales")
    expect(row).to_contain_text(re.compile(r"\d+ ?(s|sec|min)"))
    row.get_by_role("link").click()
    expect(page.locator(".bubble", has_text=QUESTION)).to_be_visible()


def test_a_mention_on_a_real_server_is_answered_in_the_browser_and_measured(crossdesk, snac, customer):
    with chromium() as page:
        open_the_door(page, crossdesk.url)
        connect_on_snac(page, crossdesk.url, snac)
        asked_id = it_appears_by_itself(page, crossdesk.url, customer)
        answer_in_the_page(page)

        reply = soon(lambda: customer.said(ANSWER))

        assert reply.author.handle.split("@")[0] == "brand"
        assert reply.parent_external_id == asked_id
        assert [(one.kind, one.alt) for one in reply.media] == [("image", ALT)]
        page.reload()
        shown = page.locator(".bubble[data-kind=out]", has_text=ANSWER)
        expect(shown.locator(f"img[alt='{ALT}']")).to_be_visible(timeout=PATIENCE)
        expect(shown.get_by_role("link", name="Open on the network")).to_be_visible(timeout=PATIENCE)
        it_is_measured(page, crossdesk.url)
    assert company.inside(crossdesk, "report")["differences"] == []
