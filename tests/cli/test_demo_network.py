"""The sandbox network beside the demo ends with it, however that ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crossdesk.kit.loopback import free_port

ROOT = Path(__file__).parents[2]
BESIDE = """
import sys, time
from pathlib import Path
from crossdesk.cli.demo.network import Sandbox
with Sandbox(home=Path(sys.argv[1]), port=int(sys.argv[2]), rate=0):
    print("beside", flush=True)
    time.sleep(60)
"""


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_sandbox_ends_with_the_demo(tmp_path, how):
    port = free_port()
    demo = subprocess.Popen(
        [sys.executable, "-c", BESIDE, str(tmp_path), str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    assert demo.stdout.readline() == "beside\n"
    assert listens(port)

    os.kill(demo.pid, how)
    demo.wait(timeout=10)
    demo.stdout.close()

    until = time.monotonic() + 10
    while listens(port) and time.monotonic() < until:
        time.sleep(0.1)
    assert not listens(port)
