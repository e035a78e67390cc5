"""A rule as its form holds it: read from what was sent or from what is kept, and handed on as a draft."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from django.http import QueryDict

from crossdesk.inbox.enums import DutyKind
from crossdesk.triage.conditions import KINDS, Kind
from crossdesk.triage.enums import Match
from crossdesk.triage.models import Rule
from crossdesk.triage.rules import MOST_CONDITIONS, Draft, Outcome
from crossdesk.web.pages.organisation.frame import whole

FIRST: Final = ("text", "any")
ONE_CHOICE: Final = frozenset({("urgency", "at_least")})  # the others take several


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the form. values: as the fields hold them, all of them text."""

    number: int
    on: str
    how: str
    values: Sequence[str] = ("",)

    @property
    def key(self) -> str:
        """For the choice of what to look at."""
        return f"{self.on}:{self.how}"

    @property
    def kind(self) -> Kind:
        """What the value must look like."""
        return KINDS[self.on, self.how]

    @property
    def asks(self) -> str:
        """words, choices, choice, number, yes_no, accounts."""
        return "choice" if (self.on, self.how) in ONE_CHOICE else self.kind.value

    def draft(self) -> dict[str, Any]:
        """For the room that checks it."""
        first = self.values[0] if self.values else ""
        makers: dict[str, Callable[[], Any]] = {
            "choices": lambda: list(self.values),
            "accounts": lambda: [pk for value in self.values if (pk := whole(value)) is not None],
            "yes_no": lambda: {"yes": True, "no": False}.get(first),
        }
        return {"on": self.on, "is": self.how, "value": makers.get(self.asks, lambda: first)()}


@dataclass(frozen=True, slots=True)
class Written:
    """All of the form, unchecked."""

    name: str = ""
    match: str = Match.ALL
    conditions: Sequence[Condition] = (Condition(0, *FIRST),)
    answers: str = ""
    looks: Sequence[str] = ()
    owner: str = ""
    urgency: str = ""
    needs_reply: str = ""
    tags: str = ""
    triage: bool = False

    @classmethod
    def sent(cls, form: QueryDict) -> Self:
        """From a form. Lines that name no condition we know are left out."""
        number = min(whole(form.get("lines")) or 0, MOST_CONDITIONS + 1)
        return cls(
            name=form.get("name", ""),
            match=form.get("match", Match.ALL),
            conditions=_numbered(
                Condition(n, *key, form.getlist(f"value-{n}") or [""])
                for n in range(number)
                if (key := _key(form.get(f"kind-{n}", ""))) in KINDS
            ),
            answers=form.get("answers", ""),
            looks=form.getlist("looks"),
            owner=form.get("owner", ""),
            urgency=form.get("urgency", ""),
            needs_reply=form.get("needs_reply", ""),
            tags=form.get("tags", ""),
            triage="triage" in form,
        )

    @classmethod
    def kept(cls, rule: Rule) -> Self:
        """From a rule that is in use."""
        outcome = Outcome.from_json(rule.outcome)
        does = outcome.departments
        return cls(
            name=rule.name,
            match=rule.match,
            conditions=_numbered(
                Condition(n, row["on"], row["is"], _values((row["on"], row["is"]), row["value"]))
                for n, row in enumerate(rule.conditions)
            ),
            answers=next((str(desk) for desk, kind in does if kind == DutyKind.RESPOND), ""),
            looks=[str(desk) for desk, kind in does if kind == DutyKind.REVIEW],
            owner="" if outcome.owner_id is None else str(outcome.owner_id),
            urgency=outcome.urgency,
            needs_reply="" if outcome.needs_reply is None else "yes" if outcome.needs_reply else "no",
            tags=", ".join(outcome.tags),
            triage=outcome.triage,
        )

    def changed(self, do: str) -> Self:
        """With a line more or less. do: add, remove-3."""
        word, _, number = do.partition("-")
        lines = list(self.conditions)
        if word == "add" and len(lines) < MOST_CONDITIONS:
            lines.append(Condition(len(lines), *FIRST))
        if word == "remove" and number.isdecimal():
            lines = [line for line in lines if line.number != int(number)]
        return replace(self, conditions=_numbered(lines))

    def draft(self) -> Draft:
        """For the room that checks, tries and keeps it."""
        departments = [{"department_id": whole(self.answers), "kind": DutyKind.RESPOND}] if self.answers else []
        departments += [{"department_id": whole(desk), "kind": DutyKind.REVIEW} for desk in self.looks]
        outcome: Mapping[str, Any] = {
            "departments": departments,
            "owner_id": whole(self.owner),
            "urgency": self.urgency,
            "needs_reply": {"yes": True, "no": False}.get(self.needs_reply),
            "tags": self.tags.split(","),
            "triage": self.triage,
        }
        return Draft(self.name, [line.draft() for line in self.conditions], outcome, self.match)


def _key(text: str) -> tuple[str, str]:
    on, _, how = text.partition(":")
    return on, how


def _numbered(lines: Iterable[Condition]) -> Sequence[Condition]:
    return tuple(replace(line, number=number) for number, line in enumerate(lines))


def _values(key: tuple[str, str], value: Any) -> list[str]:
    """A kept value as its fields hold it."""
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if not isinstance(value, list):
        return [str(value)]
    return [", ".join(value)] if KINDS[key].value == "words" else [str(one) for one in value]
