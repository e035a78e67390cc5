"""axe-core finds nothing: on every page, light and wide, dark and on a phone, and with everything open that opens."""

from collections.abc import Iterator
from typing import Literal

import pytest
from django.test import Client
from playwright.sync_api import Page

from crossdesk.kit import clock
from crossdesk.org import services as org
from crossdesk.web.live import release
from tests.inbox.factories import after
from tests.proofs.test_walls import SLUG, Company
from tests.web.browser.axe import findings
from tests.web.browser.chromium import chromium
from tests.web.languages.test_pseudo_in_the_browser import walked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Scheme = Literal["light", "dark"]
OTHERS = ("w/nowhere/today", "gallery", "gallery/inbox", "gallery/error/403", "gallery/error/500")
DRAWN = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { content-visibility: visible !important; }");
  document.adoptedStyleSheets = [sheet];
  document.documentElement.style.display = "none";
  getComputedStyle(document.documentElement).color;
  document.documentElement.style.display = "";
}"""
# Width, height and scheme. Chromium draws the colours anew when the width changes with the scheme.
Look = tuple[int, int, Scheme]
LOOKS: tuple[Look, Look] = ((1440, 900, "light"), (390, 844, "dark"))
OTHER_LOOKS: tuple[Look, Look] = ((1440, 900, "dark"), (390, 844, "light"))


@pytest.fixture
def company(transactional_db) -> Iterator[Company]:
    with clock.standing_at(after(minutes=30)):
        yield Company()
    release()


@pytest.fixture
def addresses(company) -> list[str]:
    """Asked of the database before the browser runs: beside its loop nothing may be."""
    return [f"w/{SLUG}/{address}" for address in walked(company)]


@pytest.fixture
def session(company) -> str:
    client = Client()
    client.force_login(company.administrator.user)
    return client.cookies["sessionid"].value


@pytest.fixture
def outside(live_server) -> Iterator[Page]:
    """A browser that nobody has signed in with."""
    with chromium() as made:
        made.emulate_media(reduced_motion="reduce")
        yield made


@pytest.fixture
def page(addresses, session, outside: Page, live_server) -> Page:
    outside.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return outside


PARTS = 3  # of the pages, so that no test takes minutes


def look(page: Page, width: int, height: int, scheme: Scheme) -> None:
    """Chromium keeps the colours of what it does not draw, so for a look all is drawn."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(DRAWN)


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_any_page(part, addresses, page, live_server):
    found: list[str] = []

    for place, address in enumerate([*addresses, *OTHERS][part::PARTS]):
        looks = LOOKS if place % 2 else OTHER_LOOKS
        look(page, *looks[0])
        page.goto(f"{live_server.url}/{address}", wait_until="load")
        for width, height, scheme in looks:
            look(page, width, height, scheme)
            found += [f"{address} {scheme} {width}: {one}" for one in findings(page)]

    assert "\n".join(found) == ""


@pytest.fixture
def first_link(transactional_db) -> str:
    """Of an installation where nobody is there yet."""
    return org.make_first_link(now=clock.now())


def test_axe_finds_nothing_at_the_door(first_link, outside, live_server):
    found: list[str] = []

    for address in ("sign-in", "join/nothing", "reset/nothing", "welcome", f"welcome/{first_link}"):
        outside.goto(f"{live_server.url}/{address}", wait_until="load")
        for width, height, scheme in LOOKS:
            look(outside, width, height, scheme)
            found += [f"{address} {scheme} {width}: {one}" for one in findings(outside)]

    assert "\n".join(found) == ""


# What opens on the inbox: how, and where axe then looks.
OPENED = {
    "keys": (("press", "?"), "#keys[open]"),
    "palette": (("press", "Control+k"), "#palette[open]"),
    "own menu": (("click", "[aria-label='Your menu']"), ".rail .menu[open]"),
    "workspaces": (("click", ".rail summary.rail-mark"), ".rail .menu[open]"),
    "acts": (("press", "e"), ".conversation-head .menu[open]"),
    "snooze": (("press", "s"), ".conversation-head .menu[open]"),
    "more acts": (("click", "[aria-label='More']"), ".conversation-head .menu[open]"),
    "filter": (("press", "f"), ".filter-form"),
    "why": (("press", "w"), ".reading[open]"),
    "correct": (("click", ".heads summary"), ".heads .menu[open]"),
    "who reads it": (("click", ".composer-audience summary"), ".composer-audience[open]"),
    "later": (("click", "[aria-label='More ways to send']"), ".send-split .menu[open]"),
    "emoji": (("click", "[data-emoji]"), ".emoji-panel:not([hidden])"),
    "saved replies": (("click", "[data-saved]"), ".composer"),
    "note": (("click", "[data-kind-choice=note]"), ".composer[data-kind=note]"),
    "chosen": (("press", "A"), "#many:not([hidden])"),
}


def test_axe_finds_nothing_in_what_opens_on_the_inbox(addresses, page, live_server):
    found: list[str] = []
    address = next(address for address in addresses if "/inbox/all/" in address)

    for (how, what), where in OPENED.values():
        if page.url != f"{live_server.url}/{address}":
            page.goto(f"{live_server.url}/{address}", wait_until="load")
            page.wait_for_selector("[data-composer][data-ready]")
            look(page, 1440, 900, "dark")
        page.evaluate("document.activeElement.blur()")
        if how == "press":
            page.keyboard.press(what)
        else:
            page.locator(what).first.click()
        page.wait_for_selector(where)
        found += [f"{what}: {one}" for one in findings(page, where)]
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")

    assert "\n".join(found) == ""
