"""Conversations follow their people when two contacts become one, or two again."""

import pytest

from crossdesk.inbox import queries
from crossdesk.inbox.models import Conversation
from crossdesk.inbox.services import people
from crossdesk.journal import changes
from crossdesk.journal.models import AuditEntry
from crossdesk.messages import services as messages
from tests.conftest import actor_of, settle
from tests.inbox.factories import NOON, AccountFactory, IdentityFactory, after
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(desk):
    """One handle on two networks, each with an open conversation."""
    there = AccountFactory(
        workspace=desk.workspace, network="webhook", host="shop", answered_by=desk.department
    )  # fmt: skip
    workspace = {"contact__workspace": desk.workspace, "handle": "ines@lisboa.example"}
    one, other = IdentityFactory(**workspace), IdentityFactory(**workspace, network="webhook", host="shop")
    desk.they_write(identity=one)
    desk.they_write(identity=other, account=there)
    return one, other, there


@pytest.fixture
def ada(desk, pair):
    return actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department]))


def contacts() -> list[int]:
    return list(Conversation.objects.order_by("pk").values_list("contact_id", flat=True))


def test_both_conversations_are_the_one_persons_and_go_back_by_undo(desk, ada, pair):
    one, other, _ = pair

    messages.join_contacts(keep_id=one.contact_id, other_id=other.contact_id, by=ada, now=after(minutes=1))
    assert len(queries.of_contact(ada, one.contact_id)) == 2  # at once, before the conversation itself follows
    settle(until=after(minutes=1))

    assert contacts() == [one.contact_id, one.contact_id]
    assert people.follow(workspace_id=desk.workspace.pk, contact_ids=contacts()) == 0

    changes.put_back(entry_ids=[AuditEntry.objects.latest("id").pk], by=ada, now=after(minutes=2))
    settle(until=after(minutes=2))
    assert contacts() == [one.contact_id, other.contact_id]


def test_what_is_said_before_the_conversation_followed_goes_on_in_it(desk, ada, pair):
    one, other, there = pair
    messages.join_contacts(keep_id=one.contact_id, other_id=other.contact_id, by=ada, now=NOON)
    other.refresh_from_db()

    desk.they_write(after(minutes=3), identity=other, account=there)
    settle(until=after(minutes=3))

    assert contacts() == [one.contact_id, one.contact_id]
    assert list(Conversation.objects.order_by("pk").values_list("messages_count", flat=True)) == [1, 2]
