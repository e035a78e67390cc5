"""crossdesk bench: measure speed, beside a peer where there is one."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from crossdesk.cli.bench import history, reading
from crossdesk.cli.bench.accuracy import run as run_accuracy
from crossdesk.cli.bench.inbox import Wish, run
from crossdesk.reading.services import default_reader


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


@command.command(name="import")
@click.option("--rows", type=click.IntRange(20), default=1_000_000, show_default=True, help="Of the file.")
@click.option("--verify/--no-verify", default=True, show_default=True, help="Recompute every measure afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Say it as one line of JSON.")
def import_(rows: int, verify: bool, as_json: bool) -> int:
    """Another tool's history out of a file, beside the same rows put into one plain table."""
    _tell(history.run(rows, verify=verify).as_json(), as_json=as_json)
    return 0


@command.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    help="The labelled sets' folder.",
)
@click.option("--peer/--no-peer", default=True, show_default=True, help="VADER, TextBlob and TF-IDF beside it.")
@click.option("--json", "as_json", is_flag=True, help="Say it as one line of JSON.")
def accuracy(data: Path, peer: bool, as_json: bool) -> int:
    """How good readings are on sets that nothing was trained on, head by head. See docs/reading.md"""
    reader = default_reader()
    lines = run_accuracy(data, reader, peer=peer)
    if as_json:
        click.echo(json.dumps({"model": reader.model, "lines": [line.as_json() for line in lines]}))
        return 0
    click.echo(reader.model)
    for line in lines:
        told = {
            k: v for k, v in line.as_json().items() if k not in ("set", "head", "classes", "peers") and v is not None
        }
        told |= {f"macro_recall of {name}": share for name, share in line.peers.items()}
        click.echo(f"\n{line.set}: {line.head}")
        for name, value in told.items():
            click.echo(f"  {name:<26} {value if name == 'n' else f'{value:.1%}'}")
    return 0


def _tell(figures: Mapping[str, object], *, as_json: bool) -> None:
    shown = (f"{name:<28} {'not measured' if value is None else value}" for name, value in figures.items())
    click.echo(json.dumps(figures) if as_json else "\n".join(shown))
