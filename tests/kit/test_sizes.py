import pytest

from crossdesk.kit.sizes import size


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (12, "12 B"), (1023, "1023 B"), (1024, "1 KB"), (1_000_000, "976 KB"), (1024**2, "1 MB"), (5_000_000, "4.7 MB"),
        (20 * 1024**2, "20 MB"), (21 * 1024**2 - 1, "20 MB"),
    ],
)  # fmt: skip
def test_a_size_is_said_in_the_largest_unit_and_never_as_more_than_it_is(number, words):
    assert size(number) == words
