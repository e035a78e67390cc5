"""The Bluesky adapter against servers that are broken, hostile or in the way. All on loopback, byte by byte."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from crossdesk.channels.networks.bluesky.adapter import Bluesky
from crossdesk.channels.networks.bluesky.sending import key_of
from crossdesk.channels.ports import (
    Gone,
    NetworkError,
    Outgoing,
    Pace,
    Published,
    RateLimited,
    Refused,
    SignInExpired,
    Unavailable,
    Unreadable,
)
from tests.channels.networks.bluesky.payloads import THEIRS, US, view
from tests.channels.networks.rude_answers import WHILE_PULLING, WHILE_SENDING
from tests.servers.rude import answer

HELLO = Outgoing(key="k1", text="Hello")
MADE = f"at://{US.external_id}/app.bsky.feed.post/{key_of(HELLO)}"
SECRET = "token-that-nobody-may-see"


def json_of(value):
    return json.dumps(value).encode()


def error(name, words="Some words"):
    return json_of({"error": name, "message": words})


@pytest.fixture
def session(outside):
    def to(url, **more):
        secrets = {"service": url, "access": SECRET, "did": US.external_id, **more}
        return Bluesky(outside).session(host="bsky.app", secrets=secrets, profile=US)

    return to


REFUSALS = [
    (answer("400 Bad Request", body=error("ExpiredToken")), SignInExpired, False),
    (answer("400 Bad Request", body=error("InvalidToken")), SignInExpired, False),
    (answer("401 Unauthorized", body=error("AuthMissing")), SignInExpired, False),
    (answer("401 Unauthorized"), SignInExpired, False),
    (answer("401 Unauthorized", body=error("AccountTakedown")), Refused, False),
    (answer("400 Bad Request", body=error("InvalidRequest", "Record/text must not be longer")), Refused, False),
    (answer("403 Forbidden", body=error("Forbidden")), Refused, False),
    (answer("429 Too Many Requests", "Retry-After: 30", body=error("RateLimitExceeded")), RateLimited, False),
    (answer("500 Internal Server Error", body=error("InternalServerError")), Unavailable, True),
    (answer("502 Bad Gateway", body=error("UpstreamFailure")), Unavailable, True),
    (answer("200 OK", body=json_of({"uri": THEIRS})), Unavailable, True),
]


@pytest.mark.parametrize(("talk", "kind", "unknown"), [*REFUSALS, *WHILE_SENDING])
def test_every_way_to_fail_while_sending_has_its_name(rude, session, talk, kind, unknown):
    server = rude(talk)

    with pytest.raises(NetworkError) as caught:
        session(server.url).send(HELLO)

    assert type(caught.value) is kind
    assert getattr(caught.value, "outcome_unknown", False) is unknown
    assert SECRET not in f"{caught.value} {caught.value.__cause__!r}"
    assert len(server.asked) == 1  # nothing is repeated behind our back


@pytest.mark.parametrize(
    ("talk", "kind"),
    [
        *WHILE_PULLING,
        (answer("200 OK", body=b'{"feed":[]}'), Unreadable),
        (answer("200 OK", body=b'{"notifications":"none"}'), Unreadable),
    ],
)
def test_every_way_to_fail_while_pulling_has_its_name(rude, session, talk, kind):
    with pytest.raises(NetworkError) as caught:
        session(rude(talk).url).pull("notifications", "")

    assert type(caught.value) is kind


def test_pieces_that_are_no_objects_are_kept_as_deliveries_and_the_budget_is_told(rude, session):
    reset = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=4)
    headers = "RateLimit-Limit: 3000", "RateLimit-Remaining: 7", f"RateLimit-Reset: {int(reset.timestamp())}"
    server = rude(answer("200 OK", *headers, body=json_of({"notifications": [1, None, {"reason": "follow"}]})))

    page = session(server.url).pull("notifications", "")

    assert [each.body for each in page.deliveries] == ['{"reason": "follow"}', "null", "1"]
    assert page.pace == Pace(limit=3000, remaining=7, resets_at=reset)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Retry-After: 90", 90),
        ("Retry-After: {at:%a, %d %b %Y %H:%M:%S} GMT", 3600),
        ("RateLimit-Reset: {epoch}", 3600),
        ("RateLimit-Reset: 120", 120),
        ("X-Nothing: said", 60),
    ],
)
def test_a_429_says_until_when_in_every_form(rude, session, header, seconds):
    at = datetime.now(UTC) + timedelta(hours=1)
    told = header.format(at=at, epoch=int(at.timestamp()))
    server = rude(answer("429 Too Many Requests", told, body=error("RateLimitExceeded")))

    with pytest.raises(RateLimited) as caught:
        session(server.url).pull("notifications", "")

    assert abs((caught.value.until - datetime.now(UTC)).total_seconds() - seconds) < 10


def test_a_key_that_is_taken_is_our_own_earlier_attempt(rude, session):
    record = json_of({"uri": MADE, "cid": "c", "value": {"createdAt": "2026-03-04T12:00:00Z"}})

    def talk(caller):
        swapped = "putRecord" in server.asked[-1]
        (answer("400 Bad Request", body=error("InvalidSwap")) if swapped else answer("200 OK", body=record))(caller)

    server = rude(talk)

    published = session(server.url).send(HELLO)

    assert published == Published(
        MADE,
        f"https://bsky.app/profile/{US.external_id}/post/{key_of(HELLO)}",
        datetime(2026, 3, 4, 12, tzinfo=UTC),
    )
    put = server.asked[0].partition("\r\n\r\n")[2]
    assert (json.loads(put)["rkey"], json.loads(put)["swapRecord"]) == (key_of(HELLO), None)


PAGE = b"""<!doctype html><html><head><title>Plain
 title</title><meta property="og:title" content="Boxes &amp; more"><meta name="description" content="All our boxes.">
<meta property="og:title" content="Second"></head><body><svg><title>No</title></svg></body></html>"""


@pytest.mark.parametrize(
    ("page", "card"),
    [
        (answer("200 OK", "Content-Type: text/html; charset=utf-8", body=PAGE), ("Boxes & more", "All our boxes.")),
        (answer("200 OK", "Content-Type: text/html", body=b"<title> A  \n b </title>"), ("A b", "")),
        (answer("200 OK", "Content-Type: text/html", body=b"<title>" + b"x" * 5000), ("x" * 300, "")),
        (answer("200 OK", "Content-Type: text/html", body=b"<p>No title"), None),
        (answer("200 OK", "Content-Type: image/png", body=PAGE), None),
        (answer("404 Not Found", "Content-Type: text/html", body=PAGE), None),
        (answer("302 Found", "Location: http://10.0.0.1/inside"), None),
        (answer("200 OK", "Content-Type: text/html", body=b" " * 3_000_000), None),
        (lambda caller: caller.sendall(b"\x00" * 1000), None),
    ],
)
def test_a_link_gets_its_card_where_its_page_gives_one_easily(rude, session, page, card):
    def talk(caller):
        made = answer("200 OK", body=json_of({"uri": MADE, "cid": "c"}))
        (made if "putRecord" in server.asked[-1] else page)(caller)

    server = rude(talk)

    session(server.url).send(Outgoing(key=HELLO.key, text=f"Look: {server.url}/boxes."))

    assert [asked.split()[1] for asked in server.asked] == ["/boxes", "/xrpc/com.atproto.repo.putRecord"]
    assert SECRET not in server.asked[0]
    embed = json.loads(server.asked[1].partition("\r\n\r\n")[2])["record"].get("embed")
    external = {"uri": f"{server.url}/boxes", "title": card[0], "description": card[1]} if card else None
    assert embed == ({"$type": "app.bsky.embed.external", "external": external} if card else None)


def test_a_card_never_comes_from_inside_our_own_network(rude, session):
    elsewhere = rude(answer("200 OK", "Content-Type: text/html", body=PAGE))
    server = rude(answer("200 OK", body=json_of({"uri": MADE, "cid": "c"})))

    session(server.url).send(Outgoing(key=HELLO.key, text=f"Look: {elsewhere.url}/boxes"))

    assert elsewhere.asked == []
    assert "embed" not in json.loads(server.asked[0].partition("\r\n\r\n")[2])["record"]


def test_an_answer_to_what_is_gone_is_not_sent(rude, session):
    server = rude(answer("200 OK", body=b'{"posts": []}'))

    with pytest.raises(Gone, match="not there any more"):
        session(server.url).send(Outgoing(key="k1", text="Hello", in_reply_to=THEIRS))

    assert [asked.split()[0] for asked in server.asked] == ["GET"]


def test_a_renewal_that_fails_is_asked_for_once_and_the_call_is_not_repeated(rude, session):
    server = rude(answer("400 Bad Request", body=error("ExpiredToken")))

    with pytest.raises(SignInExpired, match="new app password"):
        session(server.url, refresh="r", password="p").send(HELLO)

    methods = [asked.split()[1].rsplit(".", 1)[1] for asked in server.asked]
    assert methods == ["putRecord", "refreshSession", "createSession"]


def test_a_file_beyond_its_size_is_refused_and_one_elsewhere_inside_too(rude, session):
    server = rude(answer("200 OK", "Content-Type: image/png", body=b"x" * 5000))
    here = session(server.url)

    with pytest.raises(Refused, match="larger than 100 B"):
        here.fetch(f"{server.url}/a.png", at_most=100)
    for address in ("http://10.0.0.1/a.png", "http://[::1]/a.png", "file:///etc/passwd", "http://169.254.169.254/"):
        with pytest.raises(Refused):
            here.fetch(address, at_most=100)


def test_posts_that_were_not_asked_for_are_passed_over(rude, session):
    server = rude(answer("200 OK", body=json_of({"posts": [view(uri="at://did:plc:x/app.bsky.feed.post/1"), 7, None]})))

    assert session(server.url).check([]) == []
    with pytest.raises(Gone):
        session(server.url).send(Outgoing(key="k1", text="Hello", in_reply_to=THEIRS))
