"""What the linear models say of rows that they did not learn from: what the heads are joined with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crossdesk.reading.hearing import Outlet
from crossdesk.reading.odds import number_of, shares_of
from crossdesk.reading.training import data, fit, linear
from crossdesk.reading.training.data import Example
from crossdesk.reading.training.vectors import Vectors

Numbers = NDArray[np.float64]


def tone_beside(learned: Sequence[Example], apart: Sequence[Example], vectors: Vectors, outlet: Outlet) -> Numbers:
    """For rows kept apart: what linear models say that learned from the others."""
    weighed = [replace(e, weight=1.0 if e.voice.startswith(("xlmt", "tweeteval")) else 6.0) for e in learned]
    texts = fit.texts_of([e.text for e in weighed], linear.TONE_SPACE, vectors)
    coefficients, intercepts = fit.fit_question(texts.inputs(linear.TONE.meaning), weighed, linear.TONE)
    seen = fit.texts_of([e.text for e in apart], linear.TONE_SPACE, vectors, texts.scale)
    numbers = replace(seen, used=texts.used).inputs(linear.TONE.meaning) @ coefficients.T + intercepts
    return _as_heard(numbers, outlet)


def care_beside(
    folder: Path, cast: Sequence[Example], vectors: Vectors, outlets: Mapping[str, Outlet]
) -> dict[str, Numbers]:
    """For the written rows, by outlet: what linear models say that saw no row of the same voice."""
    examples = data.kept_for_training()
    own = len(examples)
    examples += [*cast, *data.public(folder)]
    texts = fit.texts_of([e.text for e in examples], linear.CARE_SPACE, vectors)
    return {
        question.name: _as_heard(
            fit.out_of_fold(texts.inputs(question.meaning), examples, question, own), outlets[question.name]
        )
        for question in linear.CARE
    }


def _as_heard(numbers: Numbers, outlet: Outlet) -> Numbers:
    """As they reach the reader: calibrated, to four places, then as numbers again."""
    chances = np.round(shares_of(numbers * outlet.slope + outlet.shift, outlet.choice), 4)
    return np.array([number_of(row, outlet.choice) for row in chances.tolist()])
