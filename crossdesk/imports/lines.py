"""One row of a file as a message, or what is wrong with it."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from crossdesk.imports.plan import Plan
from crossdesk.imports.values import (
    EARLIEST,
    EPOCH,
    Moments,
    NoMoment,
    Rounded,
    handle_of,
    id_of,
    ids_of,
    is_inbound,
    is_private,
    plain,
)
from crossdesk.kit.files.rows import Row
from crossdesk.kit.text import clipped, storable

MICROSECOND: Final = timedelta(microseconds=1)
LONGEST: Final = 100_000  # characters of one message
SHOWN: Final = 200


class Who(NamedTuple):
    """Somebody who writes, as the file has them."""

    network: str
    external_id: str
    handle: str
    name: str
    ours: bool


class Line(NamedTuple):
    """A message of the file. at: microseconds since 1970. key: its id, or one made of what it says. to: whose it is."""

    line: int
    key: str
    who: Who
    at: int
    text: str
    parent: str
    thread: str
    answers: list[str]
    to: str
    account: str
    url: str
    language: str
    private: bool


class Wrong(Exception):
    """A row cannot come in. field: which one of ours; why: a sentence."""

    def __init__(self, why: str, *, field: str = "") -> None:
        super().__init__(why)
        self.field, self.why = field, why


class Understanding:
    """Makes lines of rows, by a plan. now: nothing was written after it."""

    def __init__(self, plan: Plan, *, now: datetime) -> None:
        self.plan = plan
        self.moments = Moments(day_first=plan.day_first, zone=plan.tz)
        self.ours = frozenset(handle_of(name).casefold() for name in plan.ours)
        self.latest = (now - EPOCH) // MICROSECOND
        self.earliest = (EARLIEST - EPOCH) // MICROSECOND

    def line(self, row: Row) -> Line:
        """The message of a row. Raises Wrong."""
        if not row.readable or not row.whole:
            raise Wrong(row.error)
        fields, columns = row.fields, self.plan.columns
        text = self._text(fields)
        at = self._at(fields)
        who = self._who(fields)
        parent = self._read("parent", id_of, fields) if "parent" in columns else ""
        key = self._read("id", id_of, fields) if "id" in columns else _made(who, at, text)
        if not key:
            raise Wrong("It has no id.", field="id")
        return Line(
            line=row.line,
            key=key,
            who=who,
            at=at,
            text=text,
            parent="" if parent == key else parent,
            thread=self._read("thread", id_of, fields) if "thread" in columns else "",
            answers=self._read("answers", ids_of, fields) if "answers" in columns else [],
            to=self._read("to", handle_of, fields) if "to" in columns else "",
            account=self._read("account", handle_of, fields) if "account" in columns else "",
            url=clipped(plain(fields.get(columns["url"])), 500) if "url" in columns else "",
            language=plain(fields.get(columns["language"]))[:10].lower() if "language" in columns else "",
            private="visibility" in columns and is_private(fields.get(columns["visibility"])),
        )

    def _text(self, fields: Mapping[str, Any]) -> str:
        value = fields.get(self.plan.columns["text"])
        if isinstance(value, list | dict):
            raise Wrong("It is no text.", field="text")
        text = storable("" if value is None else value if isinstance(value, str) else str(value)).strip()
        if "&" in text:  # as Twitter writes these three in its exports
            text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        if not text:
            raise Wrong("It has no text.", field="text")
        if len(text) > LONGEST:
            raise Wrong(f"Its text is longer than {LONGEST:,} characters.", field="text")
        return text

    def _at(self, fields: Mapping[str, Any]) -> int:
        value = fields.get(self.plan.columns["at"])
        try:
            at = (self.moments.read(value) - EPOCH) // MICROSECOND
        except NoMoment:
            raise Wrong(f"“{plain(value)[:SHOWN]}” is no date and time that we understand.", field="at") from None
        if not self.earliest <= at <= self.latest:
            raise Wrong(f"“{plain(value)[:SHOWN]}” lies before 1990 or in the future.", field="at")
        return at

    def _who(self, fields: Mapping[str, Any]) -> Who:
        columns = self.plan.columns
        name = clipped(plain(fields.get(columns["name"])), 200) if "name" in columns else ""
        handle = self._read("handle", handle_of, fields) if "handle" in columns else ""
        external_id = self._read("author", handle_of, fields) if "author" in columns else ""
        external_id = external_id or handle or name
        if not external_id:
            raise Wrong("Nobody is named who wrote it.", field="author")
        network = (plain(fields.get(columns["network"])).lower()[:200] if "network" in columns else "") or (
            self.plan.network
        )
        handle = handle or external_id
        if "direction" in columns:
            value = fields.get(columns["direction"])
            inbound = is_inbound(value, turned=self.plan.turned)
            if inbound is None:
                raise Wrong(
                    f"“{plain(value)[:SHOWN]}” says neither that they wrote nor that we did.", field="direction"
                )
        else:
            inbound = handle.casefold() not in self.ours and external_id.casefold() not in self.ours
        return Who(network, storable(external_id), storable(handle), name, not inbound)

    def _read(self, field: str, way: "Callable[[Any], Any]", fields: Mapping[str, Any]) -> Any:
        value = fields.get(self.plan.columns[field])
        try:
            return way(value)
        except Rounded:
            why = f"“{plain(value)[:SHOWN]}” is a number that a spreadsheet has rounded: what it was cannot be told."
            raise Wrong(why, field=field) from None


def _made(who: Who, at: int, text: str) -> str:
    """An id for a message that has none: the same message, the same id."""
    said = "\x1f".join((who.network, who.external_id, str(at), text))
    return "made-" + hashlib.sha256(said.encode()).hexdigest()[:40]
