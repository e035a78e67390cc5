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
