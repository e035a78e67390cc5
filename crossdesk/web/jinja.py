"""The Jinja2 environment of all pages: strict, escaped, with the few helpers that templates may call."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from crossdesk.kit import clock
from crossdesk.web import formats, helping
from crossdesk.web.catalogue import MOST, said
from crossdesk.web.icons import ICONS
from crossdesk.web.sentences import spoken

# Loaded in this order by every page; the kit comes first, and its layer is the weakest.
STYLES = (
    "base", "shell", "button", "field", "badge", "avatar", "table", "tabs", "overlay", "tile",
    "notice", "queues", "rows", "thread", "reading", "composer", "contact", "page", "organisation", "today", "gallery",
)  # fmt: skip


def url(name: str, *args: object, **kwargs: object) -> str:
    """The address of a page, by its name."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def address_of(name: str) -> str:
    """Where a file of ours lies. Names and addresses stand still while a server runs, but not while one develops."""
    return static(name) if settings.DEBUG else _address_of(name, settings.STATIC_URL)


@cache
def _address_of(name: str, _root: str) -> str:
    return static(name)


def icon(name: str, *, label: str | Promise = "", size: str = "") -> Markup:
    """An icon of the sprite. Without a label it is decoration and hidden from screen readers."""
    return _icon(name, str(label), size)


@cache
def _icon(name: str, label: str, size: str) -> Markup:
    if name not in ICONS:
        raise KeyError(f"There is no icon {name!r}. Add it to crossdesk/web/icons.py and run script/icons.")
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    sized = f' data-size="{escape(size)}"' if size else ""
    return Markup(f'<svg class="icon" {spoken}{sized}><use href="{static("icons.svg")}#{name}"></use></svg>')  # noqa: S704 -- name, size and label are checked or escaped


def _time(moment: datetime, text: str, more: str = "") -> Markup:
    """The page's script puts the exact moment on hover, in the reader's zone: a list has a hundred of these."""
    return Markup(f'<time datetime="{moment.isoformat(timespec="seconds")}"{more}>{escape(text)}</time>')  # noqa: S704 -- the text is escaped, the rest is ours


def moment(value: datetime) -> Markup:
    """A moment in the viewer's zone, short; the whole of it on hover."""
    return _time(value, formats.short(value, now=clock.now()))


def ago(value: datetime) -> Markup:
    """How long ago, kept true by the page's own clock."""
    return _time(value, formats.brief((clock.now() - value).total_seconds()), ' data-clock="ago"')


def clock_time(value: datetime) -> Markup:
    """The time of day alone, for a message in a thread that names its days."""
    return _time(value, formats.short(value, now=value))


def day(value: datetime) -> str:
    """Today, Yesterday or the date."""
    return formats.day(value, now=clock.now())


def due(value: datetime) -> formats.Due:
    """The words and the tone of a deadline as seen now."""
    return formats.due(value, now=clock.now())


def one_of(value: str, *allowed: str) -> str:
    """The value itself; anything that a component does not know is an error."""
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value


def network_icon(network: str) -> str:
    """The icon of a network, or the plain one for a network that has none."""
    return network if network in ICONS else "network"


def department_icon(preset: str) -> str:
    """The icon of a department made from a preset, or the plain one."""
    return preset if preset in ICONS else "department"


def words(value: str) -> str:
    """`sales_lead` → Sales lead, in the reader's language."""
    text = spoken(value.replace("_", " ").strip())
    return text[:1].upper() + text[1:]


def words_of(message: str, /, **values: object) -> Markup:
    """A sentence in the reader's language, with its values escaped, as Jinja's own `_` gives it."""
    return _pattern(said(message)) % values if values else _sentence(said(message))


@lru_cache(maxsize=MOST)
def _pattern(text: str) -> Markup:
    return Markup(text)  # noqa: S704 -- the catalogue is ours


@lru_cache(maxsize=MOST)
def _sentence(text: str) -> Markup:
    return _pattern(text) % {}


HELPERS: Mapping[str, object] = {
    "url": url,
    "static": address_of,
    "icon": icon,
    "moment": moment,
    "ago": ago,
    "clock_time": clock_time,
    "date": formats.date,
    "day": day,
    "due": due,
    "styles": tuple(f"css/{name}.css" for name in STYLES),
    "network_icon": network_icon,
    "department_icon": department_icon,
    "initials": formats.initials,
    "hue": formats.hue,
    "page_help": helping.of_page,
}
FILTERS: Mapping[str, object] = {
    "one_of": one_of,
    "duration": formats.duration,
    "number": formats.number,
    "percent": formats.percent,
    "words": words,
    "exact": formats.exact,
    "spoken": spoken,
}


def environment(**options: Any) -> Environment:
    """Named in the settings as the environment of Django's Jinja2 engine."""
    settings = {
        **options,
        "autoescape": True,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "extensions": ["jinja2.ext.i18n", "jinja2.ext.do"],
    }
    made = Environment(**settings)  # noqa: S701 -- autoescape is on, in the options above
    made.globals.update(HELPERS)
    made.filters.update(FILTERS)
    made.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext)  # type: ignore[attr-defined]
    made.globals["_"] = made.globals["gettext"] = words_of
    return made
