"""Three ways to use a page: a mouse on a wide screen, the keyboard alone, a finger on a phone.

Each hand does only what a person can do with it: the mouse and the finger hit what is in sight, the keyboard walks
there with Tab or presses the key that the page names.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page

from tests.web.browser.chromium import PHONE, WIDE

MOST_STOPS = 150
# What has just been drawn takes some thousandths of a second to become more than a plain link or form.
KNOWN = """element => [element, element.closest("form")].every((one) =>
  !one?.matches("[hx-get], [hx-post]") || one.hasAttribute("data-htmx-powered"))"""


class Hand(ABC):
    """What a person can do. selector: as Playwright reads it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def use(self, selector: str) -> None:
        """A link, a button, a menu, a box to tick."""

    @abstractmethod
    def write(self, selector: str, text: str) -> None:
        """Into a field, in place of what stood there."""

    @abstractmethod
    def choose(self, selector: str, label: str) -> None:
        """One of a list that drops down."""

    def act(self, label: str, key: str) -> None:
        """An act on the conversation that stands open: its button, or its key."""
        self.use(f".conversation-head [aria-label='{label}']")

    def see(self, selector: str) -> Locator:
        """Wait until it is in sight, and until HTMX knows it where it should."""
        self.page.wait_for_selector(selector)
        found = self.page.locator(selector).first
        self.page.wait_for_function(KNOWN, arg=found.element_handle())
        return found


class Mouse(Hand):
    def use(self, selector: str) -> None:
        self.see(selector).click()

    def write(self, selector: str, text: str) -> None:
        self.use(selector)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, selector: str, label: str) -> None:
        self.see(selector).select_option(label=label)


class Finger(Mouse):
    def use(self, selector: str) -> None:
        found = self.see(selector)
        found.scroll_into_view_if_needed()
        found.tap()


class Keys(Hand):
    def use(self, selector: str) -> None:
        found = self._reach(selector)
        ticked = found.evaluate("element => element.matches('input[type=checkbox], input[type=radio]')")
        self.page.keyboard.press("Space" if ticked else "Enter")

    def write(self, selector: str, text: str) -> None:
        self._reach(selector)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def choose(self, selector: str, label: str) -> None:
        self._reach(selector)
        self.page.keyboard.type(label)

    def act(self, label: str, key: str) -> None:
        self.page.keyboard.press(key)

    def _reach(self, selector: str) -> Locator:
        """Walk there with Tab; within a group of radio buttons, and in a menu, with the arrows."""
        wanted = self.see(selector)
        handle = wanted.element_handle()
        for _ in range(MOST_STOPS):
            if handle.evaluate("element => element === document.activeElement"):
                return wanted
            self.page.keyboard.press(self._step(handle))
        raise AssertionError(f"{selector} is out of the keyboard's reach")

    def _step(self, wanted: Any) -> str:
        same_group = "element => element.type === 'radio' && document.activeElement.name === element.name"
        return "ArrowDown" if wanted.evaluate(same_group) else "Tab"


WAYS: dict[str, Callable[[Page], Hand]] = {"mouse": Mouse, "keys": Keys, "finger": Finger}
SCREENS: dict[str, dict[str, Any]] = {"mouse": {"viewport": WIDE}, "keys": {"viewport": WIDE}, "finger": PHONE}
