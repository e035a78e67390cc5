"""What is written: the pages' side of undo, sending later, pictures, drafts and suggestions."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from crossdesk.channels.models import OutboxItem
from crossdesk.inbox import services
from crossdesk.inbox.enums import ReplyState, State
from crossdesk.inbox.models import Attachment, Draft, Entry, Reply, SavedReply
from crossdesk.kit import clock
from crossdesk.org.models import Workspace
from tests.conftest import actor_of
from tests.inbox.factories import Desk
from tests.org.factories import MemberFactory
from tests.web.asking import HTMX, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    with clock.standing_at(clock.now()):
        yield Desk(key="customer_service", name="Customer service")


@pytest.fixture
def ada(desk):
    return MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ada", role="lead")


@pytest.fixture
def client(client, ada):
    client.force_login(ada.user)
    return client


def written(desk, text="It is on its way.", **more):
    return {"text": text, "seen": str(Entry.objects.latest("id").pk), **more}


def picture(name="shop.png", kind="PNG", size=(60, 40)) -> SimpleUploadedFile:
    place = io.BytesIO()
    Image.new("RGB", size, "teal").save(place, kind)
    return SimpleUploadedFile(name, place.getvalue(), content_type="application/octet-stream")


def attach(client, desk, *files):
    return client.post(
        at("attach", desk, desk.conversation().pk), {"picture": list(files or [picture()])}, headers=HTMX
    )


def test_an_answer_can_be_taken_back_in_the_seconds_that_its_writer_chose(client, desk, ada):
    desk.they_write(clock.now())
    ada.user.undo_seconds = 20
    ada.user.save()

    sent = client.post(at("reply", desk, desk.conversation().pk), written(desk), headers=HTMX).content.decode()

    reply = Reply.objects.get()
    undo = at("reply_undo", desk, desk.conversation().pk, reply.pk)
    assert reply.leaves_at == reply.created_at + timedelta(seconds=20)
    assert "Leaves in 20 seconds" in sent and f'action="{undo}' in sent

    back = client.post(undo, headers=HTMX).content.decode()

    assert ">It is on its way.</textarea>" in back
    assert (Reply.objects.get().state, desk.conversation().state) == (ReplyState.TAKEN_BACK, State.OPEN)


def test_who_wants_no_seconds_sends_at_once(client, desk, ada):
    desk.they_write(clock.now())
    client.post(at("preference", desk), {"undo_seconds": "0"})

    client.post(at("reply", desk, desk.conversation().pk), written(desk), headers=HTMX)

    assert Reply.objects.get().leaves_at is None
    assert OutboxItem.objects.get().due_at <= clock.now()


def test_after_it_left_undo_says_so_and_keeps_what_is_being_written(client, desk, ada):
    desk.they_write(clock.now())
    client.post(at("reply", desk, desk.conversation().pk), written(desk), headers=HTMX)
    OutboxItem.objects.update(state="sending")

    answer = client.post(
        at("reply_undo", desk, desk.conversation().pk, Reply.objects.get().pk),
        {"begun": "And another thing", "begun_stamp": "5"}, headers=HTMX,
    )  # fmt: skip

    assert answer.status_code == 409
    assert Draft.objects.get().text == "And another thing"


def test_send_and_resolve_and_who_reads_it_go_along(client, desk):
    desk.they_write(clock.now())

    client.post(
        at("reply", desk, desk.conversation().pk), written(desk, then="resolve", visibility="direct"), headers=HTMX
    )  # fmt: skip

    assert Reply.objects.values_list("resolve_after", "visibility").get() == (True, "direct")


@pytest.mark.parametrize(("chosen", "own"), [("moment", ""), ("own", "field")])
def test_an_answer_is_sent_later_listed_moved_cancelled_and_restored(client, desk, ada, chosen, own):
    desk.they_write(clock.now())
    when = (clock.now() + timedelta(days=1)).replace(microsecond=0, second=0)
    values = (
        {"leave_at": when.isoformat()} if not own else {"leave_at": "own", "at_own": when.strftime("%Y-%m-%dT%H:%M")}
    )

    page = client.post(
        at("reply", desk, desk.conversation().pk), written(desk, **values), headers=HTMX
    ).content.decode()

    reply = Reply.objects.get()
    assert (reply.state, reply.leaves_at) == (ReplyState.SCHEDULED, when)
    assert "Leaves later" in page and f'id="later-{reply.pk}"' in page

    def act(name):
        return client.post(at("later_act", desk, desk.conversation().pk, reply.pk, name), headers=HTMX)

    assert "Cancelled. It does not leave." in act("cancel").content.decode()
    act("restore")
    assert Reply.objects.get().state == ReplyState.SCHEDULED
    assert ">It is on its way.</textarea>" in act("edit").content.decode()
    assert act("burn").status_code == 404


def test_a_moment_that_is_none_is_refused(client, desk):
    desk.they_write(clock.now())

    for value in ("soon", "2026-99-99T00:00", "2020-01-01T00:00"):
        assert (
            client.post(
                at("reply", desk, desk.conversation().pk), written(desk, leave_at=value), headers=HTMX
            ).status_code
            == 422
        )
    assert not Reply.objects.exists()


def test_pictures_are_described_and_go_along_in_their_order(client, desk, ada):
    desk.they_write(clock.now())
    attach(client, desk, picture("one.png"), picture("two.jpg", "JPEG"))
    first, second = Attachment.objects.order_by("id")
    client.post(at("describe", desk, desk.conversation().pk, first.pk), {f"alt_{first.pk}": "Our shop"}, headers=HTMX)

    client.post(
        at("reply", desk, desk.conversation().pk),
        written(desk, text="", attachment=[first.pk, second.pk], **{f"alt_{first.pk}": "Our shop", f"alt_{second.pk}": "A parcel"}),
        headers=HTMX,
    )  # fmt: skip

    assert list(OutboxItem.objects.get().media.order_by("position").values_list("name", "mime", "alt")) == [
        ("one.png", "image/png", "Our shop"), ("two.jpg", "image/jpeg", "A parcel"),
    ]  # fmt: skip
    page = client.get(at("open", desk, "customer_service", desk.conversation().pk)).content.decode()
    assert f'src="{at("attachment", desk, first.pk)}" alt="Our shop"' in page
    shown = client.get(at("attachment", desk, first.pk))
    assert (shown.headers["Content-Type"], b"".join(shown.streaming_content)[:4]) == ("image/png", b"\x89PNG")


def test_a_picture_in_hand_is_seen_by_its_writer_alone(client, desk, ada, db):
    desk.they_write(clock.now())
    attach(client, desk)
    ben = MemberFactory(workspace=desk.workspace, seats=[desk.department])
    stranger = MemberFactory()

    address = at("attachment", desk, Attachment.objects.get().pk)
    shown = client.get(address)
    assert b"".join(shown.streaming_content)[:4] == b"\x89PNG"
    for other in (ben, stranger):
        client.force_login(other.user)
        assert client.get(address).status_code == 404


def test_a_workspace_may_require_descriptions(client, desk, ada):
    desk.they_write(clock.now())
    Workspace.objects.update(pictures_described=True)
    attach(client, desk)

    answer = client.post(
        at("reply", desk, desk.conversation().pk), written(desk, attachment=[Attachment.objects.get().pk]), headers=HTMX
    )

    assert answer.status_code == 422
    assert not Reply.objects.exists()


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"", b"\x89PNG\r\n\x1a\nnothing"]
)
def test_what_is_no_picture_is_refused_in_words(client, desk, content):
    desk.they_write(clock.now())

    answer = attach(client, desk, SimpleUploadedFile("a.png", content, content_type="image/png"))

    assert answer.status_code == 422
    assert not Attachment.objects.exists()


def test_drafts_are_kept_for_their_writer_and_the_list_marks_them(client, desk, ada):
    desk.they_write(clock.now())
    pk = desk.conversation().pk

    assert (
        client.post(at("draft", desk, pk), {"text": "Half a sen", "kind": "reply", "stamp": "1000"}).status_code == 204
    )
    assert client.post(at("draft", desk, pk), {"text": "Half", "kind": "reply", "stamp": "999"}).status_code == 409

    page = client.get(at("open", desk, "customer_service", pk)).content.decode()
    assert ">Half a sen</textarea>" in page and 'data-stamp="1000"' in page
    assert "You have begun to write here" in page
    ben = MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ben")
    client.force_login(ben.user)
    other = client.get(at("open", desk, "customer_service", pk)).content.decode()
    assert "Half a sen" not in other and "You have begun" not in other
    assert "Ada is writing…" in other


def test_an_empty_draft_is_forgotten_and_so_is_a_sent_one(client, desk, ada):
    desk.they_write(clock.now())
    pk = desk.conversation().pk
    client.post(at("draft", desk, pk), {"text": "x", "kind": "reply", "stamp": "1"})
    client.post(at("draft", desk, pk), {"text": " ", "kind": "reply", "stamp": "2"})
    assert not Draft.objects.exists()

    client.post(at("draft", desk, pk), {"text": "x", "kind": "note", "stamp": "3"})
    client.post(at("note", desk, pk), {"text": "x"}, headers=HTMX)
    assert not Draft.objects.exists()


def test_suggestions_are_filled_for_this_conversation_and_counted_when_sent(client, desk, ada):
    desk.they_write(clock.now(), text="Love the #Trailhead jacket, #2 is better. #trailhead")
    by = actor_of(ada)
    saved = services.save_reply(
        title="Thanks", shortcut="", text="Hi {first_name}, thanks from {our_name} at {account}!", department_id=None,
        by=by, now=clock.now(),
    )  # fmt: skip

    offered = client.get(at("writing_help", desk, desk.conversation().pk)).json()

    first = desk.customer.name.split()[0]
    assert offered["saved"] == [
        {"id": saved.pk, "title": "Thanks", "shortcut": "thanks", "where": "",
         "text": f"Hi {first}, thanks from Ada at @{desk.account.handle}!"}
    ]  # fmt: skip
    assert offered["people"] == [{"handle": desk.customer.handle, "name": desk.customer.name}]
    assert offered["tags"] == ["Trailhead"]
    client.post(at("reply", desk, desk.conversation().pk), written(desk, used=[saved.pk]), headers=HTMX)
    assert SavedReply.objects.get().uses == 1


def test_a_stranger_finds_none_of_it(client, desk, ada):
    desk.they_write(clock.now())
    pk = desk.conversation().pk
    client.post(at("reply", desk, pk), written(desk), headers=HTMX)
    reply_pk = Reply.objects.get().pk
    client.force_login(MemberFactory().user)

    for address in (at("draft", desk, pk), at("attach", desk, pk), at("reply_undo", desk, pk, reply_pk)):
        assert client.post(address, {}).status_code == 404
    assert client.get(at("writing_help", desk, pk)).status_code == 404
    assert client.get(at("emoji", desk)).status_code == 404


def test_saved_replies_are_listed_changed_taken_away_and_brought_back(client, desk, ada):
    given = {"title": "Late parcel", "shortcut": "/Late Parcel", "text": "Sorry, {first_name}!", "department": ""}
    assert client.post(at("writing", desk), given).status_code == 302
    row = SavedReply.objects.get()
    assert (row.shortcut, row.department_id) == ("late-parcel", None)

    assert client.post(at("writing", desk), {**given, "title": "Other"}).status_code == 409
    assert client.post(at("writing", desk), {**given, "shortcut": "x", "text": "Hi {nobody}"}).status_code == 422
    client.post(at("writing", desk), {**given, "saved": row.pk, "text": "So sorry!", "department": desk.department.pk})
    row.refresh_from_db()
    assert (row.text, row.department_id) == ("So sorry!", desk.department.pk)

    client.post(at("saved_act", desk, row.pk, "remove"))
    assert "Late parcel” is taken away." in client.get(at("writing", desk)).content.decode()
    client.post(at("saved_act", desk, row.pk, "restore"))
    assert "Late parcel" in client.get(at("writing", desk)).content.decode()


def test_a_member_keeps_texts_of_their_own_department_only(client, desk):
    member = MemberFactory(workspace=desk.workspace, seats=[desk.department])
    client.force_login(member.user)
    given = {"title": "Hello", "shortcut": "", "text": "Hello!"}

    assert client.post(at("writing", desk), {**given, "department": ""}).status_code == 403
    assert client.post(at("writing", desk), {**given, "department": desk.department.pk}).status_code == 302
