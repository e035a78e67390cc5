"""The long loops of script/soak: prints the figures of each, and ends with 1 when something was lost, doubled or did not add up."""

import random
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tests.proofs import killing
from tests.proofs.postgres import database_of_its_own


def soak(*, kills: int, seed: int) -> bool:
    """One loop after the other. True when all is well."""
    well = True
    for name, place in (("SQLite", nullcontext("")), ("PostgreSQL", database_of_its_own())):
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="crossdesk-soak-") as home, place as database_url:
            outcome = killing.run(
                Path(home), kills=kills, seed=seed, database_url=database_url, apart=bool(database_url)
            )
        figures = ", ".join(f"{count} {what}" for what, count in outcome.figures.items())
        print(f"{name}: {figures} (seed {seed}, {time.monotonic() - began:.0f} s)", flush=True)  # noqa: T201
        try:
            outcome.proves_itself()
        except AssertionError as error:
            well = False
            print(f"{name}: {error}", file=sys.stderr, flush=True)  # noqa: T201
    return well


def main() -> None:
    """KILLS and SEED from the command line."""
    given = [int(word) for word in sys.argv[1:3]]
    kills = given[0] if given else 200
    seed = given[1] if len(given) > 1 else random.SystemRandom().randrange(10**6)
    sys.exit(0 if soak(kills=kills, seed=seed) else 1)


if __name__ == "__main__":
    main()
