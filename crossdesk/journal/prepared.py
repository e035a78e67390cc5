"""Queries whose shape never changes: Django makes their SQL once, then they are asked again with other values.

Making SQL takes Django several times as long as SQLite takes to answer; a page asks a dozen such questions.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection, models

from crossdesk.journal import bulk
from crossdesk.journal.among import Many

FIRST = 7_000_000_000_001  # stand-ins for numbers begin here, far above any id in sight
BEFORE = datetime(1800, 1, 1)  # noqa: DTZ001 -- a stand-in, never a moment

Value = int | str | datetime
Values = Value | Collection[Value] | Many


class Statement(NamedTuple):
    """SQL, and for each of its values the name and place of what is given, or the value itself."""

    sql: str
    places: tuple[tuple[str, int] | None, ...]
    fixed: tuple[Any, ...]


class Prepared:
    """One question. `make` gives its query from named values; flags change its shape, and are handed on as they are.

    Values are numbers, texts, moments, or several of one kind; never None, which would be another question. How many
    there are is part of the shape, unless they come as `many`. The values must go into the query as they are given.
    """

    def __init__(
        self, model: type[models.Model], make: Callable[..., models.QuerySet[Any]], names: Sequence[str]
    ) -> None:
        self._model, self._make, self._names = model, make, tuple(names)
        self._alone = not any("__" in name for name in self._names)
        self._known: dict[tuple[Any, ...], Statement | None] = {}

    def read(self, *flags: Any, **given: Values) -> list[tuple[Any, ...]]:
        """Rows of the named columns. One query, none where nothing can be found."""
        many = {name: list(value) for name, value in given.items() if isinstance(value, Collection) and not isinstance(value, str)}  # fmt: skip
        shape = (connection.vendor, flags, *((name, len(many[name]) if name in many else -1) for name in sorted(given)))
        if shape not in self._known:
            self._known[shape] = self._statement(flags, given, many)
        if (statement := self._known[shape]) is None:
            return []
        values = [
            fixed if place is None else _adapted(many[place[0]][place[1]] if place[0] in many else given[place[0]])
            for place, fixed in zip(statement.places, statement.fixed, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, values)
            return bulk.converted(self._model, self._names, cursor.fetchall())

    def load(self, *flags: Any, **given: Values) -> list[Any]:
        """Rows as objects with the named columns and related objects: see `bulk.grown`."""
        rows = self.read(*flags, **given)
        if self._alone:
            return bulk.whole(self._model, self._names, rows)
        return bulk.grown(self._model, self._names, rows)

    def _statement(
        self, flags: tuple[Any, ...], given: dict[str, Values], many: dict[str, list[Value]]
    ) -> Statement | None:
        numbers = count()
        standing: dict[str, Any] = {}
        found: dict[Any, tuple[str, int]] = {}
        for name, value in given.items():
            some = [_stand_in(each, numbers) for each in many[name]] if name in many else [_stand_in(value, numbers)]
            found.update((_told_apart(_adapted(each)), (name, place)) for place, each in enumerate(some))
            standing[name] = tuple(some) if name in many else some[0]
        rows = self._make(*flags, **standing)
        try:
            sql, values = rows.values_list(*self._names).query.sql_with_params()
        except EmptyResultSet:
            return None
        places = tuple(found.get(_told_apart(value)) for value in values)
        return Statement(sql, places, tuple(values))


def _stand_in(value: Any, numbers: Iterator[int]) -> Any:
    number = next(numbers)
    if isinstance(value, Many):
        return Many([FIRST + number])
    if isinstance(value, datetime):
        return (BEFORE + timedelta(days=number)).replace(tzinfo=value.tzinfo)
    return FIRST + number if isinstance(value, int) else f"\ue000{number}"


def _adapted(value: Any) -> Any:
    if isinstance(value, Many):
        return value.sent(connection.vendor)
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def _told_apart(value: Any) -> Any:
    """A value as a key; PostgreSQL gets many in a list. None for what cannot be one of those given."""
    if isinstance(value, list):
        return (list, *value)
    return value if isinstance(value, int | str | datetime) else None
