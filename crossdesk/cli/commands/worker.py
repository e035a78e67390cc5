"""crossdesk worker: the work behind the pages in a process of its own."""

import signal
import threading

import click
from django.conf import settings

from crossdesk.channels.services import ears
from crossdesk.journal.runner import Runner
from crossdesk.reading.services import default_reader


@click.command()
@click.option(
    "--threads", type=click.IntRange(1, 64), default=None, help="How many. [default: CROSSDESK_WORKER_THREADS]"
)
def command(threads: int | None) -> int:
    """Do the work behind the pages until stopped. Several may run, on several machines with PostgreSQL."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    default_reader()  # loaded before the first message; a damaged model is told now
    runner = Runner(workers=threads or settings.WORKER_THREADS)
    listening = ears.start(most=settings.STREAMS)
    runner.start()
    click.echo("WORKING")
    stop.wait()
    listening.stop()
    runner.stop()
    return 0
