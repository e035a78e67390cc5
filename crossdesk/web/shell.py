"""The frame around every page: sections, workspaces, theme, live line. Made only when a page asks for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi, pgettext
from django.utils.translation import gettext as _

from crossdesk.kit.actor import Actor
from crossdesk.org import queries as org
from crossdesk.web import formats, toasts

SCHEMES: Final = ("system", "light", "dark")
# Of a section, though their addresses begin otherwise.
BELOW: Final = {"today": ("desks",), "accounts": ("imports",)}
THEME_COOKIE: Final = "crossdesk_theme"
CONTACT_COOKIE: Final = "crossdesk_contact"
SCRIPTS: Final = (
    "js/ui.js",
    "js/keys.js",
    "js/bell.js",
    "js/live.js",
    "js/inbox.js",
    "js/list.js",
    "js/choose.js",
    "js/counting.js",
    "js/drafts.js",
    "js/composer.js",
    "js/attaching.js",
)


@dataclass(frozen=True, slots=True)
class Section:
    """One link of the rail."""

    name: str
    icon: str
    address: str
    hotkey: str
    current: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace the reader may switch to."""

    name: str
    address: str
    current: bool


class Shell:
    """What `base.html.jinja` draws around a page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def _actor(self) -> Actor | None:
        return getattr(self._request, "actor", None)

    @property
    def language(self) -> str:
        """For the page's lang attribute."""
        return get_language() or "en"

    @property
    def direction(self) -> str:
        """For the page's dir attribute."""
        return "rtl" if get_language_bidi() else "ltr"

    @property
    def clock_words(self) -> str:
        """For the page's own clock, which says what `formats.brief` says."""
        return formats.brief_words()

    @property
    def zone(self) -> str:
        """The reader's time zone, for the script that writes exact moments on hover."""
        return timezone.get_current_timezone_name()

    @property
    def scheme(self) -> str:
        """system, light or dark: the browser's cookie, else the person's own setting."""
        chosen = self._request.COOKIES.get(THEME_COOKIE) or getattr(self._user, "theme", "")
        return chosen if chosen in SCHEMES else "system"

    @property
    def contact_pane(self) -> str:
        """Does the person's pane stand open beside the conversation?"""
        return "closed" if self._request.COOKIES.get(CONTACT_COOKIE) == "closed" else "open"

    @property
    def _user(self) -> Any:
        return getattr(self._request, "user", None)

    @property
    def workspace_name(self) -> str:
        """Empty on pages outside of any workspace."""
        workspace = getattr(self._request, "workspace", None)
        return workspace.name if workspace else ""

    @property
    def slug(self) -> str:
        """The workspace's word in addresses."""
        workspace = getattr(self._request, "workspace", None)
        return workspace.slug if workspace else ""

    @property
    def person_name(self) -> str:
        """The reader."""
        return (getattr(self._user, "name", "") or self.person_email) if self._user else ""

    @property
    def person_email(self) -> str:
        """The reader's e-mail address."""
        return getattr(self._user, "email", "")

    @cached_property
    def workspaces(self) -> Sequence[Place]:
        """All workspaces of the reader. One query."""
        if not self._user or not self._user.is_authenticated:
            return ()
        return [
            Place(
                name=place.workspace.name,
                address=reverse("web:workspace", args=[place.workspace.slug]),
                current=place.workspace.slug == self.slug,
            )
            for place in org.memberships(self._user)
        ]

    @cached_property
    def sections(self) -> Sequence[Section]:
        """The sections that the reader's role opens."""
        if self._actor is None:
            return ()
        wanted = (
            ("today", _("Today"), "home", "h", ""),
            ("inbox", pgettext("section", "Inbox"), "inbox", "i", ""),
            ("scoreboard", _("Scores"), "scoreboard", "s", "see_scoreboard"),
            ("quality", pgettext("section", "Quality"), "quality", "q", "work"),
            ("accounts", _("Accounts"), "accounts", "a", ""),
            ("organisation", _("Company"), "organisation", "o", ""),
            ("operations", _("Operations"), "operations", "p", "see_operations"),
        )
        part = self._request.path.removeprefix(_address("web:workspace", self.slug)).split("/")[0]
        return [
            Section(name, icon, address, key, part in (page, *BELOW.get(page, ())))
            for page, name, icon, key, right in wanted
            if (not right or self._actor.may(right)) and (address := _address(f"web:{page}", self.slug))
        ]

    @property
    def here(self) -> str:
        """Where a form that leaves the page brings the reader back to."""
        return self._request.get_full_path()

    @property
    def theme_address(self) -> str:
        """Where the choice of theme goes."""
        return reverse("web:theme")

    @property
    def profile_address(self) -> str:
        """The reader's own settings; empty outside of a workspace."""
        return _address("web:profile", self.slug) if self._actor else ""

    @property
    def palette_address(self) -> str:
        """Where the command palette looks for people and conversations; empty outside of a workspace."""
        return _address("web:palette", self.slug) if self._actor else ""

    @property
    def density(self) -> str:
        """How closely this person wants lists to be set."""
        return getattr(self._user, "density", "comfortable")

    @property
    def densities(self) -> Sequence[tuple[str, str]]:
        """Value and name of each density."""
        return (("comfortable", _("Comfortable")), ("compact", _("Compact")))

    @property
    def moves_on(self) -> bool:
        """Does the next conversation open after an act?"""
        return getattr(self._user, "moves_on", True)

    @property
    def preference_address(self) -> str:
        """Where density and moving on are kept; empty outside of a workspace."""
        return _address("web:preference", self.slug) if self._actor else ""

    @property
    def notices_address(self) -> str:
        """The reader's notices; empty outside of a workspace."""
        return _address("web:notices", self.slug) if self._actor else ""

    @property
    def bell_address(self) -> str:
        """What the bell asks for once the page stands, so that no page waits for it."""
        return _address("web:bell", self.slug)

    @property
    def sign_out_address(self) -> str:
        """Where signing out goes."""
        return reverse("web:sign_out")

    @property
    def live_address(self) -> str:
        """The live line of the workspace; empty outside."""
        return f"/w/{self.slug}/live" if self._actor else ""

    @property
    def since(self) -> int:
        """The last fact that was numbered before this page read anything."""
        return getattr(self._request, "since", 0)

    def toasts(self) -> Sequence[toasts.Toast]:
        """What just happened; said once."""
        return toasts.said(self._request)


class BareShell(Shell):
    """For pages that must not ask the database anything: an error may have come from there."""

    @property
    def _user(self) -> Any:
        return None

    @property
    def workspace_name(self) -> str:
        return ""

    def toasts(self) -> Sequence[toasts.Toast]:
        return ()


def _address(name: str, slug: str) -> str:
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return ""


def with_query(address: str, **values: object) -> str:
    """The address with those values that are not empty."""
    query = urlencode({name: value for name, value in values.items() if value not in ("", None)})
    return f"{address}?{query}" if query else address


def context(request: HttpRequest) -> dict[str, object]:
    """Named in the settings as a context processor of the pages' engine."""
    return {"shell": Shell(request), "scripts": SCRIPTS}
