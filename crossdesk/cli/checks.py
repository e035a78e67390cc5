"""What may be wrong with an installation, each with the way to mend it."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from crossdesk.channels import seal
from crossdesk.channels.models import Credential
from crossdesk.cli.main import words_for
from crossdesk.journal import queries as journal
from crossdesk.reading.services import default_reader, missing_extra

LEAST_FREE_BYTES = 500 * 1024 * 1024
LEAST_SQLITE = (3, 51, 3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, whether it is well, and if not what to do."""

    what: str
    well: bool
    words: str


def waiting_migrations() -> list[str]:
    """Migrations that are not applied yet, as `room.name`."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def run_checks() -> Iterator[Finding]:
    """Every check in turn. Once the database does not answer, those that need it are left out."""
    yield data_folder()
    yield free_space()
    yield key_files()
    yield reading_models()
    answer = database()
    yield answer
    if not answer.well:
        return
    tables = migrations()
    yield tables
    if tables.well:
        for check in DATABASE_CHECKS:
            yield check()


def data_folder() -> Finding:
    """Is the data folder ours alone?"""
    mode = stat.S_IMODE(settings.HOME.stat().st_mode)
    if mode & 0o007:
        return Finding("data folder", False, f"{settings.HOME} is open to others. Run: chmod 700 {settings.HOME}")
    return Finding("data folder", True, str(settings.HOME))


def free_space() -> Finding:
    """Is there room to go on storing?"""
    free = shutil.disk_usage(settings.HOME).free
    megabytes = free // (1024 * 1024)
    if free < LEAST_FREE_BYTES:
        return Finding("disk", False, f"Only {megabytes} MB are free beside {settings.HOME}. Free some space.")
    return Finding("disk", True, f"{megabytes} MB free")


def reading_models() -> Finding:
    """Do the models load that read what comes in?"""
    reader = default_reader()
    if reader.troubles:
        return Finding("reading", False, " ".join(reader.troubles))
    return Finding("reading", True, ". ".join(filter(None, (reader.model, missing_extra()))))


def key_files() -> Finding:
    """Can only we read the keys?"""
    for name in ("secret_key", "seal_key"):
        path = Path(settings.HOME) / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            return Finding("keys", False, f"{path} can be read by others. Run: chmod 600 {path}")
    return Finding("keys", True, f"{len(settings.SEAL_KEYS)} seal key(s)")


def database() -> Finding:
    """Does it answer, and is SQLite one of the sound versions?"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except OperationalError as error:
        return Finding("database", False, words_for(error))
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT sqlite_version()")
            version = str(cursor.fetchone()[0])
        if tuple(int(part) for part in version.split(".")) < LEAST_SQLITE:
            words = f"SQLite {version} may corrupt its log. Run script/setup again, which brings a newer one."
            return Finding("database", False, words)
        return Finding("database", True, f"SQLite {version}")
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return Finding("database", True, f"PostgreSQL {cursor.fetchone()[0]}")


def migrations() -> Finding:
    """Are the tables those of this version?"""
    waiting = waiting_migrations()
    if waiting and not MigrationRecorder(connection).applied_migrations():
        words = f"nothing has begun in {settings.HOME} yet. Run: crossdesk serve --migrate. If it lies elsewhere, name that folder in CROSSDESK_HOME."
        return Finding("tables", False, words)
    if waiting:
        return Finding("tables", False, f"{len(waiting)} change(s) are not applied. Run: crossdesk migrate")
    return Finding("tables", True, "up to date")


def credentials() -> Finding:
    """Do our keys open what they sealed?"""
    sealed, broken = 0, []
    for row in Credential.objects.select_related("account"):
        sealed += 1
        try:
            seal.unseal(row)
        except seal.SealBroken:
            broken.append(row.account.handle)
    if broken:
        words = (
            f"The sign-ins of {', '.join(broken)} cannot be opened. Put the key that sealed them back into "
            "CROSSDESK_SEAL_KEY (after a comma), or connect these accounts again."
        )
        return Finding("sign-ins", False, words)
    return Finding("sign-ins", True, f"{sealed} sealed, all open")


def dead_letters() -> Finding:
    """Has work been given up?"""
    dead = journal.dead_count()
    if dead:
        return Finding("work", False, f"{dead} piece(s) of work were given up. Look at Operations and run them again.")
    return Finding("work", True, "nothing was given up")


def late_work() -> Finding:
    """Does somebody do the work?"""
    late = journal.late_count()
    if late:
        return Finding(
            "worker", False, f"{late} piece(s) of work are minutes late. Start: crossdesk serve, or crossdesk worker"
        )
    return Finding("worker", True, "nothing is late")


DATABASE_CHECKS: list[Callable[[], Finding]] = [credentials, dead_letters, late_work]
