"""How quickly messages come in: many at once from stored to decided, and a steady stream to an open page."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby
from typing import Final

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Sum

from crossdesk.channels.enums import DeliveryState, Source
from crossdesk.channels.models import Account, DeliveryTally, RawDelivery
from crossdesk.channels.ports import Delivery
from crossdesk.channels.services.deliveries import store_deliveries
from crossdesk.cli.bench import company, scenario
from crossdesk.cli.bench.archive import LARGE, Archive
from crossdesk.cli.bench.pages import Times
from crossdesk.cli.bench.place import place
from crossdesk.cli.bench.scenario import Line
from crossdesk.cli.bench.server import Listener, Server, ServerTrouble, served
from crossdesk.inbox.models import Entry
from crossdesk.journal import facts
from crossdesk.kit import clock
from crossdesk.org.models import User

A_SECOND: Final = 50
AT_ONCE: Final = 200  # deliveries in one transaction
INGESTED: Final = 9_000_000  # names of tellings that no archive reaches
ARRIVED: Final = 8_000_000
LONGEST: Final = 900.0  # seconds for all of the ingest
LATEST: Final = 30.0  # seconds until the last arrival is heard of
LOOK: Final = 0.1

Tell = Callable[[int, int], None]


def measure(archive: Archive, *, deliveries: int, arrivals: int, tell: Tell) -> tuple[float, Times]:
    """Deliveries a second from stored to decided, and the times from stored to heard. A real server does the work."""
    with served(archive) as server, place(server.path):
        rate = ingest(deliveries, tell=tell)
        times = arrive(server, arrivals)
    return rate, times


def ingest(deliveries: int, *, tell: Tell) -> float:
    """Store so many raw deliveries as they come from a server, and wait until all is decided."""
    wanted = list(_batches(deliveries))
    inbound = sum(not line.ours for _, lines, _ in wanted for line in lines)
    before, began = _decided(), time.perf_counter()
    for account_id, _, batch in wanted:
        store_deliveries(account_id=account_id, deliveries=batch, source=Source.POLL, now=clock.now())
    while not _all_done(before + inbound):
        if time.perf_counter() - began > LONGEST:
            raise ServerTrouble(f"Of {inbound} messages {_decided() - before} were decided in {LONGEST:.0f} seconds.")
        tell(_decided() - before, inbound)
        time.sleep(LOOK)
    return deliveries / (time.perf_counter() - began)


def _batches(deliveries: int) -> Iterator[tuple[int, list[Line], list[Delivery]]]:
    """Account, lines and deliveries, in the order of time."""
    lines = scenario.lines(min(LARGE, deliveries))
    accounts = {row.external_id: row.pk for row in Account.objects.all()}
    weeks = (clock.now() - scenario.BEGIN - scenario.TALKING) // timedelta(weeks=1)
    for start in range(0, deliveries, len(lines)):
        name = scenario.name_of(INGESTED + start)
        told = sorted(lines[: deliveries - start], key=lambda line: line.account)
        for account, of_one in groupby(told, key=lambda line: line.account):
            rows = list(of_one)
            for first in range(0, len(rows), AT_ONCE):
                some = rows[first : first + AT_ONCE]
                made = [scenario.delivery(line, name=name, weeks=weeks) for line in some]
                yield accounts[f"brand-{account}"], some, made


def _decided() -> int:
    return int(DeliveryTally.objects.aggregate(sum=Sum("decided"))["sum"] or 0)


def _all_done(expected: int) -> bool:
    """Everything was understood and decided, and everybody who follows has read it."""
    if _decided() < expected or RawDelivery.objects.filter(state=DeliveryState.STORED).exists():
        return False
    workspace_id = company.workspace().pk
    last = facts.last_number(workspace_id)
    return min(facts.positions()[workspace_id].values()) == last


def arrive(server: Server, arrivals: int) -> Times:
    """Store messages one by one, fifty a second, and hear of each on an open page."""
    account_id = Account.objects.get(external_id="brand-0").pk
    first = next(line for line in scenario.lines(LARGE // 10) if not line.ours and line.parent < 0)
    stored: dict[str, float] = {}
    with Listener(server, _session()) as listener:
        began = time.perf_counter()
        for number in range(arrivals):
            time.sleep(max(0.0, began + number / A_SECOND - time.perf_counter()))
            name, now = scenario.name_of(ARRIVED + number), clock.now()
            one = scenario.delivery(replace(first, at=now, account=0), name=name)
            store_deliveries(account_id=account_id, deliveries=[one], source=Source.STREAM, now=now)
            stored[f"{name}s{first.number}"] = time.perf_counter()
        places = _places(list(stored), listener)
    return Times([(listener.heard[places[key]] - at) * 1000 for key, at in stored.items()])


def _places(external_ids: Sequence[str], listener: Listener) -> dict[str, int]:
    """Conversations of these messages, when the page has heard of all of them."""
    until = time.perf_counter() + LATEST
    while time.perf_counter() < until:
        rows = Entry.objects.filter(message__external_id__in=external_ids)
        found = dict(rows.values_list("message__external_id", "conversation_id"))
        if len(found) == len(external_ids) and set(found.values()) <= listener.heard.keys():
            return found
        time.sleep(LOOK)
    raise ServerTrouble(f"Of {len(external_ids)} arrivals {len(listener.heard)} were heard of on the live line.")


def _session() -> str:
    """A signed-in member's session in the database that is served."""
    user = User.objects.get(email=company.email_of(company.READERS[0]))
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
