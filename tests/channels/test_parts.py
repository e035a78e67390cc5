"""A text with a warning before its words and the choices of a poll behind them: put together, and taken apart again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.channels import parts

TEXT = st.text(max_size=20)


@pytest.mark.parametrize(
    ("words", "warning", "choices", "whole"),
    [
        ("Look.", "", [], "Look."),
        ("Look.", "Spiders", [], "Spiders\n\nLook."),
        ("", "Spiders", [], "Spiders"),
        ("Which?", "Spiders", ["red", "blue"], "Spiders\n\nWhich?\n\n- red\n- blue"),
        ("", "", ["red", "blue"], "- red\n- blue"),
    ],
)
def test_the_parts_stand_apart_with_a_line_between(words, warning, choices, whole):
    assert parts.whole(words, warning=warning, choices=choices) == whole


@given(words=TEXT, warning=TEXT, choices=st.lists(TEXT, max_size=4))
def test_the_words_are_found_again_whatever_was_put_around_them(words, warning, choices):
    text = parts.whole(words, warning=warning, choices=choices)

    assert parts.words_of(text, warning=warning, choices=choices) == words


def test_of_a_text_that_does_not_have_the_parts_nothing_is_taken():
    assert parts.words_of("Spidersong", warning="Spiders", choices=["a"]) == "Spidersong"
