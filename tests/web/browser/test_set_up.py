"""The set-up in a real browser: changed where it stands by keys and by mouse, the focus kept, and taken back."""

import pytest
from playwright.sync_api import Page, expect

from tests.web.browser.driving import signed_in, tell

pytestmark = pytest.mark.browser
COMPANY = """
from tests.org.factories import DepartmentFactory
from tests.channels.factories import AccountAccessFactory
from tests.triage.factories import RuleFactory
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
DepartmentFactory(workspace=desk.workspace, key="legal", name="Legal", position=1)
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department], role="owner")
with transaction.atomic():
    desk.they_write(now - timedelta(minutes=30), identity=IdentityFactory(contact__workspace=desk.workspace), text="Where is it?")
"""
RESET = """
from crossdesk.org.models import Department, Responsibility, Target, Workspace
from crossdesk.triage.models import Rule
from tests.triage.factories import RuleFactory
workspace = Workspace.objects.get()
Department.objects.filter(key="customer_service").update(name="Customer service", position=0)
Department.objects.filter(key="legal").update(name="Legal", position=1)
Responsibility.objects.all().delete()
Rule.objects.all().delete()
Target.objects.all().delete()
Target.objects.create(workspace=workspace, seconds=86400, basis="calendar", position=0)
for place, name in enumerate(("Refunds", "Praise", "Press")):
    RuleFactory(workspace=workspace, name=name, position=place)
"""
SET_UP = "/w/nordwind/organisation/"


@pytest.fixture
def page(browser, server):
    tell(server, RESET)
    with signed_in(browser, server) as made:
        yield made


def opened(page: Page, server, path: str) -> Page:
    page.goto(f"{server.url}{SET_UP}{path}")
    page.wait_for_selector("[data-live-dot][data-state=live]", state="attached")
    return page


def department(page: Page, server) -> Page:
    opened(page, server, "")
    page.click("th a:has-text('Customer service')")
    page.wait_for_selector("[id^=place-department-name]")
    return page


def test_a_name_is_changed_by_keys_alone_and_taken_back(page, server):
    department(page, server)
    name = page.locator("a[id^=place-department-name]")
    field = page.locator("[data-in-place] input[name=value]")

    name.focus()
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.type("Nonsense")
    page.keyboard.press("Escape")
    expect(name).to_be_focused()
    expect(name).to_contain_text("Customer service")
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.type("Care")
    page.keyboard.press("Enter")

    expect(name).to_be_focused()
    expect(name).to_contain_text("Care")
    expect(page.locator("h1")).to_have_text("Care")
    expect(page.locator("#lately summary")).to_contain_text("Department changed")
    page.keyboard.press("z")
    expect(page.locator("h1")).to_have_text("Customer service")
    expect(page.locator("#toasts")).to_contain_text("Put back.")


def test_what_is_refused_stands_beside_the_field(page, server):
    department(page, server)

    page.locator("a[id^=place-department-name]").click()
    page.fill("[data-in-place] input[name=value]", "Legal")
    page.keyboard.press("Enter")

    expect(page.locator("[data-in-place] .field-error")).to_have_text("There is a department called Legal already.")
    expect(page.locator("[data-in-place] input[name=value]")).to_have_value("Legal")
    expect(page.locator("[data-in-place] input[name=value]")).to_be_focused()


def test_the_matrix_is_walked_and_changed_by_keys(page, server):
    opened(page, server, "matrix")
    page.locator("[id^=part-question]").first.focus()

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    cell = page.locator("[id^=part-question]").nth(1)
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    choice = page.locator(".part-choice")
    expect(choice.locator("[aria-pressed=true]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell).to_be_focused()
    page.keyboard.press("Enter")
    expect(choice.locator("[aria-pressed=true]")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(cell).to_have_attribute("data-part", "responsible")
    expect(cell).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("Saved.")


def test_access_is_ticked_in_its_cell(page, server):
    opened(page, server, "access")
    cell = page.locator("a.levels").nth(1)

    cell.click()
    page.check(".level-choice input[name=publish]")
    page.keyboard.press("Enter")

    expect(cell).to_have_attribute("title", "Legal: See, Publish")
    expect(cell).to_be_focused()
    expect(page.locator("#lately summary")).to_contain_text("Access changed")


def names(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".rule-name .in-place").all_inner_texts()]


def test_rules_are_ordered_by_drag_and_by_keys_and_the_focus_stays(page, server):
    opened(page, server, "rules")
    first = page.locator("[data-item]").first

    page.locator("[data-item]:has-text('Press') .grip").drag_to(first)
    expect(page.locator("#toasts")).to_contain_text("Moved.")
    dragged = names(page)
    mover = page.get_by_role("button", name="Move Press down")
    mover.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(first).to_contain_text("Refunds")
    expect(mover).to_be_focused()
    once = names(page)
    page.keyboard.press("Alt+ArrowDown")
    expect(first).to_contain_text("Refunds")
    expect(page.locator("[data-item]").last).to_contain_text("Press")

    assert (dragged, once) == (["Press", "Refunds", "Praise"], ["Refunds", "Press", "Praise"])
    assert names(page) == ["Refunds", "Praise", "Press"]
    expect(page.get_by_role("button", name="Move Press up")).to_be_focused()


def test_a_rule_rests_where_it_stands_and_is_put_back_from_the_history(page, server):
    opened(page, server, "rules")
    rule = page.locator("[data-item]:has-text('Praise')")

    rule.get_by_role("button", name="Let it rest").click()
    expect(rule).to_have_attribute("data-enabled", "no")
    expect(rule.get_by_role("button", name="Let it work")).to_be_focused()
    page.click("#lately summary")
    page.locator("#lately").get_by_role("button", name="Put back: Rule let rest Praise").click()

    expect(rule).to_have_attribute("data-enabled", "yes")
    expect(page.locator("#toasts")).to_contain_text("Put back.")


def test_without_scripts_a_place_is_a_page_with_the_same_form(browser, server):
    tell(server, RESET)
    with signed_in(browser, server) as known:
        cookies = known.context.cookies()
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{server.url}{SET_UP}")
    page.click("th a:has-text('Legal')")

    page.click("a[id^=place-department-name]")
    page.fill("input[name=value]", "Law")
    page.click("button:has-text('Save')")

    assert page.locator("h1").inner_text() == "Law"
    context.close()


def test_targets_are_changed_by_keys_alone_and_taken_back(page, server):
    opened(page, server, "targets")
    lines = page.locator(".target-lines li")
    change = page.locator("#change-targets")

    page.keyboard.press("e")
    expect(page.locator("[name=intent-0]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(change).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add a line").press("Enter")
    expect(page.locator("[name=intent-0]")).to_be_focused()
    page.keyboard.type("Question")
    page.locator("[name=amount-0]").press("ControlOrMeta+a")
    page.keyboard.type("4")
    page.keyboard.press("Enter")

    expect(lines).to_have_count(2)
    expect(change).to_be_focused()
    expect(lines.first).to_contain_text("Question")
    expect(lines.first).to_contain_text("4 h")
    expect(page.locator("#lately summary")).to_contain_text("Targets changed")
    page.keyboard.press("z")
    expect(lines).to_have_count(1)
    expect(page.locator("#toasts")).to_contain_text("Put back.")
