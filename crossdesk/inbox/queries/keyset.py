"""Pages by key: each begins where the one before ended, so their cost does not grow with what lies behind them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from crossdesk.kit.errors import Invalid

Row = TypeVar("Row", bound=Model)
Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Page(Generic[Line]):
    """One page. before, after: what to give to `queries` for the pages on either side; "" where there is none."""

    rows: Sequence[Line]
    before: str = ""
    after: str = ""


def key_of(moment: datetime, row_id: int) -> str:
    """A place in the order, as it stands in an address."""
    return f"{moment.astimezone(UTC).isoformat()}~{row_id}"


def place_of(key: str) -> tuple[datetime, int]:
    """The place again. Raises Invalid for what is none."""
    moment, _, row_id = key.partition("~")
    try:
        return datetime.fromisoformat(moment.replace(" ", "+")), int(row_id)
    except ValueError as error:
        raise Invalid("This page address is damaged. Go back to the list.") from error


def page_of(
    rows: QuerySet[Row],
    column: str,
    *,
    newest_first: bool,
    limit: int,
    after: str = "",
    before: str = "",
    shown: Callable[[QuerySet[Row]], QuerySet[Row]] = lambda rows: rows,
) -> Page[Row]:
    """One page of rows ordered by (column, id). One query, and what `shown` prefetches.

    rows: filtered, without joins. shown: adds what each row shows. The page's ids are found first, by the index alone;
    with the joins in the same place SQLite begins at a small table and sorts the whole archive.
    """
    backwards = bool(before)
    key = before or after
    ids, order = cut(rows, column, falling=newest_first != backwards, place=place_of(key) if key else None, limit=limit)
    found = list(shown(rows.model._default_manager.filter(pk__in=ids)).order_by(*order))
    return paged(found, column, limit=limit, after=after, before=before)


def cut(
    rows: QuerySet[Row], column: str, *, falling: bool, place: tuple[datetime, int] | None, limit: int
) -> tuple[QuerySet[Row, Any], tuple[str, str]]:
    """The ids of one page and of one row more, and the order that they stand in."""
    if place is not None:
        compare = TupleLessThan if falling else TupleGreaterThan
        rows = rows.filter(compare(Tuple(column, "id"), place))
    sign = "-" if falling else ""
    order = (f"{sign}{column}", f"{sign}id")
    return rows.order_by(*order).values("pk")[: limit + 1], order


def paged(found: list[Row], column: str, *, limit: int, after: str, before: str) -> Page[Row]:
    """The page of what `cut` chose, in the order of `cut`."""
    backwards = bool(before)
    more, found = len(found) > limit, found[:limit]
    if backwards:
        found.reverse()
    if not found:
        return Page(rows=[])
    first, last = (key_of(getattr(row, column), row.pk) for row in (found[0], found[-1]))
    return Page(
        rows=found,
        before=first if (more if backwards else bool(after)) else "",
        after=last if (backwards or more) else "",
    )
