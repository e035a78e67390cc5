import threading
import time

import pytest
from django.db import connection, transaction

from crossdesk.journal.models import FactCounter
from crossdesk.journal.turns import Turns, turns_of

SOON = 20.0


def wait_for(turns: Turns, waiting: int) -> None:
    end = time.monotonic() + SOON
    while turns.waiting < waiting:
        assert time.monotonic() < end
        time.sleep(0.001)


def test_who_has_waited_longest_is_next():
    turns, came = Turns(), list[int]()

    def go(number: int) -> None:
        assert turns.take(seconds=SOON)
        came.append(number)
        turns.give_back()

    turns.take(seconds=SOON)
    threads = [threading.Thread(target=go, args=(number,)) for number in range(5)]
    for place, thread in enumerate(threads, start=1):
        thread.start()
        wait_for(turns, place)
    turns.give_back()
    for thread in threads:
        thread.join(SOON)

    assert came == [0, 1, 2, 3, 4]
    assert turns.take(seconds=0)


def test_who_gives_up_waiting_is_passed_over():
    turns = Turns()

    assert turns.take(seconds=0)
    assert not turns.take(seconds=0.01)
    turns.give_back()

    assert turns.waiting == 0
    assert turns.take(seconds=0)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ends_well", [True, False])
def test_a_transaction_waits_for_the_one_before_it_and_begins_when_that_one_ends(ends_well):
    turns = turns_of(str(connection.settings_dict["NAME"]))

    def write() -> None:
        with transaction.atomic():
            FactCounter.objects.create(workspace_id=2, last=2)
        connection.close()

    other = threading.Thread(target=write)
    with transaction.atomic():
        FactCounter.objects.create(workspace_id=1, last=1)
        other.start()
        wait_for(turns, 1)
        assert not FactCounter.objects.filter(workspace_id=2).exists()
        transaction.set_rollback(not ends_well)
    other.join(SOON)

    written = FactCounter.objects.order_by("workspace_id").values_list("workspace_id", flat=True)
    assert list(written) == ([1, 2] if ends_well else [2])
    assert turns.take(seconds=0)
    turns.give_back()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers")
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_closed_in_its_transaction_gives_its_turn_back():
    turns = turns_of(str(connection.settings_dict["NAME"]))

    with transaction.atomic():
        connection.close()

    assert turns.take(seconds=0)
    turns.give_back()
