"""What goes wrong alike at every network that is called over HTTP, and the name that it gets."""

from crossdesk.channels.ports import RateLimited, Refused, Unavailable, Unreadable
from tests.servers.rude import answer

HOTEL = b"<h1>Welcome to the hotel network</h1>"

# How the server answers a post, the error, and whether the network may have the post all the same.
WHILE_SENDING = [
    (answer("301 Moved", "Location: https://elsewhere.example/"), Refused, False),
    (answer("404 Not Found", body=b"<h1>nginx</h1>"), Unavailable, False),
    (answer("429 Too Many Requests", "Retry-After: 30", body=b"slow down"), RateLimited, False),
    (answer("500 Internal Server Error", body=b"<h1>oops</h1>"), Unavailable, True),
    (answer("502 Bad Gateway"), Unavailable, True),
    (answer("503 Service Unavailable", "Retry-After: 5"), Unavailable, True),
    (answer("200 OK", body=HOTEL), Unavailable, True),
    (answer("200 OK", body=b""), Unavailable, True),
    (answer("200 OK", body=b"[]"), Unavailable, True),
    (answer("200 OK", body=b"{}"), Unavailable, True),
    (answer("200 OK", body=b"[" * 50_000), Unavailable, True),
    (answer("200 OK", body=b'{"id":"1"', length=500), Unavailable, True),
    (answer("200 OK", body=b" " * 9_000_000), Unavailable, True),
    (lambda caller: None, Unavailable, True),
    (lambda caller: caller.sendall(b"SSH-2.0-OpenSSH\r\n"), Unavailable, True),
    (lambda caller: caller.sendall(b"HTTP/1.1 999999 \r\n\r\n"), Unavailable, True),
    (lambda caller: caller.sendall(b"\x00" * 100_000), Unavailable, True),
]

WHILE_PULLING = [
    (answer("200 OK", body=HOTEL), Unreadable),
    (answer("200 OK", body=b""), Unreadable),
    (answer("200 OK", body=b'{"error":"no"}'), Unreadable),
    (answer("200 OK", body=b" " * 9_000_000), Unreadable),
    (answer("200 OK", body=b"[1,2", length=500), Unavailable),
    (answer("404 Not Found"), Unavailable),
    (lambda caller: None, Unavailable),
]
