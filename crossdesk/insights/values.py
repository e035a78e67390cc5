"""What is asked of a measure, and what it answers."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from crossdesk.insights.registry import ENOUGH, MEASURES, Measure, Unit
from crossdesk.insights.sums import Sum
from crossdesk.kit.errors import Invalid, NotFound

TRIAGE = 0  # stands for no department: what waits in triage, or was answered before anybody owned it


@dataclass(frozen=True, slots=True)
class Window:
    """Local days of the workspace, first and last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Invalid("The period ends before it begins.")

    @classmethod
    def until(cls, last: date, *, days: int) -> "Window":
        """So many days that end with `last`."""
        return cls(last - timedelta(days=days - 1), last)

    @property
    def before(self) -> "Window":
        """As many days, right before it."""
        length = self.last - self.first + timedelta(days=1)
        return Window(self.first - length, self.last - length)

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrow a figure down. None: all. department_id 0 (TRIAGE): what no department owned."""

    department_id: int | None = None
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class MeasureValue:
    """One figure with everything that it needs to be read right.

    window: None for what stands now. median, p90: in seconds, within 1 %, of times only.
    elsewhere: of the numerator, answers sent outside Crossdesk. automated: of the denominator, blocks that only
    automation answered.
    """

    measure: Measure
    window: Window | None
    filters: Filters
    numerator: int
    denominator: int
    elsewhere: int = 0
    automated: int = 0
    median: float | None = None
    p90: float | None = None
    version: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "version", self.measure.version)

    @property
    def n(self) -> int:
        """How many rows the figure is made of."""
        return self.denominator

    @property
    def enough(self) -> bool:
        """Is it made of enough rows to be believed? A count needs none."""
        return self.measure.unit is Unit.COUNT or self.n >= ENOUGH

    @property
    def value(self) -> float | None:
        """A share of 1, the median in seconds, or a count; None where there is nothing to divide by or to order."""
        if self.measure.unit is Unit.COUNT:
            return float(self.numerator)
        if self.measure.unit is Unit.SECONDS:
            return self.median
        return self.numerator / self.denominator if self.denominator else None


def measure_of(key: str) -> Measure:
    """The measure, or NotFound."""
    if key not in MEASURES:
        raise NotFound("There is no measure of that name.")
    return MEASURES[key]


def value_of(measure: Measure, window: Window | None, filters: Filters, total: Sum) -> MeasureValue:
    """A sum as the measure's figure."""
    timed = measure.unit is Unit.SECONDS
    return MeasureValue(
        measure=measure,
        window=window,
        filters=filters,
        numerator=total.numerator,
        denominator=total.denominator,
        elsewhere=total.elsewhere,
        automated=total.automated,
        median=total.histogram.quantile(0.5) if timed else None,
        p90=total.histogram.quantile(0.9) if timed else None,
    )
