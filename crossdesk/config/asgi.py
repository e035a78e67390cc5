"""One entry for the server: pages through Django's WSGI handler in threads, live lines native and asynchronous."""

import os
import threading
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossdesk.config.settings")

from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from crossdesk.channels.services import ears, practice
from crossdesk.journal import kept
from crossdesk.journal.runner import Runner
from crossdesk.web.live import live_line, matches, release

pages: Any = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=settings.PAGE_THREADS)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Live lines to their own handler, the rest to the pages; the runner lives as long as the server."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and matches(scope["path"]):
        await live_line(scope, receive, send)
    elif scope["type"] == "http":
        await pages(scope, receive, send)


async def _lifespan(receive: Any, send: Any) -> None:
    runner = Runner(workers=settings.WORKER_THREADS)
    listening = ears.start(most=settings.STREAMS)
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            threading.Thread(target=practice.network().resume, name="practice", daemon=True).start()
            runner.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            listening.stop()
            runner.stop()
            practice.network().stop()
            release()
            kept.let_go(pages.executor, threads=settings.PAGE_THREADS)
            await send({"type": "lifespan.shutdown.complete"})
            return
