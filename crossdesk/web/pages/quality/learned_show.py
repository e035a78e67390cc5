"""What the template of what was learned here draws."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crossdesk.insights.quality import Share
from crossdesk.triage import queries as triage
from crossdesk.triage.enums import HeadState
from crossdesk.triage.heads import HeadHere
from crossdesk.triage.models import LearnedHead
from crossdesk.triage.taught import ENOUGH, LEAST
from crossdesk.web import formats
from crossdesk.web.pages.quality import meaning
from crossdesk.web.pages.quality.show import Cell, Figure, cell, of_share

Sign = tuple[str, str, str]  # tone, icon, words


@dataclass(frozen=True, slots=True)
class Act:
    """What one may do with a version."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One head. own, general: of the version that is shown; None where none was learned."""

    name: str
    address: str
    current: bool
    sign: Sign
    answers: str
    part: int
    missing: str
    own: Figure | None
    general: Figure | None
    at: datetime | None
    act: Act | None


@dataclass(frozen=True, slots=True)
class Version:
    """One time that a head was learned."""

    number: str
    at: datetime
    examples: str
    own: Figure
    general: Figure
    mean_f1: str
    sign: Sign
    why: str
    act: Act


def lines(
    found: Sequence[HeadHere], chosen: HeadHere, *, here: Callable[[str], str], act: Callable[[LearnedHead], Act]
) -> list[Line]:
    """Heads in their order. here: the address that shows one in full."""
    return [_line(one, here(one.head), current=one is chosen, act=act) for one in found]


def _line(one: HeadHere, address: str, *, current: bool, act: Callable[[LearnedHead], Act]) -> Line:
    row = one.shown
    return Line(
        name=str(meaning.HEADS[one.head]),
        address=address,
        current=current,
        sign=_sign(one),
        answers=ngettext("%(num)s answer", "%(num)s answers", one.answers) % {"num": formats.number(one.answers)},
        part=min(one.answers, LEAST),
        missing=_missing(one),
        own=of_share(Share(row.right, row.of)) if row else None,
        general=of_share(Share(row.general_right, row.of)) if row else None,
        at=row.trained_at if row else None,
        act=act(row) if row else None,
    )


def _sign(one: HeadHere) -> Sign:
    if one.in_use:
        return "good", "check", _("Learned here")
    return ("warn", "person", _("General, by choice")) if one.sent_back else ("quiet", "minus", _("General"))


def _missing(one: HeadHere) -> str:
    if one.missing:
        return ngettext("%(num)s more is needed", "%(num)s more are needed", one.missing) % {
            "num": formats.number(one.missing)
        }
    return "" if one.rows else _("Enough: it is learned within an hour, where people say different things.")


def versions(one: HeadHere, act: Callable[[LearnedHead], Act]) -> list[Version]:
    """The one in use and those that can be chosen again, the newest first."""
    return [
        Version(
            number=_("No. %(number)s") % {"number": row.number},
            at=row.trained_at,
            examples=ngettext("from %(num)s answer", "from %(num)s answers", row.examples)
            % {"num": formats.number(row.examples)},
            own=of_share(Share(row.right, row.of)),
            general=of_share(Share(row.general_right, row.of)),
            mean_f1="" if row.macro_f1 is None else formats.number(row.macro_f1, 2),
            sign=("good", "check", _("In use"))
            if row.state == HeadState.ACTIVE
            else ("quiet", "minus", _("Not in use")),
            why=why(row, one),
            act=act(row),
        )
        for row in one.rows
    ]


def why(row: LearnedHead, one: HeadHere) -> str:
    """Why a version is in use or not, in a sentence."""
    found = triage.compared_of(row)
    told = {"gained": formats.number(row.gained), "lost": formats.number(row.lost)}
    apart = (
        _("Where only one of the two is right, it was this one %(gained)s times and the general one %(lost)s times.")
        % told
    )
    if row.state == HeadState.ACTIVE and (member := row.activated_by) is not None:
        return " ".join([_("%(name)s chose it.") % {"name": member.user.name or member.user.email}, apart])
    if row.state == HeadState.ACTIVE:
        return apart
    if found.of < ENOUGH:
        few = ngettext(
            "Only %(num)s label was held aside to measure it; %(least)s are needed.",
            "Only %(num)s labels were held aside to measure it; %(least)s are needed.",
            found.of,
        )
        return few % {"num": formats.number(found.of), "least": ENOUGH}
    if not found.better:
        return " ".join([apart, _("Chance alone could do that.")])
    if one.in_use:
        after = _("Another one took its place.") if row.activated_at else _("It is no better than the one in use.")
        return " ".join([apart, after])
    return " ".join([apart, _("Somebody chose the general one.")]) if one.sent_back else apart


def confusion(row: LearnedHead, names: dict[str, str]) -> tuple[list[str], list[tuple[str, list[Cell]]]]:
    """The heads of the columns, and the rows: what people say, by what it said. The most frequent values first."""
    counts = {(truth, said): count for truth, said, count in row.confused}
    often: Counter[str] = Counter()
    for (truth, said), count in counts.items():
        often[truth] += count
        often[said] += 0
    keys = sorted(often, key=lambda key: (-often[key], key))
    rows = []
    for truth in keys:
        most = max(1, often[truth])
        cells = [cell(counts.get((truth, said), 0), most, right=truth == said) for said in keys]
        rows.append((meaning.value(row.head, truth, names), cells))
    return [meaning.value(row.head, key, names) for key in keys], rows
