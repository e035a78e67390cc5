"""The whole way on the real Bluesky network with its own sign-in page: there and back, a mention in, an answer out, and its end."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.proofs import company
from tests.proofs.pages import open_the_door
from tests.proofs.test_bluesky_in_the_browser import they_ask
from tests.servers.bluesky import BlueskyNetwork, soon
from tests.servers.bluesky.consent import sign_in
from tests.servers.bluesky.person import Person
from tests.servers.crossdesk import CrossdeskServer
from tests.web.browser.chromium import chromium

pytestmark = [pytest.mark.network, pytest.mark.browser]

ANSWER = "We are sorry, Nora! A new one leaves today."


@pytest.fixture
def crossdesk(tmp_path, bluesky: BlueskyNetwork) -> Iterator[CrossdeskServer]:
    server = company.found(tmp_path / "home")
    server.environment["CROSSDESK_PLC_DIRECTORY"] = bluesky.plc
    server.start()
    yield server
    server.stop()


def to_their_server(page: Page, url: str, bluesky: BlueskyNetwork, handle: str) -> None:
    """The form here, which names the server: the rest of the world does not know it."""
    page.goto(f"{url}/w/{company.SLUG}/accounts/connect?network=bluesky")
    page.get_by_label("Handle").fill(handle)
    page.get_by_text("The account lives on a server of its own").click()
    page.get_by_label("Server of the account").fill(bluesky.pds)
    page.get_by_role("button", name="Go on").click()


def denied_and_then_connected(page: Page, url: str, bluesky: BlueskyNetwork, brand: Person) -> None:
    """They say no first: the form says so and keeps what was typed, so that they may go on from there."""
    to_their_server(page, url, bluesky, f"@{brand.handle}")
    page.wait_for_url(re.compile(f"{re.escape(bluesky.pds)}/oauth/authorize"))
    sign_in(page, brand, choice="Deny access")
    expect(
        page.get_by_text(f"It was not allowed at localhost:{bluesky.pds_port}. Nothing was connected.")
    ).to_be_visible()
    expect(page.get_by_label("Handle")).to_have_value(f"@{brand.handle}")
    expect(page.get_by_label("Server of the account")).to_have_value(bluesky.pds)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(re.compile(f"{re.escape(bluesky.pds)}/oauth/authorize"))
    sign_in(page, brand)
    page.wait_for_url(re.compile(f"{re.escape(url)}/w/{company.SLUG}/accounts/\\d+$"))
    expect(page.get_by_text(f"Connected @{brand.handle}")).to_be_visible()


def test_an_account_is_connected_on_its_servers_own_page_answers_and_gives_its_sign_in_back(
    crossdesk: CrossdeskServer, bluesky: BlueskyNetwork
) -> None:
    brand, customer = bluesky.join("pagebrand"), bluesky.join("pagenora")
    with chromium() as page:
        open_the_door(page, crossdesk.url)
        to_their_server(page, crossdesk.url, bluesky, "nobody.test")
        expect(page.get_by_text("Nobody on Bluesky has the handle nobody.test.")).to_be_visible()
        denied_and_then_connected(page, crossdesk.url, bluesky, brand)
        account = page.url

        asked, _seconds = they_ask(page, crossdesk.url, brand, customer)
        page.locator(".row-card", has_text="order 4711").click()
        page.locator("textarea[name=text]").fill(ANSWER)
        page.locator(".composer-send").click()
        expect(page.locator(".bubble[data-kind=out]", has_text=ANSWER)).to_be_visible()
        (answer,) = soon(lambda: customer.answers(asked["uri"]))
        assert (answer["author"]["did"], answer["record"]["text"]) == (brand.did, ANSWER)

        page.goto(account)
        expect(page.get_by_text("The sign-in ends in 13 days. Sign in again before.")).to_be_visible()
        assert company.inside(crossdesk, "sign_ins") == {"held": ["oauth"]}
        page.get_by_role("button", name="Disconnect").click()
        page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
        expect(page.get_by_text("Disconnected. What it brought stays.")).to_be_visible()

    soon(lambda: company.inside(crossdesk, "sign_ins") == {"held": []})  # its server was told
    held = company.inside(crossdesk, "report")
    assert (held["differences"], held["given_up"]) == ([], [])
