"""Pictures in hand: whose they are, where they go, and when their files go away."""

import io
from pathlib import Path

import pytest
from PIL import Image

from crossdesk.channels.models import OutboxItem, OutboxMedia
from crossdesk.inbox import queries, services
from crossdesk.inbox.models import Attachment, Reply
from crossdesk.inbox.services.attaching import KEPT, forget_attachment
from crossdesk.journal import jobs
from crossdesk.kit import clock
from crossdesk.kit.errors import Conflict, Invalid, NotFound
from crossdesk.org.models import Workspace
from tests.conftest import actor_of
from tests.inbox.factories import after
from tests.inbox.test_replies import answer, publish
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db


def png() -> bytes:
    place = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(place, "PNG")
    return place.getvalue()


def attach(desk, by, name="C:\\pictures\\shop front.JPG"):
    return services.attach(
        conversation_id=desk.conversation().pk, content=png(), name=name, by=by, now=after(minutes=5)
    )  # fmt: skip


def files(settings) -> list[str]:
    return sorted(path.name for path in (Path(settings.MEDIA_ROOT) / "attachments").iterdir())


def forgetting(until):
    with clock.standing_at(until):
        jobs.run_due(now=until, kinds=frozenset({"inbox.forget_attachment"}))


def test_a_picture_goes_along_with_the_next_answer_and_stays_to_be_shown(desk, ada, settings):
    desk.they_write()
    one = attach(desk, ada)
    services.describe(attachment_id=one.pk, alt="  Our \n shop ", by=ada)

    reply = answer(desk, ada, attachment_ids=[one.pk], text="")

    assert OutboxMedia.objects.values_list("name", "mime", "alt", "digest").get() == (
        "shop front.png", "image/png", "Our shop", one.digest,
    )  # fmt: skip
    assert queries.in_hand(ada, desk.conversation().pk) == []
    publish(reply, at=after(minutes=12))
    forgetting(after(minutes=5) + KEPT)
    assert files(settings) == [one.key]


def test_what_was_never_sent_is_forgotten_and_what_still_waits_is_not(
    desk, ada, settings, django_capture_on_commit_callbacks
):
    desk.they_write()
    loose, waiting = attach(desk, ada), attach(desk, ada)
    services.send_later(
        conversation_id=desk.conversation().pk, text="x", saw_entry_id=10**9, at=after(days=60), by=ada,
        now=after(minutes=6), attachment_ids=[waiting.pk],
    )  # fmt: skip

    with django_capture_on_commit_callbacks(execute=True):
        assert forget_attachment(attachment_id=loose.pk, now=after(days=31)) is None
        assert forget_attachment(attachment_id=waiting.pk, now=after(days=31)) == after(days=31) + KEPT

    assert files(settings) == [waiting.key]


def test_taking_an_answer_back_puts_its_pictures_back_into_the_hand(desk, ada):
    desk.they_write()
    one = attach(desk, ada)
    reply = answer(desk, ada, attachment_ids=[one.pk], leaves_at=after(minutes=11))
    with pytest.raises(Conflict):
        services.detach(attachment_id=one.pk, by=ada)

    services.take_back(reply_id=reply.pk, by=ada, now=after(minutes=10, seconds=3))

    assert [row.pk for row in queries.in_hand(ada, desk.conversation().pk)] == [one.pk]


def test_somebody_elses_picture_is_neither_described_nor_sent(desk, ada, ben):
    desk.they_write()
    one = attach(desk, ada)
    eve = actor_of(MemberFactory())

    for other in (ben, eve):
        with pytest.raises(NotFound):
            services.describe(attachment_id=one.pk, alt="x", by=other)
        assert queries.attachment(other, one.pk) is None
    with pytest.raises(Invalid):
        answer(desk, ben, attachment_ids=[one.pk])
    assert not Reply.objects.exists()
    assert Attachment.objects.get().alt == ""


def test_the_network_says_how_many(desk, ada):
    desk.they_write()
    for _ in range(4):
        attach(desk, ada)

    with pytest.raises(Invalid, match="takes 4 pictures"):
        attach(desk, ada)


def test_where_descriptions_are_required_none_leaves_without(desk, ada):
    desk.they_write()
    Workspace.objects.update(pictures_described=True)
    one = attach(desk, ada)

    with pytest.raises(services.Undescribed):
        answer(desk, ada, attachment_ids=[one.pk])
    assert not OutboxItem.objects.exists()
    services.describe(attachment_id=one.pk, alt="Our shop", by=ada)
    assert answer(desk, ada, attachment_ids=[one.pk]).state == "queued"
