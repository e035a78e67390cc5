"""What the tests in a browser share: a company told in a few lines, a person signed in, and no complaint of the browser."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, ConsoleMessage, Page, StorageState

from tests.servers import nursery
from tests.servers.crossdesk import CrossdeskServer
from tests.web.browser.chromium import PATIENCE, WIDE

EMAIL, PASSWORD = "mara@nordwind.example", "correct horse battery"
PREAMBLE = """
import django
django.setup()
from datetime import timedelta
from django.db import transaction
from crossdesk.inbox.models import Conversation
from crossdesk.journal import facts
from crossdesk.kit import clock
from crossdesk.org.models import User
from tests.inbox.factories import Desk, IdentityFactory
from tests.org.factories import MemberFactory
now = clock.now()
"""


# Stories one after the other in one process: it stands ready, where a new one each time would cost seconds.
TELLER = """
import json, sys, traceback
for line in sys.stdin:
    try:
        exec(compile(json.loads(line), "story", "exec"), {})
        print("told", flush=True)
    except BaseException:
        print(json.dumps(traceback.format_exc()), flush=True)
"""
_SIGNED_IN: WeakKeyDictionary[CrossdeskServer, dict[str, StorageState]] = WeakKeyDictionary()
_TELLERS: WeakKeyDictionary[CrossdeskServer, nursery.Child] = WeakKeyDictionary()


def tell(server: CrossdeskServer, story: str) -> None:
    """Let something happen in the server's database, from outside."""
    teller = _TELLERS.get(server)
    if teller is None:
        environment = {**server.environment, "DJANGO_SETTINGS_MODULE": "crossdesk.config.settings"}
        teller = _TELLERS[server] = nursery.Child(
            TELLER, environment=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    assert teller.stdin is not None and teller.stdout is not None
    teller.stdin.write(json.dumps(PREAMBLE + story) + "\n")
    teller.stdin.flush()
    answer = teller.stdout.readline()
    assert answer == "told\n", json.loads(answer) if answer else "the teller ended"


def tell_no_more(server: CrossdeskServer) -> None:
    """The server is about to end."""
    teller = _TELLERS.pop(server, None)
    if teller is not None:
        teller.communicate()


@contextmanager
def signed_in(browser: Browser, server: CrossdeskServer, *, email: str = EMAIL, **context: Any) -> Iterator[Page]:
    """A page of one's own on the queue of customer service. Anything the browser complains of fails the test at its end."""
    made = browser.new_context(
        **{"viewport": WIDE, "locale": "en-GB", "storage_state": _cookies(browser, server, email), **context}
    )
    page = made.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if complains(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/w/nordwind/inbox/customer_service")
    page.wait_for_selector(".row-card")
    page.wait_for_selector("[data-live-dot][data-state=live]", state="attached")
    yield page
    made.close()
    assert complaints == []


def _cookies(browser: Browser, server: CrossdeskServer, email: str) -> StorageState:
    """Signed in once for each person and server."""
    known = _SIGNED_IN.setdefault(server, {})
    if email not in known:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{server.url}/sign-in")
        page.fill("[name=email]", email)
        page.fill("[name=password]", PASSWORD)
        page.click("button:has-text('Sign in')")
        page.wait_for_url("**/w/nordwind/**")
        known[email] = context.storage_state()
        context.close()
    return known[email]


def complains(message: ConsoleMessage) -> bool:
    """Errors and warnings, but for what the page itself explains: a conflict, and a line that is down."""
    explained = ("409 (Conflict)", "502 (Bad Gateway)", "ERR_INTERNET_DISCONNECTED", "htmx:error: Failed to fetch")
    return message.type in ("error", "warning") and not any(one in message.text for one in explained)
