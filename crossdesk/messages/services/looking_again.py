"""Reading recent messages again for edits and deletions: often while they are young, ever more rarely later."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Min

from crossdesk.channels import services as channels
from crossdesk.channels import sessions
from crossdesk.channels.models import Account
from crossdesk.journal import jobs
from crossdesk.messages import apart
from crossdesk.messages.models import Message

CHECK = "messages.check_known"
SOONEST = timedelta(minutes=5)
RAREST = timedelta(days=1)
UNTIL = timedelta(days=14)
LONGEST_POLL = timedelta(days=62)  # one that ends later is not waited for
AT_ONCE = 40  # messages in one run
BETWEEN = timedelta(seconds=30)  # runs of one account, so that asking leaves room for pulling and sending
DOWN = timedelta(minutes=5)


def first(account: Account, sent_at: datetime, *, now: datetime, ends_at: datetime | None = None) -> datetime | None:
    """When to read a new message again; None where the network cannot be asked or the message is old.

    ends_at: the end of a poll in it.
    """
    adapter = sessions.adapter_of(account)
    asked = adapter.feeds and adapter.capabilities.reads & {"edits", "deletions"}
    return following(sent_at, now=now, ends_at=ends_at) if asked else None


def following(sent_at: datetime, *, now: datetime, ends_at: datetime | None = None) -> datetime | None:
    """After a third of its age, within bounds; never once it is two weeks old, but for the end of a poll."""
    age = now - sent_at
    usual = None if age > UNTIL else now + min(max(age / 3, SOONEST), RAREST)
    if ends_at is None or not now < ends_at < sent_at + LONGEST_POLL:
        return usual
    return ends_at if usual is None else min(usual, ends_at)


def ask_to_check(account: Account, *, at: datetime) -> None:
    """Read the account's messages again from this moment on, or sooner where that is due already."""
    jobs.enqueue(CHECK, key=str(account.pk), due_at=at, workspace_id=account.workspace_id, account_id=account.pk)


def check_known(*, account_id: int, now: datetime) -> datetime | None:
    """Read again what is due on one account. Returns when the next is due; None when nothing is left to follow."""
    due = Message.objects.filter(account_id=account_id, check_at__lte=now, deleted_at=None).order_by("check_at")
    rows = list(due.values_list("id", "external_id", "sent_at", "apart")[:AT_ONCE])
    if rows:
        ids = [external_id for _, external_id, _, _ in rows]
        wait_until = channels.check_again(account_id=account_id, external_ids=ids, now=now)
        if wait_until is not None:
            return max(wait_until, now + DOWN)
        _put_forward([(pk, sent_at, apart.poll_ends_at(held)) for pk, _, sent_at, held in rows], now=now)
    waiting = Message.objects.filter(account_id=account_id, check_at__isnull=False)
    soonest: datetime | None = waiting.aggregate(soonest=Min("check_at"))["soonest"]
    return None if soonest is None else max(soonest, now + BETWEEN)


@transaction.atomic
def _put_forward(rows: list[tuple[int, datetime, datetime | None]], *, now: datetime) -> None:
    for pk, sent_at, ends_at in rows:
        check_at = following(sent_at, now=now, ends_at=ends_at)
        Message.objects.filter(pk=pk, check_at__isnull=False).update(check_at=check_at)
