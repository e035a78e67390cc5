"""The door at which networks hand in: what is believed, what is turned away, and what each is told."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from crossdesk.channels import services
from crossdesk.channels.enums import AccountState, DeliveryState, Source
from crossdesk.channels.models import DeliveryTally, Door, RawDelivery
from crossdesk.channels.networks.webhook import signing
from crossdesk.channels.services import doors
from crossdesk.inbox.models import Conversation
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.kit.errors import Invalid
from crossdesk.messages.models import Message
from crossdesk.org.enums import Role
from tests.channels.factories import NOON
from tests.conftest import actor_of, settle
from tests.org.factories import MemberFactory
from tests.web.asking import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def owner():
    return MemberFactory(role=Role.OWNER)


@pytest.fixture
def shop(owner):
    return services.connect_with_token(
        network="webhook", host="", answer={"name": "Shop"}, by=actor_of(owner), now=NOON
    )


class Source_:
    """Who holds the secret."""

    def __init__(self, client, account) -> None:
        opened = services.opened(account)
        assert opened is not None
        self.client, self.path, self.secret, self.token = client, opened.path, opened.secret, opened.verify_token

    def post(self, body, *, secret="", at=NOON, header=None):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = signing.signature(raw, secret or self.secret, at=at) if header is None else header
        return self.client.post(
            self.path, raw, content_type="application/json", headers={"Crossdesk-Signature": signed}
        )


@pytest.fixture
def source(client, shop):
    return Source_(client, shop)


def review(external_id="r1", **more):
    return {
        "id": external_id, "text": "Where is my parcel?", "author": {"id": "u7", "name": "Ines"},
        "sent_at": "2026-03-04T11:59:00Z", **more,
    }  # fmt: skip


def test_a_signed_message_is_stored_before_it_is_acknowledged_and_becomes_a_message(source, shop):
    answer = source.post(review())

    row = RawDelivery.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"stored": 1, "again": 0})
    assert (json.loads(row.body), row.source, row.state) == (review(), Source.WEBHOOK, DeliveryState.STORED)
    assert Door.objects.get().came_at == NOON
    settle(until=NOON)
    said = Message.objects.get()
    assert (said.text, said.account, said.host, said.external_id) == ("Where is my parcel?", shop, shop.host, "r1")


def test_the_same_again_is_counted_and_not_stored_twice(source):
    answers = [source.post(review()).json() for _ in range(3)]

    assert answers == [{"stored": 1, "again": 0}, {"stored": 0, "again": 1}, {"stored": 0, "again": 1}]
    assert RawDelivery.objects.get().times == 3


def test_several_at_once_are_several_deliveries(source):
    answer = source.post({"messages": [review("r1"), review("r2"), review("r1")]})

    assert answer.json() == {"stored": 2, "again": 1}
    settle(until=NOON)
    assert Message.objects.count() == 2


@pytest.mark.parametrize("how", ["wrong secret", "too old", "none", "other bytes"])
def test_what_is_not_signed_is_turned_away_counted_and_not_kept(source, how):
    raw = json.dumps(review()).encode()
    other = signing.signature(raw + b" ", source.secret, at=NOON)
    answer = {
        "wrong secret": lambda: source.post(raw, secret="guessed"),
        "too old": lambda: source.post(raw, at=NOON - timedelta(minutes=6)),
        "none": lambda: source.post(raw, header=""),
        "other bytes": lambda: source.post(raw, header=other),
    }[how]()

    door = Door.objects.get()
    assert answer.status_code == 401
    assert answer.json() == {"error": door.refused_why}
    assert (door.refused, door.refused_at, door.came_at) == (1, NOON, None)
    assert not RawDelivery.objects.exists()


def test_signed_rubbish_is_kept_for_people_and_its_writer_told(source):
    answer = source.post(b"{")

    row = RawDelivery.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"stored": 1, "again": 0, "problems": ["This is not JSON."]})
    assert (row.body, row.state, row.source) == ("{", DeliveryState.UNREADABLE, Source.WEBHOOK)
    assert DeliveryTally.objects.values_list("received", "stored", "unreadable").get() == (1, 0, 1)


def test_a_missing_field_is_named_to_the_writer_and_the_others_come_in(source):
    answer = source.post({"messages": [review("r1"), review("r2", text=None)]})

    assert answer.json() == {"stored": 2, "again": 0, "problems": ["messages[1]: `text` is missing."]}
    settle(until=NOON)
    assert Message.objects.count() == 1
    assert RawDelivery.objects.get(state=DeliveryState.UNREADABLE).error == "`text` is missing."


def test_more_bytes_than_are_taken_are_not_read(source, client):
    answers = [
        client.post(source.path, b"x" * (doors.MOST_BYTES + 1), content_type="application/json"),
        client.post(source.path, b"", content_type="application/json", CONTENT_LENGTH=""),
    ]

    assert [answer.status_code for answer in answers] == [413, 411]
    assert Door.objects.get().too_large == 1
    assert not RawDelivery.objects.exists()


def test_more_than_are_taken_in_a_minute_wait_and_others_do_not(source, client, owner, monkeypatch):
    monkeypatch.setattr(settings, "WEBHOOK_PER_MINUTE", 2)
    other = services.connect_with_token(network="webhook", host="", answer={"name": "B"}, by=actor_of(owner), now=NOON)

    answers = [source.post(review(f"r{number}")) for number in range(4)]

    assert [answer.status_code for answer in answers] == [202, 202, 429, 429]
    assert 0 < int(answers[2].headers["Retry-After"]) <= 60
    assert Source_(client, other).post(review()).status_code == 202
    assert Door.objects.get(account__name="Shop").too_many == 1  # minutes, not posts: turning away writes little


@pytest.mark.parametrize("path", ["/in/webhook/nobody/", "/in/mastodon/nobody/", "/in/nothing/nobody/"])
def test_an_address_that_nobody_has_says_so(client, db, path):
    assert client.post(path, b"{}", content_type="application/json").status_code == 404
    assert client.get(path, {"hub.challenge": "1"}).status_code == 404


def test_after_disconnecting_the_address_is_closed(source, shop, owner):
    services.remove_account(account_id=shop.pk, by=actor_of(owner), now=NOON)

    assert source.post(review()).status_code == 404


def test_a_challenge_comes_back_for_the_right_token(source, client):
    good = client.get(source.path, {"hub.mode": "subscribe", "hub.challenge": "abc", "hub.verify_token": source.token})
    bad = client.get(source.path, {"hub.challenge": "abc", "hub.verify_token": "guess"})

    assert (good.status_code, good.content, good.headers["Content-Type"]) == (200, b"abc", "text/plain; charset=utf-8")
    assert bad.status_code == 401


def test_a_changed_secret_is_good_at_once_and_the_one_before_for_a_day(source, shop, owner):
    old = source.secret
    new = services.change_secret(account_id=shop.pk, by=actor_of(owner), now=NOON).secret

    both = [source.post(review(name), secret=secret).status_code for name, secret in [("r1", old), ("r2", new)]]
    later = NOON + timedelta(days=1, seconds=1)
    with clock.standing_at(later):
        after = [source.post(review(secret), secret=secret, at=later).status_code for secret in (old, new)]

    assert both == [202, 202]
    assert after == [401, 202]


def test_what_comes_while_the_account_is_paused_waits_and_is_read_when_it_goes_on(source, shop, owner):
    services.pause_account(account_id=shop.pk, reason="", by=actor_of(owner), now=NOON)
    answer = source.post(review())
    settle(until=NOON)
    meanwhile = Message.objects.count()
    services.resume_account(account_id=shop.pk, by=actor_of(owner), now=NOON)
    settle(until=NOON)

    assert (answer.status_code, meanwhile, Message.objects.count()) == (202, 0, 1)
    shop.refresh_from_db()
    assert shop.state == AccountState.LIVE


def test_neither_a_cookie_nor_a_form_token_is_asked_for(shop):
    assert Source_(Client(enforce_csrf_checks=True), shop).post(review()).status_code == 202


def test_an_edit_and_a_deletion_are_handed_in(source):
    source.post(review())
    source.post(review(text="It has come.", edited_at="2026-03-04T11:59:30Z"))
    settle(until=NOON)
    edited = Message.objects.get()
    source.post({"id": "r1", "deleted": True, "at": "2026-03-04T12:00:00Z"})
    settle(until=NOON)

    assert (edited.text, edited.version, edited.deleted_at) == ("It has come.", 2, None)
    assert Message.objects.get().deleted_at == NOON


def test_a_source_without_an_address_for_answers_is_read_only_and_the_composer_says_so(source, client, owner, shop):
    source.post(review())
    settle(until=NOON)
    client.force_login(owner.user)

    page = client.get(at("open", owner, "all", Conversation.objects.get().pk)).content.decode()

    assert "This source takes no answers." in page
    with pytest.raises(Invalid, match="takes no answers"):
        services.prepare(
            account_id=shop.pk, text="Hello", in_reply_to="r1", origin="t", by=system(owner.workspace_id), now=NOON
        )
