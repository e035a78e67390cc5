"""How well this workspace's messages are read and routed, on labels that nobody's choice has bent.

Blind and weekly labels count; corrections stand apart. See docs/quality.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from crossdesk.insights.drill import after_of, place_of
from crossdesk.insights.registry import ENOUGH
from crossdesk.insights.values import Window
from crossdesk.kit import statistics
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotAllowed, NotFound
from crossdesk.kit.statistics import Between, Calibration, ClassFigures, Confusion
from crossdesk.messages import queries as messages
from crossdesk.messages.models import Correction
from crossdesk.org.models import Department, Workspace
from crossdesk.triage import policies
from crossdesk.triage import queries as triage
from crossdesk.triage.judging import HEADS, values_of
from crossdesk.triage.models import Judgement, Label, Rerouting

PAGE = 50
BINS = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. model: a version of the reader; "" for all."""

    window: Window
    model: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """So many out of so many, with the interval in which the true share lies."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """None where there is nothing to divide by."""
        return self.hits / self.of if self.of else None

    @property
    def between(self) -> Between:
        """95 % (Wilson)."""
        return statistics.wilson(self.hits, self.of)

    @property
    def enough(self) -> bool:
        """Are there enough rows to tell?"""
        return self.of >= ENOUGH


@dataclass(frozen=True, slots=True)
class HeadFigures:
    """One head. right: of what it answered by itself; left: what it left to people, of all.

    classes, macro_f1, confusion: of what it answered. calibration: of all that has a probability, answered or not.
    """

    head: str
    right: Share
    left: Share
    classes: Mapping[str, ClassFigures]
    macro_f1: float | None
    confusion: Confusion
    calibration: Calibration


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two people on the same messages. kappa: beyond chance; None where it says nothing."""

    head: str
    agreed: Share
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Corrected:
    """Corrections of a head. in_doubt: of them, those of what had been left to people."""

    head: str
    count: int
    in_doubt: int


@dataclass(frozen=True, slots=True)
class Quality:
    """All figures. labelled: messages; models: readers with labels in the period; names: departments by their ids."""

    asked: Asked
    labelled: int
    heads: Sequence[HeadFigures]
    agreement: Sequence[Agreement]
    corrected: Sequence[Corrected]
    models: Sequence[str]
    names: Mapping[str, str] = field(default_factory=dict)

    def head(self, name: str) -> HeadFigures:
        """The figures of one head. Raises NotFound."""
        found = next((one for one in self.heads if one.head == name), None)
        if found is None:
            raise NotFound("There is no such thing to measure.")
        return found


def quality(actor: Actor, asked: Asked) -> Quality:
    """Everything of one period and reader, for who may see it. Seven queries."""
    must_see(actor)
    zone = zone_of(actor)
    rows = _judgements(actor, asked, zone).values_list("head", "said", "truth", "p", "in_doubt", "sample_id")
    by_head: dict[str, list[tuple[str, str, float | None, bool]]] = {head: [] for head in HEADS}
    samples = set()
    for head, said, truth, p, in_doubt, sample_id in rows:
        by_head[head].append((said, truth, p, in_doubt))
        samples.add(sample_id)
    return Quality(
        asked=asked,
        labelled=len(samples),
        heads=[_figures(head, found) for head, found in by_head.items()],
        agreement=_agreement(actor, asked, zone),
        corrected=_corrected(actor, asked, zone),
        models=_models(actor, asked, zone),
        names={
            str(pk): name
            for pk, name in Department.objects.filter(workspace_id=actor.workspace_id).values_list("pk", "name")
        },
    )


def must_see(actor: Actor) -> None:
    """Raises NotAllowed for who may not see how well messages are read."""
    if not policies.can_see_quality(actor):
        raise NotAllowed("You may not see how well messages are read. Ask a lead or an administrator.")


def _figures(head: str, rows: Sequence[tuple[str, str, float | None, bool]]) -> HeadFigures:
    answered = [(truth, said) for said, truth, _, in_doubt in rows if not in_doubt]
    classes = statistics.per_class(((truth,), (said,)) for truth, said in answered)
    return HeadFigures(
        head=head,
        right=Share(sum(truth == said for truth, said in answered), len(answered)),
        left=Share(len(rows) - len(answered), len(rows)),
        classes=classes,
        macro_f1=statistics.macro_f1(classes),
        confusion=statistics.confusion(answered),
        calibration=statistics.calibration(
            ((p, said == truth) for said, truth, p, _ in rows if p is not None), bins=BINS
        ),
    )


def _judgements(actor: Actor, asked: Asked, zone: ZoneInfo) -> QuerySet[Judgement]:
    """Of messages that the actor may see."""
    rows = Judgement.objects.filter(seen(actor), within("at", asked.window, zone), workspace_id=actor.workspace_id)
    return rows.filter(model=asked.model) if asked.model else rows


def seen(actor: Actor, message: str = "message_id") -> Exists:
    """Of a message that the actor may see."""
    return Exists(messages.visible_to(actor).filter(pk=OuterRef(message)))


def zone_of(actor: Actor) -> ZoneInfo:
    """Where the workspace is. One query."""
    return ZoneInfo(Workspace.objects.values_list("time_zone", flat=True).get(pk=actor.workspace_id))


def within(name: str, window: Window, zone: ZoneInfo) -> Q:
    """A moment on the days of the window there."""
    first = datetime.combine(window.first, time(), zone).astimezone(UTC)
    end = datetime.combine(window.last + timedelta(days=1), time(), zone).astimezone(UTC)
    return Q(**{f"{name}__gte": first, f"{name}__lt": end})


def _models(actor: Actor, asked: Asked, zone: ZoneInfo) -> list[str]:
    rows = Judgement.objects.filter(
        seen(actor), within("at", asked.window, zone), workspace_id=actor.workspace_id, head=HEADS[0]
    )
    return sorted(set(rows.values_list("model", flat=True)))


def pairs(actor: Actor, asked: Asked, zone: ZoneInfo) -> dict[int, tuple[Mapping[str, str], Mapping[str, str]]]:
    """What the first two people said of each sample that two labelled, head by head, by the sample's id. One query."""
    rows = Label.objects.filter(
        seen(actor, "sample__message_id"), within("sample__drawn_at", asked.window, zone),
        sample__workspace_id=actor.workspace_id, sample__labels_count__gte=2,
    ).order_by("sample_id", "id")  # fmt: skip
    if asked.model:
        rows = rows.filter(sample__model=asked.model)
    given: dict[int, list[Mapping[str, str]]] = {}
    for row in rows:
        given.setdefault(row.sample_id, []).append(values_of(triage.answer_of(row)))
    return {pk: (labels[0], labels[1]) for pk, labels in given.items() if len(labels) > 1}


def _agreement(actor: Actor, asked: Asked, zone: ZoneInfo) -> list[Agreement]:
    both = pairs(actor, asked, zone).values()
    return [_agreed(head, [(one[head], other[head]) for one, other in both]) for head in HEADS] if both else []


def _agreed(head: str, pairs: Sequence[tuple[str, str]]) -> Agreement:
    return Agreement(head, Share(sum(one == other for one, other in pairs), len(pairs)), statistics.kappa(pairs))


def corrections(actor: Actor, asked: Asked, zone: ZoneInfo) -> QuerySet[Correction]:
    """What people said a reading should have been, and have not taken back."""
    rows = Correction.objects.filter(
        seen(actor), within("at", asked.window, zone), message__workspace_id=actor.workspace_id, undone_at=None
    )
    return rows.filter(model=asked.model) if asked.model else rows


def reroutings(actor: Actor, asked: Asked, zone: ZoneInfo) -> QuerySet[Rerouting]:
    """What people gave to another department, and have not taken back."""
    rows = Rerouting.objects.filter(
        seen(actor), within("at", asked.window, zone), workspace_id=actor.workspace_id, undone_at=None
    )
    read_by = {"message__readings__model": asked.model, "message__readings__version": F("decision__version")}
    return rows.filter(**read_by) if asked.model else rows


def _corrected(actor: Actor, asked: Asked, zone: ZoneInfo) -> list[Corrected]:
    """By head, and of the department. Two queries."""
    by_head = corrections(actor, asked, zone).values_list("head")
    rows = by_head.annotate(n=Count("id"), doubt=Count("id", filter=Q(in_doubt=True)))
    found = {head: Corrected(head, n, doubt) for head, n, doubt in rows}
    routed = reroutings(actor, asked, zone).aggregate(n=Count("id"), doubt=Count("id", filter=Q(decision__triage=True)))
    found["department"] = Corrected("department", routed["n"], routed["doubt"])
    return [found[head] for head in HEADS if head in found and found[head].count]


# The messages behind a figure


@dataclass(frozen=True, slots=True)
class Part:
    """Which of a head's labels. answered: None for all; right: None for both; said, truth, either: None for any.

    low, high: probabilities from low to below high (the last bin holds 1).
    """

    answered: bool | None = None
    right: bool | None = None
    said: str | None = None
    truth: str | None = None
    either: str | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled message."""

    sample_id: int
    conversation_id: int | None
    message_id: int
    text: str
    at: datetime
    said: str
    truth: str
    p: float | None
    in_doubt: bool
    kind: str
    model: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins; None at the end."""

    rows: Sequence[Row]
    after: str | None


def rows(
    actor: Actor, head: str, asked: Asked, part: Part | None = None, *, after: str | None = None, limit: int = PAGE
) -> Page:
    """The messages behind a figure of a head, newest label first. Two queries. Raises NotFound, Invalid."""
    must_see(actor)
    if head not in HEADS:
        raise NotFound("There is no such thing to measure.")
    found = _of_part(_judgements(actor, asked, zone_of(actor)).filter(head=head), part or Part())
    if after:
        at, pk = place_of(after)
        found = found.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk))
    page = list(found.select_related("message", "sample").order_by("-at", "-id")[: limit + 1])
    made = [_row(one) for one in page[:limit]]
    return Page(made, after_of(page[limit - 1].at, page[limit - 1].pk) if len(page) > limit else None)


def _of_part(rows: QuerySet[Judgement], part: Part) -> QuerySet[Judgement]:
    wanted = Q()
    if part.answered is not None:
        wanted &= Q(in_doubt=not part.answered)
    if part.right is not None:
        wanted &= Q(said=F("truth")) if part.right else ~Q(said=F("truth"))
    for name in ("said", "truth"):
        if (value := getattr(part, name)) is not None:
            wanted &= Q(**{name: value})
    if part.either is not None:
        wanted &= Q(said=part.either) | Q(truth=part.either)
    if part.low is not None and part.high is not None:
        wanted &= Q(p__gte=part.low) & (Q(p__lte=1) if part.high >= 1 else Q(p__lt=part.high))
    return rows.filter(wanted)


def _row(one: Judgement) -> Row:
    text = "" if one.message.deleted_at else one.message.text
    return Row(
        sample_id=one.sample_id, conversation_id=one.sample.conversation_id, message_id=one.message_id, text=text,
        at=one.at, said=one.said, truth=one.truth, p=one.p, in_doubt=one.in_doubt, kind=one.sample.kind, model=one.model,
    )  # fmt: skip
