"""crossdesk bench: measure speed, beside a peer where there is one."""

import json
from collections.abc import Mapping

import click

from crossdesk.cli.bench import reading
from crossdesk.cli.bench.inbox import Wish, run


@click.group()
def command() -> None:
    """Measure how quickly this machine serves Crossdesk. Your own data is not touched."""


@command.command()
@click.option("--messages", type=click.IntRange(20), default=1_000_000, show_default=True, help="In the large archive.")
@click.option("--beside", type=click.IntRange(20), default=None, help="In the small one. [default: a tenth]")
@click.option("--requests", type=click.IntRange(1), default=200, show_default=True, help="Of each kind of page.")
@click.option("--deliveries", type=click.IntRange(20), default=20_000, show_default=True, help="To take in at once.")
@click.option("--arrivals", type=click.IntRange(1), default=1000, show_default=True, help="To take in at 50 a second.")
@click.option(
    "--peer-tickets", type=click.IntRange(0), default=100_000, show_default=True, help="0 leaves the peer out."
)
@click.option("--json", "as_json", is_flag=True, help="Say it as one line of JSON.")
def inbox(
    messages: int, beside: int | None, requests: int, deliveries: int, arrivals: int, peer_tickets: int, as_json: bool
) -> int:
    """Pages of the inbox in archives of two sizes, the stream into the larger one, and django-helpdesk's list."""
    figures = run(
        Wish(
            messages=messages, beside=beside or max(20, messages // 10), requests=requests, deliveries=deliveries,
            arrivals=arrivals, peer_tickets=peer_tickets,
        )
    )  # fmt: skip
    _tell(figures.as_json(), as_json=as_json)
    return 0


@command.command()
@click.option("--seconds", type=click.FloatRange(0.1), default=10.0, show_default=True, help="For each figure.")
@click.option("--peer/--no-peer", default=True, show_default=True, help="Measure VADER beside it.")
@click.option("--json", "as_json", is_flag=True, help="Say it as one line of JSON.")
def read(seconds: float, peer: bool, as_json: bool) -> int:
    """Messages that are read a second on one core and on two, the time of one by itself, and VADER."""
    _tell(reading.run(seconds=seconds, peer=peer).as_json(), as_json=as_json)
    return 0


def _tell(figures: Mapping[str, object], *, as_json: bool) -> None:
    shown = (f"{name:<28} {'not measured' if value is None else value}" for name, value in figures.items())
    click.echo(json.dumps(figures) if as_json else "\n".join(shown))
