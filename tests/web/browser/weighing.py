"""What the inbox weighs and how soon it paints: bytes over the wire, and interactions with the processor slowed four times.

`script/weigh` measures the running demo; the tests hold the bytes and the layout shift.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page

from crossdesk.channels.networks.sandbox import cast
from crossdesk.kit.statistics import quantile
from tests.web.browser.chromium import WIDE, launched

SLOWED: Final = 4
ROUNDS: Final = 40
# Chromium tells of an interaction when it took 16 ms or longer, to the next 8; what it does not tell of took less.
LEAST: Final = 16
FELT: Final = """
window.felt = {};
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.interactionId) felt[entry.interactionId] = Math.max(felt[entry.interactionId] ?? 0, entry.duration);
}).observe({ type: "event", durationThreshold: 16, buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True)
class Weight:
    """wire: bytes of everything the first view fetched, heads included. script: bytes of our own JavaScript, unpacked."""

    wire: int
    script: int


@dataclass(frozen=True)
class Felt:
    """Milliseconds from an interaction to the next paint, and from the act to what it should show."""

    paint_p50: float
    paint_p95: float
    shown_p50: float
    shown_p95: float


def first_view(context: BrowserContext, address: str) -> Weight:
    """Open an address in a fresh context that is signed in but has fetched nothing. The live line is left out."""
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    places: dict[str, str] = {}
    fetched: dict[str, int] = {}
    line.on("Network.responseReceived", lambda told: places.update({told["requestId"]: told["response"]["url"]}))
    line.on("Network.loadingFinished", lambda told: fetched.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(address, wait_until="load")
    page.wait_for_selector("[data-live-dot][data-state=live]", state="attached")
    page.wait_for_timeout(500)
    own = [place for place in places.values() if "/static/js/" in place]
    script = sum(len(page.request.get(place).body()) for place in own)
    page.close()
    return Weight(wire=sum(fetched.values()), script=script)


def slow_down(page: Page, times: int) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": times})


def felt(page: Page, act: Callable[[], None], *, rounds: int = ROUNDS) -> Felt:
    """Do it so many times. `act` returns when what it should show is shown."""
    paints, shown = [], []
    for _ in range(rounds):
        page.evaluate("() => { window.felt = {}; }")
        began = time.perf_counter()
        act()
        shown.append((time.perf_counter() - began) * 1000)
        page.wait_for_timeout(400)
        paints.append(max([LEAST, *page.evaluate("() => Object.values(window.felt)")]))
    return Felt(*(round(quantile(times, share), 1) for times in (paints, shown) for share in (0.5, 0.95)))


def opened(page: Page) -> None:
    page.wait_for_selector("[data-composer][data-ready]")


def next_conversation(page: Page) -> None:
    """One step down the list by key; shown when its own head stands."""
    page.keyboard.press("j")
    row = page.locator(".row-card[aria-current=true]").get_attribute("data-row")
    page.wait_for_selector(f"#head-{row}")


def correct(page: Page) -> None:
    """Open the reading and choose another intent by hand."""
    page.wait_for_selector(".reading")
    if not page.locator(".reading[open]").count():
        page.keyboard.press("w")
    page.locator(".heads summary").first.click()
    page.locator(".heads .menu[open] button.menu-item:not([aria-current])").first.click()
    page.wait_for_selector("#toasts .toast-bar:has-text('Corrected')")
    page.evaluate("document.getElementById('toasts').replaceChildren()")


def assign(page: Page) -> None:
    """Give it to somebody by key."""
    page.keyboard.press("a")
    page.wait_for_selector(".conversation-head .menu[open] .menu-item:focus")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#toasts [data-toast]")
    page.evaluate("document.getElementById('toasts').replaceChildren()")


def sign_in(browser: Browser, base: str, email: str, password: str) -> tuple[dict[str, Any], str]:
    """What a context needs to be signed in, and the workspace's word."""
    page = browser.new_page()
    page.goto(f"{base}/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/w/**")
    state: dict[str, Any] = dict(page.context.storage_state())
    slug = page.url.split("/w/")[1].split("/")[0]
    page.context.close()
    return state, slug


def weigh(base: str, email: str, password: str) -> dict[str, object]:
    """Everything, on a demo that runs at `base`."""
    with launched() as browser:
        state, slug = sign_in(browser, base, email, password)
        address = f"{base}/w/{slug}/inbox/customer_service"
        fresh = browser.new_context(viewport=WIDE, storage_state=state, locale="en-GB")  # type: ignore[arg-type]
        weight = first_view(fresh, address)
        page = fresh.new_page()
        page.add_init_script(FELT)
        page.goto(address)
        page.wait_for_selector(".row-card")
        slow_down(page, SLOWED)
        next_conversation(page)
        figures: dict[str, object] = {"wire_bytes": weight.wire, "own_script_bytes": weight.script}
        for name, act in (("next", next_conversation), ("correct", correct), ("assign", assign)):
            opened(page)
            took = felt(page, lambda act=act: act(page))  # type: ignore[misc]
            figures |= {f"{name}_{key}_ms": value for key, value in asdict(took).items()}
        figures |= {
            "slowed": SLOWED,
            "rounds": ROUNDS,
            "cores": os.cpu_count() or 1,
            "load": round(os.getloadavg()[0], 2),
        }
    return figures


def main() -> int:
    """Print the figures of the demo as one line of JSON. The base address may be given; default is the demo's."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    sheet = json.loads((Path(os.environ["CROSSDESK_HOME"]) / "demo.json").read_text(encoding="utf-8"))
    lead = next(m for m in cast.company().members if m.role == "lead" and "customer_service" in m.leads)
    sys.stdout.write(json.dumps(weigh(base, lead.email, sheet["password"])) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
