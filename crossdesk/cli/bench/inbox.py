"""The inbox at two sizes, the stream into the larger one, and the peer: all in one run."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import connection

from crossdesk.cli.bench import pages, stream
from crossdesk.cli.bench.archive import archive, bar
from crossdesk.cli.bench.peer import ticket_list
from crossdesk.cli.serving import collect_static
from crossdesk.kit.errors import CrossdeskError


class CannotMeasure(CrossdeskError):
    """This installation is not one on which sizes are measured."""

    code: ClassVar[str] = "bench.cannot"


@dataclass(frozen=True, slots=True)
class Wish:
    """messages, beside: the two sizes. requests: of each kind of page and of the peer. peer_tickets 0: no peer."""

    messages: int
    beside: int
    requests: int
    deliveries: int
    arrivals: int
    peer_tickets: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds of whole pages on the server. None: not measured."""

    queue_p50_ms: float
    queue_p95_ms: float
    conversation_p95_ms: float
    search_p95_ms: float
    scoreboard_p95_ms: float
    ingest_per_s: float
    arrival_to_visible_p95_ms: float
    ratio_1m_to_100k: float
    peer_list_p95_ms: float | None
    arrival_to_visible_p50_ms: float
    peer_list_p50_ms: float | None
    messages: int
    beside: int
    requests: int
    deliveries: int
    arrivals: int
    peer_tickets: int
    cores: int
    load: float

    def as_json(self) -> dict[str, object]:
        """In the order above."""
        return asdict(self)


def run(wish: Wish) -> Figures:
    """Make what is missing, then measure. Raises CannotMeasure and what the parts raise."""
    if connection.vendor != "sqlite":
        raise CannotMeasure(
            "Sizes are measured on SQLite, in files of their own. Run it without CROSSDESK_DATABASE_URL; "
            "your PostgreSQL database is not touched."
        )
    if settings.DEBUG:
        raise CannotMeasure("With CROSSDESK_DEBUG=1 times say nothing. Run it without.")
    home = Path(settings.HOME)
    collect_static()
    small, large = archive(home, wish.beside), archive(home, wish.messages)
    load = os.getloadavg()[0]
    with bar("Asking for pages") as tell:
        at_small, at_large = pages.visit([small, large], requests=wish.requests, tell=tell)
    with bar(f"Taking in {wish.deliveries:,} deliveries, then {wish.arrivals:,} at {stream.A_SECOND} a second") as tell:
        rate, arrivals = stream.measure(large, deliveries=wish.deliveries, arrivals=wish.arrivals, tell=tell)
    peer = None
    if wish.peer_tickets:
        peer = ticket_list(home / "bench" / "peer", tickets=wish.peer_tickets, requests=wish.requests)
    return Figures(
        queue_p50_ms=at_large["queue"].quantile(0.5),
        queue_p95_ms=at_large["queue"].quantile(0.95),
        conversation_p95_ms=at_large["conversation"].quantile(0.95),
        search_p95_ms=at_large["search"].quantile(0.95),
        scoreboard_p95_ms=at_large["scoreboard"].quantile(0.95),
        ingest_per_s=round(rate, 1),
        arrival_to_visible_p95_ms=arrivals.quantile(0.95),
        ratio_1m_to_100k=round(at_large["queue"].quantile(0.5) / at_small["queue"].quantile(0.5), 3),
        peer_list_p95_ms=round(peer.p95_ms, 2) if peer else None,
        arrival_to_visible_p50_ms=arrivals.quantile(0.5),
        peer_list_p50_ms=round(peer.p50_ms, 2) if peer else None,
        messages=large.messages,
        beside=small.messages,
        requests=wish.requests,
        deliveries=wish.deliveries,
        arrivals=wish.arrivals,
        peer_tickets=wish.peer_tickets,
        cores=os.cpu_count() or 1,
        load=round(load, 2),
    )
