"""Statistics: against figures worked out by hand or printed in the sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdesk.kit.statistics import (
    Calibration,
    CalibrationBin,
    ClassFigures,
    Confusion,
    calibration,
    confusion,
    kappa,
    macro_f1,
    macro_recall,
    per_class,
    quantile,
    wilson,
)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),  # Newcombe (1998), table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_wilson_gives_the_intervals_of_the_textbook(hits, of, low, high):
    assert wilson(hits, of) == pytest.approx((low, high), abs=0.0001)


def test_of_nothing_nothing_is_known():
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("hits", "of"), [(-1, 4), (5, 4), (1, 0)])
def test_more_hits_than_rows_are_no_share(hits, of):
    with pytest.raises(ValueError, match="is no share"):
        wilson(hits, of)


@given(st.integers(0, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share_and_stays_possible(pair):
    hits, of = pair

    low, high = wilson(hits, of)

    assert 0.0 <= low <= (hits / of if of else 0.5) <= high <= 1.0


def test_classes_of_rows_with_one_label():
    pairs = [(["a"], ["a"]), (["a"], ["b"]), (["a"], ["a"]), (["b"], ["b"]), (["c"], ["b"])]

    figures = per_class(pairs)

    assert figures == {
        "a": ClassFigures(n=3, given=2, right=2),
        "b": ClassFigures(n=1, given=3, right=1),
        "c": ClassFigures(n=1, given=0, right=0),
    }
    assert (figures["a"].precision, figures["a"].recall, figures["a"].f1) == (1.0, 2 / 3, 0.8)
    assert (figures["b"].precision, figures["b"].recall, figures["b"].f1) == (1 / 3, 1.0, 0.5)
    assert (figures["c"].precision, figures["c"].recall, figures["c"].f1) == (None, 0.0, 0.0)
    assert (figures["a"].recall_between, figures["c"].precision_between) == (wilson(2, 3), (0.0, 1.0))
    assert macro_recall(figures) == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert macro_f1(figures) == pytest.approx((0.8 + 0.5 + 0) / 3)


def test_several_labels_may_be_true_and_none_too():
    pairs = [({"a", "b"}, {"b"}), (set(), {"a"}), ({"a"}, ()), ((), ())]

    figures = per_class(pairs)

    assert figures == {"a": ClassFigures(n=2, given=1, right=0), "b": ClassFigures(n=1, given=1, right=1)}


def test_a_class_that_no_row_is_of_counts_for_f1_but_has_no_recall():
    figures = per_class([(["a"], ["a"]), (["a"], ["z"])])

    assert figures["z"].recall is None
    assert macro_recall(figures) == 0.5
    assert macro_f1(figures) == pytest.approx(1 / 3)


def test_without_rows_there_is_no_mean():
    assert (per_class([]), macro_recall({}), macro_f1({})) == ({}, None, None)


def test_a_confusion_keeps_the_order_that_was_asked_for():
    pairs = [("low", "high"), ("high", "high"), ("low", "odd")]

    found = confusion(pairs, labels=("high", "low"))

    assert found == Confusion(("high", "low", "odd"), ((1, 0, 0), (1, 0, 1), (0, 0, 0)))
    assert found.n == 3
    assert confusion(pairs).labels == ("high", "low", "odd")
    assert confusion([]) == Confusion((), ())


def test_calibration_weighs_each_bin_by_its_answers():
    points = [(0.875, True), (0.875, True), (0.875, False), (0.9375, True), (0.25, False), (1.0, True)]

    found = calibration(points, bins=8)

    assert found == Calibration(
        n=6,
        ece=(1 * 0.25 + 5 * (0.9125 - 0.8)) / 6,
        bins=(
            CalibrationBin(low=0.25, high=0.375, n=1, right=0, mean_p=0.25),
            CalibrationBin(low=0.875, high=1.0, n=5, right=4, mean_p=0.9125),
        ),
    )
    assert (found.bins[1].share_right, found.bins[1].between) == (0.8, wilson(4, 5))


def test_answers_that_keep_what_they_promise_are_off_by_nothing():
    points = [(0.75, True)] * 3 + [(0.75, False)] + [(0.0, False)] * 5

    assert calibration(points).ece == 0.0


def test_without_answers_there_is_no_error():
    assert calibration([]) == Calibration(n=0, ece=None, bins=())


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(p):
    with pytest.raises(ValueError, match="is no probability"):
        calibration([(p, True)])


def test_kappa_of_the_textbook():
    pairs = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15

    assert kappa(pairs) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("a", "a"), ("b", "b")], 1.0),
        ([("a", "b"), ("b", "a")], -1.0),
        ([("a", "a"), ("a", "b")], 0.0),
        ([("a", "a"), ("a", "a")], None),
        ([], None),
    ],
)
def test_kappa_at_its_ends(pairs, says):
    assert kappa(pairs) == says


@pytest.mark.parametrize(
    ("share", "is_"), [(0.0, 15), (0.05, 15), (0.3, 20), (0.4, 20), (0.5, 35), (0.81, 50), (1.0, 50)]
)
def test_a_quantile_by_the_nearest_rank(share, is_):
    assert quantile([35, 20, 15, 50, 40], share) == is_


def test_the_95th_of_twenty_is_the_last_but_one():
    assert quantile(list(range(1, 21)), 0.95) == 19
