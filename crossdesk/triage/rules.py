"""A rule as a whole: checking what people wrote, testing a message, telling it in one sentence. No tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from crossdesk.inbox.enums import DutyKind
from crossdesk.triage import conditions
from crossdesk.triage.conditions import BadRule, Test
from crossdesk.triage.enums import Match
from crossdesk.triage.subject import URGENCIES, Subject

MOST_CONDITIONS = 20


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule does. Whatever is left empty stays as the reading and the matrix have it.

    departments: (department id, `inbox.enums.DutyKind`). owner_id: a member of the department that answers.
    """

    departments: tuple[tuple[int, str], ...] = ()
    owner_id: int | None = None
    urgency: str = ""
    needs_reply: bool | None = None
    tags: tuple[str, ...] = ()
    triage: bool = False

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(
            departments=tuple((row["department_id"], row["kind"]) for row in kept.get("departments", ())),
            owner_id=kept.get("owner_id"),
            urgency=kept.get("urgency", ""),
            needs_reply=kept.get("needs_reply"),
            tags=tuple(kept.get("tags", ())),
            triage=kept.get("triage", False),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "departments": [{"department_id": one, "kind": kind} for one, kind in self.departments],
            "owner_id": self.owner_id,
            "urgency": self.urgency,
            "needs_reply": self.needs_reply,
            "tags": list(self.tags),
            "triage": self.triage,
        }


@dataclass(frozen=True, slots=True)
class Known:
    """Names a rule may use: departments that are not archived, accounts, and members with their departments."""

    departments: Mapping[int, str]
    accounts: Mapping[int, str]
    members: Mapping[int, str]
    seats: Mapping[int, frozenset[int]]  # department ids by member


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule ready to test messages."""

    id: int | None
    name: str
    match: str
    tests: Sequence[Test]
    outcome: Outcome

    def held(self, subject: Subject) -> str | None:
        """What held, in words; None when the rule does not match."""
        said = []
        for test in self.tests:
            what = test(subject)
            if what is None and self.match == Match.ALL:
                return None
            if what is not None:
                if self.match == Match.ANY:
                    return what
                said.append(what)
        return ", ".join(said) if said else None


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as somebody wrote it: checked by `checked` before it is kept or tried out."""

    name: str
    conditions: Sequence[Any]
    outcome: Mapping[str, Any]
    match: str = Match.ALL


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule that may be kept."""

    name: str
    match: str
    conditions: list[dict[str, Any]] = field(default_factory=list)
    outcome: Outcome = field(default_factory=Outcome)

    def in_force(self, rule_id: int | None = None) -> RuleInForce:
        return in_force(rule_id, self.name, self.match, self.conditions, self.outcome)


def in_force(
    rule_id: int | None, name: str, match: str, kept: Sequence[Mapping[str, Any]], outcome: Outcome
) -> RuleInForce:
    """A kept rule, ready to test."""
    return RuleInForce(rule_id, name, match, tuple(conditions.compiled(one) for one in kept), outcome)


def checked(draft: Draft, *, known: Known) -> Checked:
    """Raises BadRule with a sentence that says what to change."""
    name = draft.name.strip()
    if not 1 <= len(name) <= 120:
        raise BadRule("Give the rule a name of at most 120 letters.")
    if draft.match not in Match.values:
        raise BadRule("Say whether all conditions must hold or any of them.")
    if not draft.conditions:
        raise BadRule("A rule needs at least one condition: without one it would match every message.")
    if len(draft.conditions) > MOST_CONDITIONS:
        raise BadRule(f"A rule takes {MOST_CONDITIONS} conditions at most.")
    kept = [conditions.checked(one) for one in draft.conditions]
    for one in kept:
        if one["on"] == "account" and not known.accounts.keys() >= set(one["value"]):
            raise BadRule("One of the accounts does not exist in this workspace.")
    return Checked(name=name, match=draft.match, conditions=kept, outcome=_outcome(draft.outcome, known))


def _outcome(raw: Mapping[str, Any], known: Known) -> Outcome:
    unknown = raw.keys() - {"departments", "owner_id", "urgency", "needs_reply", "tags", "triage"}
    if unknown:
        raise BadRule(f"A rule cannot do “{sorted(unknown)[0]}”.")
    outcome = Outcome(
        departments=_departments(raw.get("departments") or [], known),
        owner_id=raw.get("owner_id"),
        urgency=raw.get("urgency") or "",
        needs_reply=raw.get("needs_reply"),
        tags=_tags(raw.get("tags") or []),
        triage=bool(raw.get("triage")),
    )
    if outcome == Outcome():
        raise BadRule("Say what the rule does: a department, an urgency, a tag, or the triage queue.")
    if outcome.triage and (outcome.departments or outcome.owner_id):
        raise BadRule("A message goes either to departments or to the triage queue, not to both.")
    if outcome.urgency and outcome.urgency not in URGENCIES:
        raise BadRule(f"“{outcome.urgency}” is no urgency. Choose among {', '.join(URGENCIES)}.")
    if outcome.needs_reply not in (None, True, False):
        raise BadRule("Say yes or no to whether a reply is needed, or leave it to the reading.")
    if outcome.needs_reply is False and any(kind == DutyKind.RESPOND for _, kind in outcome.departments):
        raise BadRule("The rule says that no reply is needed and names who answers. Let the department look at it.")
    _check_owner(outcome, known)
    return outcome


def _departments(raw: Any, known: Known) -> tuple[tuple[int, str], ...]:
    if not isinstance(raw, list):
        raise BadRule("Give the departments as a list.")
    rows: dict[int, str] = {}
    for row in raw:
        one, kind = row.get("department_id"), row.get("kind")
        if one not in known.departments:
            raise BadRule("One of the departments does not exist, or is archived.")
        if kind not in DutyKind.values:
            raise BadRule(f"Say whether {known.departments[one]} answers or looks at it.")
        if one in rows:
            raise BadRule(f"{known.departments[one]} is named twice.")
        rows[one] = kind
    if list(rows.values()).count(DutyKind.RESPOND) > 1:
        raise BadRule("Only one department can answer; the others look at it.")
    return tuple(rows.items())


def _tags(raw: Any) -> tuple[str, ...]:
    names = [raw] if isinstance(raw, str) else raw
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadRule("Give the tags as a list of words.")
    kept = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
    if any(len(name) > 40 for name in kept):
        raise BadRule("A tag has at most 40 letters.")
    if len(kept) > 10:
        raise BadRule("A rule sets ten tags at most.")
    return kept


def _check_owner(outcome: Outcome, known: Known) -> None:
    if outcome.owner_id is None:
        return
    if outcome.owner_id not in known.members:
        raise BadRule("The person to assign is not an active member of this workspace.")
    name = known.members[outcome.owner_id]
    answering = [one for one, kind in outcome.departments if kind == DutyKind.RESPOND]
    if not answering:
        raise BadRule(f"Say which department answers, so that {name} can do it there.")
    if answering[0] not in known.seats.get(outcome.owner_id, frozenset()):
        raise BadRule(f"{name} has no seat in {known.departments[answering[0]]}.")


def described(match: str, kept: Sequence[Mapping[str, Any]], outcome: Outcome, *, known: Known) -> str:
    """The rule in one plain sentence: “If …, Customer service answers, urgency is high, tagged “VIP”.”"""
    joined = f" {'and' if match == Match.ALL else 'or'} ".join(
        conditions.told(one, accounts=known.accounts) for one in kept
    )
    verbs = {DutyKind.RESPOND: "answers", DutyKind.REVIEW: "looks at it"}
    does = [
        f"{known.departments.get(one, 'an archived department')} {verbs[DutyKind(kind)]}"
        for one, kind in outcome.departments
    ]
    if outcome.owner_id is not None:
        does.append(f"{known.members.get(outcome.owner_id, 'somebody who has left')} takes it")
    if outcome.triage:
        does.append("it goes to the triage queue")
    if outcome.urgency:
        does.append(f"urgency is {outcome.urgency}")
    if outcome.needs_reply is not None:
        does.append("a reply is needed" if outcome.needs_reply else "no reply is needed")
    if outcome.tags:
        does.append(f"it is tagged {conditions.quoted(outcome.tags, 'and')}")
    return f"If {joined}: {', '.join(does)}."
