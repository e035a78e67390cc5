"""Faults between us and a real Mastodon-API server, one test each: what is shown, what is kept, and that nothing was lost
or doubled.

Everything the world knows of the server leads through the proxy; only what Crossdesk itself asks for meets a fault.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from crossdesk.channels.enums import AccountState
from crossdesk.channels.ports import OutgoingMedia, Said
from crossdesk.kit import http
from crossdesk.kit.errors import Invalid
from crossdesk.kit.loopback import free_port
from crossdesk.messages.models import Media
from crossdesk.messages.services.keeping_media import MOST_BYTES
from tests.proofs import faults, faulty
from tests.proofs.faults import MINUTE, Company
from tests.servers import fault_proxy
from tests.servers.fault_proxy import Doing, FaultProxy, ours
from tests.servers.ports import LOOPBACK
from tests.servers.snac import SnacServer, soon
from tests.servers.somebody import Somebody, sign_in

pytestmark = [pytest.mark.network, pytest.mark.django_db]

BRANDS = ("down", "revoked", "pictured", "crowded", "brand")  # those that hear nothing new may serve several tests
SMALL, LARGE = "a torn box", "the whole shelf"  # what the customer's pictures show: of 20 MB, and of more than we take
DAY = timedelta(days=1)
LISTED = "/api/v1/notifications"
POSTED = "/api/v1/statuses"


@dataclass
class Place:
    """The server, its front door, and the people on it. said: what the customer said to each brand, by its id there."""

    proxy: FaultProxy
    snac: SnacServer
    client: httpx.Client
    customer: Somebody
    brands: dict[str, Somebody]
    said: dict[str, dict[str, str]] = field(default_factory=dict)

    def say(self, brand: str, words: str, *pictures: OutgoingMedia) -> str:
        """The customer writes to a brand. Returns the id."""
        posted = self.customer.post(f"@{brand} {words}", media=pictures)
        self.said.setdefault(brand, {})[posted.external_id] = f"@{brand}@{self.snac.host} {words}"
        return posted.external_id

    def own(self, brand: str, words: str) -> int:
        """How many posts with these words the brand has on its server."""
        return sum(words in event.text for event in self.brands[brand].all("own") if isinstance(event, Said))

    def another(self, brand: str) -> Somebody:
        """A sign-in beside that of the brand itself."""
        return sign_in(self.snac, self.client, brand)

    def await_all(self, brand: str) -> None:
        """Until the brand's own server shows them all that was said to them."""
        soon(lambda: set(self.said[brand]) <= {event.external_id for event in self.brands[brand].all()})


def noise(side: int) -> bytes:
    """A picture that nothing makes smaller: three bytes for each of its points."""
    place = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(place, "PNG", compress_level=0)
    return place.getvalue()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    port = free_port()
    with FaultProxy(f"http://127.0.0.1:{port}") as proxy, http.client(guard=LOOPBACK, read=15) as client:
        client.headers["User-Agent"] = "Somebody"
        home = tmp_path_factory.mktemp("snac") / "home"
        snac = SnacServer(home, users=("customer", *BRANDS), port=port, front=proxy.port).start()
        try:
            brands = {brand: sign_in(snac, client, brand) for brand in BRANDS}
            made = Place(proxy, snac, client, sign_in(snac, client, "customer"), brands)
            for brand in BRANDS:
                made.say(brand, "where is my order 4711?")
            for number in range(8):
                made.say("crowded", f"question number {number}")
            for alt, side in ((SMALL, 2582), (LARGE, 2700)):
                made.say("pictured", f"look at {alt}", OutgoingMedia(noise(side), "image/png", f"{side}.png", alt=alt))
            for brand in BRANDS:
                made.await_all(brand)
            yield made
        finally:
            snac.stop()


@pytest.fixture
def company(client: Client) -> Company:
    return faults.found(client)


@pytest.fixture(autouse=True)
def counted_anew(place: Place) -> None:
    place.proxy.forget()


def connected(company: Company, place: Place, brand: str) -> Company:
    """The brand's account, by the token of its own sign-in."""
    company.connect("mastodon", place.proxy.url, token=place.brands[brand].connected.secrets["token"])
    return company


def test_ten_minutes_down_and_back(place: Place, company: Company) -> None:
    connected(company, place, "down")
    assert faults.WELL in company.account_page()

    with place.proxy.failing(fault_proxy.down, to=ours()):
        late = place.say("down", "are you still there?")
        place.await_all("down")
        pulls = company.work_through(10 * MINUTE)
        while_down = company.account_page()
    company.work_through(15 * MINUTE)

    assert faults.missing(while_down, ["Delayed", "answered 503", faults.DELAYED]) == []
    assert 3 <= pulls <= 6  # ever more rarely
    assert company.account.state == AccountState.LIVE
    assert "answered 503" not in company.account_page()
    assert "came in late:" in company.conversation_page(late)
    company.nothing_lost_or_doubled(place.said["down"])


@pytest.mark.parametrize("kind", [kind for kind in faulty.LIMITS if not kind.startswith("RateLimit")])
def test_a_limit_is_kept_to_the_moment_that_it_names(place: Place, company: Company, kind: str) -> None:
    connected(company, place, "brand")

    faulty.a_limit(company, place, "brand", kind, body=b'{"error":"Too many requests"}')


def test_a_revoked_token_asks_for_a_sign_in_and_reconnecting_loses_nothing(place: Place, company: Company) -> None:
    theirs = place.another("revoked")
    company.connect("mastodon", place.proxy.url, token=theirs.connected.secrets["token"])
    (asked,) = place.said["revoked"]
    theirs.sign_out(place.client)
    meanwhile = place.say("revoked", "and my other order?")

    company.pull()
    company.reply(asked, "It left today.")
    company.work_through(10 * MINUTE)
    page, thread = company.account_page(), company.conversation_page(asked)
    held = company.outbox()
    place.await_all("revoked")
    company.connect("mastodon", place.proxy.url, token=place.another("revoked").connected.secrets["token"])

    assert faults.missing(page, ["Needs sign-in", "no longer accepts our sign-in", faults.NEEDS_SIGN_IN]) == []
    assert faults.missing(thread, ["It left today.", "The account needs a new sign-in."]) == []
    assert held in ([("It left today.", "prepared")], [("It left today.", "retry")])
    assert company.account.state == AccountState.LIVE
    assert "came in late:" in company.conversation_page(meanwhile)
    assert place.own("revoked", "It left today.") == 1
    assert company.outbox() == [("It left today.", "published")]
    company.nothing_lost_or_doubled(place.said["revoked"])


@pytest.mark.parametrize("what", [fault_proxy.lost, fault_proxy.unheard], ids=["after it was made", "before it was"])
def test_an_answer_that_is_lost_while_posting_leaves_one_post(place: Place, company: Company, what: Doing) -> None:
    connected(company, place, "brand")

    faulty.a_lost_answer(company, place, "brand", what, to=ours("POST", path=POSTED))


def test_limits_are_read_anew_once_a_day_and_the_last_ones_stand_while_nobody_tells_them(
    place: Place, company: Company
) -> None:
    def less(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "configuration": {"statuses": {"max_characters": 77}}}

    connected(company, place, "brand")
    usual, found = company.account.limits, []
    for what in (fault_proxy.changed(less), fault_proxy.down):
        with place.proxy.failing(what, to=ours("GET", path="/instance")):
            company.work(after=DAY)
            found.append(company.account.limits)
    with pytest.raises(Invalid, match="which takes 77"):
        company.send("x" * 78)
    company.work(after=DAY)

    assert usual["max_text"] > 77
    assert found == [{**found[0], "max_text": 77}, found[0]]
    assert company.account.limits == usual
    company.nothing_lost_or_doubled(place.said["brand"])


def test_a_list_that_is_doubled_and_out_of_order_brings_each_once(place: Place, company: Company) -> None:
    def disorder(items: list[Any]) -> list[Any]:
        return [*items[::-1], *items[1::2], *items[::2]]

    with place.proxy.failing(fault_proxy.changed(disorder), to=ours("GET", path=LISTED)) as fault:
        connected(company, place, "crowded")
        company.pull()
        assert company.theirs() == place.said["crowded"]
    company.pull()

    assert fault.met >= 2
    assert {row.times > 1 for row in company.raw("parsed") if row.feed == "notifications"} == {True}
    assert faults.missing(company.account_page(), [faults.WELL]) == []
    for external_id, words in place.said["crowded"].items():
        assert company.conversation_page(external_id).count(f'<p dir="auto">{words}<') == 1
    company.nothing_lost_or_doubled(place.said["crowded"])


def test_a_picture_of_20_mb_is_shown_and_a_larger_one_is_left_where_it_is(place: Place, company: Company) -> None:
    connected(company, place, "pictured")

    shown, left = (Media.objects.get(alt=alt) for alt in (SMALL, LARGE))
    page = company.conversation_page(shown.message.external_id)
    assert 'alt="a torn box"' in page
    kept = (Path(settings.MEDIA_ROOT) / shown.path).read_bytes()
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.size, len(kept) > 20_000_000) == ((2582, 2582), True)
    assert (left.path, left.error) == ("", "The file is larger than 20 MB.")
    assert faults.missing(page, [LARGE, "The file is larger than 20 MB."]) == []
    company.nothing_lost_or_doubled(place.said["pictured"])


def test_a_picture_without_end_is_cut_off_at_the_limit(place: Place, company: Company) -> None:
    without_end = fault_proxy.endless("image/png", b"\x89PNG\r\n\x1a\n")

    with place.proxy.failing(without_end, to=ours("GET", path="/s/")) as fault, faults.memory() as most:
        connected(company, place, "pictured")

    assert fault.met == 2
    assert [one.sent < MOST_BYTES + 8_000_000 for one in place.proxy.asked if "/s/" in one.path] == [True, True]
    assert most() < 3 * MOST_BYTES
    assert set(Media.objects.values_list("path", "error")) == {("", "The file is larger than 20 MB.")}
    company.nothing_lost_or_doubled(place.said["pictured"])


def test_a_picture_that_is_too_large_to_leave_is_refused_before_anything_does(place: Place, company: Company) -> None:
    connected(company, place, "brand")
    (asked,) = place.said["brand"]
    place.proxy.forget()
    large = noise(3000)

    answer = company.post(
        "attach", company.place_of(asked), picture=[SimpleUploadedFile("shelf.png", large, "image/png")]
    )
    with pytest.raises(Invalid) as refused:
        company.send("Look", OutgoingMedia(large, "image/png", "shelf.png"))

    assert (answer.status_code, "A picture has at most 25 MB." in answer.content.decode()) == (422, True)
    assert refused.value.message == "shelf.png is too large for brand: it takes 16 MB."
    assert [one.path for one in place.proxy.asked if one.is_ours] == []
    assert company.outbox() == []


@pytest.mark.parametrize("kind", list(faulty.RUBBISH))
def test_rubbish_in_the_place_of_a_list_is_kept_and_the_gap_is_filled(
    place: Place, company: Company, kind: str
) -> None:
    faulty.a_spoiled_list(
        company, place, "brand", kind, connect=lambda: connected(company, place, "brand"), to=ours("GET", path=LISTED)
    )


def test_pieces_of_other_kinds_are_kept_each_and_what_is_whole_among_them_comes_in(
    place: Place, company: Company
) -> None:
    def spoiled(items: list[Any]) -> list[Any]:
        return [7, None, "words", [], {"id": {}}, *items]

    with place.proxy.failing(fault_proxy.changed(spoiled), to=ours("GET", path=LISTED)):
        connected(company, place, "brand")
    company.pull()

    bodies = [row.body for row in company.raw("unreadable")]
    assert sorted(bodies) == sorted(["7", "null", '"words"', "[]", '{"id": {}}'])
    assert company.account.state == AccountState.LIVE
    company.nothing_lost_or_doubled(place.said["brand"], unreadable=5)


def test_pieces_that_come_broken_come_in_when_the_server_mends_them(place: Place, company: Company) -> None:
    def spoiled(items: list[Any]) -> list[Any]:
        return [{**item, "status": "x"} for item in items]

    faulty.broken_pieces(
        company, place, "crowded", fault_proxy.changed(spoiled), connect=lambda: connected(company, place, "crowded"),
        to=ours("GET", path=LISTED),
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(faulty.RUBBISH))
def test_rubbish_in_the_place_of_a_receipt_leaves_one_post(place: Place, company: Company, kind: str) -> None:
    connected(company, place, "brand")
    rubbish = fault_proxy.done_then(faulty.RUBBISH[kind][0])

    faulty.a_lost_answer(company, place, "brand", rubbish, to=ours("POST", path=POSTED))
