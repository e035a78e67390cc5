"""Smallest true things of channels."""

from datetime import UTC, datetime

import factory
from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from crossdesk.channels import models, seal
from crossdesk.channels.enums import AccountState, OutboxState
from crossdesk.channels.services.deliveries import digest_of
from tests.org.factories import DepartmentFactory, WorkspaceFactory

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class AccountFactory(DjangoModelFactory):
    """A live account on the fake network, with a sign-in. `credential=None` leaves that out."""

    class Meta:
        model = models.Account
        skip_postgeneration_save = True

    workspace = SubFactory(WorkspaceFactory)
    network = "fake"
    host = "fake.example"
    external_id = Sequence(lambda n: f"us{n}")
    handle = Sequence(lambda n: f"brand{n}")
    name = Sequence(lambda n: f"Brand {n}")
    state = AccountState.LIVE
    state_since = NOON
    connected_at = NOON
    credential = factory.RelatedFactory("tests.channels.factories.CredentialFactory", factory_related_name="account")


class CredentialFactory(DjangoModelFactory):
    """A sealed token."""

    class Meta:
        model = models.Credential

    account = SubFactory(AccountFactory, credential=None)
    sealed = factory.LazyFunction(lambda: seal.seal({"token": "good", "refresh_token": "fresh"}).sealed)
    key_id = factory.LazyFunction(lambda: seal.seal({}).key_id)
    updated_at = NOON


class AccountAccessFactory(DjangoModelFactory):
    """A department that sees and answers."""

    class Meta:
        model = models.AccountAccess

    account = SubFactory(AccountFactory)
    department = SubFactory(DepartmentFactory, workspace=SelfAttribute("..account.workspace"))
    monitor = True
    respond = True


class RawDeliveryFactory(DjangoModelFactory):
    """A stored delivery that nobody has read yet."""

    class Meta:
        model = models.RawDelivery

    account = SubFactory(AccountFactory)
    workspace_id = SelfAttribute("account.workspace_id")
    feed = "mentions"
    body = Sequence(lambda n: f'{{"n": {n}}}')
    digest = factory.LazyAttribute(lambda row: digest_of(row.feed, row.body))
    received_at = NOON


class OutboxItemFactory(DjangoModelFactory):
    """A reply that waits to be sent."""

    class Meta:
        model = models.OutboxItem

    workspace = SelfAttribute("account.workspace")
    account = SubFactory(AccountFactory)
    key = Sequence(lambda n: f"key-{n}")
    origin = "inbox.reply:1"
    text = "We are on it."
    in_reply_to = "m1"
    due_at = NOON
    created_at = NOON

    class Params:
        published = factory.Trait(
            state=OutboxState.PUBLISHED, external_id=Sequence(lambda n: f"out{n}"), published_at=NOON
        )
        sending = factory.Trait(state=OutboxState.SENDING, claimed_at=NOON, attempts=1)
        doubtful = factory.Trait(state=OutboxState.DOUBTFUL, claimed_at=NOON, attempts=1)


class HoldFactory(DjangoModelFactory):
    """Everything of a workspace is held."""

    class Meta:
        model = models.Hold

    workspace = SubFactory(WorkspaceFactory)
    scope = "workspace"
    reason = "An incident."
    created_at = NOON
