"""What the server speaks, and how it leaves its database."""

import socket
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.servers.crossdesk import CrossdeskServer, migrated

HANDSHAKE = (
    "GET {place} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def test_who_asks_for_a_websocket_gets_what_everybody_gets(tmp_path):
    server = CrossdeskServer(migrated(tmp_path / "home")).start(afresh=True)
    try:
        usual = httpx.get(f"{server.url}/sign-in", trust_env=False, timeout=60)
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
            line.sendall(HANDSHAKE.format(place="/sign-in", port=server.port).encode())
            answered = b""
            while b"\r\n\r\n" not in answered and (more := line.recv(65536)):
                answered += more
    finally:
        server.stop()

    first, *headers = answered.partition(b"\r\n\r\n")[0].decode().lower().splitlines()
    assert first == f"http/1.1 {usual.status_code} {usual.reason_phrase.lower()}"
    assert f"location: {usual.headers['location']}" in headers
    assert [each for each in headers if each.startswith(("upgrade", "sec-websocket"))] == []


def test_a_stopped_server_leaves_one_whole_file(tmp_path):
    server = CrossdeskServer(migrated(tmp_path / "home")).start()
    with ThreadPoolExecutor(8) as many:
        asked = [many.submit(httpx.get, f"{server.url}/sign-in", trust_env=False, timeout=60) for _ in range(24)]
    assert {one.result().status_code for one in asked} == {302}
    server.stop()

    kept = {file.name for file in (tmp_path / "home").iterdir() if file.name.startswith("crossdesk.sqlite3")}
    assert kept == {"crossdesk.sqlite3"}
