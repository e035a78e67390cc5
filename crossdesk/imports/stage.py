"""A file's messages in a place of their own, a small database beside it, where they can be put in order.

A file may name answers before questions and threads in pieces. So all of it is read first, into tables of its own that
hold no other data; memory holds a batch and some bytes for each row. `linking` then says what belongs together.
"""

import fcntl
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from crossdesk.imports.lines import Line, Understanding, Who, Wrong
from crossdesk.imports.plan import Plan
from crossdesk.kit.errors import Conflict
from crossdesk.kit.files.rows import Row

AT_ONCE: Final = 5000
KEPT: Final = 4000  # characters of a row that is wrong
VERSION: Final = "1"  # of these tables
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE author (pk INTEGER PRIMARY KEY, network TEXT, ext TEXT, handle TEXT, name TEXT, ours INT);
CREATE TABLE row (
  pk INTEGER PRIMARY KEY, line INT, network TEXT, key TEXT, author INT, ours INT, at INT, text TEXT, parent TEXT,
  thread TEXT, recipient INT, account TEXT, url TEXT, language TEXT, private INT, up INT, UNIQUE (network, key)
);
CREATE TABLE named (up INT, network TEXT, child TEXT);
CREATE TABLE problem (line INT, field TEXT, why TEXT, raw TEXT);
CREATE TABLE placed (pos INTEGER PRIMARY KEY, row INT, owner INT, lot INT);
"""
_NOTED = """
SELECT value FROM meta WHERE name = ?
"""
_BETWEEN = """
SELECT pk FROM row WHERE pk BETWEEN ? AND ?
"""
_FIRST = """
SELECT line, author, at, text FROM row WHERE network = ? AND key = ?
"""
_ROW = "INSERT OR IGNORE INTO row VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,NULL)"

Tell = Callable[[int, int], None]  # rows read, wrong ones among them


class Busy(Conflict):
    """Somebody else reads the same file right now."""

    code = "imports.busy"


class Staged(NamedTuple):
    """A message in its place. owner: the author whose conversation it belongs to, 0 for none. lot: which conversation."""

    pos: int
    lot: int
    owner: int
    pk: int
    up: int | None
    line: int
    network: str
    key: str
    author: int
    ours: int
    at: int
    text: str
    parent: str
    account: str
    url: str
    language: str
    private: int


_STAGED = """
SELECT p.pos, p.lot, p.owner, r.pk, r.up, r.line, r.network, r.key, r.author, r.ours, r.at, r.text, r.parent, r.account,
  r.url, r.language, r.private
FROM placed p JOIN row r ON r.pk = p.row WHERE p.pos > ? ORDER BY p.pos
"""


class Stage:
    """The tables of one file. One process at a time works on them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=FILE;"
        )

    def close(self) -> None:
        self.db.close()

    def meta(self, name: str) -> str:
        """Something that was noted; "" where nothing was."""
        try:
            found = self.db.execute(_NOTED, [name]).fetchone()
        except sqlite3.OperationalError:  # no tables yet
            return ""
        return str(found[0]) if found else ""

    def note(self, **values: object) -> None:
        """Note something."""
        self.db.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)", [(name, str(value)) for name, value in values.items()]
        )

    def holds(self, digest: str, plan: Plan) -> bool:
        """Has this file been read and put in order, by this plan?"""
        return self.meta("ready") == f"{VERSION} {digest} {plan.digest}"

    def ready(self, digest: str, plan: Plan) -> None:
        """All is read and in order."""
        self.note(ready=f"{VERSION} {digest} {plan.digest}")

    def begin(self) -> None:
        """Empty tables."""
        names = [name for (name,) in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            self.db.execute(f'DROP TABLE "{name}"')
        self.db.executescript(_TABLES)

    def fill(self, rows: Iterable[Row], plan: Plan, *, now: datetime, tell: Tell | None = None) -> None:
        """Read every row. What cannot come in stands among the problems."""
        filling = _Filling(self, plan, now=now)
        for row in rows:
            filling.take(row)
            if len(filling.rows) + len(filling.problems) >= AT_ONCE:
                filling.flush()
                if tell:
                    tell(filling.read, filling.wrong)
        filling.flush(last=True)
        if tell:
            tell(filling.read, filling.wrong)
        self.note(read=filling.read, wrong=filling.wrong, copies=filling.copies)

    def staged(self, after: int) -> Iterator[Staged]:
        """The messages in their order, behind a place."""
        yield from map(Staged._make, self.db.execute(_STAGED, [after]))

    def authors(self, pks: Iterable[int]) -> dict[int, tuple[Who, int, int]]:
        """Who they are, and when the file first and last has something that they wrote."""
        marks = json.dumps(sorted(pks))
        found = self.db.execute(
            "SELECT a.pk, a.network, a.ext, a.handle, a.name, a.ours, s.first, s.last FROM author a "
            "LEFT JOIN seen s ON s.author = a.pk WHERE a.pk IN (SELECT value FROM json_each(?))",
            [marks],
        )
        return {
            pk: (Who(net, ext, handle, name, bool(ours)), first, last)
            for pk, net, ext, handle, name, ours, first, last in found
        }

    def problems(self) -> Iterator[tuple[int, str, str, str]]:
        """What is wrong: line, field, why, the row."""
        yield from self.db.execute("SELECT line, field, why, raw FROM problem ORDER BY rowid")


class _Filling:
    """Rows on their way into the tables."""

    def __init__(self, stage: Stage, plan: Plan, *, now: datetime) -> None:
        self.stage, self.db = stage, stage.db
        self.understanding = Understanding(plan, now=now)
        self.authors: dict[tuple[str, str], int] = {}
        self.rows: list[tuple[Any, ...]] = []
        self.raws: dict[int, Row] = {}
        self.new: list[tuple[Any, ...]] = []
        self.named: list[tuple[int, str, str]] = []
        self.problems: list[tuple[int, str, str, str]] = []
        self.read = self.wrong = self.copies = 0

    def take(self, row: Row) -> None:
        self.read += 1
        try:
            line = self.understanding.line(row)
        except Wrong as wrong:
            self._wrong(row, wrong.field, wrong.why)
            return
        self.rows.append(self._row(self.read, line))
        self.raws[self.read] = row

    def _row(self, pk: int, line: Line) -> tuple[Any, ...]:
        who = line.who
        self.named += [(pk, who.network, child) for child in line.answers]
        recipient = self._author(Who(who.network, line.to, line.to, "", False)) if line.to and who.ours else 0
        return (
            pk, line.line, who.network, line.key, self._author(who), int(who.ours), line.at, line.text, line.parent,
            line.thread, recipient, line.account, line.url, line.language, int(line.private),
        )  # fmt: skip

    def _author(self, who: Who) -> int:
        key = who.network, who.external_id
        pk = self.authors.get(key)
        if pk is None:
            pk = self.authors[key] = len(self.authors) + 1
            self.new.append((pk, who.network, who.external_id, who.handle, who.name, int(who.ours)))
        return pk

    def _wrong(self, row: Row, field: str, why: str) -> None:
        self.wrong += 1
        raw = json.dumps(row.fields, ensure_ascii=False, default=str)[:KEPT]
        self.problems.append((row.line, self.understanding.plan.columns.get(field, ""), why, raw))

    def flush(self, *, last: bool = False) -> None:
        """Write what has gathered, in one transaction."""
        self.db.execute("BEGIN IMMEDIATE")
        before = self.db.total_changes
        self.db.executemany(_ROW, self.rows)
        if self.db.total_changes - before < len(self.rows):
            self._twice()
        self.db.executemany("INSERT INTO author VALUES (?,?,?,?,?,?)", self.new)
        self.db.executemany("INSERT INTO named VALUES (?,?,?)", self.named)
        self.db.executemany("INSERT INTO problem VALUES (?,?,?,?)", self.problems)
        self.db.execute("COMMIT")
        self.rows, self.raws, self.new, self.named, self.problems = [], {}, [], [], []

    def _twice(self) -> None:
        """Ids that stand in the file before. The same message again is a copy; anything else is wrong."""
        first, last = self.rows[0][0], self.rows[-1][0]
        there = {pk for (pk,) in self.db.execute(_BETWEEN, [first, last])}
        for row in self.rows:
            if row[0] in there:
                continue
            found = self.db.execute(_FIRST, [row[2], row[3]]).fetchone()
            if found[1:] == (row[4], row[6], row[7]):
                self.copies += 1
            else:
                why = f"The id “{row[3]}” stands on line {found[0]} too, with another message."
                self._wrong(self.raws[row[0]], "id", why)


@contextmanager
def alone(path: Path) -> Iterator[Stage]:
    """The stage at this path, while nobody else works on it; a process that was killed has let go. Raises Busy."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy("This import runs already. Wait until it has finished, or look at its page.") from error
        stage = Stage(path)
        try:
            yield stage
        finally:
            stage.close()


def forget(path: Path) -> None:
    """Delete a stage."""
    for each in (
        path,
        path.with_name(path.name + "-wal"),
        path.with_name(path.name + "-shm"),
        path.with_suffix(".lock"),
    ):
        each.unlink(missing_ok=True)
