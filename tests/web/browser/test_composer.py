"""The field one writes in, in a real browser: by mouse, by keyboard alone, by touch, and with the line down."""

import base64
import io
import random

import pytest
from PIL import Image

from crossdesk.channels import counting
from crossdesk.channels.ports import Counting
from tests.web.browser.chromium import PHONE
from tests.web.browser.driving import signed_in

pytestmark = pytest.mark.browser

COMPANY = """
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
for email, name in (("mara@nordwind.example", "Mara Lindqvist"), ("ola@nordwind.example", "Ola Nyström")):
    user = User.objects.create_user(email, "correct horse battery", name=name)
    user.undo_seconds = 20
    user.save()
    member = MemberFactory(workspace=desk.workspace, user=user, seats=[desk.department], role="lead")
from crossdesk.inbox import services
from tests.conftest import actor_of
services.save_reply(title="Late parcel", shortcut="late", text="So sorry, {first_name}! It leaves today.", department_id=None, by=actor_of(member), now=now)
services.save_reply(title="Thanks", shortcut="thanks", text="Thank you!", department_id=None, by=actor_of(member), now=now)
for number in range(13):
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=f"Person {number:02}", name=f"Person {number:02}", handle=f"person{number:02}")
    desk.they_write(now - timedelta(minutes=30 - number), identity=person, text=f"Where is my parcel? #Nordwind")
"""
MASTODON = Counting("graphemes", links_as=23, bare_mentions=True, names_first=True)
PIECES = (
    "Hello", " ", "\n", "Grüße", "e\u0301", "👩‍👩‍👧‍👦", "👍🏽", "🇩🇪", "🇫🇷🇫", "नमस्ते", "한국어", "กำลัง", "日本語", "…", "https://a.example/x?y=1",
    "https://shop.example/" + "b" * 60 + ".", "(http://c.example)", "@person00", "@anna@host.example", "@ben@a.b.example,", "#tag",
    "mail@x.example", "https://", "«https://d.example/é»", "❤️‍🔥", "\u200b", "1️⃣",
)  # fmt: skip


def open_person(page, number):
    page.click(f".row-card:has-text('Person {number:02}')")
    page.wait_for_selector(f".conversation-who:has-text('Person {number:02}')")
    page.wait_for_selector("[data-composer][data-ready]")


def field(page) -> str:
    return str(page.input_value(".composer-text"))


def wait_for(page, text):
    """Until the field says this."""
    for _ in range(200):
        if field(page) == text:
            return
        page.wait_for_timeout(50)
    assert field(page) == text


def test_the_page_counts_exactly_as_the_server_does(page):
    open_person(page, 0)
    dice = random.Random(7)
    texts = [
        "".join(dice.choice(PIECES) + dice.choice(("", " ")) for _ in range(dice.randint(0, 12))) for _ in range(400)
    ]
    rules = {"unit": "graphemes", "links": "23", "bare": "yes", "addressee": "anna@host.example"}

    counted = page.evaluate(
        "([texts, rules]) => texts.map((text) => window.crossdesk.length(text, rules))", [texts, rules]
    )
    plain = page.evaluate(
        "(texts) => texts.map((text) => window.crossdesk.length(text, {unit: 'bytes', links: '', bare: 'no', addressee: ''}))",
        texts,
    )

    ours = [counting.length(counting.addressed(text, "anna@host.example"), MASTODON) for text in texts]
    assert [(text, one) for text, one in zip(texts, counted, strict=True)] == list(zip(texts, ours, strict=True))
    assert plain == [counting.length(text, Counting("bytes")) for text in texts]


def test_what_is_too_long_is_seen_and_not_sent(page):
    open_person(page, 0)
    page.fill(".composer-text", "x" * 488)
    assert page.locator(".composer-count").inner_text() == "2"  # "@person00 " goes before it
    page.fill(".composer-text", "x" * 491)
    assert page.locator(".composer-count").get_attribute("data-tone") == "bad"

    page.click(".composer-send")
    page.wait_for_timeout(300)

    assert len(field(page)) == 491
    page.fill(".composer-text", "")


LONG = "Your parcel left our house on Monday, I promise.\n\n" + "It is with the carrier now. " * 20 + "Bye!"


def offered(page):
    """The words of the offer, once it stands there."""
    page.wait_for_selector("[name=in_parts]")
    return page.locator(".parts-top label").first.inner_text().strip()


def test_by_mouse_a_long_answer_leaves_as_posts_that_were_shown_before_and_comes_back_whole(page):
    open_person(page, 12)
    page.fill(".composer-text", LONG)
    assert offered(page) == "Send as 2 posts"
    assert not page.locator(".parts-list").is_visible()

    page.check("[name=in_parts]")
    page.wait_for_selector(".parts-list li:nth-child(2)")
    page.check("[name=numbered]")
    page.wait_for_selector(".parts-list li:has-text('2/2')")
    shown = [one.strip() for one in page.locator(".parts-list li span").all_inner_texts()]
    lengths = [int(one.split(" / ")[0]) for one in page.locator(".parts-list small").all_inner_texts()]
    assert lengths == [len(f"@person12 {one}") for one in shown]
    page.click(".composer-send")
    page.wait_for_selector(".bubble-parts li:nth-child(2)")

    assert [one.strip() for one in page.locator(".bubble-parts li > p").all_inner_texts()] == shown
    assert page.locator("[name=in_parts]").count() == 0
    page.click(".leaving button:has-text('Undo')")
    wait_for(page, LONG)
    assert page.locator(".bubble[data-kind=out]").count() == 0


def test_the_keyboard_alone_sends_a_long_answer_as_posts(page):
    open_person(page, 10)
    page.keyboard.press("r")
    page.keyboard.insert_text(LONG)
    offered(page)
    page.keyboard.press("Control+Enter")
    assert page.evaluate("document.activeElement.name") == "in_parts"
    assert page.locator(".bubble[data-kind=out]").count() == 0

    page.keyboard.press("Space")
    page.wait_for_selector(".parts-list li:nth-child(2)")
    page.keyboard.press("Control+Enter")

    page.wait_for_selector(".bubble-parts li:nth-child(2)")
    assert field(page) == ""


def test_the_offer_goes_when_the_text_fits_again_and_a_line_of_dashes_brings_it(page):
    open_person(page, 11)
    page.fill(".composer-text", LONG)
    offered(page)
    page.fill(".composer-text", "Bye!")
    page.wait_for_selector("[name=in_parts]", state="detached")

    page.fill(".composer-text", "One.\n---\nTwo.")

    assert offered(page) == "Send as 2 posts"
    page.fill(".composer-text", "")
    page.wait_for_selector("[name=in_parts]", state="detached")


def test_undo_by_mouse_brings_the_text_back_exactly(page):
    open_person(page, 1)
    page.fill(".composer-text", "Dear Person,\n\n  it leaves today 👍🏽")
    page.click(".composer-send")
    page.wait_for_selector(".leaving:has-text('Leaves in 1')")
    assert field(page) == ""

    page.click(".leaving button:has-text('Undo')")

    wait_for(page, "Dear Person,\n\n  it leaves today 👍🏽")
    page.wait_for_selector("[data-leaving]", state="detached")
    assert page.locator(".bubble[data-kind=out]").count() == 0
    page.reload()
    page.wait_for_selector("[data-composer][data-ready]")
    assert field(page) == "Dear Person,\n\n  it leaves today 👍🏽"


def test_the_keyboard_alone_writes_with_a_saved_reply_sends_takes_back_and_sends_later(page):
    open_person(page, 2)
    page.keyboard.press("r")
    page.keyboard.type("/la")
    page.wait_for_selector("[role=option][aria-selected=true]:has-text('Late parcel')")
    assert page.locator(".composer-text").get_attribute("aria-activedescendant") == "writing-option-0"
    assert page.locator("[data-help-told]").inner_text() == "Suggestions: 1. The arrow keys choose."
    page.keyboard.press("Enter")
    wait_for(page, "So sorry, Person! It leaves today.")
    page.keyboard.type(" @")
    page.wait_for_selector("[role=option]:has-text('@person02')")
    page.keyboard.press("Tab")
    page.keyboard.type("#")
    page.wait_for_selector("[role=option]:has-text('#Nordwind')")
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    text = "So sorry, Person! It leaves today. @person02 "
    assert field(page) == text

    page.keyboard.press("Control+Shift+Enter")
    page.wait_for_selector("[data-toast][data-leaving]")
    page.keyboard.press("Control+z")
    wait_for(page, text.rstrip())  # as it would have left

    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.send-split summary')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector(".send-split details[open]")
    page.keyboard.press("ArrowDown")
    page.locator(".send-split .menu-item:has-text('Tomorrow morning')").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".bubble-later:has-text('So sorry, Person!')")
    assert field(page) == ""


def test_what_leaves_later_is_changed_and_cancelled_with_a_way_back(page):
    open_person(page, 3)
    page.fill(".composer-text", "Good morning!")
    page.click(".send-split summary")
    page.click(".send-split .menu-item:has-text('In an hour')")
    page.wait_for_selector(".bubble-later:has-text('Good morning!')")

    page.click(".bubble-later button:has-text('Cancel')")
    page.wait_for_selector("[data-toast]:has-text('Cancelled. It does not leave.')")
    page.click("[data-toast]:has-text('Cancelled') button:has-text('Undo')")
    page.wait_for_selector(".bubble-later:has-text('Good morning!')")
    page.click(".bubble-later button:has-text('Edit')")
    wait_for(page, "Good morning!")
    assert page.locator(".bubble-later").count() == 0
    page.fill(".composer-text", "")


PASTE = """([data, name]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const list = new DataTransfer();
  list.items.add(new File([bytes], name, { type: "image/png" }));
  document.querySelector(".composer-text").dispatchEvent(new ClipboardEvent("paste", { clipboardData: list, bubbles: true, cancelable: true }));
}"""


def test_a_pasted_picture_is_described_before_it_leaves(page):
    place = io.BytesIO()
    Image.new("RGB", (120, 80), "teal").save(place, "PNG")
    open_person(page, 4)
    page.fill(".composer-text", "This is how it looks.")
    page.evaluate(PASTE, [base64.b64encode(place.getvalue()).decode(), "shop.png"])
    page.wait_for_selector(".attached-one img")

    page.keyboard.press("Control+Enter")
    page.wait_for_selector("[data-remind]:not([hidden])")
    assert page.evaluate("document.activeElement.matches('[data-alt]')")
    page.keyboard.type("Our teal shop")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".bubble[data-kind=out] img[alt='Our teal shop']")

    page.click(".leaving button:has-text('Undo')")
    page.wait_for_selector(".attached-one [data-alt]")
    assert page.input_value("[data-alt]") == "Our teal shop"
    page.click(".attached-one button")
    page.wait_for_selector(".attached-one", state="detached")
    page.fill(".composer-text", "")


def test_who_reads_it_is_chosen_in_words(page):
    open_person(page, 5)
    page.click(".composer-audience summary")
    page.click(".audience:has-text('Direct: only Person 05')")

    assert "Direct: only Person 05" in page.locator(".composer-audience summary").inner_text()
    page.fill(".composer-text", "Between us")
    page.click(".composer-send")
    page.wait_for_selector(".leaving")


def test_an_emoji_is_found_by_its_word_and_by_keyboard(page):
    open_person(page, 6)
    page.fill(".composer-text", "Great ")
    page.click("[data-emoji]")
    page.wait_for_selector(".emoji")
    page.keyboard.type("parcel")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    assert field(page) == "Great 📦"
    page.click("[data-emoji]")
    page.wait_for_selector(".emoji-panel:has-text('Lately used')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.composer-text')")
    page.fill(".composer-text", "")


def test_a_draft_is_there_on_another_device_and_colleagues_see_that_somebody_writes(page, browser, server):
    open_person(page, 7)
    with signed_in(browser, server, email="ola@nordwind.example") as colleague:
        open_person(colleague, 7)
        page.locator(".composer-text").press_sequentially("Half a sentence")
        page.wait_for_selector("[data-kept]:has-text('Draft kept')")
        colleague.wait_for_selector(".thread-writing:has-text('Mara Lindqvist is writing…')")
        page.wait_for_selector(".row-card:has-text('Person 07'):has-text('Draft')")
        assert colleague.locator(".row-card:has-text('Person 07'):has-text('Draft')").count() == 0

    with signed_in(browser, server) as elsewhere:
        open_person(elsewhere, 7)
        assert field(elsewhere) == "Half a sentence"
        elsewhere.fill(".composer-text", "Half a sentence, and the rest")
        elsewhere.wait_for_selector("[data-kept]:has-text('Draft kept')")
    page.reload()
    page.wait_for_selector("[data-composer][data-ready]")

    assert field(page) == "Half a sentence, and the rest"


def test_with_the_line_down_a_draft_stays_here_and_goes_up_when_it_is_back(page, browser, server):
    open_person(page, 8)
    page.context.set_offline(True)
    page.fill(".composer-text", "Written in a tunnel")
    page.wait_for_selector("[data-kept]:has-text('Kept on this device')")
    page.click("[data-emoji]")
    page.wait_for_selector("[data-toast][role=alert]:has-text('What you wrote is still here')")
    page.context.set_offline(False)
    page.wait_for_selector("[data-kept]:has-text('Draft kept')")
    page.click("[data-emoji]")
    page.wait_for_selector(".emoji")
    page.keyboard.press("Escape")

    with signed_in(browser, server) as elsewhere:
        open_person(elsewhere, 8)
        assert field(elsewhere) == "Written in a tunnel"


def test_by_touch_on_a_phone(browser, server):
    with signed_in(browser, server, **PHONE) as page:
        page.tap(".row-card:has-text('Person 09')")
        page.wait_for_selector("[data-composer][data-ready]")
        page.tap("[data-saved]")
        page.wait_for_selector("[role=option]:has-text('Thanks')")
        page.tap("[role=option]:has-text('Thanks')")
        wait_for(page, "Thank you!")
        page.tap(".send-split summary")
        page.wait_for_selector(".send-split .menu-item:has-text('Send and resolve')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.tap(".send-split .menu-item:has-text('Send and resolve')")
        page.wait_for_selector(".leaving:has-text('Leaves in')")
        page.tap(".leaving button:has-text('Undo')")
        wait_for(page, "Thank you!")
        page.tap(".composer-audience summary")
        menu = page.locator(".composer-audience .menu-panel").bounding_box() or pytest.fail("no menu")
        assert menu["x"] >= 0 and menu["x"] + menu["width"] <= 390
        page.tap(".audience:has-text('Public, not promoted')")
        page.tap("[data-emoji]")
        page.wait_for_selector(".emoji")
        box = page.locator(".emoji-panel").bounding_box() or pytest.fail("no panel")

        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
