"""What takes long says so, what broke is said and can be tried again, and the page stays as it is meanwhile."""

import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.browser.driving import signed_in

pytestmark = pytest.mark.browser
COMPANY = """
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department])
for number in range(2):
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=f"Person {number}", name=f"Person {number}", handle=f"person{number}")
    with transaction.atomic():
        desk.they_write(now - timedelta(minutes=60 - 10 * number), identity=person, text=f"Where is parcel {number}?")
"""
BEFORE_US = "<html><body><h1>Bad Gateway</h1></body></html>"  # what a server that stands before ours would say


@pytest.fixture
def page(browser, server):
    with signed_in(browser, server) as made:
        yield made


def broken(route: Route) -> None:
    route.fulfill(status=502, content_type="text/html", body=BEFORE_US)


def slow(route: Route) -> None:
    time.sleep(1.2)
    route.continue_()


def opens(page: Page, name: str) -> None:
    page.click(f".row-card:has-text('{name}')")


def test_a_conversation_that_takes_long_says_that_it_is_being_fetched(page):
    page.route("**/inbox/customer_service/*", slow)

    opens(page, "Person 0")

    page.wait_for_selector("[aria-busy=true]")
    page.wait_for_selector("html[data-fetching]")
    page.wait_for_selector("[data-composer][data-ready]")
    expect(page.locator("[aria-busy=true], html[data-fetching]")).to_have_count(0)


def test_a_conversation_that_did_not_come_can_be_tried_again(page):
    page.route("**/inbox/customer_service/*", broken)
    opens(page, "Person 0")
    toast = page.locator("#toasts [data-complaint]")

    expect(toast).to_contain_text("The server could not do this just now. Nothing you wrote is lost; try again.")
    expect(page.locator("h1:has-text('Bad Gateway')")).to_have_count(0)
    expect(page.locator(".row-card")).to_have_count(2)
    opens(page, "Person 0")
    expect(toast).to_have_count(1)
    page.unroute("**/inbox/customer_service/*")
    toast.get_by_role("button", name="Try again").click()

    page.wait_for_selector(".conversation-who b:has-text('Person 0')")
    expect(toast).to_have_count(0)


def test_an_act_that_broke_leaves_the_conversation_and_is_done_by_trying_again(page):
    opens(page, "Person 1")
    page.wait_for_selector("[data-composer][data-ready]")
    page.fill(".composer-text", "It leaves today.")
    page.route("**/take*", broken)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("t")
    toast = page.locator("#toasts [data-complaint]")

    expect(toast).to_contain_text("try again")
    assert page.input_value(".composer-text") == "It leaves today."
    page.unroute("**/take*")
    toast.get_by_role("button", name="Try again").click()

    expect(page.locator("#toasts")).to_contain_text("It is yours.")
