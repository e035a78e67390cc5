"""Vectors are kept in one byte a number and come back as good as they were."""

import numpy as np

from crossdesk.reading.vectors import WIDTH, packed, unpacked


def test_what_comes_back_points_where_it_pointed_and_is_of_length_one():
    chance = np.random.default_rng(7)
    for vector in chance.normal(size=(20, WIDTH)).astype(np.float32):
        back = unpacked(packed(vector * 31))

        assert len(packed(vector)) == WIDTH
        assert abs(np.linalg.norm(back) - 1) < 0.02
        assert float(back @ vector / np.linalg.norm(vector)) > 0.999


def test_nothing_is_a_vector_of_noughts():
    assert not unpacked(packed(np.zeros(WIDTH, dtype=np.float32))).any()
