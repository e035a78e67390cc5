"""Start the sandbox network: `python -m crossdesk.channels.networks.sandbox.server --home DIR --port PORT`."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from crossdesk.kit import clock

from . import accounts, config
from .api import Network
from .faults import Faults
from .people import People
from .store import Store
from .stories import from_place
from .web import Web


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to stop. Prints one line when it is ready."""
    options = _options().parse_args(arguments)
    try:
        web = Web((options.bind, options.port))
    except OSError as error:
        print(f"The sandbox cannot listen on port {options.port}: {error.strerror}.", file=sys.stderr)  # noqa: T201
        return 1
    base = f"http://{options.bind}:{web.server_address[1]}"
    store = Store(options.home)
    with store.change() as db:
        for name in ("seed", "rate"):
            if getattr(options, name) is not None:
                config.put(db, name, getattr(options, name))
        if options.no_idempotency:
            config.put(db, "idempotency", False)
        for handle in options.brand:
            accounts.make(db, handle=handle, kind="brand", now=clock.now())
    people = People(store, base=base, stories=from_place)
    web.network = Network(store=store, faults=Faults(), people=people, base=base)
    signal.signal(signal.SIGTERM, _stop)
    if options.until_input_ends:
        threading.Thread(target=_stop_with_the_input, name="input", daemon=True).start()
    people.start()
    print(f"SANDBOX READY {base}", flush=True)  # noqa: T201
    try:
        web.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        people.stop()
        web.server_close()
        store.close()
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="A small social network to try Crossdesk on.")
    parser.add_argument("--home", type=Path, required=True, help="folder of its database")
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free one")
    parser.add_argument("--bind", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--seed", type=int, help="of the people who live there")
    parser.add_argument("--rate", type=float, help="new stories a minute; none without it")
    parser.add_argument("--brand", action="append", default=[], metavar="HANDLE", help="a company's account to make")
    parser.add_argument("--no-idempotency", action="store_true", help="ignore Idempotency-Key")
    parser.add_argument("--until-input-ends", action="store_true", help="stop when the standard input is closed")
    return parser


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def _stop_with_the_input() -> None:
    """The input ends with the process that holds its other end, however that ended; nothing else tells us of a kill."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # threads of callers that still hang on their connections do not keep us
