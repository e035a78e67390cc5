"""Letters as readers see them."""

import pytest

from crossdesk.kit import graphemes


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Hello", 5),
        ("a\r\nb", 3),
        ("é", 1),
        ("e\u0301te\u0301", 3),
        ("👩‍👩‍👧‍👦", 1),
        ("👍🏽", 1),
        ("❤️‍🔥", 1),
        ("🇩🇪🇫🇷", 2),
        ("🇩🇪🇫", 2),
        ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 1),
        ("1️⃣", 1),
        ("한국어", 3),
        ("각", 1),
        ("नमस्ते", 3),
        ("குரு", 2),
        ("กำลัง", 3),
        ("日本語", 3),
        ("a\u200bb", 3),
    ],
)
def test_what_reads_as_one_letter_counts_as_one(text, count):
    assert graphemes.count(text) == count
