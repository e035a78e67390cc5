"""What of a staged file belongs together: threads by what answers what, each person's part of a thread a conversation.

Answers may stand before their questions, parents may be missing, and chains may close to a ring. Memory holds a few
whole numbers for each row.
"""

import json
from array import array
from collections.abc import Iterator
from typing import Final

from crossdesk.imports.stage import Stage

AT_ONCE: Final = 20_000
# By what their rows say they answer; else by what the rows of those that they answer say.
_PARENTS = """
UPDATE row SET up = (SELECT p.pk FROM row p WHERE p.network = row.network AND p.key = row.parent AND p.pk <> row.pk)
WHERE parent <> ''
"""
_NAMED = """
UPDATE row SET up = named.up FROM named
WHERE row.network = named.network AND row.key = named.child AND row.up IS NULL AND row.parent = ''
  AND row.pk <> named.up
"""
_SEEN = "CREATE TABLE seen AS SELECT author, MIN(at) AS first, MAX(at) AS last FROM row GROUP BY author"
# A conversation: one person's part of one thread, public and private apart. Older ones first.
_PLACE = """
INSERT INTO placed (pos, row, owner, lot)
SELECT ROW_NUMBER() OVER (ORDER BY start, thread, owner, private, at, pk), pk, owner,
  DENSE_RANK() OVER (ORDER BY start, thread, owner, private)
FROM (
  SELECT r.pk, r.at, r.private, o.owner,
    CASE WHEN o.owner = 0 THEN -r.pk ELSE o.thread END AS thread,
    CASE WHEN o.owner = 0 THEN r.at ELSE MIN(r.at) OVER (PARTITION BY o.thread, o.owner, r.private) END AS start
  FROM row r JOIN owned o ON o.pk = r.pk
)
"""


def link(stage: Stage, *, linked: bool) -> None:
    """Put all rows in their places. linked: something in the file says what belongs together; else each person's
    messages do."""
    db = stage.db
    db.execute("BEGIN IMMEDIATE")
    for table in ("seen", "owned"):
        db.execute(f"DROP TABLE IF EXISTS {table}")
    db.execute("DELETE FROM placed")
    db.execute(_PARENTS)
    db.execute(_NAMED)
    db.execute(_SEEN)
    db.execute("CREATE UNIQUE INDEX seen_author ON seen (author)")
    db.execute("CREATE TABLE owned (pk INTEGER PRIMARY KEY, thread INT, owner INT)")
    _Threads(stage, linked=linked).write()
    db.execute(_PLACE)
    db.execute("COMMIT")


class _Threads:
    """Every row's thread and whose conversation in it the row belongs to."""

    def __init__(self, stage: Stage, *, linked: bool) -> None:
        self.db, self.linked = stage.db, linked
        size = int(self.db.execute("SELECT COALESCE(MAX(pk), 0) FROM row").fetchone()[0]) + 1
        self.up = array("i", bytes(4 * size))  # 0: none
        self.author = array("i", bytes(4 * size))
        self.owner = array("i", bytes(4 * size))
        self.ours, self.refers, self.there = bytearray(size), bytearray(size), bytearray(size)
        self.root = array("i", range(size))
        for pk, up, author, ours, refers, recipient in self.db.execute(
            "SELECT pk, COALESCE(up, 0), author, ours, parent <> '' OR thread <> '', recipient FROM row"
        ):
            self.up[pk], self.author[pk], self.ours[pk], self.refers[pk], self.there[pk] = up, author, ours, refers, 1
            self.owner[pk] = 0 if ours and not recipient else recipient if ours else author
        self._join()
        self._own()

    # --- threads

    def _join(self) -> None:
        for pk, up in enumerate(self.up):
            if up:
                self._union(pk, up)
        for pk, other in self.db.execute(
            "SELECT pk, MIN(pk) OVER (PARTITION BY network, parent) FROM row WHERE up IS NULL AND parent <> ''"
        ):
            self._union(pk, other)
        for pk, other in self.db.execute(
            "SELECT pk, MIN(pk) OVER (PARTITION BY network, thread) FROM row WHERE thread <> ''"
        ):
            self._union(pk, other)

    def _find(self, pk: int) -> int:
        root = self.root
        while root[pk] != pk:
            root[pk] = root[root[pk]]
            pk = root[pk]
        return pk

    def _union(self, one: int, other: int) -> None:
        first, second = self._find(one), self._find(other)
        self.root[max(first, second)] = min(first, second)

    # --- whose

    def _own(self) -> None:
        """Ours belong to who is answered, however many of ours stand between."""
        for pk, ours in enumerate(self.ours):
            if ours and not self.owner[pk]:
                self._climb(pk)
        lost: dict[int, int] = {}  # threads with something of ours that nobody owns, and who writes in them
        for pk, ours in enumerate(self.ours):
            if ours and not self.owner[pk] and self.refers[pk]:
                lost[self._find(pk)] = 0
        if lost:
            self._lend(lost)

    def _climb(self, pk: int) -> None:
        chain, seen = [], set()
        while pk and self.ours[pk] and not self.owner[pk] and pk not in seen:
            chain.append(pk)
            seen.add(pk)
            pk = self.up[pk]
        owner = self.owner[pk] if pk else 0
        for one in chain:
            self.owner[one] = owner

    def _lend(self, lost: dict[int, int]) -> None:
        """Answers to what is not in the file belong to the first person who writes in their thread."""
        for pk, there in enumerate(self.there):
            if there and not self.ours[pk] and lost.get(root := self._find(pk), 1) == 0:
                lost[root] = self.author[pk]
        for pk, ours in enumerate(self.ours):
            if ours and not self.owner[pk] and self.refers[self._top(pk)]:
                self.owner[pk] = lost.get(self._find(pk), 0)

    def _top(self, pk: int) -> int:
        """The first of ours in a chain of ours: what it answers is not here, or it answers nothing."""
        seen = set()
        while self.up[pk] and pk not in seen:
            seen.add(pk)
            pk = self.up[pk]
        return pk

    def write(self) -> None:
        """Keep it beside the rows."""
        rows: list[tuple[int, int, int]] = []
        for row in self._each():
            rows.append(row)
            if len(rows) == AT_ONCE:
                self.db.executemany("INSERT INTO owned VALUES (?,?,?)", rows)
                rows = []
        self.db.executemany("INSERT INTO owned VALUES (?,?,?)", rows)

    def _each(self) -> Iterator[tuple[int, int, int]]:
        for pk, there in enumerate(self.there):
            if there:
                # Where nothing links them, all that one person and we said to each other is a thread.
                yield pk, self._find(pk) if self.linked else -self.owner[pk], self.owner[pk]


def summary(stage: Stage) -> dict[str, object]:
    """What would come in: messages, theirs, ours, conversations, contacts, first and last moment, by account."""
    db = stage.db
    count, ours, first, last = db.execute("SELECT COUNT(*), TOTAL(ours), MIN(at), MAX(at) FROM row").fetchone()
    (conversations,) = db.execute("SELECT COUNT(DISTINCT lot) FROM placed WHERE owner > 0").fetchone()
    (contacts,) = db.execute("SELECT COUNT(DISTINCT owner) FROM placed WHERE owner > 0").fetchone()
    (alone,) = db.execute("SELECT COUNT(*) FROM placed WHERE owner = 0").fetchone()
    (missing,) = db.execute("SELECT COUNT(*) FROM row WHERE parent <> '' AND up IS NULL").fetchone()
    handles = db.execute(
        "SELECT a.network, a.handle, COUNT(*) AS times FROM row r JOIN author a ON a.pk = r.author WHERE r.ours "
        "GROUP BY a.pk ORDER BY times DESC, a.pk LIMIT 50"
    ).fetchall()
    return {
        "messages": count, "ours": int(ours), "theirs": count - int(ours), "first": first, "last": last,
        "conversations": conversations, "contacts": contacts, "alone": alone, "missing_parents": missing,
        "handles": json.loads(json.dumps(handles)), "read": int(stage.meta("read") or 0),
        "wrong": int(stage.meta("wrong") or 0), "copies": int(stage.meta("copies") or 0),
    }  # fmt: skip
