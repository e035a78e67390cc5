"""Languages by library, and silence about texts too short to tell."""

import pytest

from crossdesk.reading.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("My parcel has not arrived and nobody answers the phone", "en"),
        ("Mein Paket ist nicht angekommen und niemand geht ans Telefon", "de"),
        ("Mi paquete no ha llegado y nadie contesta al teléfono", "es"),
        ("Mon colis n'est pas arrivé et personne ne répond au téléphone", "fr"),
        ("Il mio pacco non è arrivato e nessuno risponde al telefono", "it"),
        ("@user @someone https://example.org/my-parcel-has-arrived Mein Paket ist nicht angekommen", "de"),
    ],
)
def test_a_sentence_has_its_language(text, code):
    found = language(text)

    assert found is not None
    assert (found.value, found.p > 0.75) == (code, True)


@pytest.mark.parametrize("text", ["", "ok", "danke", "@user https://example.org", "👍👍👍", "12345678901234567890"])
def test_nothing_is_said_of_too_few_letters(text):
    assert language(text) is None


def test_a_short_text_is_less_certain_than_a_long_one():
    short, long = language("where is my parcel"), language("where is my parcel, it was promised for last tuesday")

    assert short is not None
    assert long is not None
    assert short.p < long.p
