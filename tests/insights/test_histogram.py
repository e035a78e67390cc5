import math

from hypothesis import given
from hypothesis import strategies as st

from crossdesk.insights.histogram import Histogram, bucket_of, middle_of

SECONDS = st.one_of(st.integers(0, 90 * 86_400), st.floats(0, 90 * 86_400, allow_nan=False))
VALUES = st.lists(SECONDS, min_size=1, max_size=300)


def exact(values, share):
    """The value with rank ceil(share * n)."""
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]


@given(values=VALUES, share=st.sampled_from([0.01, 0.25, 0.5, 0.9, 0.99, 1.0]))
def test_a_quantile_is_within_one_percent_of_the_exact_one(values, share):
    expected = exact(values, share)

    found = Histogram.of(values).quantile(share)

    assert found is not None
    if expected < 1:
        assert found == 0
    else:
        assert abs(found - expected) <= 0.01 * expected


@given(left=VALUES, right=VALUES)
def test_histograms_add_like_the_lists_they_came_from(left, right):
    merged = Histogram.of(left)
    merged.merge(Histogram.of(right))

    assert merged == Histogram.of(left + right)
    assert Histogram.merged([Histogram.of(left).to_bytes(), Histogram.of(right).to_bytes()]) == merged


@given(values=VALUES)
def test_storing_changes_nothing(values):
    histogram = Histogram.of(values)

    assert Histogram.from_bytes(histogram.to_bytes()) == histogram
    assert len(histogram.to_bytes()) == 6 * len(set(map(bucket_of, values)))


def test_taking_a_duration_out_leaves_what_was_there_before():
    histogram = Histogram.of([60, 3600])

    histogram.add(120)
    histogram.add(120, times=-1)

    assert histogram.to_bytes() == Histogram.of([60, 3600]).to_bytes()
    assert histogram.n == 2


def test_nothing_has_no_quantile():
    assert Histogram().quantile(0.5) is None
    assert Histogram.merged([]).quantile(0.5) is None
    assert Histogram().to_bytes() == b""


def test_three_durations_by_hand():
    histogram = Histogram.of([600, 3600, 86_400])

    assert histogram.quantile(0.5) == middle_of(bucket_of(3600))
    assert histogram.quantile(0.9) == middle_of(bucket_of(86_400))
    assert round(histogram.quantile(0.5) or 0) == 3584  # 1.01 ** 822.5
