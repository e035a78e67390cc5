"""Runs many rules over one text quickly: all their words are looked for in one pass, patterns only where a word stood."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import ahocorasick_rs

from crossdesk.reading.ports import Head


@dataclass(frozen=True, slots=True)
class Gives:
    """What a rule says when it holds: a value of a head with its probability."""

    head: Head
    value: str
    p: float


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds when one of `terms` stands in the text, and `pattern` (if any) matches, and `unless` does not.

    terms: lower case, on word boundaries; a last `*` allows any ending, a first one any beginning. says: the reason
    in words a person understands. public_only: only where everybody can read along.
    exact: `pattern` looks at the text as written, capitals kept.
    """

    name: str
    says: str
    gives: tuple[Gives, ...]
    terms: tuple[str, ...]
    pattern: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None
    public_only: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that held, and the words of the text it held for."""

    name: str
    says: str
    gives: tuple[Gives, ...]
    evidence: str


def words(text: str) -> tuple[str, ...]:
    """Terms from a list written with commas or new lines."""
    return tuple(term.strip() for term in re.split(r"[,\n]", text) if term.strip())


def vocabulary(text: str) -> frozenset[str]:
    """Words from a list written with spaces."""
    return frozenset(text.split())


def pattern(*alternatives: str) -> re.Pattern[str]:
    """One pattern of several alternatives. `~` stands for up to four words between."""
    joined = "|".join(f"(?:{alternative})" for alternative in alternatives)
    return re.compile(joined.replace("~", r"(?:\W+[\w']+){0,4}?\W+"))


def plain(text: str) -> str:
    """Lower case, one kind of apostrophe, single spaces."""
    return " ".join(text.replace("’", "'").lower().split())


@dataclass(slots=True)
class RuleBook:
    """Rules with their words in one automaton. Holds no state between texts."""

    rules: Sequence[Rule]
    _terms: list[tuple[str, bool, bool, list[int]]] = field(init=False)
    _automaton: ahocorasick_rs.AhoCorasick = field(init=False)

    def __post_init__(self) -> None:
        by_term: dict[str, list[int]] = {}
        for number, rule in enumerate(self.rules):
            for term in rule.terms:
                by_term.setdefault(term, []).append(number)
        self._terms = [(t.strip("*"), t[0] == "*", t[-1] == "*", numbers) for t, numbers in by_term.items()]
        self._automaton = ahocorasick_rs.AhoCorasick([term for term, *_ in self._terms])

    def _hits(self, low: str) -> dict[int, str]:
        """Rules of which a word stands in the text, with the first such word."""
        hits: dict[int, str] = {}
        for term, start, end in self._automaton.find_matches_as_indexes(low, overlapping=True):
            word, open_left, open_right, numbers = self._terms[term]
            if not open_left and start and low[start - 1].isalnum() and word[0].isalnum():
                continue
            if not open_right and end < len(low) and low[end].isalnum() and word[-1].isalnum():
                continue
            for number in numbers:
                hits.setdefault(number, word)
        return hits

    def findings(self, text: str, *, public: bool) -> list[Finding]:
        """Every rule that holds for the text, in the order of the book."""
        low = plain(text)
        found = []
        for number, word in sorted(self._hits(low).items()):
            rule = self.rules[number]
            if rule.public_only and not public:
                continue
            evidence = word
            if rule.pattern is not None:
                match = rule.pattern.search(text if rule.exact else low)
                if match is None:
                    continue
                evidence = match.group().strip()
            if rule.unless is not None and rule.unless.search(low):
                continue
            found.append(Finding(rule.name, rule.says, rule.gives, evidence))
        return found


def book(*parts: Iterable[Rule]) -> RuleBook:
    """One book of several lists of rules; names must be unique."""
    rules = [rule for part in parts for rule in part]
    names = [rule.name for rule in rules]
    if len(set(names)) != len(names):
        raise ValueError(f"Two rules share a name: {sorted(n for n in names if names.count(n) > 1)}")
    return RuleBook(rules)
