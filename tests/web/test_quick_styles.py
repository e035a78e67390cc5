"""Our style sheets hold nothing that makes the browser look at every element again whenever one changes."""

import re
from pathlib import Path

import pytest

from crossdesk import web

SHEETS = sorted((Path(web.__file__).parent / "static/css").glob("*.css"))
# Whatever follows something, named by nothing of its own: Chromium then takes every element of the page for changed
# when a node comes or goes (a universal sibling invalidation), 50 ms a time on the inbox.
WHATEVER_FOLLOWS = re.compile(r"[+~]\s*(?:\*|:(?!is\(|where\())[^{},]*(?=[{,])")

# What something holds decides over whatever stands in it, or over the whole page: the same happens.
WHATEVER_IS_HELD = re.compile(
    r"[^{},;]*:has\([^{},]*[\s>+~](?:\*|:(?!is\(|where\())[^{},]*(?=[{,])|(?:body|html):has\("
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_rule_speaks_of_whatever_follows_or_is_held_by_something(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert WHATEVER_FOLLOWS.findall(re.sub(r"\([^()]*\)", "", text)) == []
    assert WHATEVER_IS_HELD.findall(text) == []
