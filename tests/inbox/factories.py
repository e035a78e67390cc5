"""Smallest true things of the inbox and of what it stands on."""

from datetime import datetime, timedelta
from typing import Any

import factory
from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from crossdesk.channels import models as channels
from crossdesk.inbox import intake, models
from crossdesk.inbox.clocks import CLOCK
from crossdesk.inbox.intake import DutyOwed, Verdict
from crossdesk.inbox.owing import CLOSING, DUTY_CLOCK, SNOOZE
from crossdesk.journal import jobs
from crossdesk.journal.models import Job
from crossdesk.kit import actor, clock
from crossdesk.messages import models as messages
from tests.org.factories import NOON, DepartmentFactory, WorkspaceFactory

__all__ = ["NOON"]
HOUR = 3600


class AccountFactory(DjangoModelFactory):
    """A live account on the sandbox network. `answered_by=department` lets a department monitor and respond."""

    class Meta:
        model = channels.Account
        skip_postgeneration_save = True

    workspace = SubFactory(WorkspaceFactory)
    network = "sandbox"
    host = "http://sandbox.example"
    external_id = Sequence(lambda n: f"account-{n}")
    handle = Sequence(lambda n: f"brand{n}")
    state = "live"
    state_since = NOON
    connected_at = NOON

    @factory.post_generation
    def answered_by(self, create, extracted, **kwargs):
        if create and extracted is not None:
            channels.AccountAccess.objects.create(account=self, department=extracted, monitor=True, respond=True)


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = messages.Contact

    workspace = SubFactory(WorkspaceFactory)
    name = Sequence(lambda n: f"Customer {n}")
    first_seen_at = NOON
    last_seen_at = NOON


class IdentityFactory(DjangoModelFactory):
    class Meta:
        model = messages.Identity

    workspace = SelfAttribute("contact.workspace")
    contact = SubFactory(ContactFactory)
    network = "sandbox"
    host = "http://sandbox.example"
    external_id = Sequence(lambda n: f"person-{n}")
    handle = Sequence(lambda n: f"customer{n}")
    name = SelfAttribute("contact.name")


class MessageFactory(DjangoModelFactory):
    """A public mention of theirs at noon. `ours=True`: a post of the account."""

    class Meta:
        model = messages.Message

    class Params:
        ours = factory.Trait(direction="out", identity=None, contact=None)

    account = SubFactory(AccountFactory)
    workspace = SelfAttribute("account.workspace")
    network = SelfAttribute("account.network")
    host = SelfAttribute("account.host")
    external_id = Sequence(lambda n: f"message-{n}")
    direction = "in"
    kind = "mention"
    visibility = "public"
    identity = SubFactory(IdentityFactory, contact__workspace=SelfAttribute("...account.workspace"))
    contact = LazyAttribute(lambda message: message.identity.contact if message.identity else None)
    text = Sequence(lambda n: f"Where is my parcel number {n}?")
    sent_at = NOON
    received_at = SelfAttribute("sent_at")


class Desk:
    """A workspace with a department in office hours and an account it answers on: what most tests stand on."""

    def __init__(self, **department):
        self.department = DepartmentFactory(**department)
        self.workspace = self.department.workspace
        self.account = AccountFactory(workspace=self.workspace, answered_by=self.department)
        self.system = actor.system(self.workspace.pk)
        self.customer = IdentityFactory(contact__workspace=self.workspace)

    def verdict(self, **changes) -> Verdict:
        """A question that the department answers within an hour round the clock."""
        values: dict[str, Any] = {
            "needs_reply": True,
            "intent": "question",
            "urgency": "normal",
            "sentiment": "neutral",
            "language": "en",
            "duties": (DutyOwed(self.department.pk, "respond", "It is a question."),),
            "target_seconds": HOUR,
        }
        return Verdict(**values | changes)

    def nothing(self, **changes) -> Verdict:
        """Thanks: nothing is owed."""
        return self.verdict(needs_reply=False, intent="praise", duties=(), target_seconds=None, **changes)

    def they_write(self, at: datetime = NOON, *, taken_at: datetime | None = None, verdict=None, **message):
        """One message of the customer, taken in when it was sent. Returns the message."""
        said = MessageFactory(
            account=message.pop("account", self.account),
            identity=message.pop("identity", self.customer),
            sent_at=at,
            **message,
        )
        intake.take_in([(said.pk, verdict or self.verdict())], by=self.system, now=taken_at or at)
        return said

    def conversation(self) -> models.Conversation:
        """The only conversation, or the newest."""
        return models.Conversation.objects.latest("id")


def after(**time: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(**time)


def clocks_run(until: datetime) -> None:
    """Let all clocks of the inbox ring that are due until then, in their order."""
    kinds = frozenset({CLOCK, DUTY_CLOCK, CLOSING, SNOOZE})
    assert kinds <= jobs.known_kinds()
    while (due := Job.objects.filter(kind__in=kinds, due_at__lte=until).order_by("due_at").first()) is not None:
        with clock.standing_at(due.due_at):
            jobs.run_due(now=due.due_at, kinds=kinds)
