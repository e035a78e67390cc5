"""What the quality page's templates draw."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from crossdesk.insights.apart import Fix, Pair
from crossdesk.insights.quality import Agreement, Corrected, HeadFigures, Quality, Row, Share
from crossdesk.insights.registry import ENOUGH
from crossdesk.kit.statistics import Between
from crossdesk.web import formats
from crossdesk.web.pages.quality import meaning

NOTHING: Final = "–"
Address = Callable[..., str]
Opened = Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Figure:
    """A share in words. note: its interval and n, and that they are too few where they are."""

    text: str
    note: str
    enough: bool
    address: str = ""


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One line of the table on top."""

    key: str
    name: str
    right: Figure
    left: Figure
    off: Figure
    agreed: Figure
    corrected: Figure
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One value of a head, or one department."""

    name: str
    precision: Figure
    recall: Figure
    f1: str
    address: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the confusion. strength: 0 to 4, for its shade; the number stands in it."""

    count: int
    address: str
    right: bool
    strength: int


@dataclass(frozen=True, slots=True)
class BinLine:
    """One step of how sure it was."""

    name: str
    sure: str
    right: Figure


@dataclass(frozen=True, slots=True)
class Message:
    """One labelled message in a list."""

    text: str
    said: str
    truth: str
    sure: str
    right: bool
    in_doubt: bool
    blind: bool
    at: Any
    address: str
    compare_address: str


def share(value: float | None, between: Between, n: int, address: str = "") -> Figure:
    """A share with all that it needs to be read right."""
    if value is None:
        return Figure(NOTHING, _("n %(n)s") % {"n": 0}, False, "")
    low, high = (formats.number(end * 100) for end in between)
    note = _("%(low)s to %(high)s %%, n %(n)s") % {"low": low, "high": high, "n": formats.number(n)}
    return Figure(formats.percent(value), note, n >= ENOUGH, address)


def of_share(one: Share, address: str = "") -> Figure:
    """The same of a share."""
    return share(one.value, one.between, one.of, address)


def lines(
    found: Quality, chosen: str, *, rows: Address, twice: Address, fixes: Address, here: Address
) -> list[HeadLine]:
    """One line for each head. rows, twice, fixes: where a head's labels, its double labels and its corrections stand."""
    agreed = {one.head: one for one in found.agreement}
    corrected = {one.head: one for one in found.corrected}
    return [
        HeadLine(
            key=one.head,
            name=str(meaning.HEADS[one.head]),
            right=of_share(one.right, rows(one.head, part="answered")),
            left=of_share(one.left, rows(one.head, part="left")),
            off=_off(one, rows(one.head, low="0", high="1")),
            agreed=_agreed(agreed.get(one.head), twice(one.head)),
            corrected=_corrected(corrected.get(one.head), fixes(one.head)),
            address=here(head=one.head),
            current=one.head == chosen,
        )
        for one in found.heads
    ]


def _off(one: HeadFigures, address: str) -> Figure:
    n, ece = one.calibration.n, one.calibration.ece
    if ece is None:
        return Figure(NOTHING, _("n %(n)s") % {"n": 0}, False)
    note = _("n %(n)s") % {"n": formats.number(n)}
    return Figure(_("%(size)s points") % {"size": formats.number(ece * 100, 1)}, note, n >= ENOUGH, address)


def _agreed(one: Agreement | None, address: str) -> Figure:
    if one is None:
        return Figure(NOTHING, "", True)
    made = of_share(one.agreed)
    beyond = "" if one.kappa is None else _("kappa %(kappa)s") % {"kappa": formats.number(one.kappa, 2)} + " · "
    return Figure(made.text, beyond + made.note, made.enough, address)


def _corrected(one: Corrected | None, address: str) -> Figure:
    if one is None:
        return Figure("0", "", True)
    note = _("%(count)s of them had been left to people") % {"count": formats.number(one.in_doubt)}
    return Figure(formats.number(one.count), note if one.in_doubt else "", True, address)


def classes(head: HeadFigures, found: Quality, rows: Address) -> list[ClassLine]:
    """Values of a head, the most frequent first."""
    ordered = sorted(head.classes.items(), key=lambda item: (-item[1].n, item[0]))
    return [
        ClassLine(
            name=_named(head.head, key, found),
            precision=share(
                one.precision, one.precision_between, one.given, rows(head.head, part="answered", said=key)
            ),
            recall=share(one.recall, one.recall_between, one.n, rows(head.head, part="answered", truth=key)),
            f1=formats.number(one.f1, 2),
            address=rows(head.head, part="answered", either=key),
        )
        for key, one in ordered
    ]


def confusion(head: HeadFigures, found: Quality, rows: Address) -> tuple[list[str], list[tuple[str, list[Cell]]]]:
    """The heads of the columns, and the rows: what people say, by what had been said."""
    names = [_named(head.head, key, found) for key in head.confusion.labels]
    made = []
    for truth, name, counts in zip(head.confusion.labels, names, head.confusion.counts, strict=True):
        most = max(1, sum(counts))
        cells = [
            cell(
                count, most, right=truth == said,
                address=rows(head.head, part="answered", truth=truth, said=said) if count else "",
            )
            for said, count in zip(head.confusion.labels, counts, strict=True)
        ]  # fmt: skip
        made.append((name, cells))
    return names, made


def cell(count: int, most: int, *, right: bool, address: str = "") -> Cell:
    """most: of its row."""
    return Cell(count, address, right, 0 if not count else min(4, 1 + 4 * count // (most + 1)))


def bins(head: HeadFigures, rows: Address) -> list[BinLine]:
    """The table behind the chart."""
    return [
        BinLine(
            name=_bin(one.low, one.high),
            sure=formats.percent(one.mean_p),
            right=share(one.share_right, one.between, one.n, rows(head.head, low=f"{one.low:g}", high=f"{one.high:g}")),
        )
        for one in head.calibration.bins
    ]


def chart(head: HeadFigures) -> dict[str, Any]:
    """For `charts.js`: how sure it was from step to step, beside how often that was right."""
    found = head.calibration.bins
    notes = [_("n %(n)s") % {"n": formats.number(one.n)} for one in found]
    return {
        "unit": "share",
        "named": True,
        "days": [_bin(one.low, one.high) for one in found],
        "ends": [],
        "lines": [
            {"name": _("How often it was right"), "address": "", "values": [one.share_right for one in found], "notes": notes},
            {"name": _("How sure it was"), "address": "", "values": [one.mean_p for one in found], "notes": notes},
        ],
    }  # fmt: skip


def _bin(low: float, high: float) -> str:
    return _("%(low)s to %(high)s %%") % {"low": formats.number(low * 100), "high": formats.number(high * 100)}


def _named(head: str, key: str, found: Quality) -> str:
    return meaning.value(head, key, dict(found.names))


@dataclass(frozen=True, slots=True)
class Apart:
    """One message in a list of what stands apart: two people's labels, or a correction. sign: tone, icon, words."""

    text: str
    before: str
    after: str
    at: Any
    address: str
    at_address: str
    sign: tuple[str, str, str] | None


def twice(
    rows: Sequence[Pair], head: str, names: dict[str, str], opened: Opened, compare: Callable[[Pair], str]
) -> list[Apart]:
    """Messages that two people labelled."""
    same, other = ("good", "check", _("Same")), ("warn", "minus", _("Different"))
    return [
        Apart(
            text=one.text or _("(no text)"),
            before=meaning.value(head, one.one, names),
            after=meaning.value(head, one.other, names),
            at=one.at,
            address=opened(one),
            at_address=compare(one),
            sign=same if one.one == one.other else other,
        )
        for one in rows
    ]


def fixes(rows: Sequence[Fix], head: str, names: dict[str, str], opened: Opened) -> list[Apart]:
    """Messages whose reading or department was corrected."""
    return [
        Apart(
            text=one.text or _("(no text)"),
            before=", ".join(meaning.value(head, key, names) for key in one.before),
            after=", ".join(meaning.value(head, key, names) for key in one.after),
            at=one.at,
            address=opened(one),
            at_address="",
            sign=("quiet", "triage", _("Left to people")) if one.in_doubt else None,
        )
        for one in rows
    ]


def messages(
    rows: Sequence[Row], head: str, names: dict[str, str], opened: Callable[[Row], str], compare: Callable[[Row], str]
) -> list[Message]:
    """The messages behind a figure."""
    return [
        Message(
            text=one.text or _("(no text)"),
            said=meaning.value(head, one.said, names),
            truth=meaning.value(head, one.truth, names),
            sure="" if one.p is None else formats.percent(one.p),
            right=one.said == one.truth,
            in_doubt=one.in_doubt,
            blind=one.kind == "blind",
            at=one.at,
            address=opened(one),
            compare_address=compare(one),
        )
        for one in rows
    ]
