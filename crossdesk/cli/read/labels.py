"""Labels of a file as the values of a head, and a reading's verdicts beside them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from crossdesk.org.presets import DEPARTMENTS
from crossdesk.reading.ports import ComplaintReason, Intent, Safety, Sentiment, Urgency

COMPLAINT_REASONS = get_args(ComplaintReason)
NONE = "none"  # no complaint reason; a list with nothing in it


@dataclass(frozen=True, slots=True)
class HeadOf:
    """A head that can be measured. labels: its values, in their order; () where a workspace has its own.

    several: more than one may be true. also: other ways to write a label.
    """

    name: str
    labels: Sequence[str]
    several: bool = False
    also: Mapping[str, str] | None = None


_YES_NO = {"true": "yes", "1": "yes", "1.0": "yes", "false": "no", "0": "no", "0.0": "no"}
_TONES = {**dict(zip("012", get_args(Sentiment), strict=True)), "0.0": "negative", "1.0": "neutral", "2.0": "positive"}

ALL: Mapping[str, HeadOf] = {
    one.name: one
    for one in (
        HeadOf("sentiment", get_args(Sentiment), also=_TONES),
        HeadOf("needs_reply", ("yes", "no"), also=_YES_NO),
        HeadOf("intents", get_args(Intent), several=True),
        HeadOf("urgency", get_args(Urgency)),
        HeadOf("safety", get_args(Safety), several=True),
        HeadOf("complaint_reason", (*COMPLAINT_REASONS, NONE), also={"": NONE, "null": NONE}),
        HeadOf("departments", tuple(preset.key for preset in DEPARTMENTS), several=True),
    )
}


class UnknownLabel(ValueError):
    """A label that the head does not have."""


def wanted(head: HeadOf, value: Any, labels: Sequence[str]) -> frozenset[str]:
    """The label of a row as values of the head. labels: those it may have. Raises UnknownLabel."""
    names = [_name(head, one) for one in (_list(value) if head.several else [value])]
    found = frozenset(name for name in names if not (head.several and name in ("", NONE)))
    if strange := sorted(found - set(labels)):
        raise UnknownLabel(f"“{strange[0][:60]}” is no value of {head.name}")
    return found


def _list(value: Any) -> list[Any]:
    """Several labels: a list, a JSON list in a text, or names with commas, semicolons, bars or spaces between them."""
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            try:
                value = json.loads(value)
            except ValueError as error:
                raise UnknownLabel(f"“{value[:60]}” is no list") from error
        else:
            for mark in ",;|":
                value = value.replace(mark, " ")
            value = value.split()
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _name(head: HeadOf, value: Any) -> str:
    if isinstance(value, Mapping):  # a verdict, as a reading has it
        value = value.get("value")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    plain = "" if value is None else str(value).strip().lower().replace(" ", "_").replace("-", "_")
    return (head.also or {}).get(plain, plain)


@dataclass(frozen=True, slots=True)
class Given:
    """What a reading says for a head: its values with their probabilities, surest first, and whether it abstained."""

    values: tuple[tuple[str, float], ...]
    abstained: bool


def given(head: HeadOf, shape: Mapping[str, Any]) -> Given:
    """Out of a reading as it stands beside a row. Departments abstain where intents do and safety found nothing."""
    said = shape[head.name]
    verdicts = said if isinstance(said, list) else [said]
    values = tuple(
        (NONE, 1.0) if one is None else (_name(head, one["value"]), float(one["p"])) for one in verdicts
    )  # fmt: skip
    if head.name == "departments":
        return Given(values, "intents" in shape["abstained"] and not shape["safety"])
    return Given(values, head.name in shape["abstained"])
