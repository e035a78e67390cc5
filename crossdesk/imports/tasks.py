"""Work of imports that must happen. Each is a piece of it; what is long goes on in the next run."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from crossdesk.imports import services
from crossdesk.imports.enums import ImportState
from crossdesk.imports.models import Import
from crossdesk.imports.plan import Plan
from crossdesk.imports.services.bringing import BRING
from crossdesk.imports.services.checking import CHECK
from crossdesk.imports.services.finishing import HEAR
from crossdesk.imports.services.undoing import UNDO
from crossdesk.imports.stage import Busy, Stage
from crossdesk.journal.jobs import Later, task
from crossdesk.kit import clock
from crossdesk.kit.errors import CrossdeskError

PIECE: Final = timedelta(seconds=15)
PAUSE: Final = timedelta(seconds=1)  # what somebody waits for goes first
BUSY: Final = timedelta(seconds=20)


@task(CHECK, lease=timedelta(minutes=30))
def check(*, import_id: int) -> None:
    """Read the file and put it in order. Safe to repeat: what was read stays. What is wrong is said on its page."""
    row = Import.objects.filter(pk=import_id).first()
    if row is None or row.state != ImportState.CHECKING:
        return
    _tried(import_id, lambda: services.check(import_id=import_id, now=clock.now()))


@task(BRING, lease=timedelta(minutes=30))
def bring(*, import_id: int) -> None:
    """Bring the next pieces. Safe to repeat: its place moves in the transaction of what it brings."""
    row = Import.objects.filter(pk=import_id).first()
    if row is None or row.state != ImportState.RUNNING:
        return
    if not _in_order(row) and not _tried(import_id, lambda: services.check(import_id=import_id, now=clock.now())):
        return
    done = False

    def piece() -> None:
        nonlocal done
        done = services.bring(import_id=import_id, until=clock.now() + PIECE)

    if _tried(import_id, piece) and not done:
        raise Later("More of it waits.", at=clock.now())


@task(HEAR, lease=timedelta(minutes=10))
def hear(*, import_id: int) -> None:
    """Read what nobody answered. Safe to repeat: a reading and its place are one transaction."""
    if services.hear(import_id=import_id, now=clock.now()):
        raise Later("More of it waits.", at=clock.now() + PAUSE)


@task(UNDO, lease=timedelta(minutes=10))
def undo(*, import_id: int) -> None:
    """Take the next piece back. Safe to repeat: what is gone is gone."""
    if services.take_back_some(import_id=import_id, now=clock.now()):
        raise Later("More of it waits.", at=clock.now())


def _in_order(row: Import) -> bool:
    path = services.stage_path(row)
    if not path.exists():
        return False
    stage = Stage(path)
    try:
        return stage.holds(row.digest, Plan.stored(row.plan or {}))
    finally:
        stage.close()


def _tried(import_id: int, step: Callable[[], object]) -> bool:
    """Do it; what stands in the way is said on the import's page, and it waits for a person. Returns whether it went."""
    try:
        step()
    except Busy as error:
        raise Later(error.message, at=clock.now() + BUSY) from error
    except CrossdeskError as error:
        services.halt(import_id=import_id, error=error.message)
        return False
    return True
