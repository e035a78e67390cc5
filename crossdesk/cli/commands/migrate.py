"""crossdesk migrate: make or update the tables."""

import click
from django.core.management import call_command

from crossdesk.cli.checks import waiting_migrations


@click.command()
@click.option("--check", is_flag=True, help="Only say whether anything is to do; exit code 1 if so.")
def command(check: bool) -> int:
    """Make or update the tables. Safe to repeat."""
    if check:
        waiting = waiting_migrations()
        for name in waiting:
            click.echo(f"to do: {name}")
        return 1 if waiting else 0
    call_command("migrate", verbosity=0, interactive=False)
    click.echo("The tables are up to date.")
    return 0
