"""Pictures of the running demo: the best for README and docs, or every page, beside how it looked before."""

import argparse
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from crossdesk.channels.networks.sandbox import cast

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ROOT = Path(__file__).parents[1]
SCREENS = {"wide": (1440, 900), "phone": (390, 844)}
BEST = {
    "today": "today", "desk": "desks/customer_service", "inbox": "inbox/customer_service",
    "conversation": "inbox/all?state=waiting", "notices": "notices", "scoreboard": "scoreboard", "accounts": "accounts",
    "organisation": "organisation/",
}  # fmt: skip
EVERY = BEST | {
    "triage": "inbox/triage", "all": "inbox/all", "figure": "scoreboard/first_response", "account": "accounts/1",
    "connect": "accounts/connect", "department": "organisation/departments/1", "people": "organisation/people",
    "person": "organisation/people/1", "invite": "organisation/people/invite", "import": "organisation/people/import",
    "matrix": "organisation/matrix", "access": "organisation/access", "rules": "organisation/rules",
    "rule": "organisation/rules/new", "targets": "organisation/targets", "walls": "organisation/walls",
    "writing": "organisation/writing", "operations": "operations", "waiting": "operations/waiting",
    "deliveries": "operations/deliveries", "outbox": "operations/outbox", "holds": "operations/holds",
    "audit": "operations/audit", "profile": "profile", "gallery": "/gallery",
}  # fmt: skip
GAP = 24
LOOKED_AT, ENOUGH_SAID = 20, 4


def main() -> int:
    """Sign in and take the pictures; with an older folder, lay each beside the older one of the same name."""
    parser = argparse.ArgumentParser(prog="script/screenshots", description="Pictures of a running demo.")
    parser.add_argument("base", nargs="?", default="http://127.0.0.1:8000", help="address of the demo")
    parser.add_argument(
        "--every", type=Path, metavar="FOLDER", help="every page into FOLDER, not the best for the docs"
    )
    parser.add_argument("--older", type=Path, metavar="FOLDER", help="lay those of --every beside these: FOLDER/beside")
    given = parser.parse_args()
    sheet = json.loads((Path(os.environ["CROSSDESK_HOME"]) / "demo.json").read_text(encoding="utf-8"))
    role = "owner" if given.every else "lead"  # an owner sees every page
    who = next(m for m in cast.company().members if m.role == role and (given.every or "customer_service" in m.leads))
    out = given.every or ROOT / "docs" / "pictures"
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for scheme in ("light", "dark"):
            for screen in SCREENS:
                with signed_in(browser, given.base, (who.email, sheet["password"]), screen, scheme) as (page, home):
                    for name, path in (EVERY if given.every else BEST).items():
                        take(
                            page,
                            name,
                            path if path.startswith("/") else home + path,
                            out / f"{name}-{scheme}-{screen}.png",
                        )
        browser.close()
    if given.every and given.older:
        lay_beside(given.older, out)
    return 0


@contextmanager
def signed_in(
    browser: Browser, base: str, who: tuple[str, str], screen: str, scheme: str
) -> Iterator[tuple[Page, str]]:
    """A page in one size and one scheme, and the path of the workspace."""
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light", base_url=base
    )
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("input[name=email]", who[0])
    page.fill("input[name=password]", who[1])
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/w/**")
    yield page, f"/w/{page.url.split('/w/')[1].split('/')[0]}/"
    context.close()


def take(page: Page, name: str, path: str, picture: Path) -> None:
    """One picture, once the page is still. A page that this version does not have is left out."""
    answer = page.goto(path)
    if answer is None or answer.status >= 400:
        print(f"{path}: {answer and answer.status}")
        return
    if name == "conversation":
        open_one_that_went_both_ways(page)
    page.wait_for_timeout(500)
    page.screenshot(path=str(picture))


def open_one_that_went_both_ways(page: Page) -> None:
    """The first of the list in which enough was said and answered; where there is room with its reasons."""
    for address in [row.get_attribute("href") or "" for row in page.locator("a.row-card").all()[:LOOKED_AT]]:
        page.goto(address)
        if page.locator(".thread .bubble").count() >= ENOUGH_SAID:
            break
    if (page.viewport_size or {"width": 0})["width"] > SCREENS["phone"][0]:
        page.locator(".reading-why").click()
        page.wait_for_load_state("networkidle")


def lay_beside(older: Path, newer: Path) -> None:
    """Before and after, side by side; a page that is new stands alone."""
    out = newer / "beside"
    out.mkdir(exist_ok=True)
    for path in sorted(newer.glob("*.png")):
        pair = [Image.open(one).convert("RGB") for one in (older / path.name, path) if one.exists()]
        sheet = Image.new(
            "RGB", (sum(one.width for one in pair) + GAP * (len(pair) - 1), max(one.height for one in pair)), "white"
        )
        left = 0
        for one in pair:
            sheet.paste(one, (left, 0))
            left += one.width + GAP
        sheet.save(out / path.name)


if __name__ == "__main__":
    raise SystemExit(main())
