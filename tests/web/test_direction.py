"""Our style sheets name no side of the page by left or right, so that a language from right to left turns all of it."""

import re
from pathlib import Path

import pytest

from crossdesk import web

FOLDER = Path(web.__file__).parent / "static/css"
SHEETS = sorted(path for path in FOLDER.glob("*.css") if path.name != "kit.css")  # made from what others wrote
SIDES = re.compile(
    r"(?<![\w-])(?:left|right|(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)[\w-]*"
    r"|border-(?:top|bottom)-(?:left|right)-radius)\s*:(?=[^;{}]*[;}])"
    r"|(?<![\w-])(?:text-align|float|clear):\s*(?:left|right)"
)
FOUR = re.compile(r"(?<![\w-])(inset|margin|padding|border-radius):\s*([^;{}]+)(?=[;}])")


def words(value: str) -> list[str]:
    """Its parts; spaces within brackets divide nothing."""
    return re.findall(r"(?:[^\s(]|\((?:[^()]|\([^()]*\))*\))+", value)


def one_sided(name: str, value: str) -> bool:
    """Does a shorthand of four give the left another size than the right?"""
    parts = words(value)
    if name == "border-radius":
        return len(parts) == 4 and (parts[0] != parts[1] or parts[3] != parts[2])
    return len(parts) == 4 and parts[1] != parts[3]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_names_no_left_and_no_right(sheet):
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)

    found = [found.group(0) for found in SIDES.finditer(text)]
    found += [f"{name}: {value}" for name, value in FOUR.findall(text) if one_sided(name, value)]

    assert found == []


def test_a_side_is_found_where_it_is_named():
    assert [
        bool(SIDES.search(text)) for text in ("a { left: 0; }", "a { margin-left: 1px }", "a { text-align: right; }")
    ] == [True] * 3
    assert one_sided("inset", "calc(100% + 4px) 0 auto auto")
    assert not one_sided("padding", "0 1rem 2rem")
