"""Reading, making, storing and changing many rows of one table, several times as quick as Django's own ways.

For what ingests. Rows are plain model objects; no signals are sent for them.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)

NOT_SERVED = frozenset({"UUIDField", "DecimalField", "DurationField", "TimeField", "BinaryField"})
MOST_VALUES = 30_000  # in one statement; SQLite takes 32,766, PostgreSQL 65,535


class Plan(NamedTuple):
    """How rows of a model are written. all_of: their values, out of a row's own dictionary."""

    head: str
    mark: str
    width: int
    all_of: Callable[[dict[str, Any]], tuple[Any, ...]]
    relations: tuple[tuple[str, str], ...]
    converters: tuple[tuple[int, Callable[[Any], Any]], ...]


class Blank(NamedTuple):
    """A new row of a model before anything is set. makers: for defaults that no two rows may share."""

    values: dict[str, Any]
    makers: tuple[tuple[str, Callable[[], Any]], ...]
    relations: dict[str, str]
    columns: frozenset[str]


def made(model: type[Row], /, **values: Any) -> Row:
    """A new row, unsaved, as the model's own constructor makes it. Relations take an object, or `…_id` its id."""
    blank = _blank(model)
    row = model.__new__(model)
    state = row._state = ModelState()
    held = row.__dict__
    held.update(blank.values)
    for name, make in blank.makers:
        if name not in values:
            held[name] = make()
    if values.keys() <= blank.columns:
        held.update(values)
        return row
    for name, value in values.items():
        if name in blank.relations:
            state.fields_cache[name] = value
            held[blank.relations[name]] = None if value is None else value.pk
        elif name in held or name in blank.relations.values():
            held[name] = value
        else:
            raise TypeError(f"{model.__name__} has no column {name}")
    return row


def load(rows: models.QuerySet[Row]) -> list[Row]:
    """The rows of a query over one table, whole, without annotations or related objects."""
    names = columns_of(rows.model)
    return whole(rows.model, names, read(rows, *names))


def whole(model: type[Row], names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> list[Row]:
    """Objects from rows of these columns of their own table. Columns that are not among them stay unread."""
    found, alias = [], connection.alias
    for values in rows:
        row = model.__new__(model)
        state = row._state = ModelState()
        state.adding, state.db = False, alias
        row.__dict__.update(zip(names, values, strict=True))
        found.append(row)
    return found


def read(rows: models.QuerySet[Any], *names: str) -> list[tuple[Any, ...]]:
    """What `values_list` gives, for columns (attribute names) of the query's own table."""
    try:
        statement, values = rows.values_list(*names).query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return converted(rows.model, names, cursor.fetchall())


def converted(model: type[models.Model], names: tuple[str, ...], found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows as the database gave them, as Python values. names: columns, of related models too (`account__host`)."""
    readers = _readers(model, names, connection.vendor)
    if not readers or not found:
        return found
    columns: list[Sequence[Any]] = list(zip(*found, strict=True))
    for place, values in readers:
        columns[place] = values(columns[place])
    return list(zip(*columns, strict=True))


class Branch(NamedTuple):
    """Objects of one model in a row. stem: the place of the objects that they hang on, by which relation."""

    model: type[models.Model]
    stem: int
    relation: str
    columns: tuple[tuple[int, str], ...]
    key: int


@cache
def columns_of(model: type[models.Model], prefix: str = "") -> tuple[str, ...]:
    """Names of all columns of a model, as they are asked for through a relation."""
    return tuple(f"{prefix}{field.attname}" for field in model._meta.concrete_fields)


def grown(model: type[Row], names: tuple[str, ...], rows: Sequence[Sequence[Any]]) -> list[Row]:
    """Objects with their related ones, from rows of these columns. Columns that are not among them stay unread.

    Each object's own key must be named, also that of related ones (`conversation__id`), after those they hang on.
    """
    branches, alias = _branches(model, names), connection.alias
    found = []
    for row in rows:
        held: list[Any] = []
        for branch in branches:
            stem = held[branch.stem] if branch.relation else None
            one = None
            if row[branch.key] is not None:
                one = branch.model.__new__(branch.model)
                state = one._state = ModelState()
                state.adding, state.db = False, alias
                values = one.__dict__
                for place, name in branch.columns:
                    values[name] = row[place]
            if stem is not None:
                stem._state.fields_cache[branch.relation] = one
            held.append(one)
        found.append(held[0])
    return found


def insert(rows: Sequence[models.Model]) -> None:
    """Insert unsaved rows of one model, in the caller's transaction; they have their ids afterwards.

    As with `bulk_create` no signals are sent. Fields with values of their own making at saving are not served.
    """
    if not rows:
        return
    plan, alias = _plan(type(rows[0]), connection.vendor), connection.alias
    most = MOST_VALUES // plan.width
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        _name_relations(some, plan)
        values = list(chain.from_iterable(plan.all_of(row.__dict__) for row in some))
        _convert(values, plan.width, plan.converters)
        head = plan.head + ", ".join([plan.mark] * len(some)) + " RETURNING id"
        for row, (pk,) in zip(some, _send(head, values, ids=True), strict=True):
            row.__dict__["id"] = pk
            state = row._state
            state.adding, state.db = False, alias


def next_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Ids for so many new rows of a model, which nobody else gets. In the caller's transaction, before they are written."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [pk for (pk,) in cursor.fetchall()]
        # Nobody else writes until this transaction ends; explicit ids move the sequence on.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    first = (int(found[0]) if found else 0) + 1
    return range(first, first + count)


def insert_values(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], *, ending: str = ""
) -> None:
    """Insert plain rows of these columns (attribute names), in the caller's transaction. All others become NULL.

    ending: what the statement says after the rows, such as what becomes of those that stand already.
    """
    head, mark, converters = _plain_plan(model, tuple(names), connection.vendor)
    width = len(names)
    most = MOST_VALUES // width
    for start in range(0, len(rows), most):
        some = rows[start : start + most]
        values = list(chain.from_iterable(some))
        assert len(values) == width * len(some)
        _convert(values, width, converters)
        _send(head + ", ".join([mark] * len(some)) + ending, values)


def _convert(values: list[Any], width: int, converters: Iterable[tuple[int, Callable[[Any], Any]]]) -> None:
    """Column by column, in rows of this width laid one after the other."""
    for place, convert in converters:
        values[place::width] = [None if value is None else convert(value) for value in values[place::width]]


def _send(statement: str, values: list[Any], *, ids: bool = False) -> list[tuple[Any, ...]]:
    """A statement with the database's own marks: Django would look for its marks in all of the text, each time.

    ids: it returns rows.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(statement, values)
        elif connection.queries_logged:  # who counts statements must see this one too
            cursor.execute(statement.replace("?", "%s"), values)
        else:
            with connection.wrap_database_errors:
                sqlite3.Cursor.execute(cursor.cursor, statement, values)
        return cursor.fetchall() if ids else []


def update(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write these columns (attribute names) of stored rows of one model. One statement per row, sent together."""
    if not rows:
        return
    meta, wanted = rows[0]._meta, set(names)
    fields = [field for field in meta.concrete_fields if field.attname in wanted]
    if not fields:
        return
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    plan = [(field.attname, _converter(field, connection.vendor)) for field in fields]
    values = [
        [
            *(
                value if (value := row.__dict__[name]) is None or convert is None else convert(value)
                for name, convert in plan
            ),
            row.pk,
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {quote(meta.db_table)} SET {columns} WHERE id = %s", values)  # noqa: S608 -- names only


def _name_relations(rows: Iterable[models.Model], plan: Plan) -> None:
    """Other rows that these hold may have got their ids only just now."""
    for row in rows:
        if cached := vars(row._state).get("fields_cache"):
            held = row.__dict__
            for attname, relation in plan.relations:
                if held[attname] is None and (other := cached.get(relation)) is not None:
                    held[attname] = other.pk


@cache
def _blank(model: type[models.Model]) -> Blank:
    values: dict[str, Any] = {}
    makers = []
    for field in model._meta.concrete_fields:
        each = field.has_default() and callable(field.default)
        values[field.attname] = None if each else field.get_default()
        if each:
            makers.append((field.attname, field.default))
    relations = {field.name: field.attname for field in model._meta.concrete_fields if field.is_relation}
    return Blank(values, tuple(makers), relations, frozenset(values))


@cache
def _branches(model: type[models.Model], names: tuple[str, ...]) -> tuple[Branch, ...]:
    prefixes = list(dict.fromkeys(name.rpartition("__")[0] for name in names))
    branches = []
    for prefix in prefixes:
        stem, _, relation = prefix.rpartition("__")
        own = _model_at(model, prefix)
        columns = tuple(
            (place, column)
            for place, (before, _, column) in enumerate(name.rpartition("__") for name in names)
            if before == prefix
        )
        key = next(place for place, column in columns if column == own._meta.pk.attname)
        branches.append(Branch(own, prefixes.index(stem), relation, columns, key))
    return tuple(branches)


def _model_at(model: type[models.Model], path: str) -> type[models.Model]:
    for name in path.split("__") if path else ():
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return model


Column = Callable[[Sequence[Any]], Sequence[Any]]  # from a column's values to others


@cache
def _readers(model: type[models.Model], names: tuple[str, ...], vendor: str) -> tuple[tuple[int, Column], ...]:
    readers = []
    for place, name in enumerate(names):
        prefix, _, column = name.rpartition("__")
        own = _model_at(model, prefix)
        fields = {field.attname: field for field in own._meta.concrete_fields} | {"pk": own._meta.pk}
        if column in fields and (values := _reader(fields[column], vendor)) is not None:
            readers.append((place, values))
    return tuple(readers)


def _reader(field: Any, vendor: str) -> Column | None:
    if isinstance(field, models.JSONField):
        return _out_of_json
    if vendor == "sqlite" and isinstance(field, models.DateTimeField):
        return _moments
    if field.get_internal_type() in NOT_SERVED:
        raise TypeError(f"columns like {field.name} are not read here")
    return None


def _moments(column: Sequence[datetime | None]) -> list[datetime | None]:
    # Django's connection has parsed them, and days and truth values too.
    return [None if naive is None else naive.replace(tzinfo=UTC) for naive in column]


def _out_of_json(column: Sequence[str | None]) -> list[Any]:
    """All of them in one reading: that is half as much work as one by one."""
    found: list[Any] = json.loads(f"[{','.join(['null' if value is None else value for value in column])}]")
    assert len(found) == len(column)
    return found


@cache
def _plan(model: type[models.Model], vendor: str) -> Plan:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.get_attname_column()[1] or "") for field in fields)
    attnames = [field.attname for field in fields]
    converters = [(place, _converter(field, vendor)) for place, field in enumerate(fields)]
    return Plan(
        head=f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ",  # noqa: S608 -- our own names
        mark=_mark(len(fields), vendor),
        width=len(fields),
        all_of=itemgetter(*attnames) if len(attnames) > 1 else lambda held: (held[attnames[0]],),
        relations=tuple((field.attname, field.name) for field in fields if field.is_relation),
        converters=tuple((place, convert) for place, convert in converters if convert),
    )


@cache
def _plain_plan(
    model: type[models.Model], names: tuple[str, ...], vendor: str
) -> tuple[str, str, tuple[tuple[int, Callable[[Any], Any]], ...]]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(fields[name].column)) for name in names)
    head = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 -- our own names
    found = [(place, _converter(fields[name], vendor)) for place, name in enumerate(names)]
    return head, _mark(len(names), vendor), tuple((place, convert) for place, convert in found if convert)


def _mark(width: int, vendor: str) -> str:
    return "(" + ", ".join(["?" if vendor == "sqlite" else "%s"] * width) + ")"


def _converter(field: Any, vendor: str) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return _as_json
    if isinstance(field, models.DateTimeField) and vendor == "sqlite":
        return _as_text
    if isinstance(field, models.DateField) and vendor == "sqlite":
        return str
    return None


_encoded = DjangoJSONEncoder().encode


def _as_json(value: Any) -> str:
    return _encoded(value) if value or not isinstance(value, dict) else "{}"


def moment(value: datetime) -> datetime | str:
    """A moment as plain statements take it."""
    return _as_text(value) if connection.vendor == "sqlite" else value


@lru_cache(maxsize=8192)  # one moment often stands in several columns and rows
def _as_text(moment: datetime) -> str:
    return str(moment if moment.tzinfo is UTC else moment.astimezone(UTC))[:-6]  # without its +00:00
