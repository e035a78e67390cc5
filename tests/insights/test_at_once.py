"""Following, the clock, building anew and verifying at the same time: nothing is lost, nothing counts twice."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from crossdesk.insights import queries, services
from crossdesk.insights.values import Window
from crossdesk.insights.verify import verify_workspace
from crossdesk.journal import facts
from tests.insights.story import MONDAY, Story, hours

MARCH = Window(date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.django_db(transaction=True)
def test_all_at_once_comes_out_the_same(monkeypatch):
    monkeypatch.setattr(facts, "BATCH", 5)
    story = Story()
    for number in range(15):
        block = story.block(MONDAY + hours(number))
        story.answer(block, block.started_at + hours(1))
        story.ripen(block)
    done = threading.Event()
    errors: list[BaseException] = []

    def often(act) -> None:
        try:
            while not done.is_set():
                act()
                done.wait(0.005)
        except BaseException as error:
            errors.append(error)
            raise
        finally:
            connection.close()

    later = MONDAY + timedelta(days=9)
    acts = [
        facts.follow_all,
        facts.follow_all,
        lambda: services.let_targets_come(workspace_id=story.workspace.pk, now=later),
    ]
    threads = [threading.Thread(target=often, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    try:
        found = []
        for _ in range(2):
            services.rebuild(story.workspace.pk)
            found += verify_workspace(story.workspace.pk)
    finally:
        done.set()
        for thread in threads:
            thread.join()

    assert (errors, found) == ([], [])
    assert verify_workspace(story.workspace.pk) == []
    rate, target = (queries.value(story.system, key, MARCH) for key in ("response_rate_72h", "sla_attainment"))
    assert (rate.numerator, rate.denominator, target.numerator, target.denominator) == (15, 15, 15, 15)
