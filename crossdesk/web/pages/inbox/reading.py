"""A message's reading and the decision on it, as the panel above the thread shows them."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext as _

from crossdesk.reading.ports import Head as Head_
from crossdesk.reading.services import RULES
from crossdesk.triage.queries import DecisionLine
from crossdesk.web import formats
from crossdesk.web.pages.inbox import words
from crossdesk.web.pages.inbox.cards.reading import Head, Reading, Reason
from crossdesk.web.pages.inbox.cards.words import Label
from crossdesk.web.sentences import spoken

NOTHING: Final[Mapping[Head_, str]] = MappingProxyType({})
ONE: Final = ("sentiment", "urgency", "complaint_reason", "language")
ORDER: Final = ("needs_reply", "intents", "safety", "sentiment", "urgency", "complaint_reason", "language")
CORRECTING: Final = {"intents": "c", "needs_reply": "y", "urgency": "!"}  # keys
ROUTE_SIGNS: Final = {
    "safety": "flame",
    "rule": "rules",
    "matrix": "matrix",
    "doubt": "triage",
    "person": "person",
    "learned": "history",
}


def card(
    values: Mapping[str, Any],
    decision: DecisionLine | None,
    *,
    corrected_by: Mapping[str, str],
    address: str,
    why_address: str = "",
) -> Reading | None:
    """From the effective reading (`messages.queries`) and the latest decision. None where nothing was read yet."""
    if not values:
        return None
    return Reading(
        heads=tuple(_head(head, values, corrected_by) for head in ORDER),
        reasons=tuple(reasons(values)),
        route=tuple(_route(decision)),
        model=values.get("model", ""),
        correct_address=address,
        why_address=why_address if _unfounded(values) else "",
        by_rules_alone=values.get("model") == RULES,
        safety=tuple(
            Label(words.value("safety", one["value"])[0], "bad", "warn", _("Found with %(share)s") % {"share": formats.percent(one["p"])})
            for one in values.get("safety") or ()
        ),
    )  # fmt: skip


def _head(head: str, values: Mapping[str, Any], corrected_by: Mapping[str, str]) -> Head:
    found = _verdicts(head, values)
    keys = frozenset(key for key, _p in found) or (frozenset({""}) if head == "safety" else frozenset())
    spoken = [words.value(head, key) for key, _p in found]
    if head == "needs_reply":
        spoken = [(_("Yes") if key == "yes" else _("No"), "quiet") for key, _p in found]
    return Head(
        key=head,
        name=str(words.HEADS[head]),
        text=", ".join(text for text, _tone in spoken),
        p=min((p for _key, p in found), default=0.0),
        tone=spoken[0][1] if spoken else "quiet",
        icon={"negative": "negative", "positive": "positive", "p1": "flame"}.get(found[0][0], "") if found else "",
        unsure=head in (values.get("abstained") or ()),
        corrected_by=corrected_by.get(head, _("a person") if head in (values.get("corrected") or ()) else ""),
        choices=words.choices_of(head, keys),
        hotkey=CORRECTING.get(head, ""),
    )


def _verdicts(head: str, values: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Value and probability, in the reading's own order."""
    found = values.get(head)
    if not found:
        return []
    if head == "needs_reply":
        return [("yes" if found["value"] else "no", found["p"])]
    if head in ONE:
        return [(found["value"], found["p"])]
    return [(one["value"], one["p"]) for one in found]


def reasons(values: Mapping[str, Any], carried: Mapping[Head_, str] = NOTHING) -> Iterator[Reason]:
    """carried: by head, the words that spoke for what a model said, where they were not found when it was read."""
    for reason in values.get("reasons") or ():
        evidence = reason.get("evidence", "")
        if not evidence and reason["kind"] == "model":
            evidence = carried.get(reason["head"], "")
        yield Reason(spoken(reason["text"]), words.REASON_SIGNS.get(reason["kind"], "info"), evidence)


def _unfounded(values: Mapping[str, Any]) -> bool:
    """Are there reasons whose words are yet to be found, or that come from what people said of others?"""
    reasons = values.get("reasons") or ()
    return any(one["kind"] in ("model", "example") and not one.get("evidence") for one in reasons)


def _route(decision: DecisionLine | None) -> Iterator[Reason]:
    if decision is None:
        yield Reason(_("Not decided yet."), "clock")
        return
    for sentence in decision.reasons:
        yield Reason(spoken(sentence), ROUTE_SIGNS.get(decision.source, "route"))
    for duty in decision.duties:
        doing = _("answers") if duty.answers else _("looks at it")
        yield Reason(f"{duty.department} {doing}" + (f": {spoken(duty.because)}" if duty.because else ""), "department")
    if decision.times > 1:
        yield Reason(_("Decided %(times)s times; this is the latest.") % {"times": decision.times}, "history")
