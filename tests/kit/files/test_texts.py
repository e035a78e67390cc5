"""Encodings and lines of the files that people have."""

import io

import pytest

from crossdesk.kit.files.texts import HEAD, encoding_of, lines, opened


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"", "utf-8"),
        (b"text\nhello\n", "utf-8"),
        ("Grüße aus Köln".encode(), "utf-8"),
        ("Grüße – „so“ – aus Köln".encode("cp1252"), "cp1252"),
        ("Où êtes-vous ?".encode("cp1252"), "cp1252"),
        (b"\xef\xbb\xbftext", "utf-8-sig"),
        ("text".encode("utf-16"), "utf-16"),
        (b"\xfe\xff\x00t", "utf-16"),
        ("text".encode("utf-32"), "utf-32"),
        (b"one byte \xff that is wrong", "utf-8"),
        (b"\xc3\x28 \xa0\xa1", "utf-8"),
        ("Grüße ".encode() * 9 + b"and one sl\xfcp", "utf-8"),
        (b"a" + "é".encode() * HEAD, "utf-8"),  # cut in the middle of a letter
    ],
)
def test_the_encoding_is_told_by_what_stands_there(head, encoding):
    assert encoding_of(head[:HEAD]) == encoding


def test_lines_end_where_lines_end_and_bytes_that_are_no_utf_8_are_kept_apart():
    text = opened(io.BytesIO("one\r\ntwo\u2028still two\n\n".encode() + b"\xff"), "utf-8")

    assert list(lines(text)) == ["one", "two\u2028still two", "", "\udcff"]


def test_a_line_too_long_to_be_held_is_passed_over(monkeypatch):
    monkeypatch.setattr("crossdesk.kit.files.texts.LONGEST", 10)
    text = opened(io.BytesIO(b"short\n" + b"x" * 95 + b"\nnext\n" + b"y" * 10), "utf-8")

    assert list(lines(text)) == ["short", None, "next", None]
