from pathlib import Path

import pytest

from crossdesk.insights.models import MeasuredBlock
from crossdesk.insights.reference import BEGINS, as_markdown
from crossdesk.insights.registry import MEASURES, HoursBasis, Unit
from crossdesk.insights.sums import Sum
from crossdesk.insights.values import Filters, value_of

PAGE = Path(__file__).parents[2] / "docs" / "measures.md"
FIELDS = {field.name for field in MeasuredBlock._meta.concrete_fields}


def test_the_documentation_says_what_the_registry_says():
    text = PAGE.read_text(encoding="utf-8")

    assert BEGINS + text.partition(BEGINS)[2] == as_markdown()


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_every_measure_is_defined_in_full(measure):
    texts = [measure.label, measure.definition, measure.numerator, measure.denominator, measure.department, measure.day]

    assert all(texts)
    assert measure.version >= 1
    assert (measure.unit is Unit.SECONDS) == bool(measure.counting and measure.counting.value)
    assert (measure.basis is HoursBasis.BUSINESS) == measure.key.endswith("_business")


@pytest.mark.parametrize("key", [key for key, measure in MEASURES.items() if measure.counting])
def test_every_measure_is_counted_by_fields_that_lines_have(key):
    counting = MEASURES[key].counting
    assert counting is not None

    named = {counting.moment, counting.day, counting.department, *counting.where, *counting.hit}
    assert named | ({counting.value} if counting.value else set()) <= FIELDS


@pytest.mark.parametrize(("n", "enough"), [(0, False), (29, False), (30, True)])
def test_a_share_of_fewer_than_thirty_is_not_enough(n, enough):
    value = value_of(MEASURES["response_rate_72h"], None, Filters(), Sum(numerator=0, denominator=n))

    assert (value.enough, value.value) == (enough, 0 if n else None)


def test_a_count_needs_no_thirty():
    assert value_of(MEASURES["open_work"], None, Filters(), Sum(numerator=1, denominator=1)).enough
