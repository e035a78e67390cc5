"""HTML to plain text, on what servers send and on what nobody should."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit import html

MENTION = '<span class="h-card"><a href="https://a.example/@brand" class="u-url mention">@<span>brand</span></a></span>'
SHORTENED = (
    '<a href="https://example.com/a/long/path"><span class="invisible">https://</span>'
    '<span class="ellipsis">example.com/a</span><span class="invisible">/long/path</span></a>'
)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (f"<p>Hi {MENTION}, where is it?</p><p>Thanks</p>", "Hi @brand, where is it?\n\nThanks"),
        ("one<br>two<br />three", "one\ntwo\nthree"),
        (f"<p>See {SHORTENED}</p>", "See https://example.com/a/long/path"),
        ('<a href="https://example.com/x">our shop</a>', "our shop (https://example.com/x)"),
        ('<a href="https://example.com/">example.com</a>', "example.com"),
        ('<a href="https://t.example/tags/help" class="mention hashtag" rel="tag">#<span>help</span></a>', "#help"),
        ('<a href="https://t.example/tags/help">#help</a>', "#help"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        (
            '<a href="https://example.com/1">one <a href="https://example.com/2">two</a>',
            "one (https://example.com/1)two (https://example.com/2)",
        ),
        ("<ul><li>milk</li><li>bread</li></ul>", "- milk\n- bread"),
        ("<blockquote>said</blockquote>I agree", "said\n\nI agree"),
        ("5 &lt; 6 &amp;&amp; 7 &gt; 2 &euro; &#x1F4E6;", "5 < 6 && 7 > 2 € 📦"),
        ("5 < 6 & 7 > 2", "5 < 6 & 7 > 2"),
        ("a <3 b", "a <3 b"),
        ("<script>alert(1)</script><style>p{}</style>words<!-- note -->!", "words!"),
        ("<script>never closed", ""),
        ("<!-- never closed", ""),
        ("  many \t\r\n spaces  ", "many spaces"),
        ("<p>a</p><p></p><p> </p><p>b</p>", "a\n\nb"),
        ('hello <img alt=":wave:" src="x"> there', "hello :wave: there"),
        ("half \ud83d and nul \x00\x07", "half \N{REPLACEMENT CHARACTER} and nul"),
        ("mañana שלום 你好", "mañana שלום 你好"),
        ("", ""),
        ("<", "<"),
        ("<p", "<p"),
        ("</p>", ""),
    ],
)
def test_html_becomes_the_words_that_people_read(source, text):
    assert html.to_text(source) == text


@given(st.text(alphabet="<>/ab \"='&;!-\n\x00\ud800p1", max_size=300))
def test_any_text_is_read_without_failing_and_can_be_stored(source):
    text = html.to_text(source)

    assert "\x00" not in text
    assert text.encode("utf-8").decode("utf-8") == text
    assert text == text.strip()


@pytest.mark.parametrize("piece", ["<", "<a ", "<a href='", '<a "', "<!--", "</", "&", "<b> ", " ", "<a>", "<p>", "\n"])
def test_the_time_grows_with_the_length_alone(piece):
    def seconds(length: int) -> float:
        source = (piece * length)[:length]
        began = time.perf_counter()
        html.to_text(source)
        return time.perf_counter() - began

    seconds(1_000)
    assert seconds(160_000) < 2.0
