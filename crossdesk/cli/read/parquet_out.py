"""Rows as a file of Parquet, written in parts.

Such a file can be read only when its end is written. So rows go into small files beside it, each whole, and these are
put together in the end: whatever is killed in between has lost no more than the part that was not yet written.
"""

import fcntl
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crossdesk.cli.read.errors import NotTheSame
from crossdesk.kit.files.errors import CannotOpen
from crossdesk.kit.files.parquet import arrow

PART_ROWS = 4096
PART_LETTERS = 32_000_000
OURS = ("reading", "error")
MORE = "more_fields"  # as JSON: what does not fit the columns


class ParquetOut:
    """Writes rows to `path` by way of parts. done: rows that stand there already."""

    def __init__(self, path: Path, *, resume: bool, columns: Sequence[str] | None, types: Any) -> None:
        self._arrow = arrow()
        self._path, self._folder = path, path.with_name(f"{path.name}.parts")
        self._columns, self._types = columns, types
        self._more = types is None  # a file of Parquet has all its columns; other files may not
        self._rows: list[Mapping[str, Any]] = []
        self._letters = 0
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self._folder / "lock").open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise CannotOpen(f"Somebody else is writing to {path} right now.") from error
        self._schema: Any = None
        self.done = 0
        if resume:
            self._go_on()
        else:
            for part in self._parts():
                part.unlink()

    def _go_on(self) -> None:
        """With the parts that a run left; without any, with the file as the first part."""
        if not self._parts() and self._path.exists():
            self._schema = self._schema_of(self._path)
            self._path.rename(self._part(0))
        elif parts := self._parts():
            self._schema = self._schema_of(parts[0])
        self.done = sum(self._arrow.pq.read_metadata(part).num_rows for part in self._parts())

    def _part(self, number: int) -> Path:
        return self._folder / f"{number:08d}.parquet"

    def _parts(self) -> list[Path]:
        return sorted(self._folder.glob("[0-9]*.parquet"))

    def _schema_of(self, part: Path) -> Any:
        try:
            found = self._arrow.pq.read_schema(part)
        except (self._arrow.pa.ArrowException, OSError):
            found = None
        if found is None or found.names[-2:] != list(OURS):
            self._lock.close()
            if not self._parts():
                shutil.rmtree(self._folder)
            raise NotTheSame(f"{self._path} does not hold readings: nothing can be added to it.")
        return self._with_more(found)

    def _with_more(self, schema: Any) -> Any:
        if not self._more or MORE in schema.names:
            return schema
        return schema.insert(len(schema.names) - len(OURS), self._arrow.pa.field(MORE, self._arrow.pa.string()))

    def last(self) -> dict[str, Any] | None:
        """The last row that stands there; None where there is none."""
        parts = self._parts()
        if not parts:
            return None
        file = self._arrow.pq.ParquetFile(parts[-1])
        if not file.metadata.num_rows:
            return None
        group = file.read_row_group(file.num_row_groups - 1)
        return dict(group.slice(group.num_rows - 1).to_pylist()[0])

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Take rows; they stand on the disk when the part is full, and in the end."""
        self._rows.extend(rows)
        self._letters += sum(len(value) for row in rows for value in row.values() if isinstance(value, str))
        if len(self._rows) >= PART_ROWS or self._letters >= PART_LETTERS:
            self._flush()

    def _flush(self) -> None:
        if not self._rows:
            return
        if self._schema is None:
            self._schema = self._first_schema()
        half = self._folder / "half"
        self._arrow.pq.write_table(self._table(), half)
        parts = self._parts()
        half.replace(self._part(int(parts[-1].stem) + 1 if parts else 1))
        self._rows, self._letters = [], 0

    def close(self) -> None:
        """Let go without finishing: what stands in parts stays there."""
        self._lock.close()

    def finish(self) -> None:
        """Put the parts together into the file, and take them away."""
        self._flush()
        parts = self._parts()
        if parts:
            schema = self._schema
            if self._more and all(self._empty_more(part) for part in parts):
                schema = schema.remove(schema.get_field_index(MORE))
            whole = self._folder / "whole"
            with self._arrow.pq.ParquetWriter(whole, schema) as writer:
                for part in parts:
                    for batch in self._arrow.pq.ParquetFile(part).iter_batches(batch_size=PART_ROWS):
                        writer.write_table(self._fitted(self._arrow.pa.Table.from_batches([batch]), schema))
            whole.replace(self._path)
        else:
            empty = self._schema_with_ours(self._types or self._strings(self._columns or ()))
            self._arrow.pq.write_table(empty.empty_table(), self._path)
        self._lock.close()
        shutil.rmtree(self._folder)

    def _empty_more(self, part: Path) -> bool:
        if MORE not in self._arrow.pq.read_schema(part).names:
            return True
        column = self._arrow.pq.read_table(part, columns=[MORE]).column(MORE)
        return bool(column.null_count == len(column))

    def _fitted(self, table: Any, schema: Any) -> Any:
        for name in set(schema.names) - set(table.column_names):
            table = table.append_column(name, self._arrow.pa.nulls(table.num_rows, schema.field(name).type))
        return table.select(schema.names).cast(schema)

    # --- what the columns hold ---------------------------------------------------------------------------------------

    def _strings(self, names: Sequence[str]) -> Any:
        return self._arrow.pa.schema([(name, self._arrow.pa.string()) for name in names])

    def _first_schema(self) -> Any:
        """As the file has them; else all texts (CSV) or as the first part's rows show them (JSON)."""
        if self._types is not None:
            return self._schema_with_ours(self._types)
        if self._columns is not None:
            return self._schema_with_ours(self._strings(self._columns))
        names = dict.fromkeys(name for row in self._rows for name in row if name not in (*OURS, MORE))
        pa = self._arrow.pa
        found = pa.schema([(name, self._type_of([row.get(name) for row in self._rows])) for name in names])
        return self._schema_with_ours(found)

    def _type_of(self, values: Sequence[Any]) -> Any:
        pa = self._arrow.pa
        if any(isinstance(value, dict) for value in values):
            return pa.string()
        try:
            found = pa.array(values).type
        except (pa.ArrowException, OverflowError):
            return pa.string()
        simple = (pa.string(), pa.int64(), pa.float64(), pa.bool_())
        return found if found in (*simple, *(pa.list_(one) for one in simple)) else pa.string()

    def _schema_with_ours(self, fields: Any) -> Any:
        pa = self._arrow.pa
        verdict = pa.struct([("value", pa.string()), ("p", pa.float64())])
        reason = pa.struct([(name, pa.string()) for name in ("head", "kind", "text", "evidence")])
        reading = pa.struct(
            [
                ("needs_reply", pa.struct([("value", pa.bool_()), ("p", pa.float64())])),
                ("intents", pa.list_(verdict)),
                ("sentiment", verdict),
                ("urgency", verdict),
                ("safety", pa.list_(verdict)),
                ("complaint_reason", verdict),
                ("departments", pa.list_(verdict)),
                ("language", verdict),
                ("abstained", pa.list_(pa.string())),
                ("reasons", pa.list_(reason)),
            ]
        )
        theirs = [field for field in fields if field.name not in (OURS if self._types is not None else (*OURS, MORE))]
        return self._with_more(pa.schema([*theirs, ("reading", reading), ("error", pa.string())]))

    def _table(self) -> Any:
        """The rows in the columns of the schema; what does not fit stands in `more`."""
        left: list[dict[str, Any]] = [{} for _ in self._rows]
        names = [name for name in self._schema.names if not self._more or name != MORE]
        found = {name: self._column(name, left) for name in names}
        if self._more:
            known = set(self._schema.names)
            for row, rest in zip(self._rows, left, strict=True):
                rest |= {name: value for name, value in row.items() if name not in known or name == MORE}
            texts = [_json(rest) if rest else None for rest in left]
            found[MORE] = self._arrow.pa.array(texts, self._arrow.pa.string())
        return self._arrow.pa.table([found[name] for name in self._schema.names], schema=self._schema)

    def _column(self, name: str, left: Sequence[dict[str, Any]]) -> Any:
        pa = self._arrow.pa
        wanted = self._schema.field(name).type
        values = [row.get(name) for row in self._rows]
        if wanted == pa.string():
            values = [_json(value) if isinstance(value, dict | list) else value for value in values]
        if pa.types.is_list(wanted):  # a text would pass for the list of its letters
            values = [
                self._left(value, name, rest) if isinstance(value, str) else value
                for value, rest in zip(values, left, strict=True)
            ]
        try:
            return pa.array(values, wanted)
        except (pa.ArrowException, OverflowError, UnicodeEncodeError):
            held = [self._one(value, name, wanted, rest) for value, rest in zip(values, left, strict=True)]
            return pa.array(held, wanted)

    def _one(self, value: Any, name: str, wanted: Any, rest: dict[str, Any]) -> Any:
        if isinstance(value, str):
            value = value.encode("utf-8", "replace").decode("utf-8")
        try:
            self._arrow.pa.array([value], wanted)
        except (self._arrow.pa.ArrowException, OverflowError, UnicodeEncodeError):
            return self._left(value, name, rest)
        return value

    def _left(self, value: Any, name: str, rest: dict[str, Any]) -> Any:
        rest[name] = value
        return None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace").decode("utf-8")
