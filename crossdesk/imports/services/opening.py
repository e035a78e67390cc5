"""The first look at a file: what stands in it, and what its columns seem to hold."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from crossdesk.imports import columns, policies, stage
from crossdesk.imports.columns import Columns
from crossdesk.imports.enums import ImportState
from crossdesk.imports.errors import Changed
from crossdesk.imports.models import Import
from crossdesk.imports.values import day_comes_first
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict
from crossdesk.kit.files.errors import CannotOpen
from crossdesk.kit.files.rows import Row
from crossdesk.kit.files.sources import KINDS, source
from crossdesk.kit.text import clipped

SAMPLES: Final = 1000
UNFINISHED: Final = (ImportState.CHECKING, ImportState.CHECKED, ImportState.RUNNING, ImportState.STOPPED)


@dataclass(frozen=True, slots=True)
class Look:
    """The head of a file. guess: what its columns seem to hold. day_first None: its dates may be read in two ways."""

    columns: Sequence[str]
    rows: Sequence[Row]
    guess: Columns
    day_first: bool | None

    def samples(self, column: str, most: int = 3) -> list[str]:
        """What stands in a column, some of it, each once."""
        values = [row.fields.get(column) for row in self.rows if row.readable]
        return list(dict.fromkeys(clipped(str(value), 80) for value in values if value not in (None, "")))[:most]


def look(path: Path) -> Look:
    """Read the head of a file. Raises CannotOpen, NoParquet."""
    with source(str(path)) as found:
        rows = list(islice(found.rows, SAMPLES))
        readable = [row for row in rows if row.readable]
        names = list(found.columns or dict.fromkeys(name for row in readable for name in row.fields))
    if not readable:
        raise CannotOpen("There is no row in this file that can be read.")
    guess = columns.guess(names, readable)
    return Look(names, rows, guess, read_days(readable, guess.get("at", "")))


def read_days(rows: Sequence[Row], column: str) -> bool | None:
    """Is the day written first in this column? None: nothing tells."""
    return day_comes_first([row.fields.get(column) for row in rows]) if column else False


def digest_of(path: Path) -> str:
    """SHA-256 of a file. Raises CannotOpen."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CannotOpen(f"{path.name} cannot be opened: {error.strerror or error}.") from error


@transaction.atomic
def open_import(*, path: Path, name: str, by: Actor, now: datetime, uploaded: bool = False) -> Import:
    """Begin an import of a file. Raises NotAllowed, CannotOpen."""
    policies.demand(by)
    digest = digest_of(path)
    return Import.objects.create(
        workspace_id=by.workspace_id, name=clipped(name, 200), path=str(path.absolute()), uploaded=uploaded,
        size=path.stat().st_size, digest=digest, by_id=by.member_id, by_name=by.name, created_at=now,
    )  # fmt: skip


def upload(*, name: str, pieces: Iterable[bytes], by: Actor, now: datetime) -> Import:
    """Write a file that somebody sends to the disk, piece by piece, and begin an import of it.

    Raises NotAllowed, CannotOpen, NoParquet: then nothing of it is kept.
    """
    policies.demand(by)
    folder = Path(settings.IMPORTS_ROOT)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    suffix = Path(name).suffix.lower()
    path = folder / f"upload-{uuid4().hex}{suffix if suffix in KINDS else ''}"
    try:
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        look(path)
        return open_import(path=path, name=name, by=by, now=now, uploaded=True)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def file_of(row: Import) -> Path:
    """Where its file stands. Raises CannotOpen."""
    if not row.path or not Path(row.path).is_file():
        raise CannotOpen("The file of this import is not here any more.")
    return Path(row.path)


@transaction.atomic
def look_again(*, import_id: int, by: Actor) -> Import:
    """Let the columns be confirmed anew, while nothing has come in. Raises NotAllowed, Conflict."""
    policies.demand(by)
    row = Import.objects.select_for_update().get(pk=import_id, workspace_id=by.workspace_id)
    if row.has_begun or row.state != ImportState.CHECKED:
        raise Conflict("This import has begun: its columns stay as they are. Take it back to bring the file anew.")
    row.state = ImportState.LOOKED
    row.save(update_fields=["state"])
    return row


def unfinished(*, path: Path, by: Actor) -> Import | None:
    """The import of just this file that was begun and not finished. Raises NotAllowed, CannotOpen."""
    policies.demand(by)
    rows = Import.objects.filter(workspace_id=by.workspace_id, digest=digest_of(path), state__in=UNFINISHED)
    return rows.order_by("-id").first()


def stage_path(row: Import) -> Path:
    """Where its messages are put in order."""
    return Path(settings.IMPORTS_ROOT) / f"{row.pk}.sqlite3"


def errors_path(row: Import) -> Path:
    """Where the rows stand that cannot come in."""
    return Path(settings.IMPORTS_ROOT) / f"{row.pk}-errors.csv"


def check_same(row: Import) -> None:
    """Raises Changed, CannotOpen."""
    if not row.path or digest_of(Path(row.path)) != row.digest:
        raise Changed(f"{row.name} has changed since it was looked at. Begin again with the file as it is now.")


@transaction.atomic
def discard(*, import_id: int, by: Actor) -> None:
    """Forget an import that has brought nothing, with the file that was uploaded for it. Raises NotAllowed, Conflict."""
    policies.demand(by)
    row = Import.objects.select_for_update().get(pk=import_id, workspace_id=by.workspace_id)
    if row.position or row.state in (ImportState.RUNNING, ImportState.UNDOING):
        raise Conflict("This import has brought something. Take it back instead.")
    stage.forget(stage_path(row))
    errors_path(row).unlink(missing_ok=True)
    forget_upload(row)
    row.delete()


def forget_upload(row: Import) -> None:
    """Delete the file that was uploaded; one that stood here before stays where it is."""
    if row.uploaded and row.path:
        Path(row.path).unlink(missing_ok=True)
        row.path = ""
