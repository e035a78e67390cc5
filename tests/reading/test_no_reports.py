"""Whoever reads with Crossdesk reports to nobody: the library beneath would, unless it is told not to before it is loaded."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ = """
from crossdesk.reading.ports import Block
from crossdesk.reading.services import default_reader
assert default_reader().read([Block("Where is my parcel?")])[0].model.startswith("encoder-")
"""


def test_the_runtime_keeps_no_number_of_this_machine_and_nothing_to_send(tmp_path):
    # Little else stands in this environment: where it finds itself in somebody's CI the runtime is silent of its own accord.
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}

    ran = subprocess.run([sys.executable, "-c", READ], env=environment, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []
