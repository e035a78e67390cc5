"""What the tests in a browser share: a company told in a few lines, a person signed in, and no complaint of the browser."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.servers.crossdesk import ROOT, CrossdeskServer
from tests.web.browser.chromium import WIDE

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


def tell(server: CrossdeskServer, story: str) -> None:
    """Let something happen in the server's database, from outside."""
    environment = {**server.environment, "DJANGO_SETTINGS_MODULE": "crossdesk.config.settings"}
    subprocess.run([sys.executable, "-c", PREAMBLE + story], cwd=ROOT, env=environment, check=True)


@contextmanager
def signed_in(browser: Browser, server: CrossdeskServer, *, email: str = EMAIL, **context: Any) -> Iterator[Page]:
    """A page of one's own on the queue of customer service. Anything the browser complains of fails the test at its end."""
    made = browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **context})
    page = made.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if complains(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{server.url}/sign-in?next=/w/nordwind/inbox/customer_service")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("button:has-text('Sign in')")
    page.wait_for_selector(".row-card")
    page.wait_for_selector("[data-live-dot][data-state=live]", state="attached")
    yield page
    made.close()
    assert complaints == []


def complains(message: ConsoleMessage) -> bool:
    """Errors and warnings, but for what the page itself explains: a conflict, and a line that is down."""
    explained = ("409 (Conflict)", "ERR_INTERNET_DISCONNECTED", "htmx:error: Failed to fetch")
    return message.type in ("error", "warning") and not any(one in message.text for one in explained)
