"""Answers that are lost on the way back from the real PDS: the message is there once, and we learn where."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from crossdesk.channels import services
from crossdesk.channels.enums import OutboxState
from crossdesk.channels.models import Account, OutboxItem
from crossdesk.channels.networks import registry
from crossdesk.channels.networks.bluesky.adapter import Bluesky
from crossdesk.channels.services import connecting, outbox
from crossdesk.inbox import services as inbox
from crossdesk.inbox.models import Conversation, Entry
from crossdesk.kit import clock, http
from crossdesk.kit.actor import Actor
from crossdesk.messages.models import Message
from crossdesk.org.models import Member
from tests.conftest import actor_of, settle
from tests.org.factories import MemberFactory
from tests.servers.bluesky import BlueskyNetwork, soon
from tests.servers.bluesky.person import Person, named
from tests.servers.ports import LOOPBACK

pytestmark = [pytest.mark.network, pytest.mark.django_db]


class Losing(httpx.BaseTransport):
    """Hands calls on. lost: so many answers to posts are lost on the way back."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner, self.lost, self.posts = inner, 0, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.inner.handle_request(request)
        if request.url.path.endswith(".putRecord"):
            self.posts += 1
            if self.lost:
                self.lost -= 1
                answer.read()
                answer.close()
                raise httpx.ReadError("the line broke", request=request)
        return answer


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Losing]:
    """The line to the network, for the adapter that the registry hands out."""
    with http.client(guard=LOOPBACK, read=15) as client:
        client._transport = losing = Losing(client._transport)
        monkeypatch.setitem(registry.all_adapters(), "bluesky", Bluesky(client))
        yield losing


@pytest.fixture(scope="module")
def person(bluesky: BlueskyNetwork) -> Person:
    return bluesky.join("loser")


@pytest.fixture
def owner() -> Actor:
    return actor_of(MemberFactory(role="owner"))


@pytest.fixture
def account(bluesky: BlueskyNetwork, person: Person, owner: Actor, line: Losing) -> Account:
    answer = {"handle": person.handle, "password": person.app_password(str(clock.now().timestamp()))}
    return connecting.connect_with_token(network="bluesky", host=bluesky.pds, answer=answer, by=owner, now=clock.now())


def sent(item: OutboxItem, *, at: datetime) -> datetime | None:
    """One step; nothing paces it."""
    Account.objects.update(sends_after=None)
    again = services.send(item_id=item.pk, now=at)
    item.refresh_from_db()
    return again


@pytest.mark.parametrize("lost", [0, 1])
def test_a_post_whose_answer_is_lost_is_looked_for_and_there_once(account, owner, person, line, lost):
    text, now, line.lost = f"lost {lost} times", clock.now(), lost
    item = outbox.prepare(
        account_id=account.pk, text=text, by=actor_of_now(owner), now=now, origin="test:1", language="en"
    )

    states = []
    for minute in range(6):
        if sent(item, at=now + timedelta(minutes=minute)) is None:
            break
        states.append(item.state)

    (record,) = [one for one in person.records() if one["value"]["text"] == text]
    assert (item.state, item.external_id) == (OutboxState.PUBLISHED, record["uri"])
    assert states == ([OutboxState.UNKNOWN] if lost else [])
    assert line.posts == 1  # it was looked for, and not sent again


def test_a_post_that_someone_sends_twice_by_a_restored_backup_stays_one(account, owner, person, line):
    now = clock.now()
    item = outbox.prepare(account_id=account.pk, text="as it was", by=actor_of_now(owner), now=now, origin="test:1")
    sent(item, at=now)
    first = item.external_id
    # The database comes back from before the sending: nobody here knows that it left.
    OutboxItem.objects.filter(pk=item.pk).update(state=OutboxState.PREPARED, external_id="", published_at=None)

    sent(item, at=now + timedelta(hours=1))

    assert (item.state, item.external_id) == (OutboxState.PUBLISHED, first)
    assert [one["uri"] for one in person.records() if one["value"]["text"] == "as it was"] == [first]
    assert line.posts == 2


def conversation_about(account: Account, uri: str) -> Conversation | None:
    """The conversation in which a post stands, once a pull has brought it."""
    services.pull(account_id=account.pk, now=clock.now())
    settle()
    return Conversation.objects.filter(entries__message__external_id=uri).first()


def only(customer: Person, uri: str) -> dict[str, Any] | None:
    """The post right below this one, as the AppView shows it; there is never a second."""
    below = customer.answers(uri)
    assert len(below) < 2
    return below[0] if below else None


def all_out() -> bool:
    """One step with each part that is not there yet. Are all?"""
    for item in OutboxItem.objects.exclude(state=OutboxState.PUBLISHED).order_by("position"):
        sent(item, at=clock.now())
    return not OutboxItem.objects.exclude(state=OutboxState.PUBLISHED).exists()


def test_three_posts_stand_in_the_customers_thread_one_below_the_other_and_are_one_answer(
    account, owner, person, bluesky, line
):
    customer, texts = bluesky.join("patient"), ["Sorry to hear that.", "It left on Monday.", "It comes on #Friday."]
    question = f"@{person.handle} where is order 4712?"
    asked = customer.post(question, facets=named(question, person))
    row = soon(lambda: conversation_about(account, asked["uri"]))
    reply = inbox.reply(
        conversation_id=row.pk, text="\n---\n".join(texts), saw_entry_id=Entry.objects.latest("id").pk,
        by=actor_of_now(owner), now=clock.now(), parting="plain",
    )  # fmt: skip

    sent(OutboxItem.objects.get(position=1), at=clock.now())
    line.lost = 1  # the answer about the second
    soon(all_out)

    shown = [soon(partial(only, customer, asked["uri"]))]
    for _ in texts[1:]:
        shown.append(soon(partial(only, customer, shown[-1]["uri"])))
    assert [one["record"]["text"] for one in shown] == texts
    assert {one["record"]["reply"]["root"]["uri"] for one in shown} == {asked["uri"]}
    assert [one["value"]["text"] for one in reversed(person.records()) if one["value"]["text"] in texts] == texts
    assert line.posts == 3

    settle()
    soon(lambda: conversation_about(account, shown[-1]["uri"]))
    settle()

    row.refresh_from_db()
    reply.refresh_from_db()
    ours = Message.objects.filter(direction="out", external_id__in=[one["uri"] for one in shown])
    assert (reply.state, row.answers_count, row.messages_count, ours.count()) == ("sent", 1, 2, 3)
    kinds = Entry.objects.filter(conversation=row).exclude(kind="event").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == ["message", "message", "part", "part"]


def actor_of_now(owner: Actor) -> Actor:
    """The owner again, with access to the account that was connected meanwhile."""
    return actor_of(Member.objects.get(pk=owner.member_id or 0))
