"""Trouble on demand: each meets the request that it waits for, and no other."""

import threading
import time

from crossdesk.channels.networks.sandbox.server.faults import Faults


def test_what_is_switched_on_while_an_answer_waits_is_for_another_request():
    faults, answers = Faults(), []
    faults.add({"kind": "slow_answer", "on": "post", "wait": 0.5})
    slow = threading.Thread(target=lambda: answers.append(faults.after("post", "wren")))
    slow.start()
    while faults.counts.get("slow_answer", 0) == 0:
        time.sleep(0.01)
    faults.add({"kind": "rubbish", "on": "post", "text": "nonsense"})
    slow.join()

    assert answers == [None]
    assert faults.after("post", "wren") == b"nonsense"
    assert faults.after("post", "wren") is None
