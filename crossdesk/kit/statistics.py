"""How good are answers: figures for each class, intervals, calibration and agreement. Plain Python, no numbers library."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, fsum, sqrt

Between = tuple[float, float]


def wilson(hits: int, of: int, z: float = 1.96) -> Between:
    """The interval in which the true share lies, for `hits` out of `of` (z 1.96: in 95 of 100 cases).

    Nothing is known of 0 out of 0: (0.0, 1.0). Raises ValueError when hits are below 0 or more than all.
    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} out of {of} is no share")
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
    # Rounding must not leave a hair beyond what is possible.
    return (0.0 if hits == 0 else max(0.0, middle - half)), (1.0 if hits == of else min(1.0, middle + half))


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class. n: rows that are of it. given: rows said to be of it. right: both.

    precision is None where the class was never given, recall where no row is of it. f1 is 0 where nothing is right.
    """

    n: int
    given: int
    right: int

    @property
    def precision(self) -> float | None:
        """Of the rows said to be of it, the share that is."""
        return self.right / self.given if self.given else None

    @property
    def recall(self) -> float | None:
        """Of the rows that are of it, the share that was found."""
        return self.right / self.n if self.n else None

    @property
    def f1(self) -> float:
        """Both in one: the harmonic mean of precision and recall."""
        return 2 * self.right / (self.n + self.given) if self.right else 0.0

    @property
    def precision_between(self) -> Between:
        """95 % interval of precision (Wilson)."""
        return wilson(self.right, self.given)

    @property
    def recall_between(self) -> Between:
        """95 % interval of recall (Wilson)."""
        return wilson(self.right, self.n)


def per_class(pairs: Iterable[tuple[Collection[str], Collection[str]]]) -> dict[str, ClassFigures]:
    """Figures of every class that was wanted or given at least once, ordered by name.

    pairs: for each row the set of labels wanted and the set given; one label each where only one may be true.
    """
    wanted_of: Counter[str] = Counter()
    given_of: Counter[str] = Counter()
    right_of: Counter[str] = Counter()
    for wanted, given in pairs:
        wanted_of.update(set(wanted))
        given_of.update(set(given))
        right_of.update(set(wanted) & set(given))
    return {
        label: ClassFigures(n=wanted_of[label], given=given_of[label], right=right_of[label])
        for label in sorted({*wanted_of, *given_of})
    }


def macro_recall(figures: Mapping[str, ClassFigures]) -> float | None:
    """The mean recall of the classes that have rows; every class counts the same. None without any."""
    return _mean([one.recall for one in figures.values() if one.recall is not None])


def macro_f1(figures: Mapping[str, ClassFigures]) -> float | None:
    """The mean F1 of the classes that have rows or were given. None without any."""
    return _mean([one.f1 for one in figures.values()])


@dataclass(frozen=True, slots=True)
class Confusion:
    """What was given for what. counts[i][j]: rows of labels[i] that were said to be labels[j]."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def n(self) -> int:
        """All rows."""
        return sum(map(sum, self.counts))


def confusion(pairs: Iterable[tuple[str, str]], labels: Sequence[str] = ()) -> Confusion:
    """Counts of (wanted, given). labels: the order; those that are not named follow by name."""
    counted = Counter(pairs)
    names = (*labels, *sorted({name for pair in counted for name in pair} - set(labels)))
    return Confusion(names, tuple(tuple(counted[row, column] for column in names) for row in names))


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Answers whose probability lay from `low` to `high`. mean_p: what they promised. share_right: what they kept."""

    low: float
    high: float
    n: int
    right: int
    mean_p: float

    @property
    def share_right(self) -> float:
        """Of these answers, the share that is right."""
        return self.right / self.n

    @property
    def between(self) -> Between:
        """95 % interval of the share (Wilson)."""
        return wilson(self.right, self.n)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Do answers of 80 % come true in 80 of 100 cases? ece: how far they are off on average, 0 to 1; None: no answers.

    bins: those with at least one answer, lowest first.
    """

    n: int
    ece: float | None
    bins: tuple[CalibrationBin, ...]


def calibration(points: Iterable[tuple[float, bool]], bins: int = 15) -> Calibration:
    """Expected calibration error over bins of equal width. points: an answer's probability, 0 to 1, and was it right.

    Raises ValueError when a probability lies outside.
    Source: Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks (2017).
    """
    held: dict[int, list[tuple[float, bool]]] = {}
    for p, right in points:
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"{p} is no probability")
        held.setdefault(min(int(p * bins), bins - 1), []).append((p, right))
    found = tuple(
        CalibrationBin(
            low=place / bins,
            high=(place + 1) / bins,
            n=len(held[place]),
            right=sum(right for _, right in held[place]),
            mean_p=fsum(p for p, _ in held[place]) / len(held[place]),
        )
        for place in sorted(held)
    )
    n = sum(one.n for one in found)
    ece = fsum(one.n * abs(one.mean_p - one.share_right) for one in found) / n if n else None
    return Calibration(n=n, ece=ece, bins=found)


def kappa(pairs: Iterable[tuple[str, str]]) -> float | None:
    """How far two people agree beyond chance: 1 always, 0 as dice would, below 0 less than that.

    pairs: what the one and the other said of the same row. None where it says nothing: no rows, or both always said
    the same one thing. Source: J. Cohen, A coefficient of agreement for nominal scales (1960).
    """
    rows = list(pairs)
    if not rows:
        return None
    first, second = Counter(one for one, _ in rows), Counter(other for _, other in rows)
    by_chance = sum(first[label] * second[label] for label in first)
    most = len(rows) ** 2
    if by_chance == most:
        return None
    agreed = sum(one == other for one, other in rows) * len(rows)
    return (agreed - by_chance) / (most - by_chance)


def quantile(values: Sequence[float], share: float) -> float:
    """The least of the values that this share of them does not exceed (the nearest rank). Raises IndexError without any.

    One that was measured, never one between two: the 95th of 100 at 0.95, and the 19th of 20.
    """
    return sorted(values)[max(0, ceil(round(len(values) * share, 9)) - 1)]


def _mean(values: Sequence[float]) -> float | None:
    return fsum(values) / len(values) if values else None
