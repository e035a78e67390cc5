"""crossdesk doctor: say what is wrong with this installation and how to mend it."""

import click

from crossdesk.cli.checks import run_checks


@click.command()
def command() -> int:
    """Look the installation over. Exit code 1 when something is wrong."""
    wrong = 0
    for finding in run_checks():
        mark = click.style("✓", fg="green") if finding.well else click.style("✗", fg="red")
        click.echo(f"{mark} {finding.what}: {finding.words}")
        wrong += not finding.well
    click.echo("All is well." if not wrong else f"{wrong} thing(s) to mend.")
    return 1 if wrong else 0
