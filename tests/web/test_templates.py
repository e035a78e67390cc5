"""What holds for every template, style and script: strict, nothing inline, nothing from elsewhere, small."""

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from crossdesk.web import jinja, shell
from crossdesk.web.icons import ICONS

WEB = Path(jinja.__file__).parent
TEMPLATES = sorted((WEB / "templates").rglob("*.jinja"))
OWN_SCRIPTS = sorted((WEB / "static" / "js").glob("*.js"))
OWN_STYLES = sorted((WEB / "static" / "css").glob("*.css"))
INLINE = re.compile(
    r"\sstyle=|\son[a-z]+=\"|javascript:|<script(?![^>]*\ssrc=)|<style|hx-on|hx-vals=.js:|hx-trigger=\"[^\"]*\["
)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_nothing_inline_that_the_policy_would_refuse(template):
    assert INLINE.findall(template.read_text()) == []


@pytest.mark.parametrize("path", [*TEMPLATES, *OWN_SCRIPTS, *OWN_STYLES], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path):
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")

    assert re.findall(r"(?:src|href)=\"(?:https?:)?//|url\([\"']?(?:https?:)?//|import .*https?://", text) == []


def test_the_scripts_that_every_page_begins_with_stay_small():
    begun_with = {name.removeprefix("js/") for name in shell.SCRIPTS}

    assert sum(path.stat().st_size for path in OWN_SCRIPTS if path.name in begun_with) < 60_000


def test_every_style_of_ours_is_loaded_by_every_page_or_by_those_that_name_it():
    named = {name for path in TEMPLATES for name in re.findall(r'static\("css/(\w+)\.css"\)', path.read_text())}

    assert {path.stem for path in OWN_STYLES} == {*jinja.STYLES, *named}
    assert not named & set(jinja.STYLES)


def test_the_sprite_holds_exactly_the_icons_that_are_named():
    drawn = re.findall(r'<symbol id="([a-z_]+)"', (WEB / "static" / "icons.svg").read_text())

    assert drawn == list(ICONS)


def test_an_unknown_icon_is_an_error():
    with pytest.raises(KeyError, match="no icon 'unicorn'"):
        jinja.icon("unicorn")


def test_text_is_escaped_and_an_undefined_value_is_an_error():
    made = jinja.environment()

    assert made.from_string("{{ said }}").render(said="<b>hi</b>") == "&lt;b&gt;hi&lt;/b&gt;"
    with pytest.raises(UndefinedError):
        made.from_string("{{ forgotten }}").render()


def test_a_component_refuses_a_value_that_it_does_not_know():
    made = jinja.environment()

    with pytest.raises(ValueError, match="'loud' is none of quiet, good"):
        made.from_string("{{ 'loud' | one_of('quiet', 'good') }}").render()
