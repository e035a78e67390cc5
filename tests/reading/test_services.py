"""What the package carries and how quickly it reads. Times are of the processor, so that a busy machine does not matter."""

import time
from pathlib import Path

import crossdesk.reading
from crossdesk.reading.linear import LinearModel

WEIGHTS = sorted((Path(crossdesk.reading.__file__).parent / "weights").glob("*.npz"))
TEXT = (
    "@user I ordered a lamp on the 4th, order 4471-208, and it still has not arrived. Nobody answers the phone "
    "and the chat says to wait 5 more days. Please help!"
)


def test_the_weights_are_small_and_quick_to_load():
    begun = time.process_time()
    for path in WEIGHTS:
        LinearModel.load(path)

    assert time.process_time() - begun < 1
    assert [path.name for path in WEIGHTS] == ["care.npz", "tone.npz"]
    assert sum(path.stat().st_size for path in WEIGHTS) < 6_000_000
