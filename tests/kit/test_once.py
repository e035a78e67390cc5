"""Made once, however many threads ask at the same moment."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from crossdesk.kit.once import once


def test_threads_that_ask_at_the_same_moment_get_the_same_thing_made_once():
    made = []

    @once
    def thing():
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    with ThreadPoolExecutor(8) as many:
        found = [one.result() for one in [many.submit(thing) for _ in range(8)]]

    assert len(made) == 1
    assert set(map(id, found)) == {id(made[0])}


def test_what_fails_is_tried_again():
    answers = iter([ValueError("not yet"), "there"])

    @once
    def thing():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with pytest.raises(ValueError, match="not yet"):
        thing()
    assert (thing(), thing()) == ("there", "there")
