"""What a rule would have done: the last days decided with it and without it, before it is kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crossdesk.inbox.enums import DutyKind
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed
from crossdesk.messages import queries as messages
from crossdesk.messages.models import Message
from crossdesk.triage import policies, queries, rules
from crossdesk.triage.decide import Decided, decide
from crossdesk.triage.rules import Draft, RuleInForce
from crossdesk.triage.setup import Setup

MOST_MESSAGES = 10_000
SAMPLE = 20
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """One way in which decisions would differ, and how many do."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Example:
    """A message that the rule matches. before, after: what is decided without and with the rule, in words."""

    message_id: int
    author: str
    text: str
    sent_at: datetime
    held: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """looked_at: messages of the last days that the actor may see, at most `MOST_MESSAGES`, newest first.

    cut: there were more. sentence: the rule in words. changes: the most frequent first.
    """

    sentence: str
    days: int
    looked_at: int
    cut: bool
    matching: int
    differing: int
    changes: Sequence[Change]
    sample: Sequence[Example]


def preview(draft: Draft, *, by: Actor, now: datetime, rule_id: int | None = None, days: int = 30) -> Preview:
    """Try a rule on the last days without keeping it. Raises BadRule where it cannot be used.

    rule_id: the rule that it would replace, in its place; a new one comes after all others. Danger still comes first,
    and so do the rules before it: a message that matches may be decided as it was.
    """
    if not policies.can_manage_rules(by):
        raise NotAllowed("You may not change rules. Ask a lead or an administrator.")
    known = queries.known(by.workspace_id)
    checked = rules.checked(draft, known=known)
    tried = checked.in_force(rule_id)
    without = queries.setup(by.workspace_id)
    replaced = queries.in_force(queries.rule(by, rule_id)) if rule_id is not None else None
    recent = messages.recent_inbound(by, since=now - timedelta(days=days), limit=MOST_MESSAGES + 1)
    ids = list(recent.values_list("pk", flat=True))
    cut, ids = len(ids) > MOST_MESSAGES, ids[:MOST_MESSAGES]
    found = _Found(without=without, with_it=_with(without, tried, rule_id), tried=tried, replaced=replaced)
    for start in range(0, len(ids), BATCH):
        found.look_at(ids[start : start + BATCH])
    return Preview(
        sentence=rules.described(checked.match, checked.conditions, checked.outcome, known=known),
        days=days,
        looked_at=len(ids),
        cut=cut,
        matching=found.matching,
        differing=found.changes.total(),
        changes=[Change(before, after, count) for (before, after), count in found.changes.most_common()],
        sample=found.sample,
    )


def _with(setup: Setup, tried: RuleInForce, rule_id: int | None) -> Setup:
    """The rules as they would be. A rule that rests is tried as if it worked, at the end."""
    if any(rule.id == rule_id for rule in setup.rules):
        return replace(setup, rules=[tried if rule.id == rule_id else rule for rule in setup.rules])
    return replace(setup, rules=[*setup.rules, tried])


class _Found:
    """Collects what a rule matches and changes."""

    def __init__(self, *, without: Setup, with_it: Setup, tried: RuleInForce, replaced: RuleInForce | None) -> None:
        self.without = without
        self.with_it = with_it
        self.tried = tried
        self.replaced = replaced
        self.matching = 0
        self.changes: Counter[tuple[str, str]] = Counter()
        self.sample: list[Example] = []

    def look_at(self, ids: Sequence[int]) -> None:
        rows = Message.objects.filter(pk__in=ids, deleted_at=None).order_by("-sent_at", "-id")
        for message, subject in queries.subjects(rows):
            held = self.tried.held(subject)
            if held is None and (self.replaced is None or self.replaced.held(subject) is None):
                continue
            before = in_words(decide(subject, self.without), self.without)
            after = in_words(decide(subject, self.with_it), self.with_it)
            if before != after:
                self.changes[before, after] += 1
            if held is None:
                continue
            self.matching += 1
            if len(self.sample) < SAMPLE:
                self.sample.append(
                    Example(message.pk, subject.handle, message.text, message.sent_at, held, before, after)
                )


def in_words(decided: Decided, setup: Setup) -> str:
    """A decision as one line: who answers, who looks, the urgency."""
    verbs = {DutyKind.RESPOND: "answers", DutyKind.REVIEW: "looks"}
    parts = [f"{setup.name(owed.department_id)} {verbs[DutyKind(owed.kind)]}" for owed in decided.duties]
    if decided.triage:
        parts.append("triage queue")
    if not parts:
        parts.append("nothing is owed")
    parts.append(f"urgency {decided.urgency}")
    if decided.tags:
        parts.append(f"tagged {', '.join(decided.tags)}")
    return ", ".join(parts)
