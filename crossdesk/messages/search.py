"""Search by words over what the actor may see: FTS5 on SQLite, tsvector on PostgreSQL, one function in front."""

# Only conditions and marks are put together here; every value is a parameter.
# ruff: noqa: S608

from collections.abc import Sequence
from typing import Any

from django.db import connection

from crossdesk.kit.actor import Actor
from crossdesk.kit.text import storable

MOST_WORDS = 12
LONGEST_WORD = 60
NEWEST = 2**62
RARE = 2000  # so many hits are sorted quicker than the newest messages are walked through
COMMON = 200  # so many hits for the last word as it stands: it was not only begun
MOST_TOKENS = 100  # accounts that the index itself narrows down to


def words_of(given: str) -> list[str]:
    """What stands between spaces and holds a letter or digit. Each database cuts it as it cut the texts."""
    chunks = storable(given).split()
    return [chunk[:LONGEST_WORD] for chunk in chunks if any(sign.isalnum() for sign in chunk)][:MOST_WORDS]


def search_ids(actor: Actor, words: str, *, before: int | None = None, limit: int = 50) -> list[int]:
    """Ids of messages that hold all the words, newest first; the last word may be only begun, unless it is common.

    before: the last id of the page before. Deleted texts are not found. What the actor may not see does not count.
    """
    found = words_of(words)
    if not found:
        return []
    look = _postgresql if connection.vendor == "postgresql" else _sqlite
    return look(actor, found, before if before is not None else NEWEST, limit)


def _seen_by(actor: Actor) -> tuple[str, list[object]]:
    """The condition of `queries.visible_to` in SQL, on the message `m`."""
    conditions, values = ["m.workspace_id = %s"], [actor.workspace_id]
    if not actor.sees_all_walls:
        inside = sorted(actor.walls)
        conditions.append(f"(m.wall_id IS NULL OR m.wall_id IN ({_marks(inside)}))" if inside else "m.wall_id IS NULL")
        values += inside
    if not actor.sees_all_accounts:
        accounts = sorted(actor.account_ids("monitor"))
        if not accounts:
            return "FALSE", []
        marks = _marks(accounts)
        conditions.append(
            f"(m.account_id IN ({marks}) OR EXISTS (SELECT 1 FROM messages_sighting s"
            f" WHERE s.message_id = m.id AND s.account_id IN ({marks})))"
        )
        values += [*accounts, *accounts]
    return " AND ".join(conditions), list(values)


def _marks(values: Sequence[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _sqlite(actor: Actor, words: list[str], before: int, limit: int) -> list[int]:
    phrases = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
    probe = f"scope : w{actor.workspace_id} AND words : ({phrases})"
    if len(words[-1]) > 1 and not _is_common("SELECT rowid FROM messages_words WHERE messages_words MATCH %s", probe):
        phrases += "*"
    match = f"scope : ({_scope(actor)}) AND words : ({phrases})"
    seen, values = _seen_by(actor)
    return _ids(
        "SELECT m.id FROM messages_words AS f CROSS JOIN messages_message AS m ON m.id = f.rowid "
        f"WHERE messages_words MATCH %s AND f.rowid < %s AND {seen} ORDER BY f.rowid DESC LIMIT %s",
        [match, before, *values, limit],
    )


def _scope(actor: Actor) -> str:
    """Tokens of the index that stand for what the actor may see, at least one of which a message must hold."""
    accounts = sorted(actor.account_ids("monitor"))
    if actor.sees_all_accounts or not 0 < len(accounts) <= MOST_TOKENS:
        return f"w{actor.workspace_id}"
    return " OR ".join(f"a{account_id}" for account_id in accounts)


def _is_common(sql: str, query: str) -> bool:
    return len(_ids(f"{sql} LIMIT %s", [query, COMMON])) == COMMON


_HITS = "SELECT m.{0} FROM messages_message m WHERE m.words @@ %s::tsquery AND m.id < %s"


def _postgresql(actor: Actor, words: list[str], before: int, limit: int) -> list[int]:
    """Few hits are gathered first and sorted then; many are walked through from the newest on."""
    query = _tsquery(actor.workspace_id, words)
    if len(words[-1]) > 1 and not _is_common("SELECT id FROM messages_message WHERE words @@ %s::tsquery", query):
        query += ":*"
    seen, values = _seen_by(actor)
    hits = _HITS.format("id")
    few = len(_ids(f"{hits} LIMIT %s", [query, before, RARE])) < RARE
    gathered = "WITH m AS MATERIALIZED (" + _HITS.format("*") + ") SELECT m.id FROM m WHERE"
    hits = gathered if few else f"{hits} AND"
    return _ids(f"{hits} {seen} ORDER BY m.id DESC LIMIT %s", [query, before, *values, limit])


def _tsquery(workspace_id: int, words: list[str]) -> str:
    """The words cut and folded by the database itself."""
    parts = ", ".join(["messages_query_of(%s)"] * len(words))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}", words)
        return " & ".join([f"'\x01w{workspace_id}'", *cursor.fetchone()])


def _ids(sql: str, values: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def identity_ids(workspace_id: int, begun: str, *, limit: int = 20) -> list[int]:
    """Identities whose handle or name begins so, handles first, newest first. One query on an index.

    Says nothing of who may see them: the caller asks for what these people said, within its own walls.
    """
    begun = " ".join(storable(begun).split()).lstrip("@").lower()[:LONGEST_WORD]
    if not begun:
        return []
    if connection.vendor == "postgresql":
        escaped = begun.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        condition, values = "lower({0}) LIKE %s", [f"{escaped}%"]
    else:
        condition, values = "lower({0}) >= %s AND lower({0}) < %s", [begun, begun + "\U0010ffff"]
    one = "SELECT id FROM messages_identity WHERE workspace_id = %s AND " + condition
    parts = [
        f"SELECT id, {rank} AS rank FROM ({one.format(column)} ORDER BY id DESC LIMIT {limit}) AS {column}_found"
        for rank, column in enumerate(("handle", "name"))
    ]
    sql = f"SELECT id FROM ({' UNION ALL '.join(parts)}) AS found GROUP BY id ORDER BY min(rank), id DESC LIMIT %s"
    return _ids(sql, [workspace_id, *values, workspace_id, *values, limit])
