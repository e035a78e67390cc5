"""A list of people as a file: which separator, which letters, which columns. No tables.

Recognised are what spreadsheets write: UTF-8, UTF-16 and Windows letters; commas, semicolons, tabs and bars; English and
German headings in any order.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crossdesk.org import checks

MOST_BYTES: Final = 500_000
LONGEST_CELL: Final = 10_000  # letters
MOST_PEOPLE: Final = 500
SEPARATORS: Final = (",", ";", "\t", "|")
BETWEEN_DEPARTMENTS: Final = re.compile(r"[,;|\n]")
HEADINGS: Final[Mapping[str, frozenset[str]]] = {
    "email": frozenset({"email", "emailaddress", "mail", "mailaddress", "emailadresse", "mailadresse", "adresse"}),
    "name": frozenset({"name", "fullname", "person", "vorundnachname", "vollstandigername", "anzeigename", "displayname"}),
    "first": frozenset({"firstname", "givenname", "vorname"}),
    "last": frozenset({"lastname", "surname", "familyname", "nachname", "familienname"}),
    "departments": frozenset({"department", "departments", "desk", "desks", "team", "teams", "abteilung", "abteilungen", "bereich", "bereiche"}),
    "role": frozenset({"role", "roles", "rolle", "rollen", "rights", "rechte"}),
}  # fmt: skip


class BadFile(checks.Bad):
    """The file as a whole cannot be read."""

    code = "org.bad_file"


@dataclass(frozen=True, slots=True)
class Line:
    """One person as the file has them, trimmed. number: the line of the file, 1 is the headings."""

    number: int
    email: str
    name: str = ""
    departments: tuple[str, ...] = ()
    role: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a file. columns: the headings that were recognised; ignored: those that were not."""

    lines: Sequence[Line]
    columns: Sequence[str]
    ignored: Sequence[str]


def decoded(content: bytes) -> str:
    """The text of a file, in whichever letters it was saved. Raises BadFile."""
    if len(content) > MOST_BYTES:
        raise BadFile(f"The file is too large. It may have {MOST_BYTES // 1000} kB.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise BadFile("This is a workbook. Save it as CSV, then choose that file.")
    letters = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(letters)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise BadFile("This is no text file. Save the list as CSV, then choose that file.")
    return text


def read(text: str) -> Roster:
    """The people of a text. Raises BadFile with what is missing."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise BadFile("The file is empty.")
    rows = max((_rows(text, separator) for separator in SEPARATORS), key=_recognised)
    headings = [_heading(cell) for cell in rows[0][1]]
    if "email" not in headings:
        raise BadFile("There is no column with e-mail addresses. Head it “email”; the example file shows how.")
    twice = next((one for one in headings if one and one != "departments" and headings.count(one) > 1), None)
    if twice:
        raise BadFile(f"Two columns are both read as “{twice}”. Take one away.")
    people = [(number, cells) for number, cells in rows[1:] if any(cell.strip() for cell in cells)]
    if len(people) > MOST_PEOPLE:
        raise BadFile(f"A file holds {MOST_PEOPLE} people at most. Make several of it.")
    if not people:
        raise BadFile("There is nobody below the headings.")
    return Roster(
        lines=[_line(number, headings, cells) for number, cells in people],
        columns=list(dict.fromkeys(one for one in headings if one)),
        ignored=[cell.strip() for cell, one in zip(rows[0][1], headings, strict=True) if not one and cell.strip()],
    )


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """The number of the line on which each row begins, and its cells; rows before the headings that are empty go."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    rows, begins = [], 1
    try:
        for cells in reader:
            if any(len(cell) > LONGEST_CELL for cell in cells):
                raise _broken()  # the library's own limit is one for the whole process
            rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _broken() from error
    first = next(place for place, (_number, cells) in enumerate(rows) if any(cell.strip() for cell in cells))
    return rows[first:]


def _recognised(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, int]:
    return sum(bool(_heading(cell)) for cell in rows[0][1]), len(rows[0][1])


def _heading(cell: str) -> str:
    plain = unicodedata.normalize("NFKD", cell.casefold()).encode("ascii", "ignore").decode()
    letters = re.sub(r"[^a-z]", "", plain)
    return next((name for name, spellings in HEADINGS.items() if letters in spellings), "")


def _line(number: int, headings: Sequence[str], cells: Sequence[str]) -> Line:
    given: dict[str, list[str]] = {}
    for heading, cell in zip(headings, cells, strict=False):
        given.setdefault(heading, []).append(" ".join(cell.split()) if heading != "departments" else cell.strip())
    names = [*given.get("first", ()), *given.get("last", ())]
    desks = [part.strip() for cell in given.get("departments", ()) for part in BETWEEN_DEPARTMENTS.split(cell)]
    return Line(
        number=number,
        email=given["email"][0] if "email" in given else "",
        name=given.get("name", [""])[0] or " ".join(part for part in names if part),
        departments=tuple(dict.fromkeys(part for part in desks if part)),
        role=given.get("role", [""])[0],
    )


def _broken() -> BadFile:
    return BadFile("The file is broken: a quotation mark or a cell has no end.")
