"""Shapes of numbers and addresses. All numbers are made up or are published test numbers."""

import pytest

from crossdesk.reading.ports import Block
from crossdesk.reading.rules.catalogue import findings_of
from crossdesk.reading.rules.shapes import Shape, shapes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to jane.doe@example.org", [Shape("email", "jane.doe@example.org")]),
        ("your support@example.org never answers", []),
        ("call me on 07700 900123", [Shape("phone", "07700 900123")]),
        ("call me on +49 151 23456789", [Shape("phone", "+49 151 23456789")]),
        ("your line 0800 123 4567 is dead", []),
        ("card 4111 1111 1111 1111 was charged", [Shape("card", "4111 1111 1111 1111")]),
        ("number 4111 1111 1111 1112 is no card", []),
        ("my IBAN is DE89 3704 0044 0532 0130 00", [Shape("iban", "DE89 3704 0044 0532 0130 00")]),
        ("my IBAN is DE88 3704 0044 0532 0130 00", []),
        ("deliver it to 12 Elm Road, Leeds", [Shape("address", "12 Elm Road")]),
        ("ich wohne in der Lindenstraße 5", [Shape("address", "Lindenstraße 5")]),
        ("a fire at 12 Elm Road", []),
        ("passport number 533380006 is mine", [Shape("identity", "passport number 533380006")]),
        ("born on 04.05.1980", [Shape("identity", "born on 04.05.1980")]),
        ("order 4471-208 is late", [Shape("order", "4471-208")]),
        ("order number: AB12345678", [Shape("order", "AB12345678")]),
        ("where is #123456", [Shape("order", "#123456")]),
        ("on 12.11.2024 I paid 1.299,00", []),
        ("2024-11-12 10:30:00", []),
        ("@115712 please help", []),
        ("call 10 20 30", []),
        ("", []),
    ],
)
def test_shapes(text, found):
    assert shapes(text) == found


@pytest.mark.parametrize(
    ("visibility", "expected"), [("public", True), ("unlisted", True), ("private", False), ("direct", False)]
)
def test_personal_data_matters_only_where_everybody_can_read_it(visibility, expected):
    found = findings_of(Block("call me on 07700 900123", visibility=visibility))

    assert ("personal-phone" in {finding.name for finding in found}) is expected


def test_an_order_number_alone_is_no_personal_data():
    assert findings_of(Block("order 4471-208")) == []
