"""Text files in the encodings that people's programs write: which one, and its lines one by one."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, TextIO

LONGEST = 16 * 1024 * 1024  # characters of one line; a longer one is passed over
HEAD = 256 * 1024  # bytes looked at to tell the encoding
# What western Windows programs write outside ASCII, nearly always.
_WESTERN = frozenset("äöüÄÖÜßéèêëàâçùûôîïñáíóúãõåæøÉÈÀÇÑÅØ’‘“”„–—…•€£§°«»¡¿´®™©\xa0".encode("cp1252"))
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(head: bytes) -> str:
    """The encoding of a text that begins so: by its mark, else UTF-8, unless what is not UTF-8 is plainly Windows-1252."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    text = head.decode("utf-8", "surrogateescape")
    if len(head) >= HEAD:
        text = text[:-4]  # a character may be cut in two there
    broken = [ord(letter) - 0xDC00 for letter in text if "\udc80" <= letter <= "\udcff"]
    sound = sum(letter > "\x7f" for letter in text) - len(broken)
    western = sum(byte in _WESTERN for byte in broken)
    return "cp1252" if broken and western >= 0.9 * len(broken) and len(broken) > sound else "utf-8"


def opened(raw: BinaryIO, encoding: str) -> TextIO:
    """The file as text with its line ends as they are. Bytes that are no UTF-8 come as lone surrogates."""
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")


def lines(text: TextIO) -> Iterator[str | None]:
    """Lines without their end, one by one. None: a line too long to be held."""
    while line := text.readline(LONGEST):
        if len(line) >= LONGEST and not line.endswith("\n"):
            while (rest := text.readline(LONGEST)) and not rest.endswith("\n"):
                pass
            yield None
        else:
            yield line.rstrip("\r\n")
