import pytest

from crossdesk.kit.text import clipped, storable


@pytest.mark.parametrize(
    ("given", "stored"),
    [("plain", "plain"), ("ü\U0001f600", "ü\U0001f600"), ("a\x00b", "a\ufffdb"), ("\ud83d!", "?!"), ("", "")],
)
def test_a_text_is_stored_as_it_is_but_for_what_no_database_takes(given, stored):
    assert storable(given) == stored


def test_a_long_text_is_cut_with_a_sign():
    assert clipped("abcdef", 4) == "abc…"
    assert clipped("abcd", 4) == "abcd"
    assert clipped("\x00bcd", 4) == "\ufffdbcd"
