"""The careful HTTP client against servers that are not."""

import gzip
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from crossdesk.kit import clock, http
from tests.servers.ports import LOOPBACK
from tests.servers.rude import answer, drip

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def outside():
    with http.client(guard=LOOPBACK, connect=1, read=1) as client:
        yield client


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        ({"Retry-After": "90"}, NOON + timedelta(seconds=90)),
        ({"Retry-After": "1.5"}, NOON + timedelta(seconds=1.5)),
        ({"Retry-After": "Mon, 02 Mar 2026 12:03:00 GMT"}, NOON + timedelta(minutes=3)),
        ({"Retry-After": "Mon, 02 Mar 2026 12:03:00"}, NOON + timedelta(minutes=3)),
        ({"X-RateLimit-Reset": "2026-03-02T12:05:00.123Z"}, NOON + timedelta(minutes=5, milliseconds=123)),
        ({"X-RateLimit-Reset": "2026-03-02T13:05:00+01:00"}, NOON + timedelta(minutes=5)),
        ({"X-RateLimit-Reset": str(int(NOON.timestamp()) + 20)}, NOON + timedelta(seconds=20)),
        ({"Retry-After": "30", "X-RateLimit-Reset": "2026-03-02T12:05:00Z"}, NOON + timedelta(seconds=30)),
        ({"Retry-After": "soon", "X-RateLimit-Reset": "2026-03-02T12:05:00Z"}, NOON + timedelta(minutes=5)),
        ({"Retry-After": "0"}, NOON + timedelta(seconds=1)),
        ({"Retry-After": "Mon, 02 Mar 2020 12:03:00 GMT"}, NOON + timedelta(seconds=1)),
        ({"Retry-After": "9" * 300}, NOON + timedelta(days=1)),
        ({"X-RateLimit-Reset": "9" * 300}, NOON + timedelta(minutes=1)),
        ({"Retry-After": "-5"}, NOON + timedelta(minutes=1)),
        ({"Retry-After": "٣"}, NOON + timedelta(minutes=1)),
        ({}, NOON + timedelta(minutes=1)),
    ],
)
def test_the_moment_to_retry_is_read_from_any_form(headers, moment):
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    with clock.standing_at(NOON):
        assert http.moment_to_retry(httpx.Response(429, headers=encoded)) == moment


def test_an_answer_comes_whole_and_unpacked(rude, outside):
    packed = gzip.compress(b"x" * 50_000)
    server = rude(answer("200 OK", "Content-Encoding: gzip", "X-Kept: yes", body=packed))

    got = http.exchange(outside, "POST", server.url, json={"a": 1})

    assert (got.status_code, got.content, got.headers["x-kept"]) == (200, b"x" * 50_000, "yes")
    assert "user-agent: crossdesk/" in server.asked[0].lower()


def test_an_answer_that_unpacks_beyond_the_limit_is_not_read_on(rude, outside):
    server = rude(answer("200 OK", "Content-Encoding: gzip", body=gzip.compress(b"x" * 30_000_000)))

    with pytest.raises(http.AnswerTooLarge):
        http.exchange(outside, "GET", server.url, at_most=1_000_000)


def test_an_answer_that_drips_ends_in_time(rude, outside):
    server = rude(drip(5))
    began = time.monotonic()

    with pytest.raises(http.AnswerTooSlow):
        http.exchange(outside, "GET", server.url, within=0.5)

    assert time.monotonic() - began < 2


def test_redirects_are_not_followed(rude, outside):
    target = rude(answer("200 OK", body=b"secret"))
    server = rude(answer("302 Found", f"Location: {target.url}"))

    assert http.exchange(outside, "GET", server.url).status_code == 302
    assert target.asked == []


def test_proxies_of_the_environment_are_not_used(rude, monkeypatch):
    proxy, server = rude(answer("200 OK", body=b"proxy")), rude(answer("200 OK", body=b"server"))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("ALL_PROXY", proxy.url)

    with http.client(guard=LOOPBACK) as client:
        assert http.exchange(client, "GET", server.url).content == b"server"
    assert proxy.asked == []


def test_each_call_has_a_connection_of_its_own(rude, outside):
    server = rude(answer("200 OK", body=b"once"))  # says nothing of closing, yet closes

    assert [http.exchange(outside, "GET", server.url).content for _ in range(3)] == [b"once"] * 3
