"""A company with the presets, an account that customer service answers on, and people who write to it."""

from datetime import datetime, timedelta

from crossdesk.inbox.models import Conversation
from crossdesk.journal import facts
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.messages import events, models
from crossdesk.org import services as org
from crossdesk.org.models import Member
from crossdesk.triage.models import Decision
from tests.channels.factories import AccountAccessFactory, AccountFactory
from tests.conftest import NOON, actor_of, settle
from tests.messages.factories import IdentityFactory, MessageFactory, ReadingFactory
from tests.org.factories import UserFactory
from tests.triage.situations import said


class Scene:
    """The company. `by` is its owner, who sits everywhere."""

    def __init__(self) -> None:
        self.workspace = org.create_workspace(
            slug="brand", name="Brand", time_zone="Europe/Berlin", owner=UserFactory(), now=NOON
        )
        self.desks = {desk.key: desk for desk in self.workspace.departments.all()}
        self.account = AccountFactory(workspace=self.workspace)
        for desk in self.desks.values():
            AccountAccessFactory(account=self.account, department=desk)
        self.system = system(self.workspace.pk)
        self.owner = Member.objects.get(workspace=self.workspace)
        self.customer = self.person()

    @property
    def by(self):
        return actor_of(self.owner)

    def person(self, **fields):
        return IdentityFactory(contact__workspace=self.workspace, **fields)

    def stored(self, reading, *, at: datetime = NOON, identity=None, **fields) -> models.Message:
        """A message of theirs with its reading, stored; triage has not heard of it yet. reading None: not read."""
        identity = identity or self.customer
        message = MessageFactory(
            account=self.account, identity=identity, sent_at=at, received_at=at, **fields
        )  # fmt: skip
        if reading is not None:
            ReadingFactory(message=message, values=dict(reading.values))
        self.tell(
            events.MessageStored(
                message_id=message.pk, direction="in", kind=message.kind, visibility=message.visibility,
                contact_id=identity.contact_id, account_id=self.account.pk, sent_at=at.isoformat(),
            ),
            at=at,
        )  # fmt: skip
        return message

    def ours(self, *, at: datetime, answers: models.Message | None = None) -> models.Message:
        """A post of ours that the network brought."""
        message = MessageFactory(
            account=self.account, ours=True, contact=answers.contact if answers else None, sent_at=at, received_at=at,
            parent_external_id=answers.external_id if answers else "",
        )  # fmt: skip
        self.tell(
            events.MessageStored(
                message_id=message.pk, direction="out", kind="reply", visibility="public", account_id=self.account.pk
            ),
            at=at,
        )
        return message

    def edited(self, message, text, reading, *, at: datetime = NOON + timedelta(minutes=5)) -> None:
        models.Message.objects.filter(pk=message.pk).update(text=text, version=message.version + 1, edited_at=at)
        ReadingFactory(message=message, version=message.version + 1, values=dict(reading.values))
        self.tell(
            events.MessageEdited(
                message_id=message.pk, direction="in", version=message.version + 1, account_id=self.account.pk
            ),
            at=at,
        )

    def deleted(self, message, *, at: datetime = NOON + timedelta(minutes=5)) -> None:
        models.Message.objects.filter(pk=message.pk).update(text="", deleted_at=at)
        self.tell(events.MessageDeleted(message_id=message.pk, direction="in", account_id=self.account.pk), at=at)

    def tell(self, body, *, at: datetime = NOON) -> None:
        facts.publish(body, by=self.system, at=at)

    def works(self, at: datetime = NOON) -> None:
        """Let everything that is due happen."""
        with clock.standing_at(at):
            settle(until=at)

    def desk_keys(self) -> dict[int, str]:
        return {desk.pk: key for key, desk in self.desks.items()}

    def duties(self, conversation: Conversation) -> dict[str, str]:
        """Open duties: department: kind."""
        keys = self.desk_keys()
        return {keys[duty.department_id]: str(duty.kind) for duty in conversation.duties.filter(closed_at=None)}


def decisions(message) -> list[tuple]:
    """(version, number, source, needs_reply, intent, triage) in the order of making."""
    return list(
        Decision.objects.filter(message=message)
        .order_by("id")
        .values_list("version", "number", "source", "needs_reply", "intent", "triage")
    )


__all__ = ["Scene", "decisions", "said"]
