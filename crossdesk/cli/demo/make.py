"""Making the demo company: founded ninety days ago, lived through until now."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from crossdesk.channels import queries as channels
from crossdesk.channels.enums import Source
from crossdesk.channels.models import Account
from crossdesk.channels.ports import Delivery
from crossdesk.channels.services import deliveries, places
from crossdesk.channels.sessions import open_session
from crossdesk.cli.demo import company, past
from crossdesk.cli.demo.fill import IN_USE_FOR, live_through, quick_writes
from crossdesk.cli.demo.network import Sandbox
from crossdesk.cli.demo.past import Happening
from crossdesk.cli.demo.stage import Stage
from crossdesk.kit import clock
from crossdesk.org.models import Department, Member
from crossdesk.reading.ports import Reader

DAYS = 90
FEED = "events"

Tell = Callable[[int, int], None]


class Told(NamedTuple):
    """The company's past up to now, oldest first."""

    end: datetime
    happened: Sequence[Happening]


def tell_past(*, seed: int, count: int) -> Told:
    """It needs neither database nor network."""
    end = clock.now()
    return Told(end, past.happenings(seed, end=end, count=count))


def make(sandbox: Sandbox, told: Told, *, reader: Reader, password: str, tell: Tell) -> None:
    """Everything that an empty database and an empty network need to become the demo."""
    end, happened = told
    founded, in_use_from = end - timedelta(days=DAYS, hours=1), end - IN_USE_FOR
    with clock.standing_at(founded):
        workspace, members = company.found(password=password, now=founded)
    owner = next(member for member in members.values() if member.role == "owner")
    with clock.standing_at(in_use_from):
        accounts = company.connect(sandbox, by=channels.actor_of(owner), now=in_use_from)
    ids = past.load(sandbox, happened, in_use_from=in_use_from)
    posts: dict[str, list[Delivery]] = {}
    ends = {handle: _read_feed(account, posts) for handle, account in accounts.items()}
    stage = Stage(
        workspace_id=workspace.pk,
        accounts=accounts,
        actors={
            email: channels.actor_of(Member.objects.select_related("user").get(pk=m.pk)) for email, m in members.items()
        },
        departments=dict(Department.objects.filter(workspace=workspace).values_list("key", "pk")),
        ids=ids,
        posts=posts,
        reader=reader,
        stories={ids[one.ref]: one.story for one in happened if not one.turn_number},
    )
    with quick_writes():
        live_through(stage, happened, end=end, tell=tell)
    for handle, account in accounts.items():
        move = places.Move(feed=FEED, before="", after=ends[handle])
        deliveries.store_deliveries(account_id=account.pk, deliveries=[], source=Source.POLL, now=end, cursor=move)


def _read_feed(account: Account, posts: dict[str, list[Delivery]]) -> str:
    """Read an account's whole feed into `posts`, by the id of the post. Returns its last cursor."""
    session, cursor = open_session(account), ""
    while True:
        page = session.pull(FEED, cursor, limit=200)
        for delivery in page.deliveries:
            posts.setdefault(past.post_of(delivery.body), []).append(delivery)
        cursor = page.cursor
        if not page.has_more:
            return cursor
