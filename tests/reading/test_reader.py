"""What a reading says of whole messages."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from crossdesk.reading.ports import Block, Verdict
from crossdesk.reading.services import default_reader

TEXTS = [
    "where is my parcel, it should have been here on tuesday",
    "thanks!",
    "I will kill you and your family",
    "¿Dónde está mi pedido? Llevo dos semanas esperando",
    "Mein Paket ist kaputt angekommen",
    "",
    "👍",
    "@brand https://example.org",
    "x" * 5000,
    "a\nb\r\nc\u2028d\ud83d",
]


def test_no_blocks_give_no_readings(reader):
    assert reader.read([]) == []


def test_each_block_gets_its_reading_in_order_and_the_same_one_alone(reader):
    blocks = [Block(text) for text in TEXTS] * 60

    together = reader.read(blocks)

    assert together == [reader.read([block])[0] for block in blocks[: len(TEXTS)]] * 60


def test_threads_read_the_same_as_one(reader):
    blocks = [Block(text) for text in TEXTS] * 20
    alone = reader.read(blocks)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(reader.read, [blocks] * 8))

    assert answers == [alone] * 8


def test_the_reader_is_made_once(reader):
    assert default_reader() is reader
    assert reader.model == reader.read([Block("hello")])[0].model == "encoder-4+tongues-1+linear-6+rules-1"


def test_thanks_need_no_reply_and_say_why(reader):
    reading = reader.read([Block("Thank you so much!")])[0]

    assert (reading.needs_reply.value, reading.abstained) == ("no", ())
    assert ("needs_reply", "rule") in {(reason.head, reason.kind) for reason in reading.reasons}


def test_thanks_after_an_open_question_still_need_a_reply(reader):
    earlier = ["My order never arrived. Where is it? I have been waiting for three weeks now."]

    reading = reader.read([Block("Thanks", earlier=earlier)])[0]

    assert reading.needs_reply.value == "yes"


def test_a_threat_is_found_and_nothing_is_more_urgent(reader):
    reading = reader.read([Block("I know where you live and I will kill you")])[0]

    assert [finding.value for finding in reading.safety] == ["threat"]
    assert reading.urgency == Verdict("p1", 0.95)
    assert reading.intents[0].value == "threat"


@pytest.mark.parametrize(
    "text",
    ["Waar blijft mijn bestelling? Ik wacht er al twee weken op", "Hvor er pakken min? Jeg har ventet i to uker nå"],
)
def test_a_language_it_was_not_trained_for_is_left_to_people(reader, text):
    reading = reader.read([Block(text)])[0]

    assert {"needs_reply", "intents", "urgency"} <= set(reading.abstained)


def test_values_are_plain_json(reader):
    values = reader.read([Block("Where is my parcel?")])[0].values()

    assert set(values) == {
        "needs_reply", "intents", "sentiment", "urgency", "safety", "complaint_reason", "language", "abstained", "reasons", "model",
    }  # fmt: skip


def test_what_the_models_carry_is_backed_by_words_of_the_text(reader):
    english = Block("my parcel never arrived and the refund has not been paid")
    german = Block("mein Paket ist nie angekommen und das Geld ist nicht zurück")

    for block in (english, german):
        told = reader.carried(block)
        assert {"intents", "needs_reply"} <= set(told)
        assert {word.lstrip("+") for words in told.values() for word in words.split(", ")} <= set(block.text.split())


@pytest.mark.parametrize(
    "text",
    [
        "I'd kill for this coffee",
        "this sale is killing me",
        "bomb cookies!",
        "dying of laughter",
        "great, another delay",
        "that burger was criminal",
        "my brain exploded, what a finale",
    ],
)
def test_idiom_and_sarcasm_raise_no_alarm(reader, text):
    reading = reader.read([Block(text)])[0]

    assert (reading.safety, reading.urgency.value == "p1") == ((), False)


@pytest.mark.parametrize("text", ["great, another delay", "oh fantastic, cancelled again"])
def test_sarcasm_about_delays_is_negative(reader, text):
    assert reader.read([Block(text)])[0].sentiment.value == "negative"


def test_sarcasm_in_another_language_is_negative_or_left_to_people(reader):
    (reading,) = reader.read([Block("na toll, schon wieder zu spät")])

    assert reading.sentiment.value == "negative" or "sentiment" in reading.abstained


def test_personal_data_is_found_in_public_and_not_in_private(reader):
    text = "call me on 07700 900123 please"
    public, private = reader.read([Block(text), Block(text, visibility="private")])

    assert [v.value for v in public.safety] == ["personal_data_public"]
    assert [v.value for v in private.safety] == []
