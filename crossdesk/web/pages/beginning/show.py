"""What the templates of the beginning draw."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from crossdesk.org import presets
from crossdesk.org.enums import Company, Step
from crossdesk.org.models import SetUp
from crossdesk.org.services.setting_up import ORDER
from crossdesk.web import formats
from crossdesk.web.pages.inbox import words
from crossdesk.web.pages.organisation.names import preset_name
from crossdesk.web.sentences import spoken


@dataclass(frozen=True, slots=True)
class Place:
    """One step of the way. state: done, here or ahead; those behind and the next one can be opened."""

    name: str
    address: str
    state: str
    open: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """A department that can be chosen: what lands there, what it is asked about and told of, and how soon it owes."""

    key: str
    name: str
    purpose: str
    gets: Sequence[str]
    asked: Sequence[str]
    told: Sequence[str]
    within: str
    chosen: bool


def way(row: SetUp, slug: str, here: str) -> list[Place]:
    """The steps; alone there are no people to invite."""
    steps = [step for step in ORDER if step != Step.PEOPLE or row.company != Company.ALONE]
    reached = ORDER.index(row.reached)
    return [
        Place(
            name=spoken(Step(step).label),
            address=reverse(f"web:set_up_{step}", args=[slug]),
            state="here" if step == here else "done" if ORDER.index(step) < reached else "ahead",
            open=ORDER.index(step) <= reached,
        )
        for step in steps
    ]


def after(step: str, company: str) -> str:
    """The step that follows."""
    following = ORDER[ORDER.index(step) + 1]
    return Step.READY if following == Step.PEOPLE and company == Company.ALONE else following


def usual(company: str) -> frozenset[str]:
    """What is ticked at first. Alone: those that something lands with; a team: all."""
    if company == Company.ALONE:
        return frozenset(key for key, _asked, _told in presets.MATRIX.values() if key)
    return frozenset(preset.key for preset in presets.DEPARTMENTS)


def offers(chosen: Collection[str]) -> list[Offer]:
    """All ten, in their order."""
    return [
        Offer(
            key=preset.key,
            name=preset_name(preset.key),
            purpose=spoken(preset.purpose),
            gets=[_intent(intent) for intent, (owner, _asked, _told) in presets.MATRIX.items() if owner == preset.key],
            asked=[_intent(intent) for intent, (_own, asked, _told) in presets.MATRIX.items() if preset.key in asked],
            told=[_intent(intent) for intent, (_own, _asked, told) in presets.MATRIX.items() if preset.key in told],
            within=_within(preset.key),
            chosen=preset.key in chosen,
        )
        for preset in presets.DEPARTMENTS
    ]


def _intent(key: str) -> str:
    return str(words.INTENTS[key][0])


def _within(key: str) -> str:
    """How soon most of what lands there is owed: the target of its first topic."""
    own = next((intent for intent, (owner, _asked, _told) in presets.MATRIX.items() if owner == key), "")
    if not own:
        return ""
    seconds = next(
        seconds for intent, urgency, seconds, _basis in presets.TARGETS if not urgency and intent in ("", own)
    )
    return _("First answer within %(time)s") % {"time": formats.duration(seconds)}
