"""A workspace with the presets, and messages with readings, without a database."""

from collections.abc import Sequence
from typing import Any

from crossdesk.org import presets
from crossdesk.org.enums import Part
from crossdesk.triage.rules import Checked, Draft, Known, Outcome, RuleInForce, checked, in_force
from crossdesk.triage.setup import Goal, GoalRow, Setup, Share
from crossdesk.triage.subject import Said, Subject

KEYS = {str(preset.key): number for number, preset in enumerate(presets.DEPARTMENTS, start=1)}
NAMES = {KEYS[preset.key]: preset.name for preset in presets.DEPARTMENTS}
KNOWN = Known(
    departments=NAMES,
    accounts={7: "@brand", 8: "@help"},
    members={31: "Ada", 32: "Ben"},
    seats={31: frozenset({KEYS["customer_service"]}), 32: frozenset({KEYS["legal"]})},
)


def matrix(keys: dict[str, int]) -> dict[str, list[Share]]:
    rows = {}
    for intent, (responsible, consulted, informed) in presets.MATRIX.items():
        parts = [(responsible, Part.RESPONSIBLE)] if responsible else []
        parts += [(key, Part.CONSULTED) for key in consulted] + [(key, Part.INFORMED) for key in informed]
        rows[intent] = [Share(keys[key], part, intent) for key, part in parts if key in keys]
    return rows


def setup(*rules: RuleInForce, without: Sequence[str] = ()) -> Setup:
    """The presets, with these rules, without these departments."""
    keys = {key: number for key, number in KEYS.items() if key not in without}
    return Setup(
        workspace_id=1,
        departments={number: NAMES[number] for number in keys.values()},
        keys=keys,
        matrix=matrix(keys),
        goals=[GoalRow(intent, urgency, Goal(seconds, basis)) for intent, urgency, seconds, basis in presets.TARGETS],
        rules=rules,
        seated=frozenset((member, desk) for member, desks in KNOWN.seats.items() for desk in desks),
    )


def rule(conditions: list[Any], *, name: str = "VIP", match: str = "all", **outcome: Any) -> RuleInForce:
    """A rule as people would write it, through the same checks. departments: {key: kind}."""
    departments = [
        {"department_id": KEYS[key], "kind": kind} for key, kind in outcome.pop("departments", {}).items()
    ]  # fmt: skip
    draft = Draft(name=name, conditions=conditions, outcome={"departments": departments, **outcome}, match=match)
    return checked(draft, known=KNOWN).in_force(rule_id=5)


def unchecked(kept: Checked, outcome: Outcome) -> RuleInForce:
    """A rule kept long ago, whose outcome no longer fits the workspace."""
    return in_force(5, kept.name, kept.match, kept.conditions, outcome)


def said(*intents: str, reply: bool = True, corrected: Sequence[str] = (), **heads: Any) -> Said:
    """A sure reading. p of intents falls from 0.9; other heads by name."""
    values = {
        "needs_reply": {"value": reply, "p": 0.9},
        "intents": [{"value": intent, "p": round(0.9 - number / 10, 2)} for number, intent in enumerate(intents)],
        "sentiment": {"value": heads.get("sentiment", "neutral"), "p": 0.8},
        "urgency": {"value": heads.get("urgency", "normal"), "p": 0.8},
        "safety": [{"value": one, "p": 0.9} for one in heads.get("safety", ())],
        "complaint_reason": {"value": heads["reason"], "p": 0.8} if "reason" in heads else None,
        "language": {"value": heads.get("language", "en"), "p": 0.99},
        "abstained": list(heads.get("abstained", ())),
        "reasons": [
            {"head": "safety", "kind": "rule", "text": text, "evidence": evidence}
            for text, evidence in heads.get("why", ())
        ],
        "model": "test",
    }
    return Said(values, frozenset(corrected))


def message(reading: Said, text: str = "Hello there", **fields: Any) -> Subject:
    return Subject(text=text, said=reading, account_id=fields.pop("account_id", 7), **fields)
