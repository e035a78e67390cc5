"""The inbox in a real browser against a real server: live, by keyboard, and never losing what somebody writes."""

import pytest
from playwright.sync_api import expect

from tests.web.browser.driving import tell

pytestmark = pytest.mark.browser

COMPANY = """
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department])
for number in range(3):
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=f"Person {number}", name=f"Person {number}", handle=f"person{number}")
    for line in range(12):
        desk.they_write(now - timedelta(minutes=60 - 10 * number - line), identity=person, text=f"Word {line} of person {number}, " + "long " * 40)
"""
NEWS = """
row = Conversation.objects.select_related("identity", "account", "department").get(identity__handle="person0")
desk = Desk.__new__(Desk)
desk.department, desk.workspace, desk.account = row.department, row.workspace, row.account
from crossdesk.kit import actor
desk.system, desk.customer = actor.system(row.workspace_id), row.identity
with transaction.atomic():
    desk.they_write(now, external_id="news", text="Never mind, it has just come!")
"""
READ = """
from crossdesk.messages.models import Message, Reading
from crossdesk.reading.ports import Block
from crossdesk.reading.services import default_reader
message = Message.objects.filter(identity__handle="person2").latest("sent_at")
Message.objects.filter(pk=message.pk).update(text="Hello there, the jacket that you sent me is absolutely terrible")
made = default_reader().read([Block("Hello there, the jacket that you sent me is absolutely terrible")])[0]
Reading.objects.create(message=message, version=1, model=made.model, read_at=now, values=dict(made.values()))
"""
ALIKE = """
from tests.inbox.factories import AccountFactory
row = Conversation.objects.select_related("identity", "account", "department").get(identity__handle="person2")
desk = Desk.__new__(Desk)
desk.department, desk.workspace, desk.account = row.department, row.workspace, row.account
from crossdesk.kit import actor
desk.system, desk.customer = actor.system(row.workspace_id), row.identity
shop = AccountFactory(workspace=desk.workspace, network="webhook", host="shop", answered_by=desk.department)
type(row.identity).objects.filter(pk=row.identity_id).update(url="https://pages.example/@person2")
other = IdentityFactory(
    contact__workspace=desk.workspace, contact__name="P. Two", name="P. Two", handle="rumpel", url="https://pages.example/@person2",
    network="webhook", host="shop",
)
with transaction.atomic():
    desk.they_write(now, identity=other, account=shop, text="The kettle leaks.")
"""


def open_person(page, number):
    page.click(f".row-card:has-text('Person {number}')")
    page.wait_for_selector(f".conversation-who:has-text('Person {number}')")


def test_a_conversation_opens_beside_the_list_and_its_address_can_be_kept(page):
    open_person(page, 1)

    assert page.url.split("/")[-2] == "customer_service"
    assert "Person 1" in page.locator(".row-card[aria-current=true]").inner_text()
    assert page.locator("#contact h2:has-text('Person 1')").count() == 1
    page.reload()
    assert page.locator(".conversation-who:has-text('Person 1')").count() == 1


def test_news_come_in_without_reloading_and_neither_the_draft_nor_the_place_is_lost(page, server):
    open_person(page, 0)
    page.wait_for_selector("[data-live-dot][data-state=live]")
    page.fill(".composer-text", "We are so sorry, it leaves today.")
    page.evaluate("document.querySelector('[data-thread]').scrollTop = 120")
    page.evaluate("window.untouched = document.querySelector('.composer-text')")

    tell(server, NEWS)
    page.wait_for_selector(".bubble:has-text('Never mind, it has just come!')", state="attached")
    page.wait_for_selector("[data-arrived]:not([hidden])")

    assert page.input_value(".composer-text") == "We are so sorry, it leaves today."
    assert page.evaluate("window.untouched === document.querySelector('.composer-text')")
    assert page.evaluate("document.querySelector('[data-thread]').scrollTop") == 120
    assert page.locator("[data-to-end]").is_visible()
    assert page.locator(".row-card:has-text('Person 0')").inner_text().count("Never mind") == 1

    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".composer-held")
    assert page.input_value(".composer-text") == "We are so sorry, it leaves today."

    page.fill(".composer-text", "Glad to hear!")
    page.click(".composer-send")
    page.wait_for_selector(".bubble[data-kind=out]:has-text('Glad to hear!')")
    assert page.input_value(".composer-text") == ""


def test_a_draft_is_still_there_when_one_comes_back_to_the_conversation(page):
    open_person(page, 2)
    page.fill(".composer-text", "Half a sentence")
    open_person(page, 1)
    assert page.input_value(".composer-text") == ""
    open_person(page, 2)

    expect(page.locator(".composer-text")).to_have_value("Half a sentence")
    page.fill(".composer-text", "")


DRAFTS_WAIT = """() => {
  const real = window.fetch, go = new Promise(done => { window.letGo = done; });
  window.fetch = async (address, options) => {
    if (String(address).includes('/draft')) { window.waits = true; await go; }
    return real(address, options);
  };
}"""


def test_a_draft_that_went_up_while_its_conversation_was_being_drawn_is_not_lost(page):
    open_person(page, 2)
    held = []
    page.evaluate(DRAFTS_WAIT)
    page.route(f"{page.url}*", lambda route: held.append((route, route.fetch())))
    page.fill(".composer-text", "Half a sentence")
    open_person(page, 1)
    page.wait_for_function("() => window.waits")

    page.click(".row-card:has-text('Person 2')")
    for _ in range(1000):
        page.wait_for_timeout(20)
        if held:
            break
    page.evaluate("window.letGo()")
    page.wait_for_function("() => Object.values(localStorage).some(one => one.includes('synced'))")
    ((route, drawn_without_it),) = held
    route.fulfill(response=drawn_without_it)
    page.wait_for_selector(".conversation-who:has-text('Person 2')")

    expect(page.locator(".composer-text")).to_have_value("Half a sentence")
    page.fill(".composer-text", "")
    page.wait_for_function("() => localStorage.length === 0")


def test_the_keyboard_alone_walks_answers_and_resolves(page):
    page.keyboard.press("j")
    page.wait_for_selector(".conversation-who")
    first = page.locator(".conversation-who b").inner_text()
    page.keyboard.press("j")
    page.wait_for_function("name => document.querySelector('.conversation-who b').textContent !== name", arg=first)
    page.keyboard.press("n")
    page.keyboard.type("Ask the courier.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".bubble[data-kind=note]:has-text('Ask the courier.')")
    page.locator("[data-thread]").click(position={"x": 5, "y": 5})
    page.keyboard.press("t")
    page.wait_for_selector("[data-toast]:has-text('It is yours.')")
    page.keyboard.press("z")
    page.wait_for_selector("[data-toast]:has-text('Taken back.')")
    page.evaluate("document.getElementById('toasts').replaceChildren()")  # the next one is to be seen coming
    page.keyboard.press("e")
    page.wait_for_selector(".menu[open] .menu-item:has-text('No reply needed')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-toast]:has-text('Resolved.')")
    page.keyboard.press("z")
    page.wait_for_selector("[data-toast]:has-text('Taken back.')")


def test_the_theme_is_changed_at_once_and_kept(page):
    page.click("[aria-label='Your menu']")
    page.click("button[name=theme][value=dark]")

    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"


def test_on_a_phone_one_pane_shows_at_a_time(page):
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.locator(".inbox-list").is_visible()
    open_person(page, 1)

    assert not page.locator(".inbox-list").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("[data-back]")
    assert page.locator(".inbox-list").is_visible()


@pytest.mark.parametrize(
    "address", ["scoreboard", "scoreboard/first_response", "accounts", "inbox/triage", "inbox/all?q=word", "inbox/mine"]
)
def test_a_page_draws_without_a_complaint_of_the_browser(page, server, address):
    answer = page.goto(f"{server.url}/w/nordwind/{address}")
    page.wait_for_load_state("load")

    assert answer.status == 200


def test_the_words_that_carried_a_reading_come_when_the_reasons_are_opened(page, server):
    tell(server, READ)
    open_person(page, 2)
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if request.url.split("?")[0].endswith("/why") else None
    )

    page.wait_for_timeout(300)  # nothing is asked for while they are closed
    assert asked == []
    page.keyboard.press("w")

    expect(page.locator(".reading-body q").filter(has_text="terrible").first).to_be_visible()
    page.keyboard.press("w")
    page.keyboard.press("w")
    expect(page.locator(".reading-body q").filter(has_text="terrible").first).to_be_visible()
    assert len(asked) == 1


def test_two_profiles_become_one_person_beside_the_thread_and_two_again(page, server):
    tell(server, ALIKE)
    open_person(page, 2)
    said = page.locator("#contact .said")
    expect(said.filter(has_text="The kettle leaks.")).to_have_count(0)

    page.locator("#contact").get_by_role("button", name="Same person").click()

    expect(page.locator("#contact .contact-who h2")).to_have_count(1)
    expect(page.locator("#contact .contact-who h2")).to_be_focused()
    expect(said.filter(has_text="The kettle leaks.")).to_have_count(1)
    expect(page.locator("#contact .alike")).to_have_count(0)
    page.locator("[data-toast]:has-text('One person from now on.')").get_by_role("button", name="Undo").click()
    expect(page.locator("#contact .alike")).to_have_count(1)
    expect(said.filter(has_text="The kettle leaks.")).to_have_count(0)
