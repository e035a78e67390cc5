"""An answer in several posts, on the pages: the offer while it is written, its line, and what became of the rest."""

import re
from dataclasses import replace

import pytest

from crossdesk.channels import services as channels
from crossdesk.channels.enums import OutboxState
from crossdesk.channels.models import OutboxItem
from crossdesk.channels.ports import Refused
from crossdesk.inbox.enums import Parting, ReplyState
from crossdesk.inbox.models import Entry, Reply
from crossdesk.journal import facts
from crossdesk.kit import clock
from tests.channels.factories import CredentialFactory
from tests.inbox.factories import Desk
from tests.org.factories import MemberFactory
from tests.web.asking import HTMX, at

pytestmark = pytest.mark.django_db
LONG = "It left on Monday, I promise. " * 20  # 600 signs


@pytest.fixture
def desk(db):
    made = Desk(key="customer_service", name="Customer service")
    made.they_write(clock.now())
    return made


@pytest.fixture
def client(client, desk):
    ada = MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ada", user__undo_seconds=0)
    client.force_login(ada.user)
    return client


def written(text=LONG, **more):
    return {"text": text, "seen": str(Entry.objects.latest("id").pk), **more}


def previewed(client, desk, text=LONG, **more) -> str:
    page = client.post(at("parts", desk, desk.conversation().pk), {"text": text, **more}, headers=HTMX)
    assert page.status_code == 200
    return str(page.content.decode())


def lengths(page: str) -> list[str]:
    return re.findall(r"(\d+ / \d+)</small>", page)


def test_what_fits_is_offered_nothing(client, desk):
    assert previewed(client, desk, "It left on Monday.").strip() == ""


def test_what_is_too_long_is_offered_as_posts_with_the_length_of_each(client, desk):
    page = previewed(client, desk)

    handle = len(f"@{desk.customer.handle} ")
    assert "Send as 2 posts" in page
    assert f"Too long for one post by {599 + handle - 500} signs." in page
    first = (500 - handle + 1) // 30 * 30 - 1
    assert lengths(page) == [f"{first + handle} / 500", f"{599 - first - 1 + handle} / 500"]
    assert "checked" not in page


def test_numbers_are_counted_and_what_was_chosen_stays_chosen(client, desk):
    page = previewed(client, desk, in_parts="yes", numbered="yes")

    assert page.count("checked") == 2
    assert " 1/2</span>" in page and " 2/2</span>" in page


def test_a_line_of_dashes_offers_it_too(client, desk):
    page = previewed(client, desk, "One.\r\n---\r\nTwo.")

    assert "A line of dashes begins a new post." in page
    assert "Send as 2 posts" in page


def test_what_cannot_be_parted_says_why(client, desk):
    page = previewed(client, desk, "https://shop.example/" + "a" * 600)

    assert "A link, a name or a tag is longer than one post. Shorten it." in page
    assert "<input" not in page


def test_a_stranger_previews_nothing(client, desk):
    other = Desk()
    client.force_login(MemberFactory(workspace=other.workspace, seats=[other.department]).user)

    assert client.post(at("parts", desk, desk.conversation().pk), {"text": LONG}, headers=HTMX).status_code == 404


def test_too_long_without_the_choice_is_refused_and_with_it_leaves_as_posts(client, desk):
    address = at("reply", desk, desk.conversation().pk)
    assert client.post(address, written(), headers=HTMX).status_code == 422
    assert not Reply.objects.exists()

    shown = client.post(address, written(in_parts="yes", numbered="yes"), headers=HTMX).content.decode()

    texts = list(OutboxItem.objects.order_by("position").values_list("text", flat=True))
    assert Reply.objects.get().parting == Parting.NUMBERED
    assert [text[-4:] for text in texts] == [" 1/2", " 2/2"]
    assert shown.count(" 1/2</p>") == shown.count(" 2/2</p>") == 1


def test_a_held_answer_comes_back_with_the_choice_it_had(client, desk):
    saw = str(Entry.objects.latest("id").pk)
    desk.they_write(clock.now())

    page = client.post(
        at("reply", desk, desk.conversation().pk), {"text": LONG, "seen": saw, "in_parts": "yes"}, headers=HTMX
    )

    assert page.status_code == 409
    assert re.search(r'name="in_parts"[^>]*checked', page.content.decode())


@pytest.fixture
def partly(client, desk, network) -> Reply:
    """Two of three are out, the third was refused."""
    can = network.capabilities
    network.capabilities = replace(can, idempotency="key", acts=can.acts | {"threads"})
    desk.account.network, desk.account.host = "fake", "fake.example"
    desk.account.save()
    CredentialFactory(account=desk.account)
    network.trouble["send"] = [None, None, Refused("The thread is locked.")]
    client.post(
        at("reply", desk, desk.conversation().pk), written("One.\n---\nTwo.\n---\nThree.", in_parts="yes"), headers=HTMX
    )
    for item in OutboxItem.objects.order_by("position"):
        desk.account.__class__.objects.update(sends_after=None)
        channels.send(item_id=item.pk, now=clock.now())
    while facts.follow_all():
        pass
    reply = Reply.objects.get()
    assert reply.state == ReplyState.PARTLY
    return reply


def test_partly_sent_is_said_in_plain_words_with_both_choices(client, desk, partly):
    page = client.get(at("conversation_main", desk, desk.conversation().pk), headers=HTMX).content.decode()

    assert "2 of 3 posts are on the network. The next one was not taken: The thread is locked." in page
    assert "only a part of the answer was sent: The thread is locked." in page
    assert "Try the rest again" in page and "Leave it so" in page
    assert re.search(r"3/3 <span data-tone=\"bad\"[^>]*>.*Not sent", page)


def test_the_rest_is_tried_again(client, desk, partly):
    page = client.post(at("rest", desk, desk.conversation().pk, partly.pk, "again"), headers=HTMX).content.decode()

    assert "The rest is on its way." in page and "2 of 3 posts sent" in page
    assert OutboxItem.objects.get(position=3).state == OutboxState.PREPARED


def test_or_is_left_out_and_the_line_says_how_much_is_there(client, desk, partly):
    page = client.post(at("rest", desk, desk.conversation().pk, partly.pk, "leave"), headers=HTMX).content.decode()

    assert "It stays as it is." in page and "2 of 3 posts sent" in page
    assert "Try the rest again" not in page
    assert Reply.objects.get().state == ReplyState.SENT


def test_who_may_not_answer_is_not_asked(client, desk, partly):
    client.force_login(MemberFactory(workspace=desk.workspace, seats=[desk.department], role="viewer").user)

    page = client.get(at("conversation_main", desk, desk.conversation().pk), headers=HTMX).content.decode()
    answer = client.post(at("rest", desk, desk.conversation().pk, partly.pk, "again"), headers=HTMX)

    assert "Try the rest again" not in page
    assert answer.status_code == 403


def test_the_outbox_page_shows_one_line_with_the_part_whose_turn_it_is(client, desk, partly):
    client.force_login(MemberFactory(workspace=desk.workspace, seats=[desk.department], role="owner").user)

    page = client.get(at("operations_outbox", desk)).content.decode()

    assert "Three." in page and "Part 3 of 3" in page
    assert "Two." not in page
