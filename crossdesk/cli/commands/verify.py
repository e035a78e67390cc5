"""crossdesk verify: recompute every measure from the facts and report every difference."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from crossdesk.cli.workspaces import wanted
from crossdesk.inbox.services import set_counters_right
from crossdesk.insights.services import rebuild
from crossdesk.insights.verify import Difference, Progress, verify_workspace
from crossdesk.org.models import Workspace


@click.command()
@click.argument("slugs", nargs=-1, metavar="[WORKSPACE]...")
@click.option("--repair", is_flag=True, help="Build figures and counters anew where they differ, then look again.")
def command(slugs: tuple[str, ...], repair: bool) -> int:
    """Recompute everything, in all workspaces or in those that are named. Exit code 1 when something differs."""
    left = 0
    for workspace in wanted(slugs):
        found = _look(workspace)
        if found and repair:
            _say(workspace, found)
            _repair(workspace)
            found = _look(workspace)
        _say(workspace, found)
        left += len(found)
    return 1 if left else 0


def _look(workspace: Workspace) -> list[Difference]:
    with _bar(f"Recomputing {workspace.slug}") as tell:
        return verify_workspace(workspace.pk, tell)


def _repair(workspace: Workspace) -> None:
    with _bar(f"Building {workspace.slug} anew") as tell:
        rebuild(workspace.pk, tell)
    set_counters_right(workspace_id=workspace.pk)


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    """A progress bar on stderr, so that what is found can be piped on."""
    with click.progressbar(length=1000, label=label, file=sys.stderr) as bar:

        def tell(done: int, of: int) -> None:
            bar.update(max(0, done * 1000 // max(of, 1) - bar.pos))

        yield tell


def _say(workspace: Workspace, found: list[Difference]) -> None:
    if not found:
        click.echo(f"{workspace.slug}: everything adds up.")
    for one in found:
        click.echo(f"{workspace.slug}: {one.what}, {one.where}: expected {one.expected}, found {one.found}")
    if found:
        click.echo(f"{workspace.slug}: {len(found)} difference(s).")
