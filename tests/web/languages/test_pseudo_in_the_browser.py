"""The language that does not exist, a third longer than English, in Chromium on 1440 and 390: nothing is cut off."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page

from crossdesk.channels.models import Account
from crossdesk.kit import clock
from crossdesk.org import services as org
from crossdesk.org.enums import Company as Size
from crossdesk.org.enums import Step
from crossdesk.org.models import SetUp
from crossdesk.web.live import release
from tests.conftest import actor_of
from tests.inbox.factories import after
from tests.proofs.test_walls import SLUG, Company
from tests.web.browser.chromium import chromium
from tests.web.languages.pseudo import CODE, speak

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    "today", "inbox/all", "inbox/triage", "inbox/all/{conversation_id}", "desks/customer_service", "scoreboard",
    "scoreboard/needs_reply_share", "quality", "quality/label/{sample_id}", "quality/messages/intents", "quality/twice/intents", "quality/corrections/intents", "quality/learned", "accounts", "accounts/connect", "accounts/{account_id}", "imports", "imports/{import_id}", "organisation/",
    "organisation/departments/{department_id}", "organisation/people", "organisation/people/{member_id}",
    "organisation/people/invite", "organisation/people/import", "organisation/matrix", "organisation/rules", "organisation/rules/new",
    "organisation/targets", "organisation/access", "organisation/history/departments", "organisation/place/seats/{member_id}", "organisation/walls", "operations", "operations/waiting", "operations/deliveries",
    "operations/outbox", "operations/holds", "operations/audit", "organisation/writing", "notices", "profile",
    "organisation/targets?change", "organisation/walls/{own_wall_id}", "set-up/company", "set-up/departments",
    "set-up/account", "set-up/people", "set-up/ready",
)  # fmt: skip
WIDTHS = (1440, 390)
# Texts of ours that reach out of the box that cuts them or of their own button, and the page where it is too wide.
# A box that scrolls shows all of it, a title tells the whole of it; what only screen readers get, and what is shut, is
# not looked at.
CUT = """() => {
  const found = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > innerWidth + 1) found.push(`the page is ${root.scrollWidth - innerWidth} px too wide`);
  const own = (element) => [...element.childNodes].filter((node) => node.nodeType === 3 && node.textContent.includes("~"));
  const left_out = ".only-spoken, .skip:not(:focus), [hidden], dialog:not([open]), details:not([open]) > :not(summary), option, title";
  for (const element of document.querySelectorAll("body *")) {
    if (!own(element).length || element.closest(left_out)) continue;
    if (getComputedStyle(element).clipPath === "inset(50%)") continue;
    if (element.closest("[title]")?.title.includes(element.textContent.trim())) continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const inner = range.getBoundingClientRect();
    if (!inner.width || !element.checkVisibility({ visibilityProperty: true })) continue;
    for (const node of own(element)) {
      range.selectNode(node);
      const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.top)));
      if (!/\\s/.test(node.textContent.trim()) && lines.size > 1) found.push(`<${element.className}> breaks its word: ${node.textContent.trim()}`);
    }
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.display === "inline") continue;
      const pressed = box.matches("button, .btn, .badge, .tab, .menu-item, .switch a");
      if (["auto", "scroll"].includes(style.overflowX)) break;
      if (style.overflowX === "visible" && !pressed) continue;
      const place = box.getBoundingClientRect();
      const wide = box === element && !pressed ? box.scrollWidth > box.clientWidth + 1 : inner.right > place.right + 2 || inner.left < place.left - 2;
      const high = ["hidden", "clip"].includes(style.overflowY) && inner.bottom > place.bottom + 4;
      if (wide || high) {
        found.push(`<${element.tagName.toLowerCase()} ${element.className}> in <${box.tagName.toLowerCase()} ${box.className}>: ${element.textContent.trim().slice(0, 80)}`);
        break;
      }
    }
  }
  return [...new Set(found)];
}"""


@pytest.fixture
def company(transactional_db, settings, tmp_path) -> Iterator[Company]:
    speak(settings, tmp_path / "locale", marked=False)
    with clock.standing_at(after(minutes=30)):
        yield Company()
    release()


@pytest.fixture
def addresses(company) -> list[str]:
    """Asked of the database before the browser runs: beside its loop nothing may be."""
    return walked(company)


def walked(company: Company) -> list[str]:
    """PAGES for the administrator of a company that was begun in the browser, with a wall that they stand inside of."""
    SetUp.objects.create(workspace=company.workspace, company=Size.TEAM, reached=Step.READY)
    wall = org.open_wall(
        kind="threat", name="Project Heron", reason="A threat", by=actor_of(company.administrator), now=clock.now()
    )
    ids = company.ids() | {"account_id": Account.objects.get(external_id="us").pk, "own_wall_id": wall.pk}
    return [address.format(**ids) for address in PAGES]


@pytest.fixture
def page(company, addresses, live_server) -> Iterator[Page]:
    client = Client()
    client.force_login(company.administrator.user)
    with chromium() as made:
        made.context.set_extra_http_headers({"Accept-Language": CODE})
        made.context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
        )
        yield made


def cut(page: Page, address: str) -> list[str]:
    answer = page.goto(address, wait_until="load")
    assert answer is not None and answer.status == 200, address
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    found: list[str] = page.evaluate(CUT)
    return found


def test_no_text_of_ours_is_cut_off_though_it_is_a_third_longer(addresses, page, live_server):
    found: list[str] = []

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            found += [f"{address} on {width}: {one}" for one in cut(page, f"{live_server.url}/w/{SLUG}/{address}")]

    assert "\n".join(found) == ""


@pytest.fixture
def door(transactional_db, settings, tmp_path) -> list[str]:
    """What stands open of a new installation: without the link, and with it."""
    speak(settings, tmp_path / "locale", marked=False)
    return ["welcome", f"welcome/{org.make_first_link(now=clock.now())}"]


def test_no_text_of_ours_is_cut_off_at_the_door_of_a_new_installation(door, live_server):
    found: list[str] = []

    with chromium() as page:
        page.context.set_extra_http_headers({"Accept-Language": CODE})
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for address in door:
                found += [f"{address} on {width}: {one}" for one in cut(page, f"{live_server.url}/{address}")]
            page.click("button:has-text('~')")
            page.wait_for_selector(".field-error")
            found += [f"refused on {width}: {one}" for one in page.evaluate(CUT)]

    assert "\n".join(found) == ""
