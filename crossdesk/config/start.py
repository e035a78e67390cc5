"""Start-up: the command, Django, and what must lie ready before pages are drawn."""

import os
import sys
from collections.abc import Callable

from crossdesk.cli.main import run


def set_up_django() -> None:
    """Load settings and rooms. Raises WrongSetting with a sentence for people."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossdesk.config.settings")
    import django  # noqa: PLC0415 -- commands that need no settings start without it

    django.setup()


def main() -> None:
    """The command `crossdesk`."""
    set_up: Callable[[], None] = set_up_django
    sys.exit(run(set_up))
