"""Features depend on the text alone and say what was written."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.reading.features import features


def of_each(texts: list[str]) -> list[list[int]]:
    found = features(texts)
    return [sorted(found.hashes[found.message == place].tolist()) for place in range(len(texts))]


def words(text: str) -> list[str]:
    found = features([text])
    return [found.word(token) for token in range(len(found.starts))]


def test_no_texts_and_empty_texts_have_no_features():
    assert (len(features([]).hashes), len(features(["", " ", "\n"]).hashes)) == (0, 0)


LINES = st.text(max_size=60) | st.lists(st.sampled_from(["not", "nie", "good", "so", ",", "!!", "👍"]), max_size=8).map(
    " ".join
)


@given(st.lists(LINES, max_size=6))
def test_features_of_a_text_do_not_depend_on_its_neighbours(texts):
    clean = [text.encode("utf-8", "replace").decode() for text in texts]

    assert of_each(clean) == [of_each([text])[0] for text in clean]


def test_the_same_words_have_the_same_hashes_for_ever():
    found = features(["late parcel"])

    assert found.hashes[:3].tolist() == [3928927584, 2940004129, 3842616775]


def test_words_marks_and_emoji_are_tokens_and_names_and_links_are_not_told_apart():
    assert words("Don’t @Bob :( https://a.b/c 👍👍 naïve") == ["Don’t", "@user", ":(", "http", "👍", "👍", "naïve"]


def test_case_and_dragged_letters_make_no_difference():
    assert of_each(["Sooooo LATE"]) == of_each(["sooo late"])


@pytest.mark.parametrize(
    ("text", "turned"),
    [("not so good", 2), ("but so good", 0), ("not, so good", 0), ("not a b c d", 3), ("nicht gut", 1)],
)
def test_words_close_after_a_negation_count_as_turned_until_a_mark(text, turned):
    found = features([text])
    tokens = len(found.starts)

    assert found.wordy.sum() - tokens - (tokens - 1) == turned


def test_every_feature_belongs_to_a_token_of_its_text():
    found = features(["late parcel", "", "thank you so much"])

    assert np.array_equal(np.unique(found.message), [0, 2])
    assert found.token.max() == len(found.starts) - 1
