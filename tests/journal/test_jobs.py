import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from crossdesk.journal import jobs
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.kit.errors import Invalid, NotFound

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
done: list[dict] = []
trouble: dict[str, Exception] = {}


@jobs.task("test.one")
def one(**arguments):
    if error := trouble.get(arguments["name"]):
        raise error
    done.append(arguments)


@jobs.task("test.many", many=True, batch=10)
def many(rows):
    if any(row["name"] in trouble for row in rows):
        raise trouble[next(row["name"] for row in rows if row["name"] in trouble)]
    done.append({"rows": [row["name"] for row in rows]})


@jobs.task("test.awaited", urgent=True)
def awaited(*, name):
    done.append({"awaited": name})


@pytest.fixture(autouse=True)
def clean():
    done.clear()
    trouble.clear()


@pytest.fixture
def at_noon():
    with clock.standing_at(NOON):
        yield


@pytest.mark.django_db
def test_work_runs_once_when_it_is_due_and_leaves_no_row(at_noon):
    jobs.enqueue("test.one", key="a", due_at=NOON + timedelta(minutes=1), name="a")

    assert jobs.run_due(now=NOON) == 0
    assert jobs.run_due(now=NOON + timedelta(minutes=1)) == 1
    assert jobs.run_due(now=NOON + timedelta(minutes=1)) == 0
    assert done == [{"name": "a"}]
    assert not Job.objects.exists()


@pytest.mark.django_db
def test_the_same_work_asked_for_twice_is_one_row_due_at_the_sooner_time(at_noon):
    jobs.enqueue("test.one", key="a", due_at=NOON + timedelta(hours=2), name="a")
    jobs.enqueue("test.one", key="a", due_at=NOON + timedelta(hours=1), name="b")
    jobs.enqueue("test.one", key="a", due_at=NOON + timedelta(hours=3), name="c")

    row = Job.objects.get()
    assert (row.due_at, row.arguments, row.generation) == (NOON + timedelta(hours=1), {"name": "c"}, 3)


@pytest.mark.django_db
def test_a_due_time_can_be_moved_to_later(at_noon):
    jobs.enqueue("test.one", key="a", due_at=NOON, name="a")
    jobs.enqueue("test.one", key="a", due_at=NOON + timedelta(hours=1), earliest=False, name="a")

    assert Job.objects.get().due_at == NOON + timedelta(hours=1)


@pytest.mark.django_db
def test_a_lease_that_ran_out_is_claimed_again(at_noon):
    jobs.enqueue("test.one", key="a", due_at=NOON, name="a")

    first = jobs.claim(now=NOON)
    assert len(first) == 1
    assert jobs.claim(now=NOON + timedelta(seconds=30)) == []
    second = jobs.claim(now=NOON + jobs.LEASE + timedelta(seconds=1))
    assert [c.attempts for c in first + second] == [1, 2]


@pytest.mark.django_db
def test_work_asked_for_while_it_runs_runs_once_more(at_noon):
    jobs.enqueue("test.one", key="a", due_at=NOON, name="a")
    claimed = jobs.claim(now=NOON)
    jobs.enqueue("test.one", key="a", due_at=NOON, name="b")

    jobs._done(claimed)

    assert jobs.run_due(now=NOON) == 1
    assert done == [{"name": "b"}]


@pytest.mark.django_db
def test_failing_work_backs_off_keeps_its_error_and_is_given_up_at_last(at_noon):
    trouble["a"] = Invalid("The answer was rubbish.")
    jobs.enqueue("test.one", key="a", workspace_id=1, due_at=NOON, name="a")

    jobs.run_due(now=NOON)
    row = Job.objects.get()
    assert (row.due_at, row.last_error, row.dead_at) == (NOON + timedelta(seconds=2), "The answer was rubbish.", None)

    moment = NOON
    for _ in range(jobs.MOST_ATTEMPTS):
        moment += timedelta(hours=2)
        jobs.run_due(now=moment)
    row.refresh_from_db()
    assert row.dead_at is not None
    assert jobs.run_due(now=moment + timedelta(days=30)) == 0


@pytest.mark.django_db
def test_a_dead_letter_runs_again_when_somebody_says_so_but_not_from_another_workspace(at_noon):
    trouble["a"] = Invalid("No.")
    jobs.enqueue("test.one", key="a", workspace_id=1, due_at=NOON, name="a")
    Job.objects.update(dead_at=NOON, attempts=12)
    trouble.clear()
    row = Job.objects.get()

    with pytest.raises(NotFound):
        jobs.run_again(job_id=row.pk, workspace_id=2, now=NOON)
    jobs.run_again(job_id=row.pk, workspace_id=1, now=NOON)

    assert jobs.run_due(now=NOON) == 1
    assert done == [{"name": "a"}]


@pytest.mark.django_db
def test_a_bad_row_in_a_batch_does_not_hold_the_others(at_noon):
    trouble["bad"] = Invalid("Bad row.")
    for name in ["a", "bad", "c"]:
        jobs.enqueue("test.many", key=name, due_at=NOON, name=name)

    jobs.run_due(now=NOON)

    assert done == [{"rows": ["a"]}, {"rows": ["c"]}]
    assert [row.last_error for row in Job.objects.all()] == ["Bad row."]


@pytest.mark.django_db
def test_later_is_no_failure(at_noon):
    trouble["a"] = jobs.Later("busy", at=NOON + timedelta(minutes=5))
    jobs.enqueue("test.one", key="a", due_at=NOON, name="a")

    jobs.run_due(now=NOON)

    row = Job.objects.get()
    assert (row.attempts, row.due_at, row.last_error) == (0, NOON + timedelta(minutes=5), "")


@pytest.mark.django_db
def test_work_asked_for_in_a_transaction_that_fails_is_not_asked_for(at_noon):
    with pytest.raises(Invalid), transaction.atomic():
        jobs.enqueue("test.one", key="a", due_at=NOON, name="a")
        raise Invalid("no")

    assert not Job.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_four_workers_never_hold_the_same_row():
    for number in range(60):
        jobs.enqueue("test.one", key=str(number), due_at=NOON, name=str(number))

    def work():
        while jobs.run_due(now=NOON + timedelta(seconds=1)):
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(int(row["name"]) for row in done) == list(range(60))


@pytest.mark.django_db
def test_looking_for_work_where_there_is_none_takes_no_lock(django_assert_num_queries):
    with django_assert_num_queries(1):  # neither a transaction nor a savepoint
        assert jobs.claim(now=NOON) == []


@pytest.mark.django_db
def test_what_a_dead_process_of_this_machine_held_is_given_back_and_nothing_else(at_noon):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    host = socket.gethostname()
    holders = {"dead": f"{host}:{gone.pid}", "alive": f"{host}:{os.getpid()}", "far": f"elsewhere:{gone.pid}"}
    for name, holder in holders.items():
        jobs.enqueue("test.one", key=name, due_at=NOON, name=name)
        assert jobs.claim(now=NOON, worker=holder)

    assert jobs.free_leases_of_the_dead() == 1

    assert [claim.arguments["name"] for claim in jobs.claim(now=NOON)] == ["dead"]


@pytest.mark.django_db
def test_what_somebody_waits_for_does_not_stand_behind_older_work(at_noon):
    for number in range(3):
        jobs.enqueue("test.one", key=str(number), due_at=NOON - timedelta(days=3 - number), name=number)
    for name in ("first", "second"):
        jobs.enqueue("test.awaited", key=name, due_at=NOON - timedelta(seconds=name == "first"), name=name)

    jobs.run_due(now=NOON)
    while jobs.run_awaited(now=NOON):
        pass

    assert done == [{"name": 0}, {"awaited": "first"}, {"awaited": "second"}, {"name": 1}, {"name": 2}]


@pytest.mark.django_db
def test_much_work_is_asked_for_in_a_few_statements_and_the_sooner_time_of_each_piece_stands(at_noon, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_ROWS", 2)
    later, sooner = NOON + timedelta(hours=2), NOON + timedelta(hours=1)
    jobs.enqueue("test.one", key="c", due_at=NOON, name="c")

    rows = [("a", later, {"name": "a"}), ("b", later, {"name": "b"}), ("c", later, {"name": "c"})]
    jobs.enqueue_many("test.one", [*rows, ("a", sooner, {"name": "a"})], workspace_id=3)

    due = Job.objects.order_by("key").values_list("key", "due_at", "arguments")
    assert list(due) == [("a", sooner, {"name": "a"}), ("b", later, {"name": "b"}), ("c", NOON, {"name": "c"})]
