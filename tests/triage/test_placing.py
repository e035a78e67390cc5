"""Placing: whose a message is by its reading alone."""

import pytest

from crossdesk.org.presets import MATRIX
from crossdesk.triage import queries
from crossdesk.triage.placing import Place, places, preset_setup
from crossdesk.triage.setup import Setup
from crossdesk.triage.subject import Said
from tests.triage.scene import Scene

WITHOUT_ANYBODY = Setup(workspace_id=0, departments={}, keys={}, matrix={})


def said(*intents: tuple[str, float], safety: tuple[tuple[str, float], ...] = ()) -> Said:
    def all_of(pairs):
        return [{"value": value, "p": p} for value, p in pairs]

    return Said({"intents": all_of(intents), "safety": all_of(safety)})


@pytest.mark.parametrize(("intent", "owner"), [(intent, owner) for intent, (owner, _, _) in MATRIX.items()])
def test_a_message_is_of_whom_the_preset_matrix_makes_responsible(intent, owner):
    found = places(said((intent, 0.7)), preset_setup())

    assert found == ([Place(owner, 0.7)] if owner else [])


def test_a_department_is_as_sure_as_the_best_of_what_sends_it_there_and_the_surest_is_first():
    reading = said(("complaint", 0.6), ("question", 0.8), ("sales_lead", 0.9))

    assert places(reading, preset_setup()) == [Place("sales", 0.9), Place("customer_service", 0.8)]


def test_safety_goes_first_where_both_are_equally_sure():
    reading = said(("complaint", 0.9), safety=(("press", 0.4), ("product_safety", 0.9)))

    assert places(reading, preset_setup()) == [
        Place("risk", 0.9),
        Place("customer_service", 0.9),
        Place("public_relations", 0.4),
    ]


def test_conduct_that_may_be_protected_speech_is_looked_at_by_legal_first():
    reading = said(("conduct", 0.8))

    assert places(reading, preset_setup(), text="My Overtime was never paid") == [
        Place("legal", 0.8),
        Place("human_resources", 0.8),
    ]
    assert places(reading, preset_setup(), text="Your driver shouted at me") == [Place("human_resources", 0.8)]


def test_where_nobody_is_there_it_is_nobodys():
    reading = said(("complaint", 0.9), ("conduct", 0.6), safety=(("threat", 0.9),))

    assert places(reading, WITHOUT_ANYBODY, text="overtime") == []
    assert places(Said(), preset_setup()) == []


@pytest.mark.django_db
def test_a_new_workspace_places_as_the_presets_do():
    setup = queries.setup(Scene().workspace.pk)

    for intent in MATRIX:
        reading = said((intent, 0.7), safety=(("leak", 0.6), ("regulator", 0.5)))
        assert places(reading, setup) == places(reading, preset_setup())
