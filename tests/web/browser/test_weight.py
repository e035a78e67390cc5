"""What the first view of the inbox may weigh, and that nothing moves when messages come in."""

import subprocess
import sys

import pytest

from tests.servers.crossdesk import ROOT
from tests.web.browser.chromium import WIDE
from tests.web.browser.driving import signed_in, tell
from tests.web.browser.weighing import FELT, first_view

pytestmark = pytest.mark.browser
WIRE = 200_000  # bytes, packed, everything
SCRIPT = 60_000  # bytes, unpacked, our own
COMPANY = """
desk = Desk(key="customer_service", name="Customer service", workspace__slug="nordwind", workspace__name="Nordwind")
mara = User.objects.create_user("mara@nordwind.example", "correct horse battery", name="Mara Lindqvist")
MemberFactory(workspace=desk.workspace, user=mara, seats=[desk.department])
for number in range(30):
    person = IdentityFactory(contact__workspace=desk.workspace, contact__name=f"Person {number}", name=f"Person {number}", handle=f"person{number}")
    desk.they_write(now - timedelta(minutes=90 - number), identity=person, text=f"Where is parcel {number}? " * 12)
"""
NEWS = """
desk = Desk.__new__(Desk)
from crossdesk.channels.models import Account
from crossdesk.kit import actor
from crossdesk.org.models import Department
desk.department = Department.objects.get(key="customer_service")
desk.workspace, desk.account = desk.department.workspace, Account.objects.get()
desk.system = actor.system(desk.workspace.pk)
desk.customer = Conversation.objects.select_related("identity").get(identity__handle="person0").identity
person = IdentityFactory(contact__workspace=desk.workspace, contact__name="Nora", name="Nora", handle="nora", external_id="nora")
with transaction.atomic():
    desk.they_write(now, external_id="news", text="It has just come! " * 20)
    desk.they_write(now, identity=person, external_id="more", text="My parcel too!")
"""


def test_the_first_view_of_the_inbox_is_light(page, browser, server):
    fresh = browser.new_context(viewport=WIDE, storage_state=page.context.storage_state())

    weight = first_view(fresh, f"{server.url}/w/nordwind/inbox/customer_service")

    assert weight.wire < WIRE
    assert 0 < weight.script <= SCRIPT
    fresh.close()


def test_nothing_moves_when_messages_come_in(browser, server):
    with signed_in(browser, server) as page:
        page.add_init_script(FELT)
        page.goto(page.url)
        page.click(".row-card:has-text('Person 0')")
        page.wait_for_selector("[data-composer][data-ready]")
        page.wait_for_selector("[data-live-dot][data-state=live]", state="attached")
        page.wait_for_timeout(700)
        page.evaluate("() => { window.shifted = 0; }")

        tell(server, NEWS)
        page.wait_for_selector(".bubble:has-text('It has just come!')")
        page.wait_for_selector("#rows-new:has-text('1 new')")
        page.wait_for_timeout(500)

        assert round(page.evaluate("window.shifted"), 4) == 0  # a clock that goes from "now" to "1m" is a millionth
        page.evaluate("() => { document.querySelector('.inbox-list').style.marginTop = '40px'; }")
        page.wait_for_function("() => window.shifted > 0")  # it would have been seen


def test_all_that_our_pages_use_of_the_kit_is_loaded():
    checked = subprocess.run(
        [sys.executable, ROOT / "script/kit", "--check"], capture_output=True, text=True, check=False
    )

    assert (checked.returncode, checked.stdout) == (0, ""), "Run script/kit."
