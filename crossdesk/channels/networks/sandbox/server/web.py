"""HTTP for the network: reads a request, meets the trouble that is on, carries the operation out, answers."""

import socket
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pysqlite3 import dbapi2 as sqlite3

from crossdesk.kit import clock

from . import accounts, api, config, control, pages
from .budget import Budget
from .faults import Dropped
from .trouble import Trouble, not_found
from .wire import Answer, Request, said

MOST_BYTES = 64 * 1024 * 1024


class Web(ThreadingHTTPServer):
    """The listening socket and what stands behind it."""

    daemon_threads = True
    request_queue_size = 128
    network: api.Network

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__(address, Handler)
        self.budget = Budget()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is no error."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "Sandbox"
    wbufsize = -1  # one packet for an answer
    disable_nagle_algorithm = True
    server: Web

    def do_GET(self) -> None:
        """Read."""
        self._serve()

    def do_POST(self) -> None:
        """Make."""
        self._serve()

    def do_PUT(self) -> None:
        """Change."""
        self._serve()

    def do_DELETE(self) -> None:
        """Take away."""
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: tokens stand in some addresses."""

    def _serve(self) -> None:
        try:
            answer = self._answer()
        except Dropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        except Trouble as trouble:
            answer = said(trouble.body, status=trouble.status, headers=trouble.headers)
        except (KeyError, TypeError, ValueError, OverflowError, sqlite3.IntegrityError) as error:
            answer = said({"error": "invalid", "message": f"This cannot be read: {error!r:.200}"}, status=422)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(answer.body)

    def _answer(self) -> Answer:
        request = self._request()
        for routes in (control.ROUTES, pages.ROUTES):
            for method, path, function in routes:
                if method == request.method and (match := path.fullmatch(request.path)):
                    return function(api.Call(self.server.network, request, match))
        for method, path, operation, scope, run in api.ROUTES:
            if method == request.method and (match := path.fullmatch(request.path)):
                return self._operate(api.Call(self.server.network, request, match), operation, scope, run)
        raise not_found("address")

    def _operate(self, call: api.Call, operation: str, scope: str, run: Any) -> Answer:
        network, request = call.network, call.request
        holder = self._holder(network, request.token)
        handle = holder["handle"] if holder is not None else ""
        network.faults.before(operation, handle)
        headers: dict[str, str] = {}
        if scope:
            with network.store.read() as db:
                me = accounts.signed_in(db, token=request.token, scope=scope, now=clock.now())
                rule = config.get(db, "budget")
            headers = self.server.budget.spend(request.token, rule)
            call = api.Call(network, request, call.path, me)
        answer: Answer = run(call)
        instead = network.faults.after(operation, handle)
        body = answer.body if instead is None else instead
        return Answer(body, answer.status, answer.content_type, {**headers, **answer.headers})

    @staticmethod
    def _holder(network: api.Network, token: str) -> sqlite3.Row | None:
        with network.store.read() as db:
            sql = "SELECT a.handle FROM tokens t JOIN accounts a ON a.id = t.account_id WHERE t.token = ?"
            return db.execute(sql, [token]).fetchone()

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        headers: Mapping[str, str] = {name.lower(): value for name, value in self.headers.items()}
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            self.close_connection = True
            raise Trouble(413, "too_large", "The request is too large.")
        body = self.rfile.read(int(length)) if int(length) else b""
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Request(self.command, parts.path, query, headers, body)
