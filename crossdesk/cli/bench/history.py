"""How quickly another tool's history comes in, beside plain rows of the same file put into one table of the same database."""

import csv
import os
import random
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings

from crossdesk.cli.bench import company
from crossdesk.cli.bench.archive import bar
from crossdesk.cli.bench.inbox import CannotMeasure
from crossdesk.cli.bench.place import migrated, place
from crossdesk.imports import services
from crossdesk.imports.models import Import
from crossdesk.imports.plan import Plan
from crossdesk.insights import services as insights
from crossdesk.insights.verify import verify_workspace
from crossdesk.journal import facts
from crossdesk.kit import clock
from crossdesk.kit.actor import system

BRANDS: Final = ("WrenholtHelp", "Wrenholt")
BEGAN: Final = datetime(2017, 10, 1, tzinfo=UTC)
COLUMNS: Final = (
    "tweet_id", "author_id", "inbound", "created_at", "text", "response_tweet_id", "in_response_to_tweet_id",
)  # fmt: skip
WORDS: Final = [
    "order",
    "parcel",
    "late",
    "refund",
    "thanks",
    "broken",
    "invoice",
    "again",
    "still",
    "waiting",
    "hours",
    "help",
    "please",
    "since",
    "yesterday",
    "app",
    "login",
    "delivery",
    "address",
    "wrong",
    "colour",
    "store",
    "staff",
    "friendly",
    "cancel",
    "train",
    "seat",
    "booking",
    "charged",
    "twice",
    "card",
    "number",
    "question",
]
BATCH: Final = 2000


@dataclass(frozen=True, slots=True)
class Figures:
    """rows_per_s: from the file to the last row in, reading and ordering included. follow_s: until the measures stood,
    after that. rows_per_busy_s: by the processor's time, as an idle machine would have it. plain_rows_per_s: the same rows with `executemany` into one table with no index but its key."""

    rows_per_s: float
    peak_mb: int
    ratio_to_plain_executemany: float
    rows_per_busy_s: float
    plain_rows_per_s: float
    order_s: float
    bring_s: float
    follow_s: float
    rows: int
    messages: int
    conversations: int
    contacts: int
    database_mb: int
    differences: int
    cores: int
    load: float

    def as_json(self) -> dict[str, object]:
        """In the order above."""
        return asdict(self)


def run(rows: int, *, verify: bool = True) -> Figures:
    """Make a file of so many rows, bring it in, and put its rows into one plain table. Raises CannotMeasure."""
    if connection.vendor != "sqlite":
        raise CannotMeasure(
            "Imports are measured on SQLite, in files of their own. Run it without CROSSDESK_DATABASE_URL."
        )
    folder = Path(settings.HOME) / "bench" / "import"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    load = os.getloadavg()[0]
    try:
        file, database = folder / "history.csv", folder / "import.sqlite3"
        with bar(f"Writing {rows:,} rows") as tell:
            write(file, rows, tell=tell)
        migrated(database)
        with override_settings(IMPORTS_ROOT=folder / "imports"), place(database):
            company.found()
            insights.catch_up(company.workspace().pk)
            row, order_s, bring_s, follow_s, busy_s = _import(file)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            differences = len(verify_workspace(row.workspace_id)) if verify else 0
        plain = rows / _plain(file, folder / "plain.sqlite3")
        rate = rows / (order_s + bring_s)
        return Figures(
            rows_per_s=round(rate, 1), peak_mb=peak, ratio_to_plain_executemany=round(rate / plain, 3),
            rows_per_busy_s=round(rows / busy_s, 1), plain_rows_per_s=round(plain, 1), order_s=round(order_s, 1), bring_s=round(bring_s, 1),
            follow_s=round(follow_s, 1), rows=rows, messages=row.messages, conversations=row.conversations,
            contacts=row.contacts, database_mb=database.stat().st_size // 1024**2, differences=differences,
            cores=os.cpu_count() or 1, load=round(load, 2),
        )  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _import(file: Path) -> tuple[Import, float, float, float, float]:
    """The import, the seconds for putting in order, bringing, and the measures, and the processor's for the first two."""
    by = system(company.workspace().pk)
    begun, idle = time.perf_counter(), time.process_time()
    row = services.open_import(path=file, name=file.name, by=by, now=clock.now())
    plan = Plan.made(services.look(file).guess, network="twitter")
    services.confirm(import_id=row.pk, plan=plan, account_id=None, by=by, now=clock.now())
    row = services.check(import_id=row.pk, now=clock.now())
    ordered = time.perf_counter()
    services.begin(import_id=row.pk, by=by, now=clock.now())
    with bar(f"Bringing {row.total:,} messages") as tell:
        services.bring(import_id=row.pk, tell=tell)
    brought, busy = time.perf_counter(), time.process_time() - idle
    with bar("Bringing the measures up to date") as tell:
        insights.catch_up(row.workspace_id, tell)
    while facts.follow_all():
        pass
    row.refresh_from_db()
    return row, ordered - begun, brought - ordered, time.perf_counter() - brought, busy


def _plain(file: Path, database: Path) -> float:
    """Seconds for the same rows with nothing done to them but being stored, as safely as ours."""
    begun = time.perf_counter()
    pragmas = str(connection.settings_dict["OPTIONS"]["init_command"])
    db = sqlite3.connect(database, isolation_level=None)
    db.executescript(pragmas + " CREATE TABLE plain (id INTEGER PRIMARY KEY, " + ", ".join(COLUMNS) + ")")
    with file.open(encoding="utf-8", newline="") as text:
        reader = csv.reader(text)
        next(reader)
        insert = f"INSERT INTO plain ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 -- our own names
        while some := [row for row, _ in zip(reader, range(BATCH), strict=False)]:
            db.execute("BEGIN IMMEDIATE")
            db.executemany(insert, some)
            db.execute("COMMIT")
    db.close()
    return time.perf_counter() - begun


def write(file: Path, rows: int, *, seed: int = 1, tell: Callable[[int, int], object] | None = None) -> None:
    """A history in the shape of a well-known export of support tweets: threads upside down, ids as rounded numbers."""
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        done = 0
        for thread in _threads(rows, random.Random(seed)):
            writer.writerows(reversed(thread))
            done += len(thread)
            if tell and done % 10_000 < len(thread):
                tell(done, rows)


def _threads(rows: int, chance: random.Random) -> Iterator[list[list[str]]]:
    """Somebody writes, we answer or do not, they go on: two or three messages of four are answered."""
    number, thread_number = 0, 0
    while number < rows:
        thread_number += 1
        people = max(1, rows // 4)
        author, brand = str(1_000_000 + chance.randrange(people)), chance.choice(BRANDS)
        at = BEGAN + timedelta(seconds=chance.randrange(90 * 86400))
        length = min(rows - number, chance.choice((1, 1, 2, 2, 2, 3, 4, 4, 5, 6, 8)))
        thread: list[list[str]] = []
        for turn in range(length):
            number += 1
            ours = turn % 2 == 1
            at += timedelta(seconds=chance.randrange(20, 40_000))
            said = " ".join(chance.choices(WORDS, k=chance.randrange(6, 24)))
            thread.append([
                str(number), brand if ours else author, str(not ours), at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
                f"@{author if ours else brand} {said}", str(number + 1) if turn + 1 < length else "",
                f"{number - 1}.0" if turn else "",
            ])  # fmt: skip
        yield thread
