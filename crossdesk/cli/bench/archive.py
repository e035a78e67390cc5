"""Archives of any size, made once and kept: `ground` (the company), `mould` (one telling), then copies of that."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final

import click
from django.db.migrations.loader import MigrationLoader

from crossdesk.cli.bench import company, scenario
from crossdesk.cli.bench.place import migrated, place
from crossdesk.cli.bench.play import play
from crossdesk.cli.bench.stamp import Copy, read_mould, stamp
from crossdesk.insights.verify import verify_workspace
from crossdesk.journal import facts
from crossdesk.kit import clock
from crossdesk.kit.errors import CrossdeskError

LARGE: Final = 2000  # messages in one telling
SMALL: Final = 500  # where the archive is small itself
WEEKS: Final = 52
HERE: Final = Path(__file__).parent

Tell = Callable[[int, int], None]


class NotTheSame(CrossdeskError):
    """An archive whose figures do not add up is not measured."""

    code: ClassVar[str] = "bench.archive"


@dataclass(frozen=True, slots=True)
class Archive:
    """A database file with so many messages."""

    path: Path
    messages: int


@dataclass(frozen=True, slots=True)
class Files:
    """Where everything lies. Its name changes with the code that makes it, so that nothing stale is measured."""

    folder: Path
    telling: int

    @property
    def ground(self) -> Path:
        return self.folder / "ground.sqlite3"  # the same for every size

    @property
    def mould(self) -> Path:
        return self.folder / f"mould-{self.telling}.sqlite3"


def telling_for(messages: int) -> int:
    """How many messages one telling has in an archive of this size."""
    return LARGE if messages >= 5 * LARGE else min(SMALL, messages)


def copies_of(count: int, *, now: datetime) -> list[Copy]:
    """So many tellings over the last year, oldest first, the newest of them settled by now."""
    newest = (now - scenario.BEGIN - scenario.SETTLED) // timedelta(weeks=1)
    return [Copy(number, newest - WEEKS + 1 + number * WEEKS // count) for number in range(count)]


def archive(home: Path, messages: int) -> Archive:
    """The archive of about so many messages, made now when there is none. Raises NotTheSame."""
    telling = telling_for(messages)
    count = max(1, round(messages / telling))
    files = Files(home / "bench" / stamp_of_code(), telling)
    made = Archive(files.folder / f"archive-{telling * count}.sqlite3", telling * count)
    if not made.path.exists():
        files.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_mould(files)
        _make(files, made, count)
    return made


def make_mould(files: Files) -> None:
    """The company, and one telling of the scenario by the services."""
    if files.mould.exists():
        return
    if not files.ground.exists():
        _make_ground(files)
    lines = scenario.lines(files.telling)
    with _unfinished(files.mould) as mould, bar(f"Telling {files.telling:,} messages by the services") as tell:
        shutil.copyfile(files.ground, mould)
        with place(mould, quick=True):
            play(lines, tell=tell)


def _make_ground(files: Files) -> None:
    with _unfinished(files.ground) as ground:
        migrated(ground)
        with place(ground, quick=True):
            company.found()
            while facts.follow_all():
                pass


def _make(files: Files, made: Archive, count: int) -> None:
    mould = read_mould(files.ground, files.mould)
    with _unfinished(made.path) as path:
        shutil.copyfile(files.ground, path)
        with place(path, quick=True):
            with bar(f"Copying to {made.messages:,} messages") as tell:
                stamp(mould, copies_of(count, now=clock.now()), tell=tell)
            with bar(f"Verifying {made.messages:,} messages") as tell:
                found = verify_workspace(company.workspace().pk, tell)
    if found:
        raise NotTheSame(f"The archive does not add up: {len(found)} difference(s), the first: {found[0]}.")


@contextmanager
def _unfinished(path: Path) -> Iterator[Path]:
    """A file that gets its name when it is complete; what an earlier start left half done goes."""
    half = path.with_suffix(".half")
    remove(half)
    yield half
    half.rename(path)


def remove(path: Path) -> None:
    """A database with what SQLite keeps beside it."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def stamp_of_code() -> str:
    """Changes with the tables and with the code that fills archives."""
    mark = hashlib.sha256()
    for app, name in sorted(MigrationLoader(None).disk_migrations):
        mark.update(f"{app}.{name}\n".encode())
    for path in sorted(HERE.glob("*.py")):
        if path.stem in {"company", "moulds", "place", "play", "scenario", "stamp"}:
            mark.update(path.read_bytes())
    return mark.hexdigest()[:12]


@contextmanager
def bar(label: str) -> Iterator[Tell]:
    """A progress bar on stderr."""
    with click.progressbar(length=1000, label=label, file=sys.stderr) as shown:

        def tell(done: int, of: int) -> None:
            shown.update(max(0, done * 1000 // max(of, 1) - shown.pos))

        yield tell
