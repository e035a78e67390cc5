"""A small company whose blocks are written as the inbox writes them: the row and its facts."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from django.db.models import F

from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account
from crossdesk.inbox import events
from crossdesk.inbox.enums import Privacy
from crossdesk.inbox.models import Block, Conversation, Counter, Duty
from crossdesk.journal.facts import publish
from crossdesk.kit.actor import Actor, system
from crossdesk.messages.models import Contact, Identity, Message
from crossdesk.org.models import Department, Wall, Workspace
from tests.org.factories import DepartmentFactory, WorkspaceFactory

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = count(1)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


@dataclass
class Story:
    """One workspace with two departments and one account. Every act writes the row and tells the fact."""

    workspace: Workspace = field(default_factory=WorkspaceFactory)
    service: Department = field(init=False)
    sales: Department = field(init=False)
    account: Account = field(init=False)

    def __post_init__(self) -> None:
        self.service = DepartmentFactory(workspace=self.workspace, name="Customer service", position=1)
        self.sales = DepartmentFactory(workspace=self.workspace, name="Sales", position=2)
        self.account = self.new_account()

    @property
    def system(self) -> Actor:
        return system(self.workspace.pk)

    def new_account(self) -> Account:
        number = next(_numbers)
        return Account.objects.create(
            workspace=self.workspace, network="sandbox", host="http://127.0.0.1", external_id=f"a{number}",
            handle=f"@brand{number}", state=AccountState.LIVE, state_since=MONDAY, connected_at=MONDAY,
        )  # fmt: skip

    def conversation(self, *, at: datetime = MONDAY, account: Account | None = None, name: str = "Ada") -> Conversation:
        account = account or self.account
        contact = Contact.objects.create(workspace=self.workspace, name=name, first_seen_at=at, last_seen_at=at)
        identity = Identity.objects.create(
            workspace=self.workspace, contact=contact, network="sandbox", host="h", external_id=f"i{next(_numbers)}",
            handle=name.lower(),
            name=name,
        )  # fmt: skip
        return Conversation.objects.create(
            workspace=self.workspace, account=account, contact=contact, identity=identity, privacy=Privacy.PUBLIC,
            opened_at=at, last_at=at, last_direction="in", department=self.service,
        )  # fmt: skip

    def message(self, conversation: Conversation, *, at: datetime, text: str = "Where is my order?") -> Message:
        return Message.objects.create(
            workspace=self.workspace, network="sandbox", host="h", external_id=f"m{next(_numbers)}", direction="in",
            kind="mention", visibility="public", account=conversation.account, identity=conversation.identity,
            contact=conversation.contact, text=text, sent_at=at, received_at=at,
        )  # fmt: skip

    def block(
        self,
        at: datetime,
        *,
        conversation: Conversation | None = None,
        department: Department | None = None,
        needs_reply: bool | None = True,
        first: bool = True,
        target: timedelta | None = timedelta(hours=4),
        account: Account | None = None,
        text: str = "Where is my order?",
    ) -> Block:
        """Somebody writes, and it is decided at once; needs_reply None leaves it undecided."""
        conversation = conversation or self.conversation(at=at, account=account)
        message = self.message(conversation, at=at, text=text)
        block = Block.objects.create(
            workspace=self.workspace, conversation=conversation, account=conversation.account,
            department=department or self.service, wall=conversation.wall, first_message=message, last_message=message,
            started_at=at,
        )  # fmt: skip
        self.tell(
            events.BlockOpened, block, at, message_id=message.pk, started_at=at.isoformat(),
            department_id=block.department_id,
        )  # fmt: skip
        if needs_reply is not None:
            self.decide(block, at, needs_reply=needs_reply, first=first and needs_reply, target=target)
        return block

    def decide(self, block: Block, at: datetime, *, needs_reply: bool, first: bool, target: timedelta | None) -> None:
        block.needs_reply, block.first, block.verdict_by = needs_reply, first, "model"
        block.target_seconds = int(target.total_seconds()) if target and needs_reply else None
        block.due_at = block.started_at + target if target and needs_reply else None
        block.save()
        self.tell(events.BlockDecided, block, at, **self._verdict(block), sentiment="neutral")

    def correct(self, block: Block, at: datetime, *, needs_reply: bool, first: bool = True, due_at=None) -> None:
        """A person says otherwise."""
        before, block.needs_reply = block.needs_reply, needs_reply
        block.first, block.verdict_by, block.due_at = first and needs_reply, "person", due_at
        block.save()
        self.tell(
            events.VerdictChanged, block, at, **self._verdict(block), sentiment="neutral", before_needs_reply=before,
            before_intent="", before_urgency="", fell_due=False, answered_72h=False,
        )  # fmt: skip

    def _verdict(self, block: Block) -> dict:
        return {
            "department_id": block.department_id, "started_at": block.started_at.isoformat(),
            "needs_reply": block.needs_reply, "verdict_by": block.verdict_by, "intent": "question",
            "urgency": "normal", "first": block.first, "target_seconds": block.target_seconds, "basis": "calendar",
            "due_at": block.due_at.isoformat() if block.due_at else None,
        }  # fmt: skip

    def hand_over(self, block: Block, to: Department) -> None:
        block.department = to
        block.save()

    def answer(self, block: Block, at: datetime, *, kind: str = "person", business: int | None = None) -> None:
        """We reply; a target that had passed by then was told as missed before."""
        block.answered_at = block.ended_at = at
        block.answered_kind = kind
        block.response_seconds = int((at - block.started_at).total_seconds())
        block.business_seconds = block.response_seconds if business is None else business
        block.save()
        within = None if block.due_at is None else at <= block.due_at
        self.tell(
            events.BlockAnswered, block, at, message_id=None, department_id=block.department_id, answered_by_id=None,
            answered_kind=kind, needs_reply=block.needs_reply, intent="question", urgency="normal", first=block.first,
            started_at=block.started_at.isoformat(), answered_at=at.isoformat(),
            due_at=block.due_at.isoformat() if block.due_at else None, seconds=block.response_seconds,
            business_seconds=block.business_seconds, target_seconds=block.target_seconds, basis="calendar",
            within_target=within, missed_before=within is False, fell_due=False, answered_72h=True,
        )  # fmt: skip

    def miss(self, block: Block) -> None:
        """The clock finds the target passed with no reply."""
        assert block.due_at is not None
        self.tell(
            events.TargetFellDue, block, block.due_at, department_id=block.department_id, intent="question",
            urgency="normal", started_at=block.started_at.isoformat(), due_at=block.due_at.isoformat(),
            target_seconds=block.target_seconds or 0, basis="calendar",
        )  # fmt: skip

    def ripen(self, block: Block) -> None:
        """The clock finds that 72 hours have passed."""
        at = block.started_at + hours(72)
        self.tell(
            events.BlockFellDue, block, at, department_id=block.department_id, needs_reply=block.needs_reply,
            verdict_by=block.verdict_by, intent="question", urgency="normal", started_at=block.started_at.isoformat(),
            fell_due_at=at.isoformat(), answered_72h=False,
        )  # fmt: skip

    def end(self, block: Block, at: datetime, *, because: str = "resolved") -> None:
        block.ended_at = at
        block.save()
        self.tell(
            events.BlockEnded, block, at, department_id=block.department_id, because=because,
            needs_reply=block.needs_reply, started_at=block.started_at.isoformat(), ended_at=at.isoformat(),
            missed_before=False, fell_due=False, answered_72h=False,
        )  # fmt: skip

    def enclose(self, conversation: Conversation, wall: Wall | None, at: datetime = MONDAY) -> None:
        before, conversation.wall = conversation.wall_id, wall
        conversation.save()
        Block.objects.filter(conversation=conversation).update(wall=wall)
        body = events.ConversationEnclosed(
            before_wall_id=before, conversation_id=conversation.pk, account_id=conversation.account_id,
            wall_id=conversation.wall_id,
        )  # fmt: skip
        publish(body, by=self.system, at=at)

    def owe(self, conversation: Conversation, department: Department, *, at: datetime, overdue: bool = False) -> Duty:
        """A duty in a queue, counted."""
        counter, _ = Counter.objects.get_or_create(
            workspace=self.workspace, account=conversation.account, department=department, wall=conversation.wall
        )
        Counter.objects.filter(pk=counter.pk).update(open=F("open") + 1, overdue=F("overdue") + int(overdue))
        return Duty.objects.create(
            workspace=self.workspace, conversation=conversation, account=conversation.account, department=department,
            kind="respond", opened_at=at, due_at=at, overdue=overdue, queue_at=at, wall=conversation.wall,
        )  # fmt: skip

    def tell(self, kind, block: Block, at: datetime, **values) -> None:
        conversation = block.conversation
        body = kind(
            block_id=block.pk, conversation_id=conversation.pk, account_id=conversation.account_id,
            wall_id=conversation.wall_id, **values,
        )  # fmt: skip
        publish(body, by=self.system, at=at)
