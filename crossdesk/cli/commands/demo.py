"""crossdesk demo: a company with ninety days behind it, its customers beside it, open in the browser."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from crossdesk.channels.networks.sandbox import cast
from crossdesk.cli.demo import home as sheets
from crossdesk.cli.demo.ahead import reading_ahead
from crossdesk.cli.demo.fill import in_order
from crossdesk.cli.demo.make import DAYS, Tell, make, tell_past
from crossdesk.cli.demo.network import Sandbox
from crossdesk.cli.serving import serve
from crossdesk.kit.errors import CrossdeskError
from crossdesk.kit.loopback import free_port
from crossdesk.org.models import Workspace

SHOWN = ("owner", "administrator", "lead", "member", "viewer")


class HalfFilled(CrossdeskError):
    """An earlier start was cut short on a database that we may not empty by ourselves."""

    code: ClassVar[str] = "demo.half_filled"


@click.command()
@click.option("--rate", type=click.FloatRange(0, 600), default=2.0, show_default=True, help="New stories a minute.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another past.")
@click.option(
    "--count",
    type=click.IntRange(50, 20_000),
    default=1700,
    show_default=True,
    help="Ordinary conversations; incidents come on top.",
)
@click.option("--fill-only", is_flag=True, help="Fill the company in and end.")
def command(rate: float, seed: int, count: int, fill_only: bool) -> int:
    """Fill a demo company in (the first time), start its sandbox network and serve the pages until Ctrl-C."""
    folder = Path(settings.HOME)
    sheet = sheets.recall(folder, port=free_port())
    settings.ALLOWED_HOSTS_OUT = [*settings.ALLOWED_HOSTS_OUT, f"127.0.0.1:{sheet.sandbox_port}"]
    if not sheet.filled:
        _start_afresh(folder)
    with Sandbox(home=folder / "sandbox", port=sheet.sandbox_port, rate=0) as sandbox:
        if sheet.filled:
            call_command("migrate", verbosity=0, interactive=False)
        else:
            _fill(folder, sheet, sandbox, seed=seed, count=count)
        if fill_only:
            return 0
        sandbox.control("settings", rate=rate)
        serve(host="127.0.0.1", port=settings.PORT, ready=lambda address: _say_ready(address, sheet.password))
    return 0


def _fill(folder: Path, sheet: sheets.Remembered, sandbox: Sandbox, *, seed: int, count: int) -> None:
    """Reading begins first: nothing else of this needs the second core."""
    told = tell_past(seed=seed, count=count)
    with reading_ahead(in_order(told.happened)) as reader:
        call_command("migrate", verbosity=0, interactive=False)
        sheets.write_down(folder, sheet)
        with _progress() as tell:
            make(sandbox, told, reader=reader, password=sheet.password, tell=tell)
    sheet.filled = True
    sheets.write_down(folder, sheet)


def _start_afresh(folder: Path) -> None:
    """Remove what an unfinished start left behind."""
    shutil.rmtree(folder / "sandbox", ignore_errors=True)
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)
    elif "org_workspace" in connection.introspection.table_names() and Workspace.objects.exists():
        raise HalfFilled(
            f"The database {name} already holds workspaces. Give the demo an empty one in CROSSDESK_DATABASE_URL."
        )


@contextmanager
def _progress() -> Iterator[Tell]:
    with click.progressbar(length=1000, label=f"Living through {DAYS} days", show_pos=False, file=sys.stderr) as bar:
        done = 0

        def tell(number: int, of: int) -> None:
            nonlocal done
            now = number * 1000 // max(of, 1)
            bar.update(now - done)
            done = now

        yield tell


def _say_ready(address: str, password: str) -> None:
    click.echo(f"READY {address}")
    click.echo(f"Sign in with the password {password} as:")
    members = {staff.role: staff for staff in reversed(cast.company().members)}
    for role in SHOWN:
        if role in members:
            click.echo(f"  {members[role].email:<44} {role}, {members[role].title}")
