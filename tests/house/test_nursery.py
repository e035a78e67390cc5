"""A child of the nursery is what a new process would be."""

import json
import os
import signal
import subprocess

import pytest

from tests.servers import nursery

TELLS = """
import json, os, sys
print(json.dumps([sys.argv, sys.stdin.read(), dict(os.environ), __name__, sorted(map(int, os.listdir("/proc/self/fd")))[:-1]]))
print("a complaint", file=sys.stderr)
sys.exit(3)
"""
LOADED = "import sys; print(' '.join(name for name in sys.modules if name.startswith(('crossdesk.org', 'crossdesk.config'))))"


def test_it_has_its_own_words_environment_and_streams_and_says_how_it_ended():
    ran = nursery.run(TELLS, "one", "two", environment={"COLOUR": "green"}, said="hello")

    assert (ran.returncode, ran.stderr) == (3, "a complaint\n")
    assert json.loads(ran.stdout) == [["-c", "one", "two"], "hello", {"COLOUR": "green"}, "__main__", [0, 1, 2]]


def test_no_settings_and_no_room_that_needs_them_are_loaded():
    assert nursery.run(LOADED, environment={}).stdout == "\n"


def test_it_can_be_killed_and_others_live_on():
    one, other = (
        nursery.Child(
            "import sys; print(sys.stdin.read())", environment={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(2)
    )

    one.send_signal(signal.SIGKILL)

    assert one.wait(timeout=30) == -signal.SIGKILL
    assert other.poll() is None
    assert other.stdin is not None and other.stdout is not None
    other.stdin.write("still here")
    other.stdin.close()
    assert (other.stdout.read(), other.wait(timeout=30)) == ("still here\n", 0)
    with pytest.raises(ProcessLookupError):
        os.kill(one.pid, 0)
    one.communicate()
    other.communicate()


def test_who_waits_too_long_is_told():
    child = nursery.Child("input()", environment={}, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(timeout=0.01)

    child.kill()
    child.communicate()
    assert child.returncode == -signal.SIGKILL
