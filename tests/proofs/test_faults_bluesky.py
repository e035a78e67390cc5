"""Faults between us and the real Bluesky network, one test each: what is shown, what is kept, and that nothing was lost or
doubled.

The proxy stands before the account's own server, which is where Crossdesk asks for everything.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from crossdesk.channels import services
from crossdesk.channels.enums import AccountState
from crossdesk.channels.networks.bluesky.adapter import Bluesky
from crossdesk.channels.ports import Connected, OutgoingMedia
from crossdesk.inbox.models import Attachment
from crossdesk.kit import http
from crossdesk.kit.errors import Invalid
from crossdesk.messages.models import Media
from crossdesk.messages.services.keeping_media import MOST_BYTES
from tests.proofs import faults, faulty
from tests.proofs.faults import MINUTE, Company
from tests.servers import fault_proxy
from tests.servers.bluesky import BlueskyNetwork, soon
from tests.servers.bluesky.person import Person, named
from tests.servers.fault_proxy import Answer, Asked, Doing, FaultProxy, Forward, ours, saying
from tests.servers.ports import LOOPBACK

pytestmark = [pytest.mark.network, pytest.mark.django_db]

LISTED = "app.bsky.notification.listNotifications"
SHOWN = "app.bsky.feed.getPosts"
PUT = "com.atproto.repo.putRecord"
REFRESHED = "com.atproto.server.refreshSession"
SIGNED_IN = "com.atproto.server.createSession"
ALT = "a torn box"


@dataclass
class Place:
    """The network, the front door of the account's server, and the people. said: what the customer said to each brand."""

    proxy: FaultProxy
    network: BlueskyNetwork
    customer: Person
    brands: dict[str, Person]
    connected: dict[str, Connected]
    said: dict[str, dict[str, str]] = field(default_factory=dict)

    def say(self, brand: str, words: str, **more: Any) -> str:
        """The customer writes to a brand. Returns the id."""
        text = f"@{self.brands[brand].handle} {words}"
        uri = self.customer.post(text, facets=named(text, self.brands[brand]), **more)["uri"]
        self.said.setdefault(brand, {})[uri] = text
        return uri

    def await_all(self, brand: str) -> None:
        """Until the network tells the brand of all that was said to them, and shows it."""
        person, wanted = self.brands[brand], set(self.said[brand])

        def is_told() -> bool:
            told = {one["uri"] for one in person.ask(LISTED, limit=100)["notifications"]}
            return wanted <= told and all(person.seen(uri) for uri in wanted)

        soon(is_told)

    def own(self, brand: str, words: str) -> int:
        """How many posts with these words lie in the brand's repository."""
        return sum(one["value"]["text"] == words for one in self.brands[brand].records())


@pytest.fixture(scope="module")
def place(bluesky: BlueskyNetwork) -> Iterator[Place]:
    with FaultProxy(bluesky.pds) as proxy, http.client(guard=LOOPBACK, read=15) as client:
        brands = {
            name: Person.join(bluesky.pds, f"fault-{name}") for name in ("down", "brand", "crowded", "pictured", "away")
        }
        customer = Person.join(bluesky.pds, "fault-customer")
        for one in (customer, *brands.values()):
            soon(one.is_known)
        connected = {
            name: Bluesky(client).connect_finish(
                host=proxy.url, redirect_uri="", app={}, keep={},
                answer={"handle": person.handle, "password": person.app_password()},
            )
            for name, person in brands.items()
        }  # fmt: skip
        made = Place(proxy, bluesky, customer, brands, connected)
        for name in brands:
            made.say(name, "where is my order 4711?")
        for number in range(8):
            made.say("crowded", f"question number {number}")
        made.say("pictured", "look", embed=customer.picture(drawn(64, 48), ALT))
        for name in brands:
            made.await_all(name)
        yield made


@pytest.fixture
def company(client: Client, place: Place) -> Company:
    place.proxy.forget()
    return faults.found(client)


def connected(company: Company, place: Place, brand: str) -> Company:
    """The brand's account, and what there is already is read."""
    company.take("bluesky", place.connected[brand])
    return company


def drawn(width: int, height: int, *, level: int = 6) -> bytes:
    """A picture with soft colours, packed or not."""
    file = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(file, "PNG", compress_level=level)
    return file.getvalue()


def test_ten_minutes_down_and_back(place: Place, company: Company) -> None:
    connected(company, place, "down")
    assert faults.WELL in company.account_page()

    place.proxy.stop()
    try:
        late = place.say("down", "are you still there?")
        place.await_all("down")
        pulls = company.work_through(10 * MINUTE)
        while_down = company.account_page()
    finally:
        place.proxy.start()
    company.work_through(15 * MINUTE)

    assert faults.missing(while_down, ["Delayed", "cannot be reached", faults.DELAYED]) == []
    assert 3 <= pulls <= 6  # ever more rarely
    assert company.account.state == AccountState.LIVE
    assert "cannot be reached" not in company.account_page()
    assert "came in late:" in company.conversation_page(late)
    company.nothing_lost_or_doubled(place.said["down"])


@pytest.mark.parametrize("kind", [kind for kind in faulty.LIMITS if not kind.startswith("X-")])
def test_a_limit_is_kept_to_the_moment_that_it_names(place: Place, company: Company, kind: str) -> None:
    connected(company, place, "brand")

    faulty.a_limit(company, place, "brand", kind, body=b'{"error":"RateLimitExceeded","message":"Rate Limit Exceeded"}')


def expired(token: str) -> Callable[[Asked], bool]:
    """Calls with this token."""
    return lambda asked: asked.is_ours and asked.header("authorization") == f"Bearer {token}"


OVER = saying(400, body=b'{"error":"ExpiredToken","message":"Token has expired"}')


def test_an_expired_token_is_renewed_and_nobody_notices(place: Place, company: Company) -> None:
    connected(company, place, "brand")
    before = faults.secrets()

    with place.proxy.failing(OVER, to=expired(before["access"])) as fault:
        company.pull()
        page = company.account_page()
        company.pull()

    assert fault.met == 1
    assert [one.status for one in place.proxy.asked if REFRESHED in one.path] == [200]
    after = faults.secrets()
    assert [after[name] != before[name] for name in ("access", "refresh", "password")] == [True, True, False]
    assert (faults.WELL in page, "sign" in company.account.state_reason) == (True, False)
    company.nothing_lost_or_doubled(place.said["brand"])


def test_a_revoked_app_password_asks_for_a_sign_in_and_reconnecting_loses_nothing(
    place: Place, company: Company
) -> None:
    person = place.brands["away"]
    company.connect("bluesky", place.proxy.url, handle=person.handle, password=person.app_password("the first"))
    (asked,) = place.said["away"]
    person.tell("com.atproto.server.revokeAppPassword", name="the first")

    with place.proxy.failing(OVER, to=expired(faults.secrets()["access"])):
        meanwhile = place.say("away", "and my other order?")
        place.await_all("away")
        company.pull()
        company.reply(asked, "It left today.")
        company.work_through(10 * MINUTE)
        page, thread = company.account_page(), company.conversation_page(asked)
        held = company.outbox()
        company.connect("bluesky", place.proxy.url, handle=person.handle, password=person.app_password("the second"))

    assert faults.missing(page, ["Needs sign-in", "Make a new app password", faults.NEEDS_SIGN_IN]) == []
    assert faults.missing(thread, ["It left today.", "The account needs a new sign-in."]) == []
    assert held == [("It left today.", "prepared")]
    assert company.account.state == AccountState.LIVE
    assert "came in late:" in company.conversation_page(meanwhile)
    assert place.own("away", "It left today.") == 1
    assert company.outbox() == [("It left today.", "published")]
    company.nothing_lost_or_doubled(place.said["away"])


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_find_the_token_expired_at_once_renew_it_once(place: Place, company: Company) -> None:
    connected(company, place, "brand")
    (asked,) = place.said["brand"]
    together, words, went = threading.Barrier(2), f"From both at {company.now:%H:%M:%S.%f}", list[str]()

    def over_for_both(asked: Asked, forward: Forward) -> Answer | Iterator[bytes]:
        together.wait(timeout=20)
        return OVER(asked, forward)

    def worker(name: str, work: Callable[[], object]) -> None:
        try:
            work()
            went.append(name)
        finally:
            connection.close()

    account, now = company.account, company.now
    answer = company.reply(asked, words)
    workers = [
        threading.Thread(target=worker, args=("pulls", lambda: services.pull(account_id=account.pk, now=now))),
        threading.Thread(target=worker, args=("sends", lambda: services.send(item_id=answer.pk, now=now))),
    ]
    with place.proxy.failing(over_for_both, to=expired(faults.secrets()["access"])) as fault:
        for one in workers:
            one.start()
        for one in workers:
            one.join(timeout=60)
    company.work(after=MINUTE)  # the workers' own clocks stand a little later than ours

    assert (sorted(went), fault.met) == (["pulls", "sends"], 2)
    assert [one.status for one in place.proxy.asked if REFRESHED in one.path] == [200]
    assert [one.path for one in place.proxy.asked if SIGNED_IN in one.path] == []
    assert faults.WELL in company.account_page()
    assert place.own("brand", words) == 1
    assert (company.outbox(), company.replies()) == ([(words, "published")], [(words, "sent")])
    company.nothing_lost_or_doubled(place.said["brand"])


@pytest.mark.parametrize("what", [fault_proxy.lost, fault_proxy.unheard], ids=["after it was made", "before it was"])
def test_an_answer_that_is_lost_while_posting_leaves_one_post(place: Place, company: Company, what: Doing) -> None:
    connected(company, place, "brand")

    faulty.a_lost_answer(company, place, "brand", what, to=ours("POST", path=PUT))


def test_a_list_that_is_doubled_and_out_of_order_brings_each_once(place: Place, company: Company) -> None:
    def disorder(body: dict[str, Any]) -> dict[str, Any]:
        items = body["notifications"]
        return {**body, "notifications": [*items[::-1], *items[1::2], *items[::2]]}

    with place.proxy.failing(fault_proxy.changed(disorder), to=ours("GET", path=LISTED)) as fault:
        connected(company, place, "crowded")
        company.pull()
        assert company.theirs() == place.said["crowded"]
    company.pull()

    assert fault.met >= 2
    assert faults.WELL in company.account_page()
    for external_id, words in place.said["crowded"].items():
        assert company.conversation_page(external_id).count(f'<p dir="auto">{words}<') == 1
    company.nothing_lost_or_doubled(place.said["crowded"])


def test_known_posts_above_new_ones_on_small_pages_hide_nothing(place: Place, company: Company) -> None:
    oldest = min(place.said["crowded"])
    known: list[Any] = []

    def only_the_oldest(body: dict[str, Any]) -> dict[str, Any]:
        known[:] = [one for one in body["notifications"] if one["uri"] == oldest]
        return {"notifications": known}

    def pages_of_three(asked: Asked, forward: Forward) -> Answer:
        """As the server gives them, with what we know on top of each."""
        asked.path = asked.path.replace("limit=50", "limit=3")
        answer = forward()
        listed = answer.json()
        return answer.saying({**listed, "notifications": [*known, *listed["notifications"]]})

    with place.proxy.failing(fault_proxy.changed(only_the_oldest), to=ours("GET", path=LISTED)):
        connected(company, place, "crowded")
    first = company.theirs()
    with place.proxy.failing(pages_of_three, to=ours("GET", path=LISTED)) as fault:
        company.pull()

    assert first == {oldest: place.said["crowded"][oldest]}
    assert fault.met >= 3
    company.nothing_lost_or_doubled(place.said["crowded"])


def from_the_door(place: Place) -> Doing:
    """What the network lists, its pictures at the door's own address."""

    def do(asked: Asked, forward: Forward) -> Answer:
        answer = forward()
        there, here = place.network.appview.encode(), place.proxy.url.encode()
        return Answer(answer.status, answer.headers, answer.body.replace(there, here))

    return do


@pytest.mark.parametrize(
    ("side", "error"), [(2582, ""), (2700, "The file is larger than 20 MB.")], ids=["20 MB", "more than 20 MB"]
)
def test_a_large_picture_is_shown_or_left_where_it_is(place: Place, company: Company, side: int, error: str) -> None:
    large = drawn(side, side, level=0)

    with (
        place.proxy.failing(from_the_door(place), to=ours("GET", path=SHOWN)),
        place.proxy.failing(saying(200, body=large, kind="image/png"), to=ours("GET", path="/img/")) as fault,
    ):
        connected(company, place, "pictured")

    item = Media.objects.get(alt=ALT)
    page = company.conversation_page(item.message.external_id)
    assert (fault.met, len(large) > 20_000_000, item.error) == (1, True, error)
    if error:
        assert (item.path, faults.missing(page, [ALT, error])) == ("", [])
    else:
        assert f'alt="{ALT}"' in page
        with Image.open(Path(settings.MEDIA_ROOT) / item.path) as picture:
            assert picture.size == (side, side)
    company.nothing_lost_or_doubled(place.said["pictured"])


def test_a_picture_without_end_is_cut_off_at_the_limit(place: Place, company: Company) -> None:
    without_end = fault_proxy.endless("image/png", b"\x89PNG\r\n\x1a\n")

    with (
        place.proxy.failing(from_the_door(place), to=ours("GET", path=SHOWN)),
        place.proxy.failing(without_end, to=ours("GET", path="/img/")) as fault,
        faults.memory() as most,
    ):
        connected(company, place, "pictured")

    assert fault.met == 1
    assert [one.sent < MOST_BYTES + 8_000_000 for one in place.proxy.asked if "/img/" in one.path] == [True]
    assert most() < 3 * MOST_BYTES
    assert list(Media.objects.values_list("path", "error")) == [("", "The file is larger than 20 MB.")]
    company.nothing_lost_or_doubled(place.said["pictured"])


def test_a_picture_of_20_mb_leaves_made_smaller_or_is_refused_before_anything_does(
    place: Place, company: Company
) -> None:
    connected(company, place, "brand")
    (asked,) = place.said["brand"]
    place.proxy.forget()
    large = drawn(2582, 2582, level=0)

    with pytest.raises(Invalid) as refused:
        company.send("Look", OutgoingMedia(large, "image/png", "shelf.png"))
    assert refused.value.message == "shelf.png is too large for fault-brand.test: it takes 976 KB."
    assert ([one.path for one in place.proxy.asked if one.is_ours], company.outbox()) == ([], [])

    answer = company.post(
        "attach", company.place_of(asked), picture=[SimpleUploadedFile("shelf.png", large, "image/png")]
    )
    words = f"Shown at {company.now:%H:%M:%S.%f}"
    company.reply(asked, words, *Attachment.objects.values_list("pk", flat=True))
    company.work()

    assert answer.status_code == 200
    (post,) = [one["value"] for one in place.brands["brand"].records() if one["value"]["text"] == words]
    assert [one["image"]["size"] <= 1_000_000 for one in post["embed"]["images"]] == [True]
    assert company.replies() == [(words, "sent")]
    company.nothing_lost_or_doubled(place.said["brand"])


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
    def spoiled(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "notifications": [7, None, "words", [], {"uri": {}}, *body["notifications"]]}

    with place.proxy.failing(fault_proxy.changed(spoiled), to=ours("GET", path=LISTED)):
        connected(company, place, "brand")
    company.pull()

    bodies = [row.body for row in company.raw("unreadable")]
    assert sorted(bodies) == sorted(["7", "null", '"words"', "[]", '{"uri": {}}'])
    assert company.account.state == AccountState.LIVE
    company.nothing_lost_or_doubled(place.said["brand"], unreadable=5)


def test_pieces_that_come_broken_come_in_when_the_server_mends_them(place: Place, company: Company) -> None:
    def spoiled(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "notifications": [{**each, "reason": 7} for each in body["notifications"]]}

    faulty.broken_pieces(
        company, place, "crowded", fault_proxy.changed(spoiled), connect=lambda: connected(company, place, "crowded"),
        to=ours("GET", path=LISTED),
    )  # fmt: skip


@pytest.mark.parametrize("kind", list(faulty.RUBBISH))
def test_rubbish_in_the_place_of_a_receipt_leaves_one_post(place: Place, company: Company, kind: str) -> None:
    connected(company, place, "brand")
    rubbish = fault_proxy.done_then(faulty.RUBBISH[kind][0])

    faulty.a_lost_answer(company, place, "brand", rubbish, to=ours("POST", path=PUT))
