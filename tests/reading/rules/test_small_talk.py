"""Small talk is the whole message or nothing."""

import pytest

from crossdesk.reading.rules.small_talk import small_talk


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Thanks!", "thanks"),
        ("thank you so much @brand 🙏", "thanks"),
        ("Vielen Dank und einen schönen Abend", "thanks"),
        ("¡Muchas gracias!", "thanks"),
        ("merci beaucoup", "thanks"),
        ("Grazie mille", "thanks"),
        ("Obrigada", "thanks"),
        ("Good morning", "greeting"),
        ("Hallo zusammen", "greeting"),
        ("ok", "acknowledgement"),
        ("Alles klar", "acknowledgement"),
        ("👍", "empty"),
        ("@user @other https://example.org", "empty"),
        ("", "empty"),
        ("thanks for nothing", None),
        ("Thanks, but where is it?", None),
        ("hello?", None),
        ("thank you for losing my parcel", None),
        ("12345678", None),
        ("good", None),
        ("Danke für die verspätete Lieferung", None),
    ],
)
def test_small_talk(text, kind):
    assert small_talk(text) == kind
