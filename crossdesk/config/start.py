"""Start-up: the command, Django, and what must lie ready before pages are drawn."""

import gc
import os
import sys
from collections.abc import Callable

from crossdesk.cli.main import run


def set_up_django() -> None:
    """Load settings and rooms. Raises WrongSetting with a sentence for people."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossdesk.config.settings")
    import django  # noqa: PLC0415 -- commands that need no settings start without it

    django.setup()
    # Batches make many rows that die together: looking for rings among them less often makes ingest a tenth quicker.
    gc.set_threshold(100_000, 50, 100)
    # SQLite lets other threads go on at every row that it finds: who works by itself is to let go as readily.
    sys.setswitchinterval(0.001)


def main() -> None:
    """The command `crossdesk`."""
    set_up: Callable[[], None] = set_up_django
    sys.exit(run(set_up))
