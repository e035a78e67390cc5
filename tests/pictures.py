"""Pictures of the running demo for README and docs: light and dark, wide and phone-narrow."""

import json
import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from crossdesk.channels.networks.sandbox import cast

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ROOT = Path(__file__).parents[1]
WIDE, PHONE = (1440, 900), (390, 844)


def main() -> int:
    """Sign in and take every picture. The base address may be given; default is the demo's."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    sheet = json.loads((Path(os.environ["CROSSDESK_HOME"]) / "demo.json").read_text(encoding="utf-8"))
    lead = next(m for m in cast.company().members if m.role == "lead" and "customer_service" in m.leads)
    out = ROOT / "docs" / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for scheme in ("light", "dark"):
            for name, size in (("wide", WIDE), ("phone", PHONE)):
                take_all(browser, base, (lead.email, sheet["password"]), out, f"{scheme}-{name}", size, scheme)
        browser.close()
    return 0


def take_all(
    browser: Browser, base: str, who: tuple[str, str], out: Path, suffix: str, size: tuple[int, int], scheme: str
) -> None:
    """Every page in one size and one scheme."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(f"{base}/sign-in")
    page.fill("input[name=email]", who[0])
    page.fill("input[name=password]", who[1])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/w/**")
    slug = page.url.split("/w/")[1].split("/")[0]
    for name, place in (
        ("today", "today"), ("desk", "desks/customer_service"), ("inbox", "inbox/customer_service"),
        ("notices", "notices"), ("scoreboard", "scoreboard"), ("accounts", "accounts"), ("organisation", "organisation/"),
    ):  # fmt: skip
        answer = page.goto(f"{base}/w/{slug}/{place}")
        assert answer is not None and answer.status < 400, f"{place}: {answer and answer.status}"
        shoot(page, out / f"{name}-{suffix}.png")
        if name == "inbox":
            page.locator("a.row-card").nth(2).click()
            page.wait_for_timeout(700)
            shoot(page, out / f"conversation-{suffix}.png")
    context.close()


def shoot(page: Page, path: Path) -> None:
    """One picture, once the page is still."""
    page.wait_for_timeout(500)
    page.screenshot(path=str(path))
    print(path.relative_to(ROOT))


if __name__ == "__main__":
    raise SystemExit(main())
