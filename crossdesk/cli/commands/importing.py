"""crossdesk import: another tool's history, out of a file."""

import json
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import available_timezones

import click

from crossdesk.channels.models import Account
from crossdesk.cli.read.progress import Progress, clock
from crossdesk.cli.workspaces import wanted
from crossdesk.imports import services
from crossdesk.imports.columns import FIELDS, checked
from crossdesk.imports.models import Import
from crossdesk.imports.plan import Plan
from crossdesk.imports.services.opening import read_days
from crossdesk.insights import services as insights
from crossdesk.kit import clock as now_clock
from crossdesk.kit.actor import Actor, system
from crossdesk.kit.errors import Invalid
from crossdesk.org.models import Workspace

EXAMPLES = 3


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--workspace", default="", metavar="SLUG", help="Into which one. [default: the only one]")
@click.option(
    "--account", default="", metavar="NAME", help="All of it is of this account. [default: by our handles in the file]"
)
@click.option("--network", default="", metavar="NAME", help="Where it was said: twitter, facebook … [default: archive]")
@click.option(
    "--ours", multiple=True, metavar="HANDLE", help="Who wrote for us, where no column says it. May be repeated."
)
@click.option("--map", "mapping", multiple=True, metavar="COLUMN=FIELD", help="What a column holds. May be repeated.")
@click.option("--dates", type=click.Choice(["day-first", "month-first"]), default=None, help="Of dates like 3/4/2017.")
@click.option("--zone", default="", metavar="ZONE", help="Of times that name none. [default: the workspace's]")
@click.option("--dry-run", is_flag=True, help="Say what would come in, and change nothing.")
@click.option("--resume", is_flag=True, help="Go on with what was begun; so does simply running it again.")
@click.option(
    "--errors",
    default=None,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="OUT",
    help="Where rows that cannot come in are written. [default: FILE.errors.csv]",
)
@click.option("--yes", is_flag=True, help="The columns are as guessed: do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Say what came in as one JSON object.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
def command(
    file: Path, workspace: str, account: str, network: str, ours: Sequence[str], mapping: Sequence[str],
    dates: str | None, zone: str, dry_run: bool, resume: bool, errors: Path | None, yes: bool, as_json: bool, quiet: bool,
) -> int:  # fmt: skip
    """Bring the messages of FILE (CSV, JSON lines or Parquet) in: contacts, conversations, who answered and when.

    Columns are guessed and shown; --map says it better, for example --map "Tweet Id=id". Fields: see docs/import.md.
    """
    home = _workspace(workspace)
    by = system(home.pk)
    row = services.unfinished(path=file, by=by)
    if resume and row is None:
        raise Invalid("There is no import of this file that was begun and not finished.")
    if row is None or not row.has_begun:
        plan = _plan(file, home, mapping=mapping, dates=dates, zone=zone, ours=ours, network=network, yes=yes or resume)
        row = row or services.open_import(path=file, name=file.name, by=by, now=now_clock.now())
        row = services.confirm(
            import_id=row.pk, plan=plan, account_id=_account(account, by), by=by, now=now_clock.now()
        )  # fmt: skip
    else:
        click.echo(f"Going on behind message {row.position:,} of {row.total:,}.", err=True)
    row = _check(row, quiet=quiet)
    written = _errors(row, errors or file.with_name(f"{file.name}.errors.csv"))
    if dry_run:
        _say(_found(row, written), as_json=as_json)
        if not row.has_begun:
            services.discard(import_id=row.pk, by=by)
        return 0
    row = _bring(row, by, quiet=quiet)
    _say(_came(row, written), as_json=as_json)
    return 0


def _workspace(slug: str) -> Workspace:
    found = wanted((slug,) if slug else ())
    if len(found) != 1:
        raise click.UsageError("Say into which workspace: --workspace SLUG." if found else "There is no workspace yet.")
    return found[0]


def _account(name: str, by: Actor) -> int | None:
    """The account of this handle or name. Raises Invalid."""
    if not name:
        return None
    rows = Account.objects.filter(workspace_id=by.workspace_id, removed_at=None).order_by("id")
    plain = name.lstrip("@").casefold()
    found = [one for one in rows if plain in (one.handle.lstrip("@").casefold(), one.name.casefold())]
    if len(found) != 1:
        there = ", ".join(f"@{one.handle.lstrip('@')}" for one in rows) or "none yet"
        raise Invalid(f"{'Several accounts are' if found else 'No account is'} called “{name}”. There is: {there}.")
    return found[0].pk


def _plan(
    file: Path, home: Workspace, *, mapping: Sequence[str], dates: str | None, zone: str, ours: Sequence[str],
    network: str, yes: bool,
) -> Plan:  # fmt: skip
    """What the columns hold: guessed, said, and confirmed."""
    look = services.look(file)
    columns = dict(look.guess)
    for each in mapping:
        column, sign, field = each.rpartition("=")
        if not sign:
            raise click.UsageError(f"Write --map COLUMN=FIELD, not “{each}”. Fields: {', '.join(FIELDS)}.")
        columns = {known: other for known, other in columns.items() if other != column or known == field}
        columns[field] = column
    columns = checked(columns, look.columns)
    day_first = read_days(look.rows, columns["at"]) if dates is None else dates == "day-first"
    if day_first is None:
        raise Invalid("The dates may be read in two ways. Say --dates day-first or --dates month-first.")
    if "direction" not in columns and not ours:
        raise Invalid(
            "Nothing says which messages are yours. Name the column (--map COLUMN=direction) or --ours HANDLE."
        )
    if zone and zone not in available_timezones():
        raise Invalid(f"“{zone}” is no time zone. Write it like Europe/Berlin.")
    _show(look, columns)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Nobody is here to confirm the columns. Add --yes.")
        click.confirm("Is that what the columns hold?", abort=True, default=True, err=True)
    return Plan.made(
        columns, day_first=day_first, zone=zone or home.time_zone, ours=tuple(ours), network=network.strip().lower()
    )


def _show(look: services.Look, columns: dict[str, str]) -> None:
    for field, column in columns.items():
        examples = " · ".join(look.samples(column, EXAMPLES))
        click.echo(f"{field:<10} {column:<28} {examples[:140]}", err=True)
    left = [name for name in look.columns if name not in columns.values()]
    if left:
        click.echo(f"Left out: {', '.join(left)}", err=True)


def _check(row: Import, *, quiet: bool) -> Import:
    progress = Progress(quiet=quiet)
    progress.begin(0)
    told = [0, 0]

    def tell(read: int, wrong: int, share: float) -> None:
        progress.tell(rows=read - told[0], errors=wrong - told[1], at=int(share * 1000), size=1000)
        told[:] = read, wrong

    found = services.check(import_id=row.pk, now=now_clock.now(), tell=tell)
    progress.say(f"{found.read:,} rows read and put in order, {found.wrong:,} of them cannot come in")
    return found


def _bring(row: Import, by: Actor, *, quiet: bool) -> Import:
    services.begin(import_id=row.pk, by=by, now=now_clock.now())
    progress = Progress(quiet=quiet)
    progress.begin(row.position)
    told = [row.position]

    def tell(done: int, total: int) -> None:
        progress.tell(rows=done - told[0], errors=0, at=done, size=total)
        told[0] = done

    services.bring(import_id=row.pk, tell=tell)
    progress.say("All of it is in. The measures follow.")
    insights.catch_up(row.workspace_id)
    row.refresh_from_db()
    return row


def _errors(row: Import, to: Path) -> Path | None:
    """The rows that cannot come in, next to the file; where nothing can be written there, where they are."""
    own = services.errors_path(row)
    if not own.exists():
        return None
    try:
        shutil.copyfile(own, to)
    except OSError as error:
        click.echo(f"{to} cannot be written ({error.strerror}).", err=True)
        return own
    return to


def _day(at: object) -> str:
    return datetime.fromtimestamp(int(str(at)) / 1e6, UTC).isoformat(timespec="seconds")


def _found(row: Import, errors: Path | None) -> dict[str, object]:
    found = row.summary
    return {
        "rows": row.read, "wrong": row.wrong, "copies": found["copies"], "messages": row.total, "here_already": found["known"],
        "theirs": found["theirs"], "ours": found["ours"], "conversations": found["conversations"],
        "contacts": found["contacts"], "first": _day(found["first"]), "last": _day(found["last"]),
        "wrong_rows": [f"line {line}, {column or 'row'}: {why}" for line, column, why in found["wrong_rows"]],
        "errors": str(errors) if errors else None,
    }  # fmt: skip


def _came(row: Import, errors: Path | None) -> dict[str, object]:
    took = (row.finished_at - row.started_at).total_seconds() if row.finished_at and row.started_at else 0.0
    return {
        "import": row.pk, "rows": row.read, "wrong": row.wrong, "messages": row.messages, "here_already": row.known,
        "conversations": row.conversations, "contacts": row.contacts, "took": clock(took),
        "errors": str(errors) if errors else None,
    }  # fmt: skip


def _say(told: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told))
        return
    for name, value in told.items():
        if isinstance(value, list):
            for one in value:
                click.echo(f"  {one}")
        elif value is not None:
            click.echo(f"{name.replace('_', ' '):<16} {f'{value:,}' if isinstance(value, int) else value}")
