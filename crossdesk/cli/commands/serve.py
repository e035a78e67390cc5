"""crossdesk serve: the pages, the live lines and the work behind them in one process."""

import click
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from crossdesk.cli.serving import say_ready, serve
from crossdesk.kit import clock
from crossdesk.org import queries, services


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="The port. [default: CROSSDESK_PORT]")
@click.option("--migrate", is_flag=True, help="Make or update the tables first.")
def command(host: str, port: int | None, migrate: bool) -> int:
    """Serve the pages and do the work behind them until stopped with Ctrl-C."""
    if migrate:
        call_command("migrate", verbosity=0, interactive=False)
    serve(host=host, port=port or settings.PORT, ready=_say_ready)
    return 0


def _say_ready(address: str) -> None:
    """READY; and while nobody is there, the link with which the first person sets everything up."""
    say_ready(address)
    if queries.nobody_is_there():
        token = services.make_first_link(now=clock.now())
        click.echo(
            f"Nobody is here yet. To begin, open this link in your browser, once, within a day:\n  {first_address(address, token)}"
        )


def first_address(address: str, token: str) -> str:
    """The link of the first person: below what people type, where that was set."""
    base = address if settings.URL.startswith("http://127.0.0.1:") else settings.URL
    return f"{base}{reverse('web:welcome', args=[token])}"
