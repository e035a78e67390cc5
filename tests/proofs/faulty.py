"""What every network is put through alike, with the proxy before its server: what is shown, what is kept, nothing lost,
nothing doubled."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final, Protocol

from crossdesk.channels.enums import AccountState
from tests.proofs.faults import DELAYED, MINUTE, WELL, Company, missing
from tests.servers import fault_proxy
from tests.servers.fault_proxy import Doing, FaultProxy, Named, ours, saying

HOTEL: Final = b"<!doctype html><h1>Welcome to the hotel network</h1>"
SECOND: Final = timedelta(seconds=1)
COULD_NOT_BE_READ: Final = "Kept as the network sent them."
NO_JSON: Final = "sent something that is not JSON"

# Each with the words that the account's page says, and how what is kept of it begins: None where there was nothing.
RUBBISH: Final[dict[str, tuple[Doing, str, str | None]]] = {
    "a page": (saying(200, body=HOTEL, kind="text/html"), NO_JSON, HOTEL.decode()),
    "cut short": (fault_proxy.cut_short, NO_JSON, ""),
    "broken off": (fault_proxy.broken_off, "gave no answer", None),
    "of another kind": (saying(200, body=b'{"answer": "none today"}'), "sent something unexpected", '{"answer"'),
    "nothing": (saying(200, body=b""), NO_JSON, ""),
    "without end": (fault_proxy.endless(), "sent more than 8 MB", ""),
}

Told = Callable[[datetime, datetime], str]  # (until, now) → the header's value
LIMITS: Final[dict[str, tuple[str, Told]]] = {
    "Retry-After in seconds": ("Retry-After", lambda until, now: str(int((until - now).total_seconds()))),
    "Retry-After as a date": ("Retry-After", lambda until, now: format_datetime(until.astimezone(UTC), usegmt=True)),
    "X-RateLimit-Reset as an ISO moment": ("X-RateLimit-Reset", lambda until, now: f"{until:%Y-%m-%dT%H:%M:%SZ}"),
    "RateLimit-Reset as seconds since 1970": ("RateLimit-Reset", lambda until, now: str(int(until.timestamp()))),
}


class Place(Protocol):
    """A network with people on it. said: what the customer said to each brand, by its id there."""

    proxy: FaultProxy
    said: dict[str, dict[str, str]]

    def own(self, brand: str, words: str) -> int:
        """How many posts with these words the brand has there."""


def is_back_with_all(company: Company, place: Place, brand: str) -> None:
    """The account is well, its page says nothing more, and all that was said is there once."""
    assert company.account.state == AccountState.LIVE
    assert (WELL in company.account_page(), DELAYED in company.account_page()) == (True, False)
    company.nothing_lost_or_doubled(place.said[brand])


def one_answer(company: Company, place: Place, brand: str, words: str) -> None:
    """It is on the network once, and settled."""
    assert place.own(brand, words) == 1
    assert (company.outbox(), company.replies()) == ([(words, "published")], [(words, "sent")])


def a_limit(company: Company, place: Place, brand: str, kind: str, *, body: bytes) -> None:
    """429 to all that is asked: pulling and answering wait for the moment that is named, and nobody asks before."""
    (asked,) = place.said[brand]
    name, value = LIMITS[kind]
    now = company.now.replace(microsecond=0)
    until, words = now + 20 * MINUTE, f"Answered at {company.now:%H:%M:%S.%f}"

    with place.proxy.failing(saying(429, (name, value(until, now)), body=body), to=ours()) as fault:
        company.pull()
        answer = company.reply(asked, words)
        company.work()
        answer.refresh_from_db()
        assert company.next_pull() == answer.due_at
        assert timedelta() <= answer.due_at - until < SECOND
        met = fault.met
        company.work_through(19 * MINUTE)
        assert fault.met == met
        account, thread = company.account_page(), company.conversation_page(asked)
        held = company.outbox()
    company.work_through(2 * MINUTE)

    assert missing(account, ["Delayed", "asked us to wait", DELAYED]) == []
    assert missing(thread, [words, "Will be tried again", "asked us to wait"]) == []
    assert held == [(words, "retry")]
    one_answer(company, place, brand, words)
    is_back_with_all(company, place, brand)


def a_lost_answer(company: Company, place: Place, brand: str, what: Doing, *, to: Named) -> None:
    """The line is cut while we post: the network is asked, and has the post once."""
    (asked,) = place.said[brand]
    words = f"Sent at {company.now:%H:%M:%S.%f}"

    with place.proxy.failing(what, to=to, times=1) as fault:
        company.reply(asked, words)
        company.work()
    thread, unsettled = company.conversation_page(asked), company.outbox()
    company.work_through(3 * MINUTE)

    assert (fault.met, unsettled) == (1, [(words, "unknown")])
    assert missing(thread, [words, "Outcome unknown, asking the network"]) == []
    assert "Outcome unknown" not in company.conversation_page(asked)
    one_answer(company, place, brand, words)
    company.nothing_lost_or_doubled(place.said[brand])


def broken_pieces(
    company: Company,
    place: Place,
    brand: str,
    what: Doing,
    *,
    connect: Callable[[], object],
    to: Named,
) -> None:
    """Each piece of a list is broken the first time: kept as it came, and asked for again where it stood."""
    with place.proxy.failing(what, to=to):
        connect()
    held, page, broken = company.theirs(), company.account_page(), company.raw("unreadable")
    company.work_through(2 * MINUTE)

    assert (held, len(broken)) == ({}, len(place.said[brand]))
    assert (COULD_NOT_BE_READ in page, COULD_NOT_BE_READ in company.account_page()) == (True, False)
    assert company.raw("unreadable") == []
    is_back_with_all(company, place, brand)


def a_spoiled_list(
    company: Company, place: Place, brand: str, kind: str, *, connect: Callable[[], object], to: Named
) -> None:
    """Rubbish where the news should be: it is kept once, the page says why, and the gap is filled."""
    what, words, kept = RUBBISH[kind]

    with place.proxy.failing(what, to=to) as fault:
        connect()
        company.work_through(3 * MINUTE)
        page = company.account_page()
        assert company.theirs() == {}
    company.pull()

    assert fault.met >= 2
    assert missing(page, ["Delayed", words, DELAYED]) == []
    rows = [(row.times, row.body[: len(kept or "")], words in row.error) for row in company.raw("unreadable")]
    assert rows == ([] if kept is None else [(fault.met, kept, True)])
    is_back_with_all(company, place, brand)
