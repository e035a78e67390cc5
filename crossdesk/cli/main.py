"""The command `crossdesk`: finds the command, sets up what it needs, turns expected failures into a sentence."""

import importlib
from collections.abc import Callable

import click
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from crossdesk.kit.errors import CrossdeskError

# name: (what it does, needs settings and database)
COMMANDS: dict[str, tuple[str, bool]] = {
    "serve": ("Serve the pages and do the work behind them.", True),
    "worker": ("Do the work behind the pages in a process of its own.", True),
    "migrate": ("Make or update the tables.", True),
    "demo": ("Fill a demo company in and start the sandbox network beside it.", True),
    "doctor": ("Say what is wrong with this installation and how to mend it.", True),
    "verify": ("Recompute every measure and report every difference.", True),
    "quality": ("Say how well messages are read and routed, on people's labels.", True),
    "read": ("Say what each message of a file needs, or measure how well that is said.", False),
    "import": ("Bring another tool's history in, out of a file.", True),
    "bench": ("Measure speed, beside a peer where there is one.", True),
    "user": ("Make people, and links with which they sign in.", True),
}
MODULES = {"import": "importing"}  # names that Python keeps for itself


class Commands(click.Group):
    """Loads a command's module only when it is called, after Django when it needs that."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        if COMMANDS[cmd_name][1]:
            ctx.obj()
        command = importlib.import_module(f"crossdesk.cli.commands.{MODULES.get(cmd_name, cmd_name)}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"crossdesk.cli.commands.{cmd_name}.command is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (text, _) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="crossdesk")
def crossdesk() -> None:
    """Crossdesk: one picture of everything said to and about your company, each on their own desk."""


def run(set_up: Callable[[], None]) -> int:
    """Run the command line. 0: done. 1: an expected failure, said on stderr. 2: wrong usage. 130: interrupted."""
    try:
        result = crossdesk.main(standalone_mode=False, obj=set_up)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CrossdeskError as error:
        click.echo(f"crossdesk: {error.message}", err=True)
        return 1
    except (OperationalError, ImproperlyConfigured) as error:
        click.echo(f"crossdesk: {words_for(error)}", err=True)
        return 1
    return result if isinstance(result, int) else 0


def words_for(error: Exception) -> str:
    """What a failing database says, in words that say what to do."""
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    lower = said.lower()
    if "full" in lower or "no space" in lower:
        return f"The disk is full ({said}). Free some space and start again; nothing that was stored is lost."
    if "unable to open" in lower or "readonly" in lower:
        return f"The database file cannot be opened ({said}). Look at CROSSDESK_HOME or CROSSDESK_DATABASE_URL and its rights."
    if "no such table" in lower or "does not exist" in lower:
        return f"The database is not set up ({said}). Run: crossdesk migrate — or correct CROSSDESK_DATABASE_URL."
    if "password" in lower or "role" in lower or "authentication" in lower:
        return f"The database refused the sign-in ({said}). Correct the user and password in CROSSDESK_DATABASE_URL."
    return f"The database does not answer ({said}). Is it running, and is CROSSDESK_DATABASE_URL right?"
