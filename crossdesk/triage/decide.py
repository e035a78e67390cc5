"""From a message and its reading to what is owed, by whom, how soon, and why. Plain Python, no tables.

The order: safety, rules, what was merely found, what was learned from people here, doubt, the responsibility matrix.
Every way out gives its reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from crossdesk.inbox.enums import DutyKind
from crossdesk.org.enums import Part
from crossdesk.triage import safety
from crossdesk.triage.conditions import either, quoted, spoken
from crossdesk.triage.enums import DecidedBy
from crossdesk.triage.rules import RuleInForce
from crossdesk.triage.setup import Goal, Setup, Share, departments_for
from crossdesk.triage.subject import URGENCIES, Subject

# Intents that owe nobody anything unless an answer is needed.
NOBODYS = frozenset({"spam_abuse", "other"})
# Heads whose correction is a person's word on who owes what.
ROUTING = frozenset({"needs_reply", "intents", "urgency", "safety"})
# Reasons of a complaint that are defects: those who are informed of complaints then look at it.
DEFECTS = frozenset({"technical", "quality", "damaged"})


@dataclass(frozen=True, slots=True)
class Owed:
    """What one department owes, how soon, and why."""

    department_id: int
    kind: str
    goal: Goal
    because: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What was made of one message. verdict_by: who settled it: model, rule, safety or person.

    reply_unsure: needs_reply is a guess that nobody may act on.

    triage: goes to the triage queue, a person says whose it is. goal: how soon the answer is owed, where one is.
    owner_id: a member whom a rule names. reasons: sentences, most important first.
    """

    source: str
    needs_reply: bool
    verdict_by: str
    intent: str
    urgency: str
    duties: tuple[Owed, ...]
    reasons: tuple[str, ...]
    goal: Goal | None = None
    triage: bool = False
    reply_unsure: bool = False
    rule_id: int | None = None
    owner_id: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class _Case:
    """A message on its way through the decision."""

    subject: Subject
    setup: Setup
    needs_reply: bool
    verdict_by: str
    urgency: str
    intent: str
    unsure: frozenset[str]
    rule: RuleInForce | None = None
    reasons: list[str] = field(default_factory=list)

    def owes(self, department_id: int, *, answers: bool, intent: str, because: str) -> Owed:
        """Answering has the target of its intent; looking at it has the target of its urgency alone."""
        pen = answers and self.needs_reply
        goal = self.setup.goal(intent if pen else "", self.urgency)
        return Owed(department_id, DutyKind.RESPOND if pen else DutyKind.REVIEW, goal, because)

    def settle(
        self, source: str, duties: Sequence[Owed], *, triage: bool = False, intent: str | None = None
    ) -> Decided:
        """Close the case. The answer's target is the pen holder's; in triage it is that of the likeliest intent."""
        outcome = self.rule.outcome if self.rule else None
        answer = next((owed for owed in duties if owed.kind == DutyKind.RESPOND), None)
        owner_id = self._owner(answer)
        pen = answer.goal if answer else None
        if pen is None and (triage or self.needs_reply):
            pen = self.setup.goal(self.intent, self.urgency)
        return Decided(
            source=source,
            needs_reply=self.needs_reply,
            verdict_by=self.verdict_by,
            intent=self.intent if intent is None else intent,
            urgency=self.urgency,
            duties=tuple(duties),
            reasons=tuple(self.reasons),
            goal=pen,
            triage=triage,
            reply_unsure="needs_reply" in self.unsure,
            rule_id=self.rule.id if self.rule else None,
            owner_id=owner_id,
            tags=outcome.tags if outcome else (),
        )

    def _owner(self, answer: Owed | None) -> int | None:
        """Whom the rule assigns, while they sit where it is answered."""
        owner_id = self.rule.outcome.owner_id if self.rule else None
        if owner_id is None or answer is None:
            return None
        if (owner_id, answer.department_id) in self.setup.seated:
            return owner_id
        self.reasons.append("The person whom the rule assigns no longer sits there: nobody is assigned")
        return None


def decide(subject: Subject, setup: Setup) -> Decided:
    """Everything that follows from one message. Never nothing: doubt and what nobody owns go to the triage queue."""
    said = subject.said
    case = _Case(
        subject=subject,
        setup=setup,
        needs_reply=said.needs_reply,
        verdict_by="person" if said.corrected & ROUTING else "model",
        urgency=said.urgency,
        intent=said.intents[0] if said.intents else "",
        unsure=said.unsure,
    )
    if said.corrected:
        case.reasons.append(_corrected(subject))
    if said.safety:
        return _by_safety(case)
    return _by_rule(case) or _by_finding(case) or _by_learned(case) or _by_doubt(case) or _by_matrix(case)


def _corrected(subject: Subject) -> str:
    said = subject.said
    told = []
    for head in sorted(said.corrected):
        verdict = said.values.get(head)
        if head == "needs_reply":
            told.append("needs a reply" if said.needs_reply else "needs no reply")
        elif isinstance(verdict, list | tuple):
            names = [spoken(one["value"]) for one in verdict]
            told.append(f"{spoken(head)}: {', '.join(names) or 'none'}")
        else:
            told.append(f"{spoken(head)}: {spoken(said.one(head)) or 'none'}")
    return f"Corrected by a person: {', '.join(told)}"


# --- safety ---------------------------------------------------------------------------------------------------------


def _by_safety(case: _Case) -> Decided:
    setup, said = case.setup, case.subject.said
    findings = [one for one in safety.DANGERS if one in said.safety]
    least = max((safety.DANGERS[one].least for one in findings), key=URGENCIES.index)
    case.urgency = max(case.urgency, least, key=URGENCIES.index)
    duties: dict[int, Owed] = {}
    sentences = _sentences_of_safety(case, findings)
    for finding, sentence in zip(findings, sentences, strict=True):
        danger = safety.DANGERS[finding]
        owner = setup.keys.get(danger.department, setup.responsible(danger.intent))
        if owner is None:
            case.reasons.append(f"Safety: {sentence} → nobody owns this → triage queue")
            continue
        case.reasons.append(f"Safety: {sentence} → {setup.name(owner)}")
        first = not any(owed.kind == DutyKind.RESPOND for owed in duties.values())
        if owner not in duties:
            duties[owner] = case.owes(owner, answers=first, intent=danger.intent, because=f"Safety: {sentence}")
    if case.verdict_by == "model":
        case.verdict_by = "safety"
    intents = [safety.DANGERS[one].intent for one in findings if one not in ("self_harm", "product_safety")]
    shares = [share for intent in intents for share in setup.matrix.get(intent, ())]
    _join(case, duties, [*shares, *departments_for(said, setup.matrix)])
    return case.settle(
        DecidedBy.SAFETY, _sooner(case, duties.values()), triage=not duties, intent=case.intent or _intent_of(findings)
    )


def _intent_of(findings: Sequence[str]) -> str:
    return safety.DANGERS[findings[0]].intent


def _sooner(case: _Case, duties: object) -> list[Owed]:
    """The pen's target is the soonest of the finding's and of what the message is about."""
    rows: list[Owed] = list(duties)  # type: ignore[call-overload]
    about = case.setup.goal(case.intent, case.urgency)
    return [
        Owed(one.department_id, one.kind, min(one.goal, about, key=lambda goal: goal.seconds), one.because)
        if one.kind == DutyKind.RESPOND
        else one
        for one in rows
    ]


def _sentences_of_safety(case: _Case, findings: Sequence[str]) -> list[str]:
    """What was found, with the reader's own words and evidence where each finding has one."""
    reasons = case.subject.said.reasons("safety")
    unsure = "perhaps " if "safety" in case.unsure else ""
    if len(findings) == 1 and reasons:
        return [unsure + _with_evidence(reasons[0]["text"], reasons[0]["evidence"])]
    if len(reasons) != len(case.subject.said.safety):
        return [f"{unsure}{safety.DANGERS[one].says}" for one in findings]
    by_finding = dict(zip(case.subject.said.safety, reasons, strict=True))
    return [unsure + _with_evidence(by_finding[one]["text"], by_finding[one]["evidence"]) for one in findings]


def _with_evidence(text: str, evidence: str) -> str:
    words = text[:1].lower() + text[1:].rstrip(".")
    return f"{words} ({quoted([evidence])})" if evidence else words


def _join(case: _Case, duties: dict[int, Owed], shares: Sequence[Share]) -> None:
    """Others with a part look at it beside those whom safety named."""
    seen = set(duties)
    also = []
    for share in shares:
        if share.department_id in seen or share.part == Part.INFORMED:
            continue
        seen.add(share.department_id)
        duties[share.department_id] = case.owes(
            share.department_id, answers=False, intent=share.intent, because=f"Has a part in {spoken(share.intent)}"
        )
        also.append(case.setup.name(share.department_id))
    if also:
        case.reasons.append(f"Matrix: {_and(also)} {'looks' if len(also) == 1 else 'look'} at it too")


# --- rules ----------------------------------------------------------------------------------------------------------


def _by_rule(case: _Case) -> Decided | None:
    """The first rule that holds. One that names neither department nor triage only changes what comes after."""
    for rule in case.setup.rules:
        held = rule.held(case.subject)
        if held is None:
            continue
        case.rule = rule
        case.reasons.append(f"Rule “{rule.name}”: {held}")
        outcome = rule.outcome
        case.urgency = outcome.urgency or case.urgency
        if outcome.needs_reply is not None and "needs_reply" not in case.subject.said.corrected:
            case.needs_reply = outcome.needs_reply
            case.verdict_by = "rule" if case.verdict_by == "model" else case.verdict_by
            case.unsure -= {"needs_reply"}
        if outcome.triage:
            case.reasons.append("The rule sends it to the triage queue")
            return case.settle(DecidedBy.RULE, (), triage=True)
        return _departments_of_rule(case, rule) if outcome.departments else None
    return None


def _departments_of_rule(case: _Case, rule: RuleInForce) -> Decided:
    setup = case.setup
    if "needs_reply" in case.unsure:
        case.needs_reply, case.unsure = True, case.unsure - {"needs_reply"}
        case.reasons.append("Unsure whether it needs a reply: counted as yes")
    duties: dict[int, Owed] = {}
    for department_id, kind in rule.outcome.departments:
        if department_id in setup.departments:
            duties[department_id] = case.owes(
                department_id, answers=kind == DutyKind.RESPOND, intent=case.intent, because=f"Rule “{rule.name}”"
            )
    if not duties:
        case.reasons.append("The rule's departments are archived → triage queue")
        return case.settle(DecidedBy.RULE, (), triage=True)
    if case.needs_reply and not any(owed.kind == DutyKind.RESPOND for owed in duties.values()):
        pen = None if "intents" in case.unsure else _pen(case, departments_for(case.subject.said, setup.matrix))
        if pen is None:
            case.reasons.append("Nobody is named to answer → triage queue")
            return case.settle(DecidedBy.RULE, tuple(duties.values()), triage=True)
        duties[pen.department_id] = case.owes(
            pen.department_id, answers=True, intent=pen.intent, because=f"Responsible for {spoken(pen.intent)}"
        )
        case.reasons.append(f"Matrix: {spoken(pen.intent)} → {setup.name(pen.department_id)} answers")
    return case.settle(DecidedBy.RULE, tuple(duties.values()))


def _pen(case: _Case, shares: Sequence[Share]) -> Share | None:
    return next((share for share in shares if share.part == Part.RESPONSIBLE), None)


# --- what nobody said to us --------------------------------------------------------------------------------------------


def _by_finding(case: _Case) -> Decided | None:
    """What a hashtag or word brought owes nobody anything, unless it surely needs an answer or a person says so."""
    if case.subject.kind != "found" or case.subject.said.corrected & ROUTING:
        return None
    if case.needs_reply and "needs_reply" not in case.unsure and case.subject.said.values:
        return None
    case.needs_reply, case.unsure = False, case.unsure - {"needs_reply"}
    words = quoted(case.subject.found_by, "and")
    case.reasons.append(f"Found by {words} and not said to us: nothing is owed for that alone")
    return case.settle(DecidedBy.NOTHING, ())


# --- what was learned from people here --------------------------------------------------------------------------------


def _by_learned(case: _Case) -> Decided | None:
    """Whose it is, as people here gave such messages. None where that is not sure, or a person has said what it is.

    It takes the place of the matrix's responsible one; those whom the matrix consults look at it as ever. Protected speech
    goes to legal first, and a guess whether it needs a reply goes to people, as they would without it.
    """
    said, setup = case.subject.said, case.setup
    whose = int(said.department) if said.department.isdigit() else 0
    if whose not in setup.departments or "intents" in said.corrected or "needs_reply" in case.unsure:
        return None
    if "conduct" in said.intents and safety.protected_words(case.subject.plain_text):
        return None
    surely = [] if "intents" in case.unsure else departments_for(said, setup.matrix)
    name = setup.name(whose)
    case.reasons.append(f"Learned here: people give such messages to {name}")
    intent = next((share.intent for share in surely if share.department_id == whose), case.intent)
    duties = [case.owes(whose, answers=True, intent=intent, because="People here give it such messages")]
    also = [share for share in surely if share.part == Part.CONSULTED and share.department_id != whose]
    for share in also:
        because = f"Consulted on {spoken(share.intent)}"
        duties.append(case.owes(share.department_id, answers=False, intent=share.intent, because=because))
    if also:
        names = _and([setup.name(share.department_id) for share in also])
        case.reasons.append(f"Matrix: {names} {'looks' if len(also) == 1 else 'look'} at it too")
    if not case.needs_reply:
        case.reasons.append("No reply is needed: it is to be looked at")
    return case.settle(DecidedBy.LEARNED, duties)


# --- doubt ----------------------------------------------------------------------------------------------------------


def _by_doubt(case: _Case) -> Decided | None:
    if not case.subject.said.values:
        case.reasons.append("Unsure: this message could not be read → triage queue")
        return case.settle(DecidedBy.DOUBT, (), triage=True)
    doubts = []
    if "intents" in case.unsure:
        doubts.append(_doubtful_intents(case))
    if "needs_reply" in case.unsure:
        p = case.subject.said.values["needs_reply"]["p"]
        likely = "needs a reply" if case.subject.said.needs_reply else "needs no reply"
        doubts.append(f"{likely} {_percent(p)}")
    if not doubts:
        return None
    case.reasons.append(f"Unsure: {'; '.join(doubts)} → triage queue")
    return case.settle(DecidedBy.DOUBT, (), triage=True)


def _doubtful_intents(case: _Case) -> str:
    verdicts = case.subject.said.values.get("intents") or ()
    if not verdicts:
        return "no intent stands out"
    return "intent " + ", ".join(f"{spoken(one['value'])} {_percent(one['p'])}" for one in verdicts)


def _percent(p: float) -> str:
    return f"{p * 100:.0f} %"


# --- the matrix -----------------------------------------------------------------------------------------------------


def _by_matrix(case: _Case) -> Decided:
    setup, said = case.setup, case.subject.said
    source = DecidedBy.PERSON if said.corrected & {"needs_reply", "intents"} else DecidedBy.MATRIX
    if not case.needs_reply and set(said.intents) <= NOBODYS:
        what = " and ".join(spoken(intent) for intent in said.intents) or "no intent"
        case.reasons.append(f"Nothing is owed: {what}, and no reply is needed")
        return case.settle(DecidedBy.NOTHING, ())
    shares = departments_for(said, setup.matrix)
    pen = _pen(case, shares)
    if pen is None:
        what = either([spoken(intent) for intent in said.intents]) if said.intents else "a message without intent"
        case.reasons.append(f"Matrix: nobody is responsible for {what} → triage queue")
        return case.settle(source, (), triage=True)
    put_first = _protected_first(case)
    if put_first is not None:
        shares = [put_first, *(share for share in shares if share.department_id != put_first.department_id)]
    return case.settle(source, _by_shares(case, shares, put_first=put_first))


def _protected_first(case: _Case) -> Share | None:
    """Conduct that may be protected speech or whistleblowing: legal holds the pen until it has looked."""
    legal = case.setup.keys.get("legal")
    if "conduct" not in case.subject.said.intents or legal is None:
        return None
    found = safety.protected_words(case.subject.plain_text)
    if not found:
        return None
    case.reasons.append(f"May be protected speech ({quoted(found[:3], 'and')}): Legal looks before anybody acts")
    return Share(legal, Part.RESPONSIBLE, "conduct")


def _by_shares(case: _Case, shares: Sequence[Share], *, put_first: Share | None) -> list[Owed]:
    """The first responsible department answers; others that are responsible or consulted look at it.

    Those who are informed owe nothing, but for a complaint about a defect.
    """
    setup = case.setup
    defect = case.subject.said.one("complaint_reason")
    duties: list[Owed] = []
    told: dict[str, list[str]] = {}
    for share in shares:
        name, intent = setup.name(share.department_id), spoken(share.intent)
        holds_pen = share.part == Part.RESPONSIBLE and not any(one.kind == DutyKind.RESPOND for one in duties)
        if share is not put_first:
            told.setdefault(intent, []).append(f"{name} is {share.part}")
        if share.part != Part.INFORMED:
            because = f"{'Responsible for' if share.part == Part.RESPONSIBLE else 'Consulted on'} {intent}"
            duties.append(
                case.owes(share.department_id, answers=holds_pen, intent=share.intent, because=because)
            )  # fmt: skip
        elif share.intent == "complaint" and defect in DEFECTS:
            because = f"The complaint is about a defect: {spoken(defect)}"
            duties.append(case.owes(share.department_id, answers=False, intent=share.intent, because=because))
            case.reasons.append(f"{because} → {name} looks at it")
    for intent, parts in told.items():
        case.reasons.append(f"Matrix: {intent} → {', '.join(parts)}")
    if not case.needs_reply:
        case.reasons.append("No reply is needed: it is to be looked at")
    return duties


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
