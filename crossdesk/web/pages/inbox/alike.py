"""Who may be the same person, as the pane draws it: on which networks, why, and how much that says."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from crossdesk.messages.enums import Likeness, Strength
from crossdesk.messages.same_person import Suggestion as SuggestionRow
from crossdesk.web.pages.inbox import person
from crossdesk.web.pages.inbox.cards.person import Suggestion

REASONS: Final[Mapping[Likeness, str | Promise]] = {
    Likeness.EACH_OTHER: lazy("Each of the two profiles names the other."),
    Likeness.NAMED_BY: lazy("That profile names this one."),
    Likeness.NAMES: lazy("This profile names that one."),
    Likeness.PAGE: lazy("Both profiles give the same page as theirs."),
    Likeness.HANDLE: lazy("Both have the same handle."),
    Likeness.NAME: lazy("The same unusual name, and much the same handle."),
}
STRENGTHS: Final[Mapping[Strength, tuple[str | Promise, str]]] = {
    Strength.STRONG: (lazy("Very likely"), "good"),
    Strength.GOOD: (lazy("Likely"), "accent"),
    Strength.WEAK: (lazy("Possible"), "quiet"),
}


def cards(found: Sequence[SuggestionRow], *, slug: str, contact_id: int) -> tuple[Suggestion, ...]:
    """What is suggested of a contact, as the pane draws it."""
    return tuple(_card(one, slug, contact_id) for one in found)


def _card(one: SuggestionRow, slug: str, contact_id: int) -> Suggestion:
    name, tone = STRENGTHS[one.strength]
    return Suggestion(
        name=one.identities[0].name or one.identities[0].handle,
        identities=tuple(person.identity(each) for each in one.identities),
        reason=str(REASONS[one.likeness]),
        strength=str(name),
        tone=tone,
        join_address=reverse("web:same_person", args=[slug, contact_id, one.contact_id]),
        apart_address=reverse("web:not_the_same", args=[slug, contact_id, one.contact_id]),
    )
