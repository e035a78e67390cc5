"""What a person does on their own server's sign-in page, in a browser, on the way from an application and back."""

import re
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page, Request

from tests.servers.bluesky.person import Person

Choice = Literal["Authorize", "Deny access"]


def answer_of(page: Page, url: str, person: Person, *, back: str, choice: Choice = "Authorize") -> dict[str, str]:
    """Go there, sign in, choose; what the server sent the browser back with. Nobody need listen at `back`."""

    def is_back(request: Request) -> bool:
        return request.url.startswith(back)

    with page.expect_request(is_back) as came:
        page.goto(url)
        sign_in(page, person, choice=choice)
    return dict(parse_qsl(urlsplit(came.value.url).query))


def sign_in(page: Page, person: Person, *, choice: Choice = "Authorize") -> None:
    """On the page of the person's server: the password, then the choice."""
    page.locator("input[type=password]").fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name=re.compile(f"^{choice}$")).click()
