"""The whole way with a real Mastodon-API server: all kinds of messages in, an answer out, an edit and a deletion followed."""

from collections.abc import Iterator
from io import BytesIO

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from crossdesk.channels.ports import Deleted, OutgoingMedia, Published
from crossdesk.kit import http
from tests.proofs import company
from tests.proofs.pages import (
    all_in,
    connect_on_snac,
    look_again_until,
    open_conversation,
    open_the_door,
    seconds_until_shown,
)
from tests.servers.crossdesk import CrossdeskServer
from tests.servers.ports import LOOPBACK
from tests.servers.snac import SnacServer, soon
from tests.servers.somebody import Somebody, sign_in
from tests.web.browser.chromium import PATIENCE, chromium

pytestmark = [pytest.mark.network, pytest.mark.browser]

ALT = "A parcel with a torn corner"
ANSWER = "We are sorry! A new one leaves today."


@pytest.fixture
def snac(tmp_path) -> Iterator[SnacServer]:
    """A server of its own, on which nobody has said anything yet."""
    server = SnacServer(tmp_path / "snac", users=("brand", "customer")).start()
    yield server
    server.stop()


@pytest.fixture
def crossdesk(tmp_path) -> Iterator[CrossdeskServer]:
    server = company.found(tmp_path / "home").start()
    yield server
    server.stop()


def they_ask(page: Page, url: str, brand: Somebody, customer: Somebody) -> tuple[Published, float]:
    """The customer mentions us while the inbox stands open and empty. Returns the post, and the seconds to our page."""
    page.goto(f"{url}/w/{company.SLUG}/inbox/all")
    expect(page.get_by_text("All done here")).to_be_visible()
    asked = customer.post("@brand where is my order 4711? It was due on Monday.")
    return asked, seconds_until_shown(page, "order 4711", on_the_network=lambda: brand.said("order 4711"))


def the_customer_goes_on(customer: Somebody, answer_id: str) -> dict[str, Published]:
    """A reply to our answer, a picture, something that is mended later and something that is taken back."""
    drawn = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(drawn, "PNG")
    picture = OutgoingMedia(drawn.getvalue(), "image/png", "box.png", alt=ALT)
    return {
        "reply": customer.post("@brand Does it come in blue as well?", in_reply_to=answer_id),
        "picture": customer.post("@brand it came like this", media=[picture]),
        "edited": customer.post("@brand my number is 4712"),
        "regret": customer.post("@brand you are all useless"),
    }


def they_change_their_mind(snac: SnacServer, customer: Somebody, brand: Somebody, posted: dict[str, Published]) -> None:
    """One post gets other words, one goes; the server takes a moment for it."""
    answer = httpx.put(
        f"{snac.url}/api/v1/statuses/{posted['edited'].external_id}",
        data={"status": "@brand my number is 4711, sorry"},
        headers={"Authorization": f"Bearer {customer.connected.secrets['token']}"},
        trust_env=False,
    )
    assert answer.is_success
    snac.delete("customer", posted["regret"].permalink)
    soon(lambda: isinstance(brand.again(posted["regret"].external_id), Deleted))


def test_all_that_a_customer_does_on_a_mastodon_server_arrives_and_is_followed(
    crossdesk: CrossdeskServer, snac: SnacServer, capsys: pytest.CaptureFixture[str]
) -> None:
    with http.client(guard=LOOPBACK, read=15) as client, chromium() as page:
        brand, customer = sign_in(snac, client, "brand"), sign_in(snac, client, "customer")
        open_the_door(page, crossdesk.url)
        connect_on_snac(page, crossdesk.url, snac)
        asked, seconds = they_ask(page, crossdesk.url, brand, customer)
        page.locator(".row-card", has_text="order 4711").click()
        page.locator("textarea[name=text]").fill(ANSWER)
        page.locator(".composer-send").click()
        expect(page.locator(".bubble[data-kind=out]", has_text=ANSWER)).to_be_visible()
        answer = soon(lambda: customer.said(ANSWER))
        assert answer.parent_external_id == asked.external_id

        posted = {"mention": asked, **the_customer_goes_on(customer, answer.external_id)}
        theirs = {one.external_id for one in posted.values()}
        places = soon(lambda: all_in(crossdesk, theirs))
        for kind, words in (
            ("mention", "where is my order 4711?"),
            ("reply", "Does it come in blue as well?"),
            ("picture", "it came like this"),
            ("edited", "my number is 4712"),
            ("regret", "you are all useless"),
        ):
            open_conversation(page, crossdesk.url, places[posted[kind].external_id])
            expect(page.locator(".bubble", has_text=words)).to_be_visible()
            if kind == "picture":
                expect(page.locator(f"img[alt='{ALT}']")).to_be_visible(timeout=PATIENCE)

        they_change_their_mind(snac, customer, brand, posted)
        open_conversation(page, crossdesk.url, places[posted["regret"].external_id])
        look_again_until(page.get_by_text("Deleted by its author.").first, crossdesk)
        expect(page.locator(".bubble", has_text="you are all useless")).to_have_count(0)
        open_conversation(page, crossdesk.url, places[posted["edited"].external_id])
        expect(page.locator(".bubble", has_text="my number is 4711, sorry")).to_be_visible(timeout=PATIENCE)

    held = company.inside(crossdesk, "report")
    assert {external_id: entries for external_id, _, _, entries in held["theirs"]} == dict.fromkeys(theirs, 1)
    assert held["tally"] == {"received": 5, "stored": 5, "read": 5, "decided": 5, "unreadable": 0}
    assert [(text, state) for text, state, _ in held["outbox"]] == [(ANSWER, "published")]
    assert (held["differences"], held["given_up"]) == ([], [])
    with capsys.disabled():
        said = f"snac2: on our page {seconds:.1f} s after the server itself showed it."
        print(f"\n{said}")  # noqa: T201 -- the seconds are asked for
