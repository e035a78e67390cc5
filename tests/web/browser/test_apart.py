"""What is warned of, in a real browser: opened and closed by mouse and keyboard, open while the thread renews itself."""

import pytest
from playwright.sync_api import expect

from tests.web.browser.axe import findings
from tests.web.browser.driving import tell

pytestmark = pytest.mark.browser

COMPANY = """
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department])
person = IdentityFactory(contact__workspace=desk.workspace, contact__name="Person 1", name="Person 1", handle="person1")
desk.they_write(now - timedelta(minutes=9), identity=person, text="Spiders\\n\\nIt bit me.", apart={"warning": "Spiders"})
choices = [["The red one", 3], ["The blue one", 1]]
poll = {"choices": choices, "voters": 4, "multiple": False, "ends_at": None}
desk.they_write(
    now - timedelta(minutes=8), identity=person, text="Which?\\n\\n- The red one\\n- The blue one", apart={"poll": poll},
    found_by=["#tents"],
)
"""
NEWS = """
row = Conversation.objects.select_related("identity", "account", "department").get()
desk = Desk.__new__(Desk)
desk.department, desk.workspace, desk.account = row.department, row.workspace, row.account
from crossdesk.kit import actor
desk.system, desk.customer = actor.system(row.workspace_id), row.identity
with transaction.atomic():
    desk.they_write(now, external_id="news", text="It is better now.")
"""


def test_a_warning_is_opened_by_keyboard_and_stays_open_when_something_new_comes(page, server):
    page.click(".row-card:has-text('Person 1')")
    words, fold = page.get_by_text("It bit me."), page.locator(".folded > summary")
    expect(fold).to_be_visible()
    expect(words).to_be_hidden()

    fold.focus()
    page.keyboard.press("Enter")
    expect(words).to_be_visible()
    tell(server, NEWS)
    expect(page.locator(".bubble").get_by_text("It is better now.")).to_be_visible(timeout=30_000)
    expect(words).to_be_visible()

    fold.click()
    expect(words).to_be_hidden()


def test_a_poll_and_a_warning_read_well_for_everybody(page):
    page.click(".row-card:has-text('Person 1')")
    expect(page.locator(".poll li")).to_have_count(2)
    expect(page.get_by_text("found by")).to_be_visible()
    page.locator(".folded > summary").click()

    assert findings(page) == []
