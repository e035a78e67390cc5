"""The scoreboard in a real browser: from a figure down to its conversation, and onto paper."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
COMPANY = """
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department], role="lead")
for number in range(4):
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=f"Person {number}", name=f"Person {number}", handle=f"person{number}")
    desk.they_write(now - timedelta(days=number % 2 + 4), identity=person, text="Where is my parcel?")
from tests.conftest import settle
settle(until=now)
"""


@pytest.fixture
def board(page, server):
    page.goto(f"{server.url}/w/nordwind/scoreboard")
    page.wait_for_selector("[data-chart][data-drills] canvas")
    return page


def test_a_click_on_a_chart_opens_the_rows_of_that_day_and_a_row_its_conversation(board):
    place = board.locator("[data-chart]").first
    place.scroll_into_view_if_needed()
    box = place.bounding_box()

    board.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.6)
    board.wait_for_url(re.compile(r"/scoreboard/(sla_attainment|response_rate_72h)\?from=(\d{4}-\d\d-\d\d)&to=\2$"))
    board.click("a:has-text('The whole period')")
    board.click("a.who >> nth=0")

    board.wait_for_selector(".conversation-who:has-text('Person')")


def test_by_keyboard_the_table_behind_a_chart_leads_to_the_conversation(board):
    board.locator(".board details summary").first.focus()
    board.keyboard.press("Enter")
    board.keyboard.press("Tab")
    board.keyboard.press("Enter")
    board.wait_for_url(re.compile(r"/scoreboard/sla_attainment\?from="))
    board.locator("a.who").first.focus()
    board.keyboard.press("Enter")

    board.wait_for_selector(".conversation-who:has-text('Person')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_stand_figures_charts_and_tables_whole_and_nothing_to_press(board, scheme):
    board.emulate_media(media="print", color_scheme=scheme)
    board.set_viewport_size({"width": 688, "height": 1000})  # what A4 leaves between its margins
    board.wait_for_timeout(300)

    def seen(what):
        return board.locator(what).evaluate_all("all => all.filter(one => one.checkVisibility()).length")

    assert [seen(what) for what in (".rail", ".page-head", ".switch", "[data-prints]", "summary", ".toasts")] == [0] * 6
    assert (seen(".paper-head"), seen("[data-chart]"), seen(".board table")) == (1, 2, 3)
    assert "Nordwind" in board.locator(".paper-head").inner_text()
    wide = board.locator(".board *").evaluate_all(
        "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
    )
    assert wide <= 689
    assert board.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert board.evaluate("getComputedStyle(document.querySelector('.board-sentence')).color") == "rgb(25, 26, 31)"
    paper = board.pdf(prefer_css_page_size=True)
    assert set(re.findall(rb"/MediaBox \[0 0 (\d+)[\d.]* (\d+)", paper)) == {(b"594", b"841")}

    board.emulate_media(media="screen")
    expect(board.locator(".board details[open]")).to_have_count(0)


def test_on_a_phone_the_board_is_no_wider_than_the_screen(board):
    board.set_viewport_size({"width": 390, "height": 844})

    assert board.evaluate("document.documentElement.scrollWidth") == 390
    assert board.locator(".board-sentence").is_visible()
