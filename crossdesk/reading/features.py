"""Texts to hashed features, a whole batch at once: words, pairs of words, negated words and pieces of words.

Every step works on one long array of code points, so that a batch of some hundred messages costs a few dozen numpy
calls and no Python loop. Hashes are plain arithmetic on 64 bits: the same text gives the same features everywhere.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Hashes = NDArray[np.uint64]
Ids = NDArray[np.int64]

SPACE, WORD, MARKS, SYMBOL = 0, 1, 2, 3
_LINK_OR_NAME = re.compile(r"https?://\S+|www\.\S+|\bhttps?\b|@\w+")
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_NEGATIONS = """
    not no never nothing cannot can't cant don't dont doesn't doesnt didn't didnt won't wont isn't isnt wasn't
    wasnt wouldn't couldn't shouldn't aren't ain't without nicht kein keine keinen nie ohne pas jamais sans
    non mai senza nunca sin não nao sem nahi
"""
_REACH = 3  # words after a negation that it turns
PIECES = (3, 4, 5)  # lengths of the pieces of words


@dataclass(frozen=True, slots=True)
class Features:
    """Hashed features of a batch, ordered by kind: first every token by itself, then pairs, turned words, pieces.

    One entry for each feature: hashes (32 significant bits), message (which text), token (which of the batch), wordy
    (of words, not of a piece). One entry for each token: starts and ends in `shown` (the text with names and links
    replaced), kinds (WORD, MARKS or SYMBOL). count: how many texts.
    """

    hashes: Hashes
    message: Ids
    token: Ids
    wordy: NDArray[np.bool_]
    count: int
    shown: str
    starts: Ids
    ends: Ids
    kinds: NDArray[np.uint8]

    def word(self, token: int) -> str:
        """The words of the text behind one token."""
        return self.shown[self.starts[token] : self.ends[token]]


@cache
def _kinds() -> NDArray[np.uint8]:
    """For each code point up to 0xFFFF: space, part of a word, mark, or a symbol that stands alone."""
    table = np.full(0x10000, SYMBOL, dtype=np.uint8)
    for code in range(0x10000):
        group = unicodedata.category(chr(code))[0]
        if group in "LNM":
            table[code] = WORD
        elif group in "ZC":
            table[code] = SPACE
        elif code < 0x2190:
            table[code] = MARKS
    for char in "'’_#@":
        table[ord(char)] = WORD
    table[0xFE0F] = SPACE
    return table


def _mix(hashes: Hashes) -> Hashes:
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX_1
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX_2
    return hashes >> np.uint64(32)


def _powers(base: np.uint64, length: int) -> Hashes:
    powers = np.full(length, base, dtype=np.uint64)
    powers[0] = 1
    return np.multiply.accumulate(powers)


@cache
def _negations() -> Hashes:
    tokens = _Tokens.of(_NEGATIONS.split())
    return np.unique(tokens.hashes)


@dataclass(frozen=True, slots=True)
class _Tokens:
    """The batch as one row of code points (`sums` are the running sums of the polynomial hash) cut into tokens."""

    shown: str
    codes: Codes
    origin: Ids
    kind: NDArray[np.uint8]
    sums: Hashes
    inverse: Hashes
    starts: Ids
    ends: Ids
    hashes: Hashes
    message: Ids

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Tokens":
        clean = "\n".join(text.replace("\n", " ").replace("\r", " ") for text in texts)
        shown = "\n" + _LINK_OR_NAME.sub(_stand_in, clean) + "\n"  # each text begins and ends alike
        lowered = shown.lower()
        if len(lowered) != len(shown):  # a few letters grow when lowered
            shown = lowered
        codes = np.frombuffer(lowered.encode("utf-32-le", "replace"), dtype=np.uint32)
        codes = np.where(codes == ord("’"), np.uint32(ord("'")), codes)
        keep = np.ones(len(codes), dtype=bool)
        keep[2:] = (codes[2:] != codes[1:-1]) | (codes[2:] != codes[:-2]) | (codes[2:] == 10)
        origin = np.flatnonzero(keep)
        codes = codes[origin]
        digit = (codes >= 48) & (codes <= 57)
        codes = np.where(digit, np.uint32(48), codes)
        kind = np.where(codes < 0x10000, _kinds()[np.minimum(codes, 0xFFFF)], np.uint8(SYMBOL)).astype(np.uint8)
        message = np.cumsum(codes == 10) - 1
        plain = np.where(kind == SPACE, np.uint64(1), codes.astype(np.uint64) + np.uint64(7))
        sums = np.zeros(len(codes) + 1, dtype=np.uint64)
        np.cumsum(plain * _powers(_BASE, len(codes)), out=sums[1:])
        inverse = _powers(_INVERSE, len(codes) + 1)
        before = np.concatenate(([np.uint8(SPACE)], kind[:-1]))
        starts = np.flatnonzero((kind != SPACE) & ((kind != before) | (kind == SYMBOL)))
        after = np.concatenate((kind[1:], [np.uint8(SPACE)]))
        ends = np.flatnonzero((kind != SPACE) & ((kind != after) | (kind == SYMBOL))) + 1
        hashes = _mix((sums[ends] - sums[starts]) * inverse[starts])
        return cls(shown, codes, origin, kind, sums, inverse, starts, ends, hashes, message)


def _stand_in(match: re.Match[str]) -> str:
    """Names and addresses say nothing by their letters."""
    return "@user" if match.group().startswith("@") else "http"


def features(texts: Sequence[str]) -> Features:
    """The hashed features of each text. Deterministic; the hash of a feature never depends on the batch around it."""
    tokens = _Tokens.of(texts)
    count = len(tokens.starts)
    message = tokens.message[tokens.starts]
    number = np.arange(count, dtype=np.int64)
    hashes, at = [tokens.hashes], [number]
    pairs = number[:-1][message[:-1] == message[1:]]
    hashes.append(_mix(tokens.hashes[pairs] * _BASE + tokens.hashes[pairs + 1] + np.uint64(2)))
    at.append(pairs)
    turned = _turned(tokens, message)
    hashes.append(_mix(tokens.hashes[turned] * _MIX_1 + np.uint64(3)))
    at.append(turned)
    wordy = sum(len(part) for part in at)
    token_at = np.cumsum(np.bincount(tokens.starts, minlength=len(tokens.codes))) - 1
    for length in PIECES:
        first = _pieces(tokens.kind, length)
        hashes.append(
            _mix((tokens.sums[first + length] - tokens.sums[first]) * tokens.inverse[first] + np.uint64(length))
        )
        at.append(token_at[first + (tokens.kind[first] == SPACE)])
    token = np.concatenate(at)
    return Features(
        hashes=np.concatenate(hashes),
        message=message[token],
        token=token,
        wordy=np.arange(len(token)) < wordy,
        count=len(texts),
        shown=tokens.shown,
        starts=tokens.origin[tokens.starts],
        ends=tokens.origin[tokens.ends],
        kinds=tokens.kind[tokens.starts],
    )


def _turned(tokens: _Tokens, message: Ids) -> Ids:
    """Words that follow a negation closely, in the same text and with no mark between."""
    kind = tokens.kind[tokens.starts]
    is_negation = np.isin(tokens.hashes, _negations())
    turned = np.zeros(len(kind), dtype=bool)
    open_ = is_negation.copy()
    for step in range(1, _REACH + 1):
        if len(open_) < 2:
            break
        open_ = open_[:-1] & (kind[step:] == WORD) & (message[step:] == message[: len(message) - step])
        turned[step:] |= open_
    return np.flatnonzero(turned)


def _pieces(kind: NDArray[np.uint8], length: int) -> Ids:
    """Where a window of `length` begins that has spaces at most at its two ends and a token in it."""
    size = len(kind) - length + 1
    if size <= 0:
        return np.zeros(0, dtype=np.int64)
    spaces = np.concatenate(([0], np.cumsum(kind == SPACE)))
    inner = spaces[length - 1 : length - 1 + size] - spaces[1 : 1 + size]
    return np.flatnonzero(inner == 0)
