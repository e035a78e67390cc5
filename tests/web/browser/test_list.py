"""The list of the inbox in a real browser: choosing many, moving on, news that wait, dragging, back and forward."""

import pytest

from tests.servers.crossdesk import CrossdeskServer
from tests.web.browser.chromium import PHONE
from tests.web.browser.driving import signed_in, tell

pytestmark = pytest.mark.browser
COMPANY = """
from tests.org.factories import DepartmentFactory
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
DepartmentFactory(workspace=desk.workspace, key="legal", name="Legal")
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department])
"""
MORE = """
from uuid import uuid4
from crossdesk.kit import actor
from crossdesk.channels.models import Account
from crossdesk.org.models import Department
desk = Desk.__new__(Desk)
desk.department = Department.objects.get(key="customer_service")
desk.workspace, desk.account = desk.department.workspace, Account.objects.get()
desk.system, desk.customer = actor.system(desk.workspace.pk), None
for name in {names!r}:
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=name, name=name, handle=name.lower(), external_id=uuid4().hex)
    with transaction.atomic():
        desk.they_write(now - timedelta(minutes={minutes}), identity=person, external_id=uuid4().hex, text="Where is my parcel? " + name)
"""
CLEAR = """
from crossdesk.inbox import services
from crossdesk.channels.queries import actor_of
from crossdesk.org.models import Member
by = actor_of(Member.objects.select_related("user").get())
for row in Conversation.objects.filter(state="open"):
    services.resolve(conversation_id=row.pk, resolution="spam", waive_others="Over.", by=by, now=now)
User.objects.update(moves_on=True, density="comfortable")
"""
NAMES = ["Anna", "Bruno", "Clara", "David", "Elif"]


def they_write(server: CrossdeskServer, names: list[str], *, minutes: int = 30) -> None:
    tell(server, MORE.format(names=names, minutes=minutes))


@pytest.fixture
def five(server):
    """Five conversations wait, Anna's first."""
    tell(server, CLEAR + MORE.format(names=NAMES, minutes=30))


@pytest.fixture
def page(browser, server, five):
    with signed_in(browser, server) as made:
        yield made


@pytest.fixture
def phone(browser, server, five):
    with signed_in(browser, server, **PHONE) as made:
        yield made


def names(page) -> list[str]:
    return list(page.locator(".row-name").all_inner_texts())


def chosen(page) -> list[str]:
    return list(page.locator("[data-chosen] .row-name").all_inner_texts())


def opened(page, name: str) -> None:
    page.wait_for_selector(f".conversation-who b:has-text('{name}')")


def stand(page, wanted: list[str]) -> None:
    page.wait_for_function(
        "names => JSON.stringify([...document.querySelectorAll('.row-name')].map(n => n.textContent)) === JSON.stringify(names)",
        arg=wanted,
    )


def test_many_are_chosen_with_the_mouse_resolved_at_once_and_brought_back(page):
    page.locator(".row-line").nth(0).hover()
    page.locator("[data-pick]").nth(0).click()
    page.locator("[data-pick]").nth(2).click(modifiers=["Shift"])
    assert chosen(page) == NAMES[:3]

    page.click("#many summary[aria-label=Resolve]")
    page.click("#many .menu-item:has-text('Answered')")
    page.wait_for_selector("[data-toast]:has-text('3 resolved.')")
    stand(page, NAMES[3:])
    assert page.locator("#many").is_hidden()

    page.click("[data-toast] button:has-text('Undo')")
    page.wait_for_selector("[data-toast]:has-text('3 taken back.')")
    stand(page, NAMES)
    assert chosen(page) == []


def test_many_are_chosen_and_given_away_by_keyboard_alone(page):
    page.keyboard.press("j")
    opened(page, "Anna")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("X")
    assert chosen(page) == NAMES[:3]
    page.wait_for_selector("#many summary[aria-label='Hand over']")
    page.keyboard.press("h")
    page.wait_for_selector("#many details[open] .menu-item:has-text('Legal')")
    page.locator("#many details[open] .menu-item:has-text('Legal')").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-toast]:has-text('3 handed over.')")
    stand(page, NAMES[3:])
    page.keyboard.press("z")
    stand(page, NAMES)


def test_what_cannot_be_done_is_said_and_stays_chosen(page, server):
    tell(
        server,
        """
from crossdesk.inbox import services
from crossdesk.channels.queries import actor_of
from crossdesk.org.models import Department, Member
by = actor_of(Member.objects.select_related("user").get())
row = Conversation.objects.get(contact__name="Bruno", state="open")
services.add_duty(conversation_id=row.pk, department_id=Department.objects.get(key="legal").pk, because="Look", by=by, now=now)
""",
    )
    page.keyboard.press("j")
    opened(page, "Anna")
    page.keyboard.press("x")
    page.keyboard.press("A")
    page.click("#many summary[aria-label=Resolve]")
    page.click("#many .menu-item:has-text('Spam')")

    page.wait_for_selector("[data-toast]:has-text('4 resolved. 1 could not be: Legal still owes something here.')")
    stand(page, ["Bruno"])
    assert chosen(page) == ["Bruno"]
    page.keyboard.press("Escape")
    assert chosen(page) == []


def test_on_a_phone_a_tap_on_the_face_chooses(phone):
    phone.locator(".row-pick").nth(1).tap()
    phone.locator(".row-pick").nth(3).tap()
    assert chosen(phone) == ["Bruno", "David"]
    phone.wait_for_selector("#many summary[aria-label=Snooze]")
    phone.locator("#many summary[aria-label=Snooze]").tap()
    phone.locator("#many .menu-item:has-text('Tomorrow morning')").tap()
    phone.wait_for_selector("[data-toast]:has-text('2 put off.')")
    stand(phone, ["Anna", "Clara", "Elif"])
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_after_an_act_the_next_one_opens_and_undo_leads_back(page):
    page.click(".row-card:has-text('Bruno')")
    opened(page, "Bruno")
    page.keyboard.press("e")
    page.wait_for_selector(".conversation-head .menu[open] .menu-item:has-text('Answered')")
    page.keyboard.press("Enter")

    page.wait_for_selector("[data-toast]:has-text('Resolved.')")
    opened(page, "Clara")
    stand(page, ["Anna", "Clara", "David", "Elif"])
    clara = page.locator(".row-card:has-text('Clara')").get_attribute("id")
    assert page.evaluate("document.activeElement.id") == clara
    assert page.url.endswith("/" + clara.removeprefix("row-"))

    page.keyboard.press("z")
    page.wait_for_selector("[data-toast]:has-text('Taken back.')")
    opened(page, "Bruno")
    stand(page, NAMES)


def test_who_wants_to_stay_stays(page, server):
    tell(server, "User.objects.update(moves_on=False)")
    page.click(".row-card:has-text('Bruno')")
    opened(page, "Bruno")
    page.keyboard.press("e")
    page.wait_for_selector(".conversation-head .menu[open] .menu-item:has-text('Answered')")
    page.keyboard.press("Enter")

    page.wait_for_selector("[data-toast]:has-text('Resolved.')")
    opened(page, "Bruno")


def test_a_row_is_dragged_to_a_department(page):
    page.drag_and_drop(".row-line:has-text('David')", "#queue-legal")

    page.wait_for_selector("[data-toast]:has-text('1 handed over.')")
    stand(page, ["Anna", "Bruno", "Clara", "Elif"])
    page.keyboard.press("z")
    stand(page, NAMES)


def test_news_wait_until_they_are_brought_in(page, server):
    page.click(".row-card:has-text('Clara')")
    opened(page, "Clara")
    before = page.locator(".row-card:has-text('Clara')").bounding_box()

    they_write(server, ["Femke", "Goran"], minutes=50)
    page.wait_for_selector("#rows-new:has-text('2 new')")
    assert names(page) == NAMES
    assert page.locator(".row-card:has-text('Clara')").bounding_box() == before

    page.keyboard.press("u")
    stand(page, ["Femke", "Goran", *NAMES])
    assert page.locator("#rows-new").is_hidden()


def test_what_stands_further_down_is_no_news(page, server):
    they_write(server, [f"Later {number}" for number in range(50)], minutes=10)
    page.reload()
    loaded = len(names(page))
    assert loaded < 55

    they_write(server, ["Femke"], minutes=50)
    page.wait_for_selector("#rows-new:visible")
    assert page.locator("#rows-new").inner_text() == "1 new"
    assert len(names(page)) == loaded


def test_back_and_forward_keep_the_list_and_open_what_stood_open(page):
    page.evaluate("window.untouched = document.querySelector('#rows .row-line')")
    page.click(".row-card:has-text('Anna')")
    opened(page, "Anna")
    page.click(".row-card:has-text('Elif')")
    opened(page, "Elif")

    page.go_back()
    opened(page, "Anna")
    assert "Anna" in page.locator(".row-card[aria-current=true]").inner_text()
    page.go_back()
    page.wait_for_selector("h2:has-text('Choose a conversation')")
    page.go_forward()
    opened(page, "Anna")
    assert page.evaluate("window.untouched.isConnected")


def test_the_palette_does_what_the_page_offers_and_leads_anywhere_by_keyboard_alone(page):
    page.click(".row-card:has-text('Bruno')")
    opened(page, "Bruno")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open] [role=option][aria-selected=true]")
    box = page.locator("#palette [role=combobox]")
    assert box.get_attribute("aria-activedescendant") == "palette-0"

    page.keyboard.type("rslv spam")
    page.wait_for_selector("#palette-0:has-text('Resolve: Spam')")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-toast]:has-text('Resolved.')")
    assert page.locator("#palette[open]").count() == 0

    page.keyboard.press("Control+k")
    page.keyboard.type("dav")
    page.wait_for_selector("#palette [role=option]:has-text('David @david')")
    while "David" not in page.locator("#palette [aria-selected=true]").inner_text():
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    opened(page, "David")

    page.keyboard.press("Control+k")
    page.keyboard.type("go to nowhere at all")
    page.wait_for_selector("#palette:has-text('Nothing found')")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("legal")
    page.wait_for_selector("#palette [role=option]:has-text('Legal')")
    while page.locator("#palette [aria-selected=true]").inner_text().split()[0] != "Legal":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox/legal")


def test_the_palette_opens_by_touch_and_changes_the_density_for_good(phone):
    phone.locator(".rail [data-calls=palette]").tap()
    phone.wait_for_selector("#palette[open]")
    with phone.expect_response("**/preference"):
        phone.locator("#palette [role=option]:has-text('Compact')").tap()
    assert phone.evaluate("document.documentElement.dataset.density") == "compact"
    phone.reload()

    assert phone.evaluate("document.documentElement.dataset.density") == "compact"


def test_a_filter_is_made_and_kept_by_keyboard_and_removed_with_a_way_back(page):
    page.keyboard.press("f")
    page.wait_for_selector("#filter-assignee")
    page.select_option("#filter-assignee", "nobody")
    page.fill("#filter-name", "Nobody has it")
    page.keyboard.press("Enter")

    page.wait_for_selector("h1:has-text('Nobody has it')")
    assert names(page) == list(reversed(NAMES))
    assert page.locator(".queue[aria-current=page]:has-text('Nobody has it')").count() == 1
    page.click("[aria-label='This filter']")
    page.click("button:has-text('Remove this filter')")
    page.wait_for_selector("[data-toast]:has-text('is removed')")
    assert page.locator(".queue:has-text('Nobody has it')").count() == 0
    page.click("[data-toast] button:has-text('Undo')")
    page.wait_for_selector(".queue[aria-current=page]:has-text('Nobody has it')")


LONG = """
from crossdesk.inbox.models import Entry
from crossdesk.messages.models import Media, Message
from tests.inbox.factories import MessageFactory
row = Conversation.objects.select_related("identity", "account", "workspace", "contact").get(contact__name="Clara", state="open")
said = MessageFactory.build_batch(5000, account=row.account, identity=row.identity, contact=row.contact, workspace=row.workspace)
for number, message in enumerate(said):
    message.text = f"Line {number} of a long story" + (", with a marmalade cat" if number == 2500 else "")
    message.sent_at = message.received_at = now - timedelta(minutes=6000 - number)
    message.external_id = f"{row.pk}-{number}"
with transaction.atomic():
    Message.objects.bulk_create(said)
    Entry.objects.bulk_create([Entry(conversation=row, kind="message", at=one.sent_at, message=one) for one in said])
"""


def lines_of(page) -> list[int]:
    """Numbers of the story's lines that are in the page."""
    texts = page.locator("[data-thread] .bubble-body").all_text_contents()
    return [int(text.split()[1]) for text in texts if text.strip().startswith("Line ")]


PLACE = "() => [...document.querySelectorAll('.bubble')].find(one => one.textContent.includes('Line 4951 of')).getBoundingClientRect().top"
AT_THE_TOP = f"() => {{ document.querySelector('[data-thread]').scrollTop = 0; return ({PLACE})(); }}"


STILL = """() => new Promise(done => {
  const thread = document.querySelector('[data-thread]');
  let was = -1, same = 0;
  const look = () => {
    same = thread.scrollTop === was ? same + 1 : 0;
    was = thread.scrollTop;
    if (same > 5) done(); else requestAnimationFrame(look);
  };
  look();
})"""


def at_rest(page) -> None:
    """The thread has found its place; before that it would leave again the one it is given."""
    page.evaluate(STILL)


def test_a_thread_of_five_thousand_opens_anywhere_and_is_read_both_ways(page, server):
    tell(server, LONG)
    page.click(".row-card:has-text('Clara')")
    opened(page, "Clara")
    at_rest(page)
    assert lines_of(page) == list(range(4951, 5000))

    was = page.evaluate(AT_THE_TOP)
    page.wait_for_function("() => document.querySelectorAll('[data-thread] .bubble').length > 90")
    assert lines_of(page)[:1] == [4901]
    page.wait_for_function(f"was => Math.abs(({PLACE})() - was) < 60", arg=was)

    page.goto(f"{server.url}/w/nordwind/inbox/all?q=marmalade")
    page.click(".row-card:has-text('Clara')")
    page.wait_for_selector("[data-thread] .bubble:has-text('marmalade')")
    page.wait_for_function("""() => {
      const line = [...document.querySelectorAll('.bubble')].find(one => one.textContent.includes('marmalade')).getBoundingClientRect();
      const thread = document.querySelector('[data-thread]').getBoundingClientRect();
      return line.top >= thread.top && line.bottom <= thread.bottom;
    }""")
    at_rest(page)
    first = lines_of(page)
    assert 2500 in first
    assert len(first) < 120
    page.evaluate("document.querySelector('[data-newer]').scrollIntoView()")
    page.wait_for_function(
        "last => [...document.querySelectorAll('.bubble-body')].at(-1).textContent.trim().split(' ')[1] > last",
        arg=str(first[-1]),
    )
    assert lines_of(page) == list(range(lines_of(page)[0], lines_of(page)[-1] + 1))


def test_news_leave_a_long_thread_where_its_reader_is(page, server):
    tell(server, LONG)
    page.click(".row-card:has-text('Clara')")
    opened(page, "Clara")
    at_rest(page)
    page.evaluate("document.querySelector('[data-thread]').scrollTop = 0")
    page.wait_for_function("() => document.querySelectorAll('[data-thread] .bubble').length > 90")
    at_rest(page)
    page.evaluate("document.querySelector('[data-thread]').scrollTop = 900")
    at_rest(page)
    loaded, top = lines_of(page), page.evaluate("document.querySelector('[data-thread]').scrollTop")

    tell(
        server,
        """
from crossdesk.kit import actor
row = Conversation.objects.select_related("identity", "account", "department").get(contact__name="Clara", state="open")
desk = Desk.__new__(Desk)
desk.department, desk.workspace, desk.account = row.department, row.workspace, row.account
desk.system, desk.customer = actor.system(row.workspace_id), row.identity
with transaction.atomic():
    desk.they_write(now, external_id=f"news-{row.pk}", text="And then it came!")
""",
    )
    page.wait_for_selector(".bubble:has-text('And then it came!')", state="attached")

    assert lines_of(page) == loaded
    assert page.evaluate("document.querySelector('[data-thread]').scrollTop") == top
    page.click("[data-to-end]")
    page.wait_for_function("""() => {
      const line = [...document.querySelectorAll('.bubble')].at(-1).getBoundingClientRect();
      return line.bottom <= document.querySelector('[data-thread]').getBoundingClientRect().bottom;
    }""")


PICTURES = """
import io
from pathlib import Path
from django.conf import settings
from PIL import Image
from crossdesk.messages.models import Media, Message
row = Conversation.objects.get(contact__name="Clara", state="open")
message = Message.objects.filter(entry__conversation=row).latest("id")
kept = Path(settings.MEDIA_ROOT) / "box.png"
kept.parent.mkdir(parents=True, exist_ok=True)
Image.new("RGB", (900, 600), "teal").save(kept)
for position, alt in enumerate(["A torn box", ""]):
    Media.objects.create(message=message, position=position, kind="image", url="https://elsewhere.example/a.png", alt=alt, path="box.png", kept_mime="image/png")
"""


def test_a_picture_is_enlarged_with_its_words_and_escape_leads_back_to_it(page, server):
    tell(server, PICTURES)
    page.click(".row-card:has-text('Clara')")
    opened(page, "Clara")
    page.focus("[data-enlarge] >> nth=0")
    page.keyboard.press("Enter")
    page.wait_for_selector("#viewer[open] figcaption:has-text('A torn box')")
    assert page.locator("#viewer img").get_attribute("alt") == "A torn box"

    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#viewer figcaption:has-text('It came without a description.')")
    assert page.locator("[data-viewer-count]").inner_text() == "2 / 2"
    page.keyboard.press("Escape")

    assert page.locator("#viewer[open]").count() == 0
    assert page.evaluate("[...document.querySelectorAll('[data-enlarge]')].indexOf(document.activeElement)") == 1
