"""What the package carries and how quickly it reads. Times are of the processor, so that a busy machine does not matter."""

import time
from pathlib import Path

import crossdesk.reading
from crossdesk.reading.linear import LinearModel

WEIGHTS = Path(crossdesk.reading.__file__).parent / "weights"
TEXT = (
    "@user I ordered a lamp on the 4th, order 4471-208, and it still has not arrived. Nobody answers the phone "
    "and the chat says to wait 5 more days. Please help!"
)


def test_the_linear_weights_are_small_and_quick_to_load():
    begun = time.process_time()
    for name in ("care.npz", "tone.npz"):
        LinearModel.load(WEIGHTS / name)

    assert time.process_time() - begun < 1
    assert sum(path.stat().st_size for path in WEIGHTS.glob("*.npz")) < 6_000_000
    assert [path.name for path in sorted(WEIGHTS.glob("*.npz"))] == ["care.npz", "tone.npz", "tongues.npz"]
