"""Parquet, where the optional packages are installed: a file as rows."""

from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from crossdesk.kit.files.errors import CannotOpen, NoParquet

BATCH = 256


class Arrow(NamedTuple):
    """The package and its part for Parquet."""

    pa: Any
    pq: Any


def arrow() -> Arrow:
    """Raises NoParquet when the optional packages are not there."""
    try:
        import pyarrow  # noqa: PLC0415 -- an optional extra
        import pyarrow.parquet  # noqa: PLC0415 -- an optional extra
    except ImportError as error:
        raise NoParquet(
            "Parquet needs a package that is not installed. Run: pip install 'crossdesk[parquet]'"
        ) from error
    return Arrow(pyarrow, pyarrow.parquet)


class Table:
    """A Parquet file that is open for reading."""

    def __init__(self, raw: BinaryIO) -> None:
        self._arrow = arrow()
        try:
            self._file = self._arrow.pq.ParquetFile(raw)
        except (self._arrow.pa.ArrowException, OSError) as error:
            raise CannotOpen(f"This is no Parquet file that can be read: {error}") from error
        self.schema = self._file.schema_arrow
        self.columns: list[str] = list(self.schema.names)
        self.count: int = self._file.metadata.num_rows

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row with its fields. Raises CannotOpen when the file turns out to be damaged."""
        try:
            for batch in self._file.iter_batches(batch_size=BATCH):
                columns = [self._plain(column) for column in batch.columns]
                for values in zip(*columns, strict=True):
                    yield dict(zip(self.columns, values, strict=True))
        except (self._arrow.pa.ArrowException, OSError) as error:
            raise CannotOpen(f"The Parquet file is damaged: {error}") from error

    def _plain(self, column: Any) -> list[Any]:
        try:
            return list(column.to_pylist())
        except ValueError:  # moments finer than a microsecond, which plain Python cannot hold
            return list(column.cast(self._arrow.pa.timestamp("us", column.type.tz), safe=False).to_pylist())
