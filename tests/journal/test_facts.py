import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from crossdesk.journal import audit, facts
from crossdesk.journal.events import FactBody
from crossdesk.journal.models import AuditEntry, Fact, FactPosition
from crossdesk.kit.actor import system

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
heard: list[tuple[int, str]] = []
quiet: list[int] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(FactBody):
    bell: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stayed(FactBody):
    quiet: bool = True


@facts.follows("test.bells", Rang, from_the="beginning")
def listen(told):
    for one in told:
        if one.body.bell == "broken":
            raise ValueError("broken bell")
        heard.append((one.number, one.body.bell))


@facts.follows("test.quiet", Stayed, from_the="present")
def listen_for_quiet(told):
    quiet.extend(one.number for one in told)


@pytest.fixture(autouse=True)
def clean():
    heard.clear()
    quiet.clear()


def ring(bell, workspace_id=1):
    facts.publish(Rang(bell=bell, account_id=7), by=system(workspace_id), at=NOON)


@pytest.mark.django_db
def test_facts_get_numbers_without_gaps_in_each_workspace():
    for bell, workspace in [("a", 1), ("b", 2), ("c", 1)]:
        ring(bell, workspace)

    facts.number_waiting()
    ring("d", 1)
    facts.number_waiting()

    numbered = list(Fact.objects.order_by("id").values_list("workspace_id", "number"))
    assert numbered == [(1, 1), (2, 1), (1, 2), (1, 3)]
    assert facts.last_number(1) == 3


@pytest.mark.django_db
def test_a_follower_hears_its_kinds_in_order_and_once():
    ring("a")
    facts.publish(Stayed(), by=system(1), at=NOON)
    ring("b")

    facts.follow_all()
    facts.follow_all()

    assert heard == [(1, "a"), (3, "b")]
    assert FactPosition.objects.get(follower="test.bells", workspace_id=1).number == 3


@pytest.mark.django_db
def test_a_follower_that_fails_stays_where_it_was():
    ring("broken")

    with pytest.raises(ValueError, match="broken bell"):
        facts.follow_all()

    assert not FactPosition.objects.filter(follower="test.bells", number__gt=0).exists()


@pytest.mark.django_db
def test_a_fact_of_a_transaction_that_failed_was_never_told():
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        ring("a")
        raise ValueError("no")

    assert not Fact.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_numberers_give_each_number_once():
    for _ in range(300):
        ring("x")

    def number():
        while facts.number_waiting(limit=7):
            pass
        connection.close()

    threads = [threading.Thread(target=number) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(Fact.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 301))


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_refuses_to_change_the_audit_trail(change):
    audit.record(
        "role.changed", by=system(1), at=NOON, subject_kind="member", subject_id=3, before="member", after="lead"
    )

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        if change == "update":
            AuditEntry.objects.update(reason="nothing happened")
        else:
            AuditEntry.objects.all().delete()

    assert AuditEntry.objects.get().reason == ""


@pytest.mark.django_db
def test_a_follower_in_trouble_does_not_hold_the_others():
    ring("broken")
    facts.publish(Stayed(), by=system(1), at=NOON)
    trouble: list[tuple[str, str]] = []

    facts.follow_all(failed=lambda name, error: trouble.append((name, str(error))))

    assert trouble == [("test.bells", "broken bell")]
    assert quiet == [2]
    assert facts.positions()[1]["test.quiet"] == 2


@pytest.fixture
def later(monkeypatch):
    """Registers a follower that comes with a later release; returns what it hears. It is gone after the test."""
    monkeypatch.setattr(facts, "_followers", dict(facts._followers))

    def register(name, *, from_the):
        numbers: list[int] = []

        @facts.follows(name, Rang, from_the=from_the)
        def hear(told):
            numbers.extend(one.number for one in told)

        return numbers

    return register


def ring_often(times):
    facts.publish_all([Rang(bell="x", account_id=7) for _ in range(times)], by=system(1), at=NOON)
    facts.number_waiting()


@pytest.mark.django_db
@pytest.mark.parametrize("from_the", ["present", "beginning"])
def test_who_follows_from_the_first_release_on_hears_the_first_fact(later, from_the):
    numbers = later("test.new", from_the=from_the)
    ring("a")
    ring("b")

    facts.follow_all()

    assert numbers == [1, 2]


@pytest.mark.django_db
def test_who_comes_later_begins_at_the_present_and_hears_what_nobody_has_read_yet(later):
    ring("a")
    ring("b")
    facts.follow_all()
    ring("c")
    facts.number_waiting()
    numbers = later("test.new", from_the="present")

    facts.follow_all()
    ring("d")
    facts.follow_all()

    assert numbers == [3, 4]
    assert [number for number, _ in heard] == [1, 2, 3, 4]


@pytest.mark.django_db
def test_who_comes_later_and_asks_for_the_past_gets_all_of_it_and_holds_nobody_up(later, monkeypatch):
    monkeypatch.setattr(facts, "AT_ONCE", 2)
    ring_often(7)
    while facts.follow_all():
        pass
    heard.clear()
    numbers = later("test.new", from_the="beginning")
    ring("new")

    facts.follow_all()

    assert (heard, numbers) == ([(8, "new")], [1, 2])
    while facts.follow_all():
        pass
    assert (heard, numbers) == ([(8, "new")], [1, 2, 3, 4, 5, 6, 7, 8])
    assert set(facts.positions()[1].values()) == {8}


@pytest.mark.django_db
def test_what_is_read_at_once_is_handed_on_in_batches_each_with_its_place(later, monkeypatch):
    monkeypatch.setattr(facts, "BATCH", 2)
    batches: list[list[str]] = []

    @facts.follows("test.new", Rang, from_the="beginning")
    def hear(told):
        if len(batches) == 1 and not trouble:
            raise ValueError("not yet")
        batches.append([one.body.bell for one in told])

    trouble: list[str] = []
    for bell in "abcd":
        ring(bell)
        facts.publish(Stayed(), by=system(1), at=NOON)
    ring("e")

    facts.follow_all(failed=lambda name, error: trouble.append(name))

    assert (batches, trouble) == ([["a", "b"]], ["test.new"])
    assert facts.positions()[1]["test.new"] == 3
    facts.follow_all()
    assert batches == [["a", "b"], ["c", "d"], ["e"]]
    assert set(facts.positions()[1].values()) == {9}


@pytest.mark.django_db
def test_who_failed_at_the_first_fact_is_not_taken_for_a_newcomer(later):
    broken = [True]

    @facts.follows("test.new", Rang, from_the="present")
    def hear(told):
        if broken:
            raise ValueError("not yet")
        numbers.extend(one.number for one in told)

    numbers: list[int] = []
    ring("a")
    facts.follow_all(failed=lambda name, error: None)
    broken.clear()

    facts.follow_all()

    assert numbers == [1]


@pytest.mark.django_db
def test_one_that_catches_up_alone_in_a_new_workspace_takes_no_fact_from_the_others(later):
    numbers = later("test.new", from_the="present")
    ring_often(2)
    facts.catch_up(facts._followers["test.bells"], 1)

    facts.follow_all()

    assert numbers == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_begin_at_once_hear_every_fact_once(later):
    numbers = later("test.new", from_the="present")
    ring_often(40)
    start = threading.Barrier(2)

    def work():
        start.wait(timeout=60)
        while facts.follow_all():
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert numbers == list(range(1, 41))
    assert [number for number, _ in heard] == list(range(1, 41))
