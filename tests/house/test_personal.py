"""Every field of rooms that keep what people said is either personal, with its erased value, or kept."""

import pytest
from django.apps import apps

MODELS = [*apps.get_app_config("channels").get_models(), *apps.get_app_config("messages").get_models()]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_field_is_forgotten(model):
    personal, kept = set(model.Personal.personal), set(model.Personal.kept.split())

    assert personal | kept == {field.name for field in model._meta.concrete_fields if not field.primary_key}
    assert not personal & kept


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_an_erased_value_fits_its_field(model):
    for name, value in model.Personal.personal.items():
        field = model._meta.get_field(name)
        assert value is not None or field.null, name
        if isinstance(value, str):
            assert len(value.format(pk=2**63)) <= (field.max_length or 10**6), name
        if field.unique or any(name in rule.fields for rule in model._meta.constraints if hasattr(rule, "fields")):
            assert "{pk}" in value, name
