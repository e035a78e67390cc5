"""How tests of the clocks tell a story."""

from datetime import UTC, datetime

from crossdesk.channels.models import OutboxItem
from crossdesk.inbox import ours, services
from crossdesk.inbox.models import Block, Duty, Entry
from crossdesk.inbox.services import settling
from crossdesk.messages.models import Message
from tests.conftest import actor_of
from tests.inbox.factories import Desk, MessageFactory
from tests.org.factories import HoursFactory, MemberFactory

MINUTE = 60
ALL_DAY = [[["00:00", "24:00"]]] * 7


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def we_answer(desk, by, when: datetime) -> None:
    """Write on the page as it stands, and the network publishes at this moment."""
    row = desk.conversation()
    saw = Entry.objects.filter(conversation=row).latest("id").pk
    reply = services.reply(conversation_id=row.pk, text="An answer", saw_entry_id=saw, by=by, now=when)
    assert reply.outbox_id is not None
    OutboxItem.objects.filter(pk=reply.outbox_id).update(
        state="published", external_id=f"out-{reply.pk}", published_at=when
    )
    settling.reply_published(item_id=reply.outbox_id, by=desk.system, now=when)


def somebody_answers_elsewhere(desk, to: Message, when: datetime, *, found_at: datetime) -> Message:
    """A post of ours that did not leave from here."""
    post = MessageFactory(account=desk.account, ours=True, parent_external_id=to.external_id, sent_at=when)
    ours.take_our_posts([post.pk], by=desk.system, now=found_at)
    return post


def answered() -> list[tuple[int | None, int | None]]:
    """(seconds, business seconds) of every block, oldest first."""
    return list(Block.objects.order_by("started_at").values_list("response_seconds", "business_seconds"))


def berlin(**more) -> Desk:
    desk = Desk(hours=None, **more)
    HoursFactory(department=desk.department, time_zone="Europe/Berlin")
    return desk


def of(desk: Desk):
    return actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department]))


def due(desk: Desk) -> datetime | None:
    block = Block.objects.latest("id")
    assert block.due_at == desk.conversation().due_at
    pen = Duty.objects.filter(kind="respond").latest("id")
    assert (pen.due_at, pen.queue_at) == (block.due_at, block.due_at)
    return block.due_at
