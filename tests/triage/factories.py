"""Smallest true things of triage."""

import factory
from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from crossdesk.triage import models
from tests.org.factories import NOON, WorkspaceFactory


class RuleFactory(DjangoModelFactory):
    """A rule about refunds that changes the urgency."""

    class Meta:
        model = models.Rule

    workspace = SubFactory(WorkspaceFactory)
    position = Sequence(lambda n: n)
    name = Sequence(lambda n: f"Rule {n}")
    conditions = factory.LazyFunction(lambda: [{"on": "text", "is": "any", "value": ["refund"]}])
    outcome = factory.LazyFunction(lambda: {"urgency": "high"})
    created_at = NOON
    changed_at = NOON


class LearnedHeadFactory(DjangoModelFactory):
    """Whose a message is, as it was learned and proved better on labels held aside; not in use."""

    class Meta:
        model = models.LearnedHead

    workspace = SubFactory(WorkspaceFactory)
    head = "department"
    number = Sequence(lambda n: n)
    model = "test-1"
    weights = b"weights"
    labels = factory.LazyFunction(list)
    labelled = 240
    examples = 180
    told = Sequence(lambda n: f"told-{n}")
    of = 60
    right = 51
    general_right = 33
    gained = 22
    lost = 4
    macro_f1 = 0.8
    general_macro_f1 = 0.5
    trained_at = NOON

    class Params:
        active = factory.Trait(state="active", activated_at=NOON)
