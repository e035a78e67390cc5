"""Stamping copies of one telling into an archive by SQL: every row with ids, moments and names of its own.

The mould is a database in which the scenario was told once by the services; the ground is the same before that. A
copy is exact by construction: what the services would have written in another telling, so many weeks later.
"""

# Only names of tables and columns, and numbers of ours, are put into the SQL.
# ruff: noqa: S608

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from crossdesk.channels.models import DeliveryTally, RawDelivery
from crossdesk.cli.bench import company, scenario
from crossdesk.cli.bench.moulds import GROWING, REFERS, UnknownColumn, columns_of, refers
from crossdesk.cli.bench.place import place
from crossdesk.inbox.models import Counter
from crossdesk.insights import sums
from crossdesk.insights.histogram import Histogram
from crossdesk.insights.models import Ledger, Rollup
from crossdesk.journal.facts import last_number
from crossdesk.journal.models import Fact, FactCounter, FactPosition, Job
from crossdesk.messages.models import Sighting

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:")
_SLOT = re.compile('"\x01(\\d+)\x01"')
AT_ONCE = 5  # copies in one transaction

Tell = Callable[[int, int], None]
Slot = tuple[str, str, Any]  # kind (id, key, moment), table, value


@dataclass(frozen=True, slots=True)
class Copy:
    """One telling: its number, and how many weeks after the first it lies."""

    number: int
    weeks: int


@dataclass(frozen=True, slots=True)
class Mould:
    """What one telling brings. base: the highest id before it; span: how many ids it takes, by table."""

    path: Path
    base: dict[str, int]
    span: dict[str, int]
    json: dict[tuple[str, str, int], tuple[list[str], list[Slot]]]


def read_mould(ground: Path, path: Path) -> Mould:
    """Look at both files. Raises UnknownColumn for rows that stamping would leave out."""
    with place(ground, quick=True):
        before, lengths = {model: _last(model) for model in GROWING}, _lengths()
    with place(path, quick=True):
        _check_complete(lengths, _lengths())
        base = {model._meta.db_table: before[model] for model in GROWING}
        span = {model._meta.db_table: _last(model) - before[model] for model in GROWING}
        deliveries = RawDelivery._meta.db_table
        base[deliveries], span[deliveries] = 0, Sighting.objects.aggregate(last=models.Max("delivery_id"))["last"] or 0
        return Mould(path, base, span, dict(_compiled(base)))


def _last(model: type[models.Model]) -> int:
    return int(model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0)


def _lengths() -> dict[type[models.Model], int]:
    return {model: model._default_manager.count() for model in apps.get_models(include_auto_created=True)}


def _check_complete(before: dict[type[models.Model], int], after: dict[type[models.Model], int]) -> None:
    known = {*GROWING, *SUMMED, Job, FactPosition, FactCounter, Ledger}
    for model, rows in after.items():
        if rows != before[model] and model not in known:
            raise UnknownColumn(
                f"Copying does not know the table {model._meta.db_table}. Add it to cli/bench/moulds.py."
            )


SUMMED: tuple[type[models.Model], ...] = (DeliveryTally, Counter, Rollup)


def _compiled(base: dict[str, int]) -> Iterator[tuple[tuple[str, str, int], tuple[list[str], list[Slot]]]]:
    """JSON that holds ids, cut into what stays and what moves, so that a copy costs a join."""
    for model in GROWING:
        table = model._meta.db_table
        for column in columns_of(model):
            if column.kind == "json":
                rows = model._default_manager.filter(pk__gt=base[table]).values_list("pk", column.name)
                for pk, value in rows.iterator():
                    yield (table, column.name, pk), cut(value, where=table)


def cut(value: Any, *, where: str) -> tuple[list[str], list[Slot]]:
    """The JSON text around its slots, and the slots."""
    slots: list[Slot] = []

    def marked(one: Any, name: str) -> Any:
        if isinstance(one, dict):
            if name in REFERS and all(key.isdigit() for key in one):
                return {slot("key", REFERS[name], int(key)): marked(each, "") for key, each in one.items()}
            return {key: marked(each, key) for key, each in one.items()}
        if isinstance(one, list):
            return [marked(each, "") for each in one]
        if isinstance(one, int) and not isinstance(one, bool) and name.endswith("_id"):
            kind, table = refers(name, where=where)
            return slot("id", table, one) if kind == "id" else one
        if isinstance(one, str) and _MOMENT.match(one):
            return slot("moment", "", one)
        return one

    def slot(kind: str, table: str, one: Any) -> str:
        slots.append((kind, table, one))
        return f"\x01{len(slots) - 1}\x01"

    text = json.dumps(marked(value, ""), ensure_ascii=True).replace("\\u0001", "\x01")
    parts = _SLOT.split(text)
    return parts[::2], [slots[int(number)] for number in parts[1::2]]


class Copier:
    """The SQL function that writes the JSON of one row of one copy."""

    def __init__(self, mould: Mould) -> None:
        self._mould = mould

    def __call__(self, table: str, column: str, pk: int, number: int, weeks: int) -> str:
        parts, slots = self._mould.json[table, column, pk]
        found = [parts[0]]
        for (kind, of, value), part in zip(slots, parts[1:], strict=True):
            if kind == "moment":
                day = date.fromisoformat(value[:10]) + timedelta(weeks=weeks)
                found.append(f'"{day.isoformat()}{value[10:]}"')
            else:
                moved = value + number * self._mould.span[of]
                found.append(str(moved) if kind == "id" else f'"{moved}"')
            found.append(part)
        return "".join(found).replace(scenario.NAME, scenario.name_of(number))


def stamp(mould: Mould, copies: Sequence[Copy], *, tell: Tell | None = None) -> None:
    """Fill the entered database, a copy of the ground, with these tellings. One that was cut short must begin afresh."""
    workspace_id = company.workspace().pk
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS mould", [str(mould.path)])
    connection.connection.create_function("moved", 5, Copier(mould), deterministic=True)
    try:
        for start in range(0, len(copies), AT_ONCE):
            with transaction.atomic():
                for copy in copies[start : start + AT_ONCE]:
                    _stamp_one(mould, copy)
            if tell:
                tell(min(start + AT_ONCE, len(copies)), len(copies))
        with transaction.atomic():
            _sum_up(mould, workspace_id, copies)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DETACH DATABASE mould")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _stamp_one(mould: Mould, copy: Copy) -> None:
    with connection.cursor() as cursor:
        for model in GROWING:
            table = model._meta.db_table
            if mould.span[table]:
                columns = columns_of(model)
                values = ", ".join(_value(mould, table, column, copy) for column in columns)
                names = ", ".join(f'"{column.name}"' for column in columns)
                key = model._meta.pk.column if model._meta.pk else "id"
                cursor.execute(
                    f'INSERT INTO main."{table}" ({names}) SELECT {values} FROM mould."{table}" '
                    f'WHERE "{key}" > {mould.base[table]} ORDER BY "{key}"'
                )
        _put_tallies(cursor, copy)


def _value(mould: Mould, table: str, column: Any, copy: Copy) -> str:
    name = f'"{column.name}"'
    match column.kind:
        case "id" | "number":
            moved = copy.number * mould.span[column.table]
            return f"CASE WHEN {name} > 0 THEN {name} + {moved} ELSE {name} END"
        case "moment" | "day":
            return later(name, copy.weeks)
        case "json":
            return f"moved('{table}', '{column.name}', \"id\", {copy.number}, {copy.weeks})"
        case "text":
            return f"replace({name}, '{scenario.NAME}', '{scenario.name_of(copy.number)}')"
    return name


def later(name: str, weeks: int) -> str:
    """SQL: the same hour so many weeks later; null stays null."""
    return f"date(substr({name}, 1, 10), '+{7 * weeks} days') || substr({name}, 11)"


def _put_tallies(cursor: Any, copy: Copy) -> None:
    table = DeliveryTally._meta.db_table
    counted = ("received", "stored", "read", "decided", "unreadable")
    names = ", ".join(f'"{name}"' for name in counted)
    adds = ", ".join(f'"{name}" = "{table}"."{name}" + excluded."{name}"' for name in counted)
    cursor.execute(
        f'INSERT INTO main."{table}" (account_id, hour, {names}) '
        f'SELECT account_id, {later("hour", copy.weeks)}, {names} FROM mould."{table}" WHERE true '
        f"ON CONFLICT (account_id, hour) DO UPDATE SET {adds}"
    )


def _sum_up(mould: Mould, workspace_id: int, copies: Sequence[Copy]) -> None:
    """What is kept once for all: counters, figures by day, the last number, how far everybody has read."""
    facts = last_number(workspace_id) + mould.span[Fact._meta.db_table] * len(copies)
    newest = max(copy.weeks for copy in copies)
    with connection.cursor() as cursor:
        counters = Counter._meta.db_table
        cursor.execute(
            f"INSERT INTO main.{counters} (workspace_id, account_id, department_id, wall_id, open, overdue) "
            f"SELECT workspace_id, account_id, department_id, wall_id, open * {len(copies)}, overdue * {len(copies)} "
            f"FROM mould.{counters}"
        )
        cursor.execute(
            f"INSERT OR REPLACE INTO main.insights_ledger SELECT workspace_id, time_zone, {later('targets_until', newest)} "
            "FROM mould.insights_ledger"
        )
        cursor.execute("INSERT OR REPLACE INTO main.sqlite_sequence (name, seq) SELECT name, 0 FROM mould.sqlite_sequence "
                       "WHERE name NOT IN (SELECT name FROM main.sqlite_sequence)")  # fmt: skip
        table = RawDelivery._meta.db_table
        cursor.execute(
            "UPDATE main.sqlite_sequence SET seq = %s WHERE name = %s", [mould.span[table] * len(copies), table]
        )
    FactCounter.objects.update_or_create(workspace_id=workspace_id, defaults={"last": facts})
    with connection.cursor() as cursor:
        cursor.execute("SELECT follower FROM mould.journal_factposition WHERE workspace_id = %s", [workspace_id])
        for (follower,) in cursor.fetchall():
            FactPosition.objects.update_or_create(
                follower=follower, workspace_id=workspace_id, defaults={"number": facts}
            )
    sums.store(workspace_id, _rollups(workspace_id, copies))


def _rollups(workspace_id: int, copies: Iterable[Copy]) -> sums.Sums:
    """The mould's figures, each day's as often as a copy falls on it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mould.insights_rollup WHERE workspace_id = %s", [workspace_id])
        names = [each[0] for each in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    found: sums.Sums = {}
    for copy in copies:
        for row in rows:
            day = row["day"] if isinstance(row["day"], date) else date.fromisoformat(row["day"])
            cell = sums.Cell(
                row["series"],
                day + timedelta(weeks=copy.weeks),
                row["account_id"],
                row["department_id"],
                row["wall_id"],
            )
            adds = sums.Sum(
                row["numerator"], row["denominator"], row["elsewhere"], row["automated"],
                Histogram.from_bytes(bytes(row["histogram"])),
            )  # fmt: skip
            found.setdefault(cell, sums.Sum()).add(adds)
    return found
