"""By keyboard and by ear: the order of Tab, a focus that is seen, dialogs that keep it and give it back, news that are told."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.browser.driving import signed_in, tell

pytestmark = pytest.mark.browser
COMPANY = """
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department])
for number in range(3):
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=f"Person {number}", name=f"Person {number}", handle=f"person{number}")
    desk.they_write(now - timedelta(minutes=60 - 10 * number), identity=person, text=f"Where is parcel {number}?")
"""
NEWS = """
desk = Desk.__new__(Desk)
from crossdesk.channels.models import Account
from crossdesk.kit import actor
from crossdesk.org.models import Department
desk.department = Department.objects.get(key="customer_service")
desk.workspace, desk.account = desk.department.workspace, Account.objects.get()
desk.system, desk.customer = actor.system(desk.workspace.pk), None
person = IdentityFactory(contact__workspace=desk.workspace, contact__name="Nora", name="Nora", handle="nora", external_id="nora")
with transaction.atomic():
    desk.they_write(now, identity=person, external_id="news", text="My parcel too!")
"""
# Where the focus stands: the part of the page, whether it is shown there, and whether something lies over it.
STOP = """async () => {
  const here = document.activeElement;
  if (here === document.body) return null;
  const parts = { skip: "body > .skip", rail: ".rail", queues: ".inbox-queues", list: ".inbox-list", composer: "#composer", conversation: ".inbox-conversation", person: ".inbox-contact" };
  const part = Object.keys(parts).find((name) => here.closest(parts[name])) ?? "page";
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
  const style = (element) => { const now = getComputedStyle(element); return [now.outlineStyle, now.outlineWidth, now.boxShadow, now.borderColor, now.opacity].join("|"); };
  const frames = [here, ...(here.matches("textarea, input") ? [here.closest(".composer, .palette-top") ?? here] : [])];
  await drawn();
  const focused = frames.map(style).join();
  const box = here.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 60) / 2);
  const covered = !top || !(here.contains(top) || top.contains(here) || top.closest("label")?.control === here);
  here.blur();
  await drawn();
  const shown = frames.map(style).join() !== focused;
  here.focus({ preventScroll: true });
  const name = (here.getAttribute("aria-label") || here.textContent || here.name).trim().replace(/\\s+/g, " ").slice(0, 60);
  return { part, name, shown, covered };
}"""


@pytest.fixture
def page(browser, server):
    with signed_in(browser, server, reduced_motion="reduce") as made:
        made.click(".row-card:has-text('Person 0')")
        made.wait_for_selector("[data-composer][data-ready]")
        made.goto(made.url)
        made.wait_for_selector("[data-composer][data-ready]")
        made.wait_for_selector("[data-live-dot][data-state=live]", state="attached")
        yield made


def stops(page: Page, *, key: str = "Tab", most: int = 120) -> list[dict[str, Any]]:
    """Every stop of the key, up to the end of the page."""
    found: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press(key)
        stop = page.evaluate(STOP)
        if stop is None or (found and stop["part"] == "skip"):
            break
        found.append(stop)
    return found


def focused(page: Page) -> str:
    name: str = page.evaluate(
        "(document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent).trim()"
    )
    return name


def test_tab_walks_the_inbox_in_reading_order_and_the_focus_is_always_seen(page):
    found = stops(page)

    parts = [stop["part"] for place, stop in enumerate(found) if not place or found[place - 1]["part"] != stop["part"]]
    assert parts == ["skip", "rail", "queues", "list", "conversation", "composer", "person"]
    assert [stop for stop in found if not stop["shown"] or stop["covered"]] == []


def test_going_back_the_focus_is_not_hidden_under_the_head_of_a_page(page, server):
    page.set_viewport_size({"width": 1440, "height": 420})
    page.goto(f"{server.url}/w/nordwind/profile")
    page.locator("main button").last.focus()

    found = [stop for stop in stops(page, key="Shift+Tab", most=25) if stop["part"] == "page"]

    assert len(found) > 5
    assert [stop for stop in found if stop["covered"]] == []


def test_the_links_that_skip_lead_past_the_rail_and_past_the_list(page):
    page.keyboard.press("Tab")
    assert (focused(page), page.locator("body > .skip").bounding_box()["y"] >= 0) == ("Skip to the page", True)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    page.locator(".inbox-list .skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "conversation"
    page.keyboard.press("Tab")
    assert focused(page) == "Take"
    assert page.locator(".conversation-who:has-text('Person 0')").count() == 1


@pytest.mark.parametrize(("opener", "dialog"), [("Keys", "#keys"), ("Do or find anything", "#palette")])
def test_a_dialog_keeps_the_focus_and_gives_it_back(page, opener, dialog):
    button = page.locator(f".rail [aria-label='{opener}']")
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{dialog}[open]")

    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(
            f"document.activeElement.closest('{dialog}') !== null || document.activeElement === document.body"
        )
    page.keyboard.press("Escape")

    page.wait_for_selector(dialog, state="hidden")
    page.wait_for_selector(f".rail [aria-label='{opener}']:focus")


def test_a_menu_opened_by_its_key_takes_the_focus_walks_by_arrows_and_gives_it_back(page):
    page.keyboard.press("f")
    page.wait_for_selector("#filter-panel :focus")
    page.keyboard.press("Escape")
    assert focused(page) == "Filter"

    page.keyboard.press("s")
    page.wait_for_selector(".conversation-head .menu-item:focus")
    first = focused(page)
    page.keyboard.press("ArrowDown")
    assert focused(page) != first
    assert page.evaluate(STOP)["shown"]
    page.keyboard.press("Escape")
    assert focused(page) == "Snooze"


def test_what_happened_is_told(page):
    page.keyboard.press("t")

    page.wait_for_selector("#toasts[aria-live=polite] [role=status]:has-text('It is yours.')")


def test_a_line_that_is_down_is_told_and_what_failed_can_be_tried_again(page):
    page.click(".row-card:has-text('Person 1')")
    page.wait_for_selector(".conversation-who:has-text('Person 1')")
    page.route("**/act/**", lambda route: route.abort("internetdisconnected"))
    page.evaluate("() => { window.dispatchEvent(new Event('offline')); }")
    page.wait_for_selector(".line-lost[role=status]:has-text('No connection.')")

    page.keyboard.press("t")
    page.wait_for_selector("#toasts [role=alert]:has-text('What you wrote is still here')")
    page.unroute("**/act/**")
    assert page.locator("#toasts [role=alert]").count() == 1
    page.click("#toasts [role=alert] button:has-text('Try again')")

    page.wait_for_selector("#toasts [data-toast]:has-text('It is yours.')")
    page.evaluate("() => { window.dispatchEvent(new Event('online')); }")
    page.wait_for_selector(".line-lost:empty", state="attached")


def test_a_new_message_is_told_without_taking_the_focus(page, server):
    page.locator(".row-card").first.focus()

    tell(server, NEWS)

    page.wait_for_selector("#rows-new [role=status]:has-text('1 new')")
    assert page.evaluate("document.activeElement.matches('.row-card')")


def test_a_row_and_a_message_say_who_and_what(page):
    row = page.locator(".row-line:has-text('Person 2')")

    assert row.locator("input").get_attribute("aria-label") == "Choose Person 2"
    assert 'link "Person 2 Unread @person2' in row.aria_snapshot()
    assert 'article "Person 0"' in page.locator("[data-thread][role=log]").aria_snapshot()


def test_single_keys_can_be_turned_off_and_stay_so(page):
    page.keyboard.press("?")
    page.click("#keys [data-single-keys]")
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector("[data-composer][data-ready]")

    page.keyboard.press("s")
    page.keyboard.press("?")

    assert page.locator("details[data-menu][open], dialog[open]").count() == 0
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open]")
