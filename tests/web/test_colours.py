"""Every ink can be read on every ground that the tokens name, in light and in dark: 4.5 to 1, as WCAG asks of text."""

import re
from pathlib import Path

import pytest

from crossdesk import web

TOKENS = (Path(web.__file__).parent / "static/css/tokens.css").read_text(encoding="utf-8")
PAIR = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);")
INKS = ("ink", "ink-2", "ink-3", "accent", "good", "warn", "bad")
GROUNDS = (
    "canvas", "surface", "raised", "sunken", "hover", "accent-soft", "good-soft", "warn-soft", "bad-soft",
    "quiet-soft", "note", "out",
)  # fmt: skip
COLOURS = {name: {"light": light, "dark": dark} for name, light, dark in PAIR.findall(TOKENS)}


def luminance(colour: str) -> float:
    """Of #rgb or #rrggbb. Source: WCAG 2.2, relative luminance."""
    digits = colour.lstrip("#")
    full = "".join(one * 2 for one in digits) if len(digits) == 3 else digits
    parts = [int(full[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_ink_can_be_read_on_every_ground(scheme):
    faint = [
        f"{ink} on {ground}: {contrast(COLOURS[ink][scheme], COLOURS[ground][scheme]):.2f}"
        for ink in INKS
        for ground in GROUNDS
        if contrast(COLOURS[ink][scheme], COLOURS[ground][scheme]) < 4.5
    ]

    assert faint == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("fill", ["accent-fill", "accent-fill-hover"])
def test_white_can_be_read_on_what_is_filled(scheme, fill):
    assert contrast("#fff", COLOURS[fill][scheme]) >= 4.5


def test_contrast_is_counted_as_wcag_does():
    assert round(contrast("#000", "#fff"), 1) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
