"""axe-core in a page, and what it finds in one line each."""

from importlib.resources import files
from typing import Final

from playwright.sync_api import Page

SCRIPT: Final = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN: Final = """async ([within, tags]) => {
  const context = within ? { include: within } : document;
  const found = await axe.run(context, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.flat().join(" ")}: ${[...node.any, ...node.all, ...node.none].map((one) => one.message).join("; ")}`));
}"""


def findings(page: Page, within: str = "") -> list[str]:
    """All that axe finds on the page as it stands, or in the part of it that the selector names."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found: list[str] = page.evaluate(RUN, [within, TAGS])
    return found
