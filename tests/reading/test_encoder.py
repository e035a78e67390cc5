"""The encoder behind the port: what it says is its own, its files are checked, and it tells which words carried it."""

import json
import shutil

import onnxruntime
import pytest

from crossdesk.reading.encoder import EncoderHearer, session_of
from crossdesk.reading.hearing import Unreadable
from crossdesk.reading.ports import Block
from crossdesk.reading.services import WEIGHTS, reader_from
from crossdesk.reading.vectors import WIDTH, unpacked

LATE = Block("Where is my parcel? It is two weeks late and nobody answers the phone. I am furious.")


@pytest.fixture(scope="module")
def hearer():
    return EncoderHearer.load(WEIGHTS / "encoder")


@pytest.fixture
def weights(tmp_path):
    return shutil.copytree(WEIGHTS, tmp_path / "weights")


def test_every_head_has_a_chance_for_each_of_its_labels(hearer):
    (heard,) = hearer.hear([LATE])

    assert {name: len(chances) for name, chances in heard.chances.items()} == {
        "sentiment": 3, "needs_reply": 1, "intents": 16, "urgency": 4, "safety": 9, "complaint_reason": 10,
    }  # fmt: skip
    assert all(0 <= p <= 1 for chances in heard.chances.values() for p in chances)
    assert [sum(heard.chances[name]) for name in ("sentiment", "urgency", "complaint_reason")] == pytest.approx(
        [1, 1, 1], abs=1e-3
    )
    assert len(heard.vector) == WIDTH


def test_no_step_of_the_network_is_joined_that_is_slower_joined(tmp_path):
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "run.onnx")

    session_of(WEIGHTS / "encoder", options)

    assert b"SkipLayerNormalization" not in (tmp_path / "run.onnx").read_bytes()


def test_texts_that_mean_the_same_lie_nearer_than_others(hearer):
    texts = ["My parcel has not arrived yet", "The package still isn't here", "I would love to work for you"]
    one, same, other = (unpacked(heard.vector) for heard in hearer.hear([Block(text) for text in texts]))

    assert one @ same > one @ other


def test_what_stands_before_a_message_is_read_with_it(hearer):
    alone, answering = hearer.hear(
        [Block("Yes please"), Block("Yes please", earlier=["My card was charged twice, refund it"])]
    )

    assert alone.chances != answering.chances


def test_the_words_that_carried_a_verdict_are_told_when_asked(reader):
    said = reader.carried(Block("Hello there, the jacket that you sent me is absolutely terrible"))

    assert "terrible" in said["sentiment"]


def test_nothing_carried_what_a_rule_said_alone(reader):
    assert reader.carried(Block("Thanks!")) == {}


def test_a_very_long_text_is_cut_into_as_many_pieces_as_can_be_asked(reader):
    said = reader.carried(Block("This is bad and late. " * 2000))

    assert all(len(words) < 2000 for words in said.values())


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "card.json"])
def test_a_damaged_file_leaves_the_encoder_out_and_says_so(weights, name):
    path = weights / "encoder" / name
    path.write_bytes(path.read_bytes()[:-7])

    with pytest.raises(Unreadable, match="install the package again"):
        EncoderHearer.load(weights / "encoder")
    reader = reader_from(weights)
    assert (reader.model, len(reader.troubles)) == ("tongues-1+linear-6+rules-1", 1)
    assert reader.read([LATE])[0].intents[0].value == "complaint"


def test_a_model_that_cannot_be_run_is_told_like_a_damaged_one(weights):
    card = weights / "encoder" / "card.json"
    about = json.loads(card.read_text())
    (weights / "encoder" / "model.onnx").write_bytes(b"")
    about["files"]["model.onnx"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    card.write_text(json.dumps(about))

    with pytest.raises(Unreadable, match="install the package again"):
        EncoderHearer.load(weights / "encoder")


def test_without_any_model_rules_go_on_alone_and_people_decide_the_rest(tmp_path):
    reader = reader_from(tmp_path)

    plain, thanks, threat = reader.read([LATE, Block("Thank you!"), Block("I will kill you and your family")])

    assert (reader.model, len(reader.troubles)) == ("rules-1", 2)
    assert set(plain.abstained) == {"needs_reply", "intents", "sentiment", "urgency"}
    assert [reason.text for reason in plain.reasons if reason.head == "needs_reply"] == [
        "No reading model could be loaded: rules read it alone, and a person decides"
    ]
    assert (thanks.needs_reply.value, [one.value for one in threat.safety]) == ("no", ["threat"])
    assert plain.vector == b"" and reader.carried(LATE) == {}


def test_without_the_linear_models_the_encoder_goes_on_and_leaves_other_languages_to_people(weights):
    (weights / "care.npz").write_bytes(b"PK\x03\x04 not a model")

    reader = reader_from(weights)
    (german,) = reader.read([Block("Mein Paket ist seit drei Wochen nicht angekommen, wo bleibt es denn nur?")])

    assert (reader.model, len(reader.troubles)) == ("encoder-4+rules-1", 1)
    assert {"needs_reply", "intents", "urgency"} <= set(german.abstained)
