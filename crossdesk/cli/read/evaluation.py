"""How good readings are on a file whose labels are known. The keys are documented in docs/reading.md#measuring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crossdesk.cli.read import columns
from crossdesk.cli.read.errors import NothingToMeasure
from crossdesk.cli.read.labels import ALL, NONE, Given, HeadOf, UnknownLabel, given, wanted
from crossdesk.cli.read.progress import Progress
from crossdesk.cli.read.reading import Wish, batches, blocks, readings, settled
from crossdesk.cli.read.shape import shape
from crossdesk.kit.files.rows import Row
from crossdesk.kit.files.sources import source
from crossdesk.kit.statistics import (
    Calibration,
    ClassFigures,
    calibration,
    confusion,
    macro_f1,
    macro_recall,
    per_class,
    wilson,
)
from crossdesk.reading.ports import Reader
from crossdesk.triage.placing import places
from crossdesk.triage.setup import Setup
from crossdesk.triage.subject import Said

HEADS = tuple(ALL)
BINS = 15
_ROUNDED = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """One row: the labels it has and what the reading gave."""

    wanted: frozenset[str]
    given: Given

    @property
    def names(self) -> list[str]:
        """The values given, surest first."""
        return [name for name, _ in self.given.values]

    @property
    def right(self) -> bool:
        """Exactly what was wanted."""
        return frozenset(self.names) == self.wanted

    def in_first(self, count: int) -> bool:
        """Is one of the first so many values among those wanted? Nothing given is right where nothing was wanted."""
        return bool(self.wanted & set(self.names[:count])) if self.wanted else not self.names


def evaluate(wish: Wish, *, head: str, label: str, reader: Reader, setup: Setup, progress: Progress) -> dict[str, Any]:
    """Read every row and compare. label: its column; "" takes `label`, else the one that is called like the head.

    Raises NothingToMeasure when no row has a text and a label that the head knows.
    """
    of = ALL[head]
    answers: list[Answer] = []
    passed: list[str] = []
    with source(wish.name) as found:
        wish = settled(wish, found)
        progress.begin(found.at)
        for rows in batches(found.rows):
            if found.columns is None and not progress.rows:
                columns.check_rows(rows, wish.text)
            read = blocks(rows, text=wish.text, workspace_id=wish.workspace_id)
            before = len(passed)
            for row, block, reading in zip(rows, read, readings(read, reader), strict=True):
                if block is None or reading is None:
                    passed.append(row.error)
                    continue
                try:
                    label_of = _label(row, of, label, wish.text, setup)
                except UnknownLabel as error:
                    passed.append(str(error))
                    continue
                answers.append(Answer(label_of, given(of, shape(reading, setup, block.text))))
            progress.tell(rows=len(rows), errors=len(passed) - before, at=found.at, size=found.size)
    if not answers:
        raise NothingToMeasure(f"No row has a text and a label of {head}: {passed[0] if passed else 'it is empty'}.")
    progress.end()
    if passed:
        progress.say(f"{len(passed):,} rows were passed over, the first since: {passed[0]}")
    return figures(of, answers, skipped=len(passed), labels=_known(of, setup), model=reader.model)


def _known(head: HeadOf, setup: Setup) -> tuple[str, ...]:
    return tuple(setup.keys) if head.name == "departments" else tuple(head.labels)


def _label(row: Row, head: HeadOf, label: str, text: str, setup: Setup) -> frozenset[str]:
    names = (label,) if label else ("label", head.name, head.name.removesuffix("s"))
    column = next((name for name in names if name in row.fields), None)
    if column is not None:
        return wanted(head, row.fields[column], _known(head, setup))
    if head.name == "departments" and not label and "intents" in row.fields:
        return _by_intents(row, text, setup)
    raise UnknownLabel(f"there is no field {' or '.join(f'“{name}”' for name in names[:2])}")


def _by_intents(row: Row, text: str, setup: Setup) -> frozenset[str]:
    """The departments whose the message is by the intents and safety findings that it is labelled with."""
    values = {
        name: [{"value": one, "p": 1.0} for one in wanted(ALL[name], row.fields.get(name), ALL[name].labels)]
        for name in ("intents", "safety")
    }
    return frozenset(
        place.department for place in places(Said(values), setup, text=str(columns.text_of(row, text) or ""))
    )


def figures(
    head: HeadOf, answers: Sequence[Answer], *, skipped: int, labels: Sequence[str], model: str
) -> dict[str, Any]:
    """All figures as plain JSON values; shares from 0 to 1."""
    sure = [answer for answer in answers if not answer.given.abstained]
    classes = per_class((answer.wanted, answer.names) for answer in answers)
    shown = [*(name for name in labels if name in classes), *sorted(set(classes) - set(labels))]
    measured = calibration(_points(answers), BINS)
    pairs = [] if head.several else [(next(iter(one.wanted)), one.names[0]) for one in answers]
    grid = None if head.several else confusion(pairs, labels=shown)
    return {
        "head": head.name,
        "model": model,
        **_core(answers),
        "skipped": skipped,
        "classes": {name: _class(classes[name]) for name in shown},
        "confusion": None
        if grid is None
        else {"labels": list(grid.labels), "counts": [list(row) for row in grid.counts]},
        "top_1": _share(answers, 1) if head.several else None,
        "top_2": _share(answers, 2) if head.several else None,
        "any": _any(answers) if head.several else None,
        "abstained": _hits(len(answers) - len(sure), len(answers)),
        "not_abstained": _core(sure),
        "calibration": _bins(measured),
    }


def _core(answers: Sequence[Answer]) -> dict[str, Any]:
    """The figures that are told of all rows and of those that were not abstained."""
    classes = per_class((answer.wanted, answer.names) for answer in answers)
    right = sum(answer.right for answer in answers)
    return {
        "n": len(answers),
        "macro_recall": _rounded(macro_recall(classes)),
        "accuracy": _rounded(right / len(answers)) if answers else None,
        "accuracy_between": _between(wilson(right, len(answers))),
        "macro_f1": _rounded(macro_f1(classes)),
        "ece": _rounded(calibration(_points(answers), BINS).ece),
    }


def _points(answers: Sequence[Answer]) -> list[tuple[float, bool]]:
    """Each value given with its probability; that there is no complaint reason has none."""
    return [(p, name in one.wanted) for one in answers for name, p in one.given.values if name != NONE]


def _class(found: ClassFigures) -> dict[str, Any]:
    return {
        "n": found.n,
        "given": found.given,
        "right": found.right,
        "precision": _rounded(found.precision),
        "precision_between": _between(found.precision_between),
        "recall": _rounded(found.recall),
        "recall_between": _between(found.recall_between),
        "f1": _rounded(found.f1),
    }


def _share(answers: Sequence[Answer], count: int) -> dict[str, Any]:
    labelled = [answer for answer in answers if answer.wanted]
    return _hits(sum(answer.in_first(count) for answer in labelled), len(labelled))


def _any(answers: Sequence[Answer]) -> dict[str, Any]:
    """Found at all, whichever: of rows with a label, and (falsely) of those without one."""
    some, none = [one for one in answers if one.wanted], [one for one in answers if not one.wanted]
    return {
        "found": _hits(sum(bool(one.names) for one in some), len(some)),
        "false_alarms": _hits(sum(bool(one.names) for one in none), len(none)),
    }


def _hits(hits: int, of: int) -> dict[str, Any]:
    return {
        "n": of,
        "hits": hits,
        "share": _rounded(hits / of) if of else None,
        "between": _between(wilson(hits, of)),
    }


def _bins(measured: Calibration) -> list[dict[str, Any]]:
    return [
        {
            "low": _rounded(one.low),
            "high": _rounded(one.high),
            "n": one.n,
            "mean_p": _rounded(one.mean_p),
            "share_right": _rounded(one.share_right),
            "between": _between(one.between),
        }
        for one in measured.bins
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _ROUNDED)


def _between(pair: tuple[float, float]) -> list[float]:
    return [round(pair[0], _ROUNDED), round(pair[1], _ROUNDED)]
