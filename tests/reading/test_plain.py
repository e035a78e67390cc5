"""A text as the encoder sees it."""

import pytest

from crossdesk.reading.plain import plain


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("GREAT!!! \U0001f60d #LoveIt @shop", "GREAT!!! smiling heart-shaped eyes Love It @user"),
        ("see https://example.org/a?b=1 and www.example.org", "see http and http"),
        ("mail me: ann@example.org", "mail me: ann@example.org"),
        ("sooooo   late\n\nagain", "soo late again"),
        ("5 > 4 &amp; &lt;3", "5 > 4 & <3"),
        ("thumbs \U0001f44d\U0001f3fd up", "thumbs thumbs up up"),
        ("", ""),
        ("\U0001f600", "grinning"),
        ("Größe #zuSpät", "Größe zu Spät"),
    ],
)
def test_pictures_and_hashtags_become_words_and_names_and_links_one_word_each(text, seen):
    assert plain(text) == seen


def test_what_is_plain_stays_as_it_is():
    for text in ("Where is my parcel?", "soo late @user http", "Größe"):
        assert plain(plain(text)) == plain(text) == text
