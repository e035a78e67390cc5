"""May two profiles on different networks be one person's? Rules alone, without the database.

A profile *is* at its addresses (its page, its whole handle) and *names* others in its bio.
A name alone never says anything, however seldom it is: only together with much the same handle.
"""

import re
from collections.abc import Set
from difflib import SequenceMatcher
from typing import Final, Protocol
from urllib.parse import urlsplit

from crossdesk.messages.enums import Likeness, Strength

MOST_NAMED: Final = 20
LONGEST: Final = 300
STRENGTHS: Final = {
    Likeness.EACH_OTHER: Strength.STRONG,
    Likeness.NAMED_BY: Strength.GOOD,
    Likeness.NAMES: Strength.GOOD,
    Likeness.PAGE: Strength.GOOD,
    Likeness.HANDLE: Strength.GOOD,
    Likeness.NAME: Strength.WEAK,
}
ORDER: Final = list(Likeness)
_SIMILAR: Final = 0.8
_SHORT: Final = 5  # letters of a handle that say nothing yet
_TELLING: Final = 9  # letters of a handle without a place that are no plain first name
_WHOLE: Final = r"[a-z0-9][a-z0-9_.+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
_HANDLE: Final = re.compile(rf"(?<![\w/.@])@?({_WHOLE})")
_PAGE: Final = re.compile(r"(?:https?://)?(?:www\.)?([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:/[^\s<>\"'()\[\]{}]*)?)")
_FEDIVERSE: Final = re.compile(r"([^/]+)/(?:@|users/)([a-z0-9_.-]+)")


class Profile(Protocol):
    """What an identity shows of itself."""

    network: str
    host: str
    handle: str
    name: str
    url: str
    bio: str


def page(url: str) -> str:
    """A page's address without what changes nothing: `lisboa.example/@ines`. Empty for anything else."""
    found = _PAGE.fullmatch(url.strip().lower())
    return _page(found[1]) if found else ""


def _page(text: str) -> str:
    return re.split(r"[?#]", text)[0].rstrip("/.,;:!…")[:LONGEST]


def handle(profile: Profile) -> str:
    """The handle as the network writes it, in small letters and without a leading @."""
    return profile.handle.strip().lstrip("@").lower()


def whole_handle(profile: Profile) -> str:
    """A handle with its place: `ines@lisboa.example`, or a domain of its own."""
    own = handle(profile)
    place = (urlsplit(profile.host).netloc or profile.host).lower()
    return own if not own or "@" in own or "." in own else f"{own}@{place}"


def addresses(profile: Profile) -> set[str]:
    """Where the profile itself is. A page counts only with a path: many share a company's front page."""
    own = page(profile.url)
    found = {whole_handle(profile)}
    if "/" in own:
        found |= {own, *_on_the_fediverse(own)}
    return {one for one in found if one}


def named(profile: Profile) -> set[str]:
    """Addresses of others that the profile names in its bio: whole handles and pages."""
    text = profile.bio.lower()
    found = [one[1] for one in _HANDLE.finditer(text)]
    for one in [_page(one[1]) for one in _PAGE.finditer(_HANDLE.sub(" ", text))]:
        found += [one, *_on_the_fediverse(one)]
    others = [one for one in found if one and len(one) <= LONGEST and one not in addresses(profile)]
    return set(list(dict.fromkeys(others))[:MOST_NAMED])


def _on_the_fediverse(address: str) -> list[str]:
    """`lisboa.example/@ines` is the page of ines@lisboa.example."""
    found = _FEDIVERSE.fullmatch(address)
    return [f"{found[2]}@{found[1]}"] if found else []


def telling_handle(profile: Profile) -> str:
    """A handle that is worth looking for on another network; empty for what many share, as a first name."""
    own = handle(profile)
    return own if "@" in own or "." in own or len(own) >= _TELLING or re.search(r"[a-z].*[\d_-]|\d.*[a-z]", own) else ""


def telling_name(profile: Profile) -> str:
    """A name of several words, in small letters; empty for any other."""
    words = profile.name.lower().split()
    return " ".join(words) if len(words) > 1 and sum(map(len, words)) > _SHORT else ""


def same_place(one: Profile, other: Profile) -> bool:
    """On one network and host nobody is taken for somebody else."""
    return (one.network, one.host) == (other.network, other.host)


def compare(
    one: Profile, other: Profile, *, usual_handles: Set[str] = frozenset(), usual_names: Set[str] = frozenset()
) -> Likeness | None:
    """Why these may be one person's, seen from the first; None where nothing says so.

    usual_handles, usual_names: shared by so many people here that they say nothing.
    """
    if same_place(one, other):
        return None
    back, there = bool(named(other) & addresses(one)), bool(named(one) & addresses(other))
    same_page = "/" in page(one.url) and page(one.url) == page(other.url)
    if (back and there) or (same_page and (back or there)):
        return Likeness.EACH_OTHER
    if back or there or same_page:
        return Likeness.NAMED_BY if back else Likeness.NAMES if there else Likeness.PAGE
    if _same_handle(one, other, usual_handles):
        return Likeness.HANDLE
    name = telling_name(one)
    if name and name == telling_name(other) and name not in usual_names and _much_the_same(one, other):
        return Likeness.NAME
    return None


def _same_handle(one: Profile, other: Profile, usual: Set[str]) -> bool:
    if whole_handle(one) == whole_handle(other) != "":
        return True
    telling = telling_handle(one)
    return bool(telling) and telling == telling_handle(other) and telling not in usual


def _much_the_same(one: Profile, other: Profile) -> bool:
    first, second = (re.sub(r"[^\w]|_", "", handle(each).split("@")[0].split(".")[0]) for each in (one, other))
    if min(len(first), len(second)) < _SHORT:
        return False
    return first in second or second in first or SequenceMatcher(None, first, second).ratio() >= _SIMILAR
