"""crossdesk bench read: processes stay on their cores, and the measurement says all its figures."""

import json
import sys

import pytest

from crossdesk.cli.bench import cores, reading
from crossdesk.cli.bench.cores import NoCores
from crossdesk.cli.bench.posts import posts
from crossdesk.cli.bench.reading import WorkerTrouble, measured
from crossdesk.reading.services import default_reader
from tests.servers.crossdesk import CrossdeskServer

KEYS = ["per_s_1_core", "per_s_2_cores", "p95_ms_batch_1", "vader_per_s"]


def test_a_measurement_says_every_figure_as_one_line(tmp_path):
    ran = CrossdeskServer(tmp_path).run("bench", "read", "--seconds", "0.3", "--no-peer", "--json")

    assert ran.returncode == 0, ran.stderr
    (line,) = ran.stdout.splitlines()
    said = json.loads(line)
    assert list(said)[: len(KEYS)] == KEYS
    assert said["per_s_1_core"] > 0 and said["p95_ms_batch_1"] >= said["p50_ms_batch_1"] > 0
    assert (said["per_s_2_cores"] is None) == (said["cores"] == 1)
    assert (said["vader_per_s"], said["seconds"], said["texts"]) == (None, 0.3, len(posts()))
    assert said["model"] == default_reader().model


def test_each_process_stays_on_the_cores_it_is_given():
    before = cores.ours()

    said = measured("many", 0.1, on=[[core] for core in before[:2]])

    assert [one["cores"] for one in said] == [[core] for core in before[:2]]
    assert all(one["read"] > 0 and one["seconds"] >= 0.1 for one in said)
    assert cores.ours() == before


def test_a_process_that_ends_too_soon_is_said_with_its_own_words(monkeypatch):
    monkeypatch.setattr(reading, "WORKER", (sys.executable, "-c", "raise SystemExit('no weights')"))

    with pytest.raises(WorkerTrouble, match="A process that reads has ended: no weights"):
        measured("many", 0.1, on=[cores.ours()])


def test_where_no_process_can_be_held_to_a_core_a_sentence_says_so(monkeypatch):
    monkeypatch.delattr("os.sched_setaffinity")

    with pytest.raises(NoCores, match="Run it on Linux"):
        cores.ours()


def test_posts_are_short_and_the_same_every_time():
    texts = posts()

    assert texts == posts()
    assert len(texts) == len(set(texts)) > 1000
    assert max(map(len, texts)) <= 280
