"""Writing many lines and sums at once, in plain SQL: an eighth of the time that the model layer takes."""

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any

from django.db import connection

from crossdesk.insights.models import MeasuredBlock, Rollup
from crossdesk.journal import bulk

COUNTED = ("numerator", "denominator", "elsewhere", "automated")
PLACE = ("workspace_id", "series", "day", "account_id", "department_id", "wall_id")


def write_lines(lines: Iterable[MeasuredBlock]) -> None:
    """Insert lines, or write all of a line that stands already."""
    names = [field.attname for field in MeasuredBlock._meta.concrete_fields]
    values_of = itemgetter(*names)
    sets = ", ".join(f"{name} = excluded.{name}" for name in map(connection.ops.quote_name, names))
    bulk.insert_values(
        MeasuredBlock, names, [values_of(line.__dict__) for line in lines],
        ending=f" ON CONFLICT (block_id) DO UPDATE SET {sets}",
    )  # fmt: skip


def add_to_rollups(rows: Sequence[tuple[Any, ...]]) -> None:
    """Add to rollups, or make them. rows: the place, the four counts to add, and the histogram as it is from now on."""
    table, place = connection.ops.quote_name(Rollup._meta.db_table), ", ".join(PLACE)
    sets = ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in COUNTED)
    bulk.insert_values(
        Rollup, [*PLACE, *COUNTED, "histogram"], rows,
        ending=f" ON CONFLICT ({place}) DO UPDATE SET {sets}, histogram = excluded.histogram",
    )  # fmt: skip
