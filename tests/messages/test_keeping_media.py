from datetime import timedelta

import pytest
from django.conf import settings
from PIL import Image

from crossdesk.channels import services as channels
from crossdesk.channels.enums import Source
from crossdesk.channels.ports import Gone, RateLimited, Refused, Unavailable
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.messages import queries, services
from crossdesk.messages.models import EarlyDeletion, Media, Message
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import deleted, said
from tests.conftest import actor_of, settle
from tests.org.factories import MemberFactory

PICTURE = "https://fake.example/1.png"


@pytest.fixture
def account(db):
    return AccountFactory(external_id="us")


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(NOON):
        yield


def bring(account, *deliveries):
    channels.store_deliveries(account_id=account.pk, deliveries=deliveries, source=Source.POLL, now=NOON)
    services.take_in(account_id=account.pk, now=NOON)


def state():
    return Media.objects.values_list("path", "kept_mime", "tries", "error").get()


def test_a_picture_is_copied_and_shown_to_who_may_see_its_message(account):
    bring(account, said(media=[PICTURE]))
    settle(until=NOON)

    medium = Media.objects.get()
    path, mime = queries.media_file(system(account.workspace_id), medium.pk) or (None, None)
    assert path is not None
    with Image.open(path) as kept:
        assert (kept.format, kept.size, mime, medium.kept_mime) == ("PNG", (2, 1), "image/png", "image/png")
    assert settings.MEDIA_ROOT in path.parents
    assert queries.media_file(actor_of(MemberFactory(workspace=account.workspace)), medium.pk) is None
    assert not Job.objects.filter(kind="messages.keep_media").exists()


def test_a_page_that_calls_itself_a_picture_is_kept_as_a_download(account, network):
    network.file = b"<html><script>alert(1)</script></html>"

    bring(account, said(media=[PICTURE]))
    settle(until=NOON)

    assert Media.objects.get().kept_mime == "application/octet-stream"


def test_the_same_picture_twice_is_one_file(account):
    bring(account, said("m1", media=[PICTURE]), said("m2", media=[PICTURE]))
    settle(until=NOON)

    assert Media.objects.values_list("path", flat=True).distinct().count() == 1
    assert len([path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]) == 1


def test_a_message_without_media_asks_for_nothing(account):
    bring(account, said())

    assert not Job.objects.filter(kind="messages.keep_media").exists()


@pytest.mark.parametrize("trouble", [Gone("It is not there any more."), Refused("It is larger than 20 MB.")])
def test_a_file_that_cannot_be_had_says_why_and_is_left_alone(account, network, trouble):
    bring(account, said(media=[PICTURE]))
    network.trouble["fetch"] = [trouble]

    message_id = Message.objects.get().pk
    assert [services.keep_media(message_id=message_id, now=NOON) for _ in range(2)] == [None, None]

    assert state() == ("", "", 0, trouble.message)
    assert network.asked == ["fetch"]


def test_a_network_that_is_down_is_tried_again_a_few_times(account, network):
    bring(account, said(media=[PICTURE]))
    message_id = Message.objects.get().pk
    network.trouble["fetch"] = [RateLimited("Wait.", until=NOON + timedelta(minutes=9)), *[Unavailable("Down.")] * 5]

    waits = [services.keep_media(message_id=message_id, now=NOON) for _ in range(7)]

    assert waits[0] == NOON + timedelta(minutes=9)
    assert waits[1] == NOON + timedelta(seconds=64)
    assert waits[-2:] == [None, None]
    assert state() == ("", "", 6, "Down.")


def test_an_edit_with_another_picture_brings_that_one(account, network):
    bring(account, said(media=[PICTURE]))
    settle(until=NOON)

    bring(account, said(text="Look", media=["https://fake.example/2.png"], edited=1))
    settle(until=NOON)

    assert list(Media.objects.values_list("url", flat=True)) == ["https://fake.example/2.png"]
    assert state()[0] != ""
    assert network.asked.count("fetch") == 2


def test_a_deleted_message_shows_no_picture(account):
    bring(account, said(media=[PICTURE]))
    settle(until=NOON)

    bring(account, deleted())

    assert queries.media_file(system(account.workspace_id), Media.objects.get().pk) is None


def test_a_deletion_whose_message_never_came_is_forgotten(account):
    bring(account, deleted("m1"), deleted("m2"))
    EarlyDeletion.objects.filter(external_id="m1").update(received_at=NOON - timedelta(days=31))

    assert services.forget_old(workspace_id=account.workspace_id, now=NOON, kept=timedelta(days=30)) == 1

    assert EarlyDeletion.objects.get().external_id == "m2"
