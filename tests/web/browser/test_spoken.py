"""What a screen reader is given: the status messages in Chromium's accessibility tree, not only in the markup."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.web.browser.driving import signed_in

pytestmark = pytest.mark.browser
COMPANY = """
from crossdesk.inbox.models import SavedReply
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department])
SavedReply.objects.create(workspace=desk.workspace, title="Delay", shortcut="delay", text="We are sorry.", changed_at=now)
for number in range(3):
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=f"Person {number}", name=f"Person {number}", handle=f"person{number}")
    with transaction.atomic():
        desk.they_write(now - timedelta(minutes=60 - 10 * number), identity=person, text=f"Where is parcel {number}?")
"""


def statuses(page: Page) -> list[tuple[str, bool, str]]:
    """(how it is told, as a whole?, words) of each status that says something."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id: dict[str, dict[str, Any]] = {node["nodeId"]: node for node in nodes}

    def words(node: dict[str, Any]) -> str:
        if node.get("role", {}).get("value") == "StaticText":
            return str(node["name"]["value"])
        return " ".join(filter(None, (words(by_id[one]) for one in node.get("childIds", ()) if one in by_id)))

    found = []
    for node in nodes:
        if node.get("role", {}).get("value") == "status" and not node.get("ignored") and (said := words(node).split()):
            states = {one["name"]: one["value"].get("value") for one in node["properties"]}
            found.append((states["live"], states["atomic"], " ".join(said)))
    return found


def told(page: Page, words: str) -> tuple[str, bool]:
    """How a status that begins so is told; waited for."""
    for _ in range(50):
        for live, atomic, said in statuses(page):
            if said.startswith(words):
                return live, atomic
        page.wait_for_timeout(100)
    raise AssertionError(f"{words!r} is in no status: {statuses(page)}")


@pytest.fixture
def page(browser, server):
    with signed_in(browser, server) as made:
        made.click(".row-card:has-text('Person 0')")
        made.wait_for_selector("[data-composer][data-ready]")
        yield made


def choose_two(page: Page) -> None:
    page.locator(".row-card").first.focus()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.wait_for_selector(".conversation-who b:has-text('Person 1')")
    page.keyboard.press("x")


def call_a_saved_reply(page: Page) -> None:
    page.keyboard.press("r")
    page.keyboard.type("/")


def take_and_take_back(page: Page) -> None:
    page.keyboard.press("t")
    page.wait_for_selector("[data-toast]:has-text('It is yours.')")
    page.keyboard.press("z")


@pytest.mark.parametrize(
    ("do", "words"),
    [(choose_two, "2 chosen"), (call_a_saved_reply, "Suggestions: 1."), (take_and_take_back, "Taken back.")],
)
def test_what_happened_is_in_the_tree_as_a_status(page, do: Callable[[Page], None], words):
    do(page)

    assert told(page, words) == ("polite", True)
