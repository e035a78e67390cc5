"""Smallest true things of messages."""

from datetime import UTC, datetime

import factory
from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from crossdesk.messages import models
from tests.channels.factories import AccountFactory
from tests.org.factories import WorkspaceFactory

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = models.Contact

    workspace = SubFactory(WorkspaceFactory)
    name = Sequence(lambda n: f"Contact {n}")
    first_seen_at = NOON
    last_seen_at = NOON


class IdentityFactory(DjangoModelFactory):
    """A contact on the fake network."""

    class Meta:
        model = models.Identity

    workspace = SelfAttribute("contact.workspace")
    contact = SubFactory(ContactFactory)
    network = "fake"
    host = "fake.example"
    external_id = Sequence(lambda n: f"person{n}")
    handle = Sequence(lambda n: f"person{n}")


class MessageFactory(DjangoModelFactory):
    """A public mention by a contact, seen by one account. `sighting=None` leaves that out."""

    class Meta:
        model = models.Message
        skip_postgeneration_save = True

    account = SubFactory(AccountFactory)
    workspace = SelfAttribute("account.workspace")
    network = SelfAttribute("account.network")
    host = SelfAttribute("account.host")
    external_id = Sequence(lambda n: f"message{n}")
    direction = "in"
    kind = "mention"
    visibility = "public"
    identity = SubFactory(IdentityFactory, contact__workspace=SelfAttribute("...workspace"))
    contact = SelfAttribute("identity.contact")
    text = "Where is my parcel?"
    sent_at = NOON
    received_at = NOON
    sighting = factory.RelatedFactory("tests.messages.factories.SightingFactory", factory_related_name="message")

    class Params:
        ours = factory.Trait(direction="out", kind="reply", identity=None, contact=None)


class SightingFactory(DjangoModelFactory):
    class Meta:
        model = models.Sighting

    message = SubFactory(MessageFactory, sighting=None)
    account = SelfAttribute("message.account")
    source = "poll"
    seen_at = NOON


class ReadingFactory(DjangoModelFactory):
    """A question that wants an answer."""

    class Meta:
        model = models.Reading

    message = SubFactory(MessageFactory)
    version = 1
    model = "test-1"
    values = factory.LazyFunction(
        lambda: {
            "needs_reply": {"value": True, "p": 0.9},
            "intents": [{"value": "question", "p": 0.8}],
            "sentiment": {"value": "neutral", "p": 0.7},
            "urgency": {"value": "normal", "p": 0.9},
            "safety": [],
            "complaint_reason": None,
            "language": {"value": "en", "p": 0.99},
            "abstained": [],
            "reasons": [],
            "model": "test-1",
        }
    )
    read_at = NOON
