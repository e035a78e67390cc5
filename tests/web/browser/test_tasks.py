"""Tasks of a working day, each by mouse, by keyboard alone, and with a finger on a phone. The first of all stands in
`test_first_run`."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.servers.crossdesk import CrossdeskServer
from tests.web.browser.driving import EMAIL, PASSWORD, signed_in, tell
from tests.web.browser.hands import SCREENS, WAYS, Finger, Hand, Keys

pytestmark = pytest.mark.browser
COMPANY = """
from tests.org.factories import DepartmentFactory, TargetFactory
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
DepartmentFactory(workspace=desk.workspace, key="legal", name="Legal", position=1)
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
ola = User.objects.create_user("ola@nordwind.example", "correct horse battery", name="Ola Berg")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department], role="owner")
MemberFactory(workspace=desk.workspace, user=ola, seats=[desk.department])
"""
WAITING = """
from uuid import uuid4
from crossdesk.kit import actor
from crossdesk.channels.models import Account
from crossdesk.channels.queries import actor_of
from crossdesk.inbox import services
from crossdesk.inbox.models import Reply
from crossdesk.org.models import Department, Member, Responsibility
from crossdesk.triage.models import Rule
from tests.messages.factories import ReadingFactory
by = actor_of(Member.objects.select_related("user").get(user__name="Mara Lindqvist"))
leaving = Reply.objects.filter(state="queued").values("conversation")  # there is no network here that would take them
for row in Conversation.objects.filter(state__in=["open", "waiting"]).exclude(pk__in=leaving):
    services.resolve(conversation_id=row.pk, resolution="spam", waive_others="Over.", by=by, now=now)
Responsibility.objects.all().delete()
Rule.objects.all().delete()
User.objects.update(moves_on=False)
desk = Desk.__new__(Desk)
desk.department = Department.objects.get(key="customer_service")
desk.workspace, desk.account = desk.department.workspace, Account.objects.get()
desk.system, desk.customer = actor.system(desk.workspace.pk), None
for place, name in enumerate(("Anna", "Bruno", "Clara")):
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=name, name=name, handle=name.lower(), external_id=uuid4().hex)
    with transaction.atomic():
        said = desk.they_write(now - timedelta(minutes=30 - place), identity=person, external_id=uuid4().hex, text=f"Where is the kettle of {name}?")
        ReadingFactory(message=said)
"""


@pytest.fixture(params=list(WAYS))
def hand(request: pytest.FixtureRequest, browser: Browser, server: CrossdeskServer) -> Iterator[Hand]:
    """Signed in on the queue; Anna, Bruno and Clara wait, Anna longest."""
    tell(server, WAITING)
    with signed_in(browser, server, **SCREENS[request.param]) as page:
        yield WAYS[request.param](page)


def opened(hand: Hand, name: str) -> Page:
    """Their conversation stands open."""
    if isinstance(hand, Keys):
        for _ in range(["Anna", "Bruno", "Clara"].index(name) + 1):
            hand.page.keyboard.press("j")
    else:
        hand.use(f".row-card:has-text('{name}')")
    hand.see(f".conversation-who b:has-text('{name}')")
    hand.page.wait_for_selector("[data-composer][data-ready]")
    return hand.page


def told(hand: Hand, words: str) -> None:
    expect(hand.page.locator("#toasts")).to_contain_text(words)


def taken_back(hand: Hand, said: str = "") -> None:
    """said: which toast, where more than one has a way back; the key takes the newest."""
    if isinstance(hand, Keys):
        hand.page.keyboard.press("z")
    else:
        hand.use(f"[data-toast]:has-text('{said}') button:has-text('Undo')")


def there(hand: Hand, server: CrossdeskServer, path: str) -> Page:
    hand.page.goto(f"{server.url}/w/nordwind/{path}")
    return hand.page


@pytest.mark.parametrize("way", list(WAYS))
def test_sign_in(way, browser, server):
    page = browser.new_context(**{"locale": "en-GB", **SCREENS[way]}).new_page()
    hand = WAYS[way](page)
    page.goto(f"{server.url}/sign-in")

    hand.write("[name=email]", EMAIL)
    hand.write("[name=password]", PASSWORD)
    hand.use("button:has-text('Sign in')")

    page.wait_for_url("**/w/nordwind/today")
    expect(page.locator("h1")).to_contain_text("Mara")
    page.context.close()


def test_answer(hand):
    page = opened(hand, "Anna")

    if isinstance(hand, Keys):
        page.keyboard.press("r")
        page.keyboard.type("It leaves today, Anna.")
        page.keyboard.press("Control+Enter")
    else:
        hand.write(".composer-text", "It leaves today, Anna.")
        hand.use(".composer-send")

    expect(page.locator(".bubble[data-kind=out]")).to_contain_text("It leaves today, Anna.")
    assert page.input_value(".composer-text") == ""


def test_correct(hand):
    page = opened(hand, "Bruno")

    if isinstance(hand, Keys):
        page.keyboard.press("c")
    else:
        hand.use(".reading-line")
        hand.use("[aria-label='Correct: Intent']")
    hand.use(".head .menu-item:has-text('Complaint')")

    expect(page.locator(".reading-line")).to_contain_text("Complaint")
    expect(page.locator(".reading-body")).to_contain_text("by Mara Lindqvist")

    taken_back(hand)
    expect(page.locator(".reading-line")).to_contain_text("Question")


def test_assign(hand):
    page = opened(hand, "Anna")

    hand.act("Assign", "a")
    hand.use(".menu[open] .menu-item:has-text('Ola Berg')")

    told(hand, "Assigned.")
    expect(page.locator(".row-card:has-text('Anna') [title='Ola Berg']")).to_have_count(1)


def test_hand_over(hand):
    page = opened(hand, "Anna")

    hand.act("Hand over", "h")
    hand.use(".menu[open] .menu-item:has-text('Legal')")

    told(hand, "Handed over.")
    page.goto(page.url.split("/inbox/")[0] + "/inbox/legal")
    expect(page.locator(".row-card")).to_contain_text(["Anna"])


def test_open_again_and_take_that_back(hand):
    page = opened(hand, "Anna")
    hand.act("Resolve", "e")
    hand.use(".menu[open] .menu-item:has-text('Answered')")
    told(hand, "Resolved.")

    hand.act("Open again", "o")
    told(hand, "Opened again.")
    taken_back(hand, "Opened again.")

    told(hand, "Taken back.")
    expect(page.locator(".conversation-head, .conversation").get_by_text("Resolved").first).to_be_visible()


def test_snooze(hand):
    page = opened(hand, "Clara")

    hand.act("Snooze", "s")
    hand.use(".menu[open] .menu-item:has-text('Tomorrow')")

    told(hand, "Put off.")
    page.goto(page.url.split("/inbox/")[0] + "/inbox/snoozed")
    expect(page.locator(".row-card")).to_contain_text(["Clara"])


def test_bulk_resolve_with_undo(hand):
    page = hand.page
    if isinstance(hand, Keys):
        page.keyboard.press("j")
        hand.see(".conversation-who b:has-text('Anna')")
        page.keyboard.press("A")
        page.keyboard.press("e")
    else:
        for place in range(3):
            if isinstance(hand, Finger):
                page.locator(".row-pick").nth(place).tap()
            else:
                page.locator(".row-line").nth(place).hover()
                page.locator("[data-pick]").nth(place).click()
        hand.use("#many summary[aria-label=Resolve]")
    hand.use("#many .menu-item:has-text('No reply needed')")
    told(hand, "3 resolved.")
    expect(page.locator(".row-card")).to_have_count(0)

    taken_back(hand)

    expect(page.locator(".row-card")).to_have_count(3)


def test_search_and_open(hand):
    page = hand.page
    if isinstance(hand, Keys):
        page.keyboard.press("/")
        page.keyboard.type("kettle Bruno")
    else:
        hand.write(".list-tools [type=search]", "kettle Bruno")
    page.keyboard.press("Enter")
    expect(page.locator(".row-card mark").first).to_be_visible()

    hand.use(".row-card:has-text('Bruno')")

    hand.see(".conversation-who b:has-text('Bruno')")
    expect(page.locator(".bubble")).to_contain_text(["Where is the kettle of Bruno?"])


def test_edit_the_matrix(hand, server):
    page = there(hand, server, "organisation/matrix")
    cell = "#row-question td:nth-of-type(2) a.part"

    hand.use(cell)
    hand.use(".part-choice [data-part=consulted], .part-choice button[value=consulted]")

    told(hand, "Saved.")
    expect(page.locator(cell)).to_have_attribute("data-part", "consulted")


def test_write_a_rule_with_preview(hand, server):
    page = there(hand, server, "organisation/rules")

    hand.use("a:has-text('New rule'), a:has-text('A new rule'), a:has-text('Write a rule')")
    hand.see("h1:has-text('A new rule')")
    hand.write("[name=name]", "Kettles go to legal")
    hand.write("[name=value-0]", "kettle")
    hand.choose("[name=answers]", "Legal")
    hand.use("button:has-text('Try it on the last 30 days')")
    expect(page.locator("#tried")).to_contain_text("It matches")
    hand.use("button:has-text('Keep the rule')")

    page.wait_for_url("**/organisation/rules*")
    expect(page.locator(".rule")).to_contain_text(["Kettles go to legal"])


def test_read_a_figure_down_to_its_message(hand, server):
    page = there(hand, server, "scoreboard")

    hand.use("a.figure-card:has-text('Open')")
    hand.use("table a[href*='/conversations/'], table a[href*='/inbox/']")

    page.wait_for_url(re.compile("/inbox/"))
    expect(page.locator(".bubble").first).to_contain_text("Where is the kettle of")
