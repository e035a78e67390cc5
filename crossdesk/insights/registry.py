"""Every figure that Crossdesk shows, defined once. Pages, exports and docs/measures.md read this registry."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

ENOUGH = 30  # below this many the value is marked "not enough data yet"
HOURS_72 = 72 * 3600

Moment = Literal["started_at", "answered_at", "due_at"]


class Unit(StrEnum):
    """What a value is told in."""

    SHARE = "share"
    SECONDS = "seconds"
    COUNT = "count"


class HoursBasis(StrEnum):
    """Which hours its times run in."""

    CALENDAR = "calendar"
    BUSINESS = "business"
    TARGET = "target"  # each target's own
    NONE = "none"  # no time is measured


@dataclass(frozen=True, slots=True)
class Counting:
    """How a measure is rolled up and drilled down, in the fields of `MeasuredBlock`.

    where: what a block must be to count. hit: what it must be besides, to stand in the numerator. value: the field of
    the duration; a block without one does not count. moment: what its day and the order of its rows go by. department:
    the field that says whose figure it is.
    """

    moment: Moment
    department: str
    where: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    hit: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    value: str = ""

    @property
    def day(self) -> str:
        """The field of the local day."""
        return self.moment.removesuffix("_at") + "_day"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. counting is None for what stands open now, which is read from the inbox's counters."""

    key: str
    label: str
    definition: str
    version: int
    unit: Unit
    numerator: str
    denominator: str
    basis: HoursBasis
    better: Literal["higher", "lower", "neither"]
    department: str
    day: str
    counting: Counting | None = None


def _fixed(**conditions: bool) -> Mapping[str, bool]:
    return MappingProxyType(conditions)


_IN_TIME_OR_RAN_OUT = (
    "the department that owned the conversation when the answer came in time; otherwise the one that owned it when "
    "the time ran out"
)
_AT_ANSWER = "the department that owned the conversation when the answer was sent"
_BEGAN = "the day on which the block began"
_TIMED = (
    "Answers by people count, sent from Crossdesk or in the network's own app; those by automation do not. "
    "A wait on hold or snoozed is part of the time."
)

RESPONSE_RATE = Measure(
    key="response_rate_72h",
    label="Response rate (72 h)",
    definition=(
        "Blocks that need a reply and that people answered within 72 hours, out of all blocks that need a reply and "
        "began at least 72 hours ago. An automatic answer does not count as one."
    ),
    version=1,
    unit=Unit.SHARE,
    numerator="needs-reply blocks answered within 72 h",
    denominator="needs-reply blocks at least 72 h old",
    basis=HoursBasis.CALENDAR,
    better="higher",
    department=_IN_TIME_OR_RAN_OUT,
    day=_BEGAN,
    counting=Counting(
        moment="started_at",
        department="rate_department",
        where=_fixed(ripe=True, needs_reply=True),
        hit=_fixed(within_72h=True),
    ),
)
RESPONSE_RATE_OF_ALL = Measure(
    key="response_rate_72h_of_all",
    label="Response rate (72 h), of all inbound",
    definition=(
        "All inbound blocks that people answered within 72 hours, out of all inbound blocks that began at least 72 "
        "hours ago, whether they needed a reply, did not, or were never decided."
    ),
    version=1,
    unit=Unit.SHARE,
    numerator="inbound blocks answered within 72 h",
    denominator="inbound blocks at least 72 h old",
    basis=HoursBasis.CALENDAR,
    better="higher",
    department=_IN_TIME_OR_RAN_OUT,
    day=_BEGAN,
    counting=Counting(
        moment="started_at", department="rate_department", where=_fixed(ripe=True), hit=_fixed(within_72h=True)
    ),
)


def _response_time(*, first: bool, basis: HoursBasis) -> Measure:
    business = basis is HoursBasis.BUSINESS
    which = "first" if first else "next"
    blocks = "For a conversation's first block that needs a reply" if first else "For every later needs-reply block"
    hours = (
        "counted in the business hours, as they stood then, of the department that answered"
        if business
        else "counted round the clock"
    )
    return Measure(
        key=f"{which}_response{'_business' if business else ''}",
        label=f"{which.capitalize()} response time{' (business hours)' if business else ''}",
        definition=f"{blocks}: from its first message to the answer, {hours}. {_TIMED} Shown as median, p90 and n.",
        version=1,
        unit=Unit.SECONDS,
        numerator=f"{which} blocks answered",
        denominator=f"{which} blocks answered",
        basis=basis,
        better="lower",
        department=_AT_ANSWER,
        day="the day of the answer",
        counting=Counting(
            moment="answered_at",
            department="answer_department",
            where=_fixed(needs_reply=True, by_people=True, first=first),
            value="business_seconds" if business else "response_seconds",
        ),
    )


FIRST_RESPONSE = _response_time(first=True, basis=HoursBasis.CALENDAR)
FIRST_RESPONSE_BUSINESS = _response_time(first=True, basis=HoursBasis.BUSINESS)
NEXT_RESPONSE = _response_time(first=False, basis=HoursBasis.CALENDAR)
NEXT_RESPONSE_BUSINESS = _response_time(first=False, basis=HoursBasis.BUSINESS)
SLA_ATTAINMENT = Measure(
    key="sla_attainment",
    label="SLA attainment",
    definition=(
        "Needs-reply blocks that people answered no later than their target, out of those whose target fell due in the "
        "period. Overdue and unanswered is a miss, and so is what was resolved with no reply although it needs one. The target is the one that stood when the block was decided; its "
        "hours are its own, round the clock or business."
    ),
    version=1,
    unit=Unit.SHARE,
    numerator="blocks answered within target",
    denominator="blocks whose target fell due",
    basis=HoursBasis.TARGET,
    better="higher",
    department=_IN_TIME_OR_RAN_OUT,
    day="the day on which the target fell due",
    counting=Counting(
        moment="due_at",
        department="target_department",
        where=_fixed(fell_due=True, needs_reply=True),
        hit=_fixed(within_target=True),
    ),
)
NEEDS_REPLY_SHARE = Measure(
    key="needs_reply_share",
    label="Needs-reply share",
    definition=(
        "Inbound blocks whose verdict says that they want an answer, out of all inbound blocks that were decided. A "
        "person's verdict wins over a rule's, a rule's over the model's; a correction moves the past figure."
    ),
    version=1,
    unit=Unit.SHARE,
    numerator="blocks that need a reply",
    denominator="inbound blocks decided",
    basis=HoursBasis.NONE,
    better="neither",
    department="the department that owned the conversation when the block was decided",
    day=_BEGAN,
    counting=Counting(
        moment="started_at", department="decided_department", where=_fixed(decided=True), hit=_fixed(needs_reply=True)
    ),
)
OPEN_WORK = Measure(
    key="open_work",
    label="Open",
    definition=(
        "Duties that stand in a department's queue now, and conversations that wait in triage for somebody to say "
        "whose they are. What is snoozed or waits for them is not in a queue."
    ),
    version=1,
    unit=Unit.COUNT,
    numerator="open now",
    denominator="open now",
    basis=HoursBasis.NONE,
    better="lower",
    department="the department that owes the duty now; triage stands by itself",
    day="now",
)
OVERDUE_WORK = Measure(
    key="overdue_work",
    label="Overdue",
    definition="Of the work that is open now, what has passed its due time.",
    version=1,
    unit=Unit.COUNT,
    numerator="overdue now",
    denominator="open now",
    basis=HoursBasis.TARGET,
    better="lower",
    department="the department that owes the duty now; triage stands by itself",
    day="now",
)

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.key: measure
        for measure in (
            RESPONSE_RATE,
            RESPONSE_RATE_OF_ALL,
            FIRST_RESPONSE,
            FIRST_RESPONSE_BUSINESS,
            NEXT_RESPONSE,
            NEXT_RESPONSE_BUSINESS,
            SLA_ATTAINMENT,
            NEEDS_REPLY_SHARE,
            OPEN_WORK,
            OVERDUE_WORK,
        )
    }
)
ROLLED_UP: tuple[tuple[str, Counting], ...] = tuple((m.key, m.counting) for m in MEASURES.values() if m.counting)
