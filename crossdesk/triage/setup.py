"""What a workspace has set up for deciding, loaded once for a batch. Plain Python, no tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crossdesk.org.enums import Basis, Part
from crossdesk.triage.rules import RuleInForce
from crossdesk.triage.subject import Said


@dataclass(frozen=True, slots=True)
class Share:
    """A department's part in an intent."""

    department_id: int
    part: str
    intent: str


@dataclass(frozen=True, slots=True)
class Goal:
    """How soon an answer is owed. basis: `org.enums.Basis`."""

    seconds: int
    basis: str


@dataclass(frozen=True, slots=True)
class GoalRow:
    """One line of the targets; an empty intent or urgency matches all."""

    intent: str
    urgency: str
    goal: Goal


Matrix = Mapping[str, Sequence[Share]]

A_DAY = Goal(seconds=24 * 3600, basis=Basis.CALENDAR)


@dataclass(frozen=True, slots=True)
class Setup:
    """departments: names by id, without archived ones. keys: ids by key. matrix: shares by intent, the responsible
    one first, without archived departments. goals: in order, first match. rules: in order, those in force.

    seated: (member, department) of those whom rules assign and who still sit there.
    """

    workspace_id: int
    departments: Mapping[int, str]
    keys: Mapping[str, int]
    matrix: Matrix
    goals: Sequence[GoalRow] = ()
    rules: Sequence[RuleInForce] = field(default_factory=tuple)
    seated: frozenset[tuple[int, int]] = frozenset()

    def goal(self, intent: str, urgency: str) -> Goal:
        """The first target that matches; a day where none does."""
        for row in self.goals:
            if row.intent in ("", intent) and row.urgency in ("", urgency):
                return row.goal
        return A_DAY

    def responsible(self, intent: str) -> int | None:
        """The department that is responsible for the intent."""
        return next((s.department_id for s in self.matrix.get(intent, ()) if s.part == Part.RESPONSIBLE), None)

    def name(self, department_id: int) -> str:
        return self.departments[department_id]


def departments_for(said: Said, matrix: Matrix) -> list[Share]:
    """Who has a part in what was said: each department once, in the order of intents, the responsible one first.

    A department that is consulted for one intent and responsible for another is responsible.
    """
    shares: dict[int, Share] = {}
    strength = {Part.RESPONSIBLE: 2, Part.CONSULTED: 1, Part.INFORMED: 0}
    for intent in said.intents:
        for share in matrix.get(intent, ()):
            known = shares.get(share.department_id)
            if known is None or strength[Part(share.part)] > strength[Part(known.part)]:
                shares[share.department_id] = share
    return list(shares.values())
