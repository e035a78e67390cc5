"""The rows behind a figure, newest first, and the same rows as CSV. A figure and its rows agree by construction:
both go by the measure's `Counting` over the same lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal, get_args

from django.db.models import Q, QuerySet

from crossdesk.inbox.models import Block
from crossdesk.insights import standing
from crossdesk.insights.models import MeasuredBlock
from crossdesk.insights.policies import in_sight, must_see_figures
from crossdesk.insights.registry import Counting
from crossdesk.insights.rows import Row, row_of_block
from crossdesk.insights.values import Filters, Window, measure_of
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Invalid
from crossdesk.org.models import Department

Part = Literal["denominator", "numerator", "missed"]
PARTS: tuple[Part, ...] = get_args(Part)
PAGE = 50
EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins: give `after` back; None at the end."""

    rows: Sequence[Row]
    after: str | None


def rows(
    actor: Actor,
    key: str,
    window: Window,
    filters: Filters = EVERYTHING,
    *,
    part: Part = "denominator",
    after: str | None = None,
    limit: int = PAGE,
) -> Page:
    """A page of the rows behind the figure, newest first. Three queries.

    part: denominator is every row, numerator those that hit, missed those that did not. Raises Invalid for an `after`
    that no page gave.
    """
    measure = measure_of(key)
    must_see_figures(actor)
    if part not in PARTS:
        raise Invalid("Ask for the rows of the denominator, the numerator or what was missed.")
    place = place_of(after) if after else None
    if measure.counting is None:
        found, more = standing.rows(actor, key, filters, part=part, after=place, limit=limit)
    else:
        found, more = _blocks(actor, measure.counting, window, filters, part=part, after=place, limit=limit)
    last = more[-1] if len(more) > limit else None
    return Page(found, None if last is None else after_of(*more[limit - 1]))


def place_of(after: str) -> tuple[datetime, int]:
    """Where a page begins. Raises Invalid."""
    moment, _, number = after.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise Invalid("This page does not exist.")
        return at, int(number)
    except ValueError:
        raise Invalid("This page does not exist.") from None


def after_of(moment: datetime, number: int) -> str:
    """The other way round; fits into an address without escaping."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat()}Z~{number}"


def lines(actor: Actor, counting: Counting, window: Window, filters: Filters, *, part: Part) -> QuerySet[MeasuredBlock]:
    """The lines that make up a figure."""
    found = MeasuredBlock.objects.filter(in_sight(actor), **counting.where, taken_back=False)
    found = found.filter(**{f"{counting.day}__range": (window.first, window.last)})
    # The local days lie within these moments in every zone; the index goes by moments.
    begins = datetime.combine(window.first, time.min, UTC) - timedelta(hours=15)
    ends = datetime.combine(window.last, time.max, UTC) + timedelta(hours=15)
    found = found.filter(**{f"{counting.moment}__range": (begins, ends)})
    if counting.value:
        found = found.filter(**{f"{counting.value}__isnull": False})
    if filters.department_id is not None:
        found = found.filter(**{counting.department: filters.department_id})
    if filters.account_id is not None:
        found = found.filter(account_id=filters.account_id)
    if part == "numerator":
        return found.filter(**counting.hit)
    return found.exclude(**counting.hit) if part == "missed" and counting.hit else found


def _blocks(
    actor: Actor,
    counting: Counting,
    window: Window,
    filters: Filters,
    *,
    part: Part,
    after: tuple[datetime, int] | None,
    limit: int,
) -> tuple[list[Row], list[tuple[datetime, int]]]:
    found = lines(actor, counting, window, filters, part=part)
    if part == "missed" and not counting.hit:
        found = found.none()
    if after:
        at, number = after
        earlier = Q(**{f"{counting.moment}__lt": at}) | Q(block_id__lt=number)
        found = found.filter(earlier, **{f"{counting.moment}__lte": at})
    some = list(found.order_by(f"-{counting.moment}", "-block_id")[: limit + 1])
    places = [(getattr(line, counting.moment), line.block_id) for line in some]
    # The line may lag behind by a moment: what a wall encloses just now is tested on the block itself.
    blocks = Block.objects.filter(in_sight(actor), pk__in=[line.block_id for line in some[:limit]])
    known = {block.pk: block for block in blocks.select_related("account", "first_message", "conversation__identity")}
    names = department_names(actor)
    return [
        row_of_block(line, known[line.block_id], counting, names) for line in some[:limit] if line.block_id in known
    ], places


def department_names(actor: Actor) -> dict[int, str]:
    """Names of all departments, archived ones too. One query."""
    return dict(Department.objects.filter(workspace_id=actor.workspace_id).values_list("id", "name"))


def all_rows(actor: Actor, key: str, window: Window, filters: Filters, *, part: Part, chunk: int) -> Iterator[Row]:
    """Every row, page by page."""
    page = rows(actor, key, window, filters, part=part, limit=chunk)
    yield from page.rows
    while page.after:
        page = rows(actor, key, window, filters, part=part, after=page.after, limit=chunk)
        yield from page.rows
