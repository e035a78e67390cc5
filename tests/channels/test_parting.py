"""Parting a long text into the posts of a thread."""

import random
import re
from time import process_time

import pytest

from crossdesk.channels import counting, parting
from crossdesk.channels.counting import LINK
from crossdesk.channels.ports import Counting
from crossdesk.kit import graphemes

BLUESKY = Counting("graphemes")
MASTODON = Counting("graphemes", links_as=23, bare_mentions=True, names_first=True)
WORDS = [
    "yes", "Versandbestätigung", "the", "parcel", "👩‍👩‍👧‍👦", "🇸🇪🇩🇪", "naïve", "नमस्ते", "wait", "e\u0301te\u0301", "한국어", "10.30",
    "https://shop.example/orders/12345?from=mail&to=anna", "@anna@social.example", "@ben.bsky.social", "#Größe", "#sale",
    "shop.example/terms", "ok", "Straße", "x" * 40,
]  # fmt: skip
WHOLE = re.compile(r"@[\w.-]*\w(?:@[\w.-]*\w)?|[#＃][^\s#＃]+")


def by(counts: Counting):
    return lambda text: counting.length(text, counts)


def bare(text: str) -> str:
    return "".join(text.split())


def some_text(dice: random.Random) -> str:
    words = [dice.choice(WORDS) + dice.choice(["", "", "", ".", "!", ","]) for _ in range(dice.randint(1, 110))]
    return "".join(word + dice.choice([" ", " ", " ", " ", "\n", "\n\n", "  "]) for word in words).strip()


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("counts", [BLUESKY, MASTODON, Counting("characters"), Counting("bytes")])
@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost_nothing_is_torn_and_every_part_fits(seed, counts, numbered):
    dice = random.Random(seed)
    text, limit = some_text(dice), dice.choice([200, 300, 500])

    parts = parting.parted(text, length=by(counts), limit=limit, numbered=numbered)

    assert [part for part in parts if counting.length(part, counts) > limit or not part or part != part.strip()] == []
    said = [part.removesuffix(f" {n}/{len(parts)}") if len(parts) > 1 else part for n, part in enumerate(parts, 1)]
    assert bare("".join(said if numbered else parts)) == bare(text)
    assert sum(graphemes.count(bare(part)) for part in (said if numbered else parts)) == graphemes.count(bare(text))
    for token in (LINK, WHOLE):
        assert [found for part in parts for found in token.findall(part)] == token.findall(text)


def test_what_fits_stays_one_and_keeps_its_lines():
    assert parting.parted("Hello\n\nAnna ", length=len, limit=20) == ["Hello\n\nAnna"]
    assert parting.parted("Hello\r\nAnna", length=len, limit=20, numbered=True) == ["Hello\nAnna"]


def test_it_breaks_at_a_paragraph_before_a_sentence_and_at_a_sentence_before_a_word():
    first = "It left on Monday. It is with the carrier."
    assert parting.parted(f"{first}\n\nIt comes soon. We promise that.", length=len, limit=60) == [
        first, "It comes soon. We promise that.",
    ]  # fmt: skip
    assert parting.parted(f"{first} It comes on Friday morning", length=len, limit=60) == [
        first, "It comes on Friday morning",
    ]  # fmt: skip
    assert parting.parted("one two three four five six", length=len, limit=14) == ["one two three", "four five six"]


def test_a_paragraph_near_the_beginning_does_not_stand_alone():
    text = "Hi Anna,\n\nyour parcel left our house on Monday. It is with the carrier now, and should come on Friday."

    assert parting.parted(text, length=len, limit=60) == [
        "Hi Anna,\n\nyour parcel left our house on Monday.",
        "It is with the carrier now, and should come on Friday.",
    ]


@pytest.mark.parametrize(
    "text", ["Wir kommen am 3. Mai zu Ihnen nach Haus", "Fragen Sie bitte Dr. Anna Nilsson und ihr Team"]
)
def test_a_full_stop_that_ends_no_sentence_is_no_place_to_break(text):
    first, second = parting.parted(text, length=len, limit=30)

    assert not first.endswith(".")
    assert f"{first} {second}" == text


def test_a_line_of_dashes_forces_a_break_also_where_all_would_fit():
    assert parting.wants_parts("First\n---\nSecond")
    assert not parting.wants_parts("First --- Second\n---\n")
    assert parting.parted("First\n\n---\n\n---\nSecond\n ----- \n", length=len, limit=300) == ["First", "Second"]


def test_numbers_count_and_are_as_wide_as_they_become():
    words = " ".join(["word"] * 40)

    parts = parting.parted(words, length=len, limit=20, numbered=True)

    assert parts[0] == "word word word 1/14"
    assert parts[-1] == "word 14/14"
    assert max(map(len, parts)) <= 20


def test_letters_without_blanks_break_between_graphemes():
    parts = parting.parted("👩‍👩‍👧‍👦" * 25, length=by(BLUESKY), limit=10)

    assert parts == ["👩‍👩‍👧‍👦" * 10, "👩‍👩‍👧‍👦" * 10, "👩‍👩‍👧‍👦" * 5]


def test_chinese_breaks_after_its_full_stop():
    first = "您的包裹星期一已经寄出了。"
    assert parting.parted(first + "请再等几天好吗", length=len, limit=17) == [first, "请再等几天好吗"]


def test_a_link_that_is_longer_than_a_post_cannot_be_parted():
    with pytest.raises(parting.CannotBeParted, match="A link, a name or a tag is longer than one post"):
        parting.parted("See https://shop.example/" + "a" * 400, length=len, limit=300)


def test_a_long_link_is_no_matter_where_the_network_counts_it_short():
    text = "See https://shop.example/" + "a" * 900 + " there. " + "word " * 100

    parts = parting.parted(text, length=by(MASTODON), limit=500)

    assert [LINK.findall(part) for part in parts] == [LINK.findall(text), []]


def test_no_more_than_twenty():
    with pytest.raises(parting.CannotBeParted, match="more than 20 posts"):
        parting.parted("word " * 400, length=len, limit=20)


def test_a_text_of_any_length_is_parted_quickly():
    text = "Grüße aus Göteborg 👋🏽 und vielen Dank. " * 500
    began = process_time()

    with pytest.raises(parting.CannotBeParted):
        parting.parted(text, length=by(BLUESKY), limit=300)

    assert process_time() - began < 2
