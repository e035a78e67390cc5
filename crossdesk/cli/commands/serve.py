"""crossdesk serve: the pages, the live lines and the work behind them in one process."""

import click
from django.conf import settings
from django.core.management import call_command

from crossdesk.cli.serving import say_ready, serve


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="The port. [default: CROSSDESK_PORT]")
@click.option("--migrate", is_flag=True, help="Make or update the tables first.")
def command(host: str, port: int | None, migrate: bool) -> int:
    """Serve the pages and do the work behind them until stopped with Ctrl-C."""
    if migrate:
        call_command("migrate", verbosity=0, interactive=False)
    serve(host=host, port=port or settings.PORT, ready=say_ready)
    return 0
