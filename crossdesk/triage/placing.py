"""Whose a message is by its reading alone, for those who read files: no tables, no duties, no clocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from crossdesk.kit import words
from crossdesk.org import presets
from crossdesk.org.enums import Part
from crossdesk.triage import safety
from crossdesk.triage.setup import Setup, Share
from crossdesk.triage.subject import Said


@dataclass(frozen=True, slots=True)
class Place:
    """A department, by key, and how sure it is that the message is theirs: 0 to 1."""

    department: str
    p: float


@cache
def preset_setup() -> Setup:
    """What a workspace starts from: the ten departments and the matrix. It has no rules and no targets."""
    ids = {preset.key: number for number, preset in enumerate(presets.DEPARTMENTS, start=1)}
    parts = (Part.RESPONSIBLE, Part.CONSULTED, Part.INFORMED)
    matrix = {
        intent: [
            Share(ids[key], part, intent)
            for part, keys in zip(parts, ((owner,) if owner else (), asked, told), strict=True)
            for key in keys
        ]
        for intent, (owner, asked, told) in presets.MATRIX.items()
    }
    names = {ids[preset.key]: preset.name for preset in presets.DEPARTMENTS}
    return Setup(workspace_id=0, departments=names, keys=ids, matrix=matrix)


def places(said: Said, setup: Setup, *, text: str = "") -> list[Place]:
    """The departments whose the message is, surest first: those that safety names and those responsible for its intents.

    p: the highest of what sends it there; of two that are equally sure, safety goes first, then the likelier intent.
    Those who are only consulted or informed are not named. text: to see whether legal looks at conduct first. Empty
    where nobody is responsible. Source: docs/routing.md
    """
    chances: dict[int, float] = {}
    for department_id, p in _sent(said, setup, text):
        chances[department_id] = max(chances.get(department_id, 0.0), p)
    keys = {number: key for key, number in setup.keys.items()}
    ordered = sorted(chances.items(), key=lambda pair: -pair[1])  # stable: equals stay as they were sent
    return [Place(keys[department_id], p) for department_id, p in ordered]


def _sent(said: Said, setup: Setup, text: str) -> Iterator[tuple[int, float]]:
    found = {verdict["value"]: verdict["p"] for verdict in said.values.get("safety") or ()}
    for finding in [one for one in safety.DANGERS if one in found]:
        danger = safety.DANGERS[finding]
        owner = setup.keys.get(danger.department, setup.responsible(danger.intent))
        if owner is not None:
            yield owner, found[finding]
    intents = {verdict["value"]: verdict["p"] for verdict in said.values.get("intents") or ()}
    legal = setup.keys.get("legal")
    if "conduct" in intents and legal is not None and safety.protected_words(words.plain(text)):
        yield legal, intents["conduct"]
    for intent, p in intents.items():
        owner = setup.responsible(intent)
        if owner is not None:
            yield owner, p
