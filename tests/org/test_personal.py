"""Each field says whether it tells of a person, and what takes its place when that person is erased."""

import pytest
from django.apps import apps

MODELS = [model for label in ("org", "triage") for model in apps.get_app_config(label).get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_field_is_personal_or_kept_and_none_is_forgotten(model):
    fields = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)} - {"id"}
    personal, kept = set(model.Personal.personal), model.Personal.kept.split()

    assert sorted([*personal, *kept]) == sorted(fields)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_takes_the_place_of_personal_words_can_be_stored(model):
    for name, erased in model.Personal.personal.items():
        assert erased is not None or model._meta.get_field(name).null
