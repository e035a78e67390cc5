"""The inbox in the browser's terms: what is drawn, to whom, and what each act answers."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from crossdesk.channels.models import OutboxItem
from crossdesk.inbox import services
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Act, Entry, Reply
from crossdesk.messages.models import Correction, Media, Reading
from crossdesk.org.enums import Role
from crossdesk.org.models import Member
from tests.conftest import actor_of
from tests.inbox.factories import NOON, IdentityFactory, after
from tests.org.factories import DepartmentFactory, MemberFactory, WallFactory, WallMemberFactory
from tests.web.asking import HTMX, at

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=10)


def last_entry():
    return Entry.objects.latest("id").pk


@pytest.mark.parametrize("rows", [1, 3])
def test_a_queue_costs_the_same_for_any_number_of_rows(client, desk, ada, django_assert_num_queries, rows):
    for _ in range(rows):
        desk.they_write(identity=IdentityFactory(contact__workspace=desk.workspace))

    # session, user, member, seats, walls, access, last number, departments, filters, counts (2), lines, tags, seen, drafts, workspaces
    with django_assert_num_queries(16):
        page = client.get(at("queue", desk, "customer_service"))

    assert page.content.count(b'class="row-card"') == rows


@pytest.mark.parametrize("lines", [1, 3])
def test_an_open_conversation_costs_the_same_for_any_number_of_lines(
    client, desk, ada, django_assert_num_queries, lines
):
    for minute in range(lines):
        desk.they_write(NOON + timedelta(minutes=minute))
    address = at("open", desk, "customer_service", desk.conversation().pk)

    # notices 1, writing 4, frame 8, list, filters, seen, drafts and counts 8, what was seen 2, people 1, conversation 12, reading and decision 5,
    # person and all they said 5, who may be the same 4
    with django_assert_num_queries(50):
        page = client.get(address)

    assert page.content.count(b'class="bubble"') == lines


def test_who_only_looks_on_is_not_offered_to_be_given_it(client, desk, ada):
    MemberFactory(workspace=desk.workspace, user__name="Ben who works")
    MemberFactory(workspace=desk.workspace, user__name="Emil who looks on", role=Role.VIEWER)
    desk.they_write()

    page = client.get(at("open", desk, "customer_service", desk.conversation().pk)).content.decode()

    assert "Ben who works" in page
    assert "Emil who looks on" not in page


@pytest.mark.parametrize("key", ["mine", "triage", "all", "snoozed", "customer_service"])
def test_every_queue_draws_as_a_page_and_as_fragments(client, desk, ada, key):
    desk.they_write()

    answers = [client.get(at(name, desk, key)) for name in ("queue", "queue_rows", "queues")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [b"<html" in answer.content for answer in answers] == [True, False, False]


def test_the_count_above_the_list_is_told_with_the_queues(client, desk, ada):
    desk.they_write()
    page = client.get(at("queue", desk, "customer_service")).content.decode()

    again = client.get(at("queues", desk, "customer_service"), headers=HTMX).content.decode()

    assert '<span class="count" id="queue-open">1</span>' in page
    assert '<hx-partial hx-target="#queue-open" hx-swap="innerHTML">1</hx-partial>' in again
    assert "queue-open" not in again.partition("<hx-partial")[0]


def test_a_queue_that_does_not_exist_is_not_found(client, desk, ada):
    assert client.get(at("queue", desk, "wizardry")).status_code == 404


def test_a_conversation_shows_what_was_said_and_what_is_owed(client, desk, ada):
    desk.they_write(text="Where is <b>my</b> parcel? https://parcel.example/1")

    page = client.get(at("open", desk, "customer_service", desk.conversation().pk)).content.decode()

    assert "Where is &lt;b&gt;my&lt;/b&gt; parcel?" in page
    assert '<a href="https://parcel.example/1" rel="nofollow noopener noreferrer" target="_blank">' in page
    assert f"Public on @{desk.account.handle}’s profile" in page
    assert 'data-clock="due"' in page


def test_for_htmx_only_the_panes_that_change_are_drawn(client, desk, ada):
    desk.they_write()

    answer = client.get(at("open", desk, "customer_service", desk.conversation().pk), headers=HTMX).content

    assert b"<html" not in answer
    assert b'id="conversation-main"' in answer
    assert b'<hx-partial hx-target="#contact"' in answer


def test_a_reply_leaves_an_empty_field_and_its_line_in_the_thread(client, desk, ada):
    desk.they_write()
    address = at("reply", desk, desk.conversation().pk)

    answer = client.post(address, {"text": "It is on its way.", "seen": last_entry()}, headers=HTMX)

    assert answer.status_code == 200
    assert [item.text for item in OutboxItem.objects.all()] == ["It is on its way."]
    assert answer.content.decode().count("It is on its way.") == 1  # in the thread, not in the field
    assert b"On its way" in answer.content


def test_a_reply_past_something_newer_is_held_with_the_choice_and_nothing_leaves(client, desk, ada):
    desk.they_write()
    seen = last_entry()
    desk.they_write(NOON + timedelta(minutes=5), text="Never mind, it came!")
    row = desk.conversation()

    answer = client.post(at("reply", desk, row.pk), {"text": "It is on its way.", "seen": seen}, headers=HTMX)
    held = Reply.objects.get()

    page = answer.content.decode()
    assert answer.status_code == 409
    assert held.held_reason in page.replace("&#39;", "'")
    assert "<blockquote>Never mind, it came!</blockquote>" in page
    assert "It is on its way.</textarea>" in page
    assert not OutboxItem.objects.exists()

    client.post(at("held_send", desk, row.pk, held.pk), {"text": "Glad to hear!", "seen": last_entry()}, headers=HTMX)

    assert [item.text for item in OutboxItem.objects.all()] == ["Glad to hear!"]


def test_a_held_reply_can_be_thrown_away(client, desk, ada):
    desk.they_write()
    seen = last_entry()
    desk.they_write(NOON + timedelta(minutes=5))
    client.post(at("reply", desk, desk.conversation().pk), {"text": "Old news.", "seen": seen}, headers=HTMX)

    answer = client.post(at("held_discard", desk, desk.conversation().pk, Reply.objects.get().pk), headers=HTMX)

    assert b"Old news." not in answer.content
    assert Reply.objects.get().state == "discarded"


def test_without_scripts_every_act_is_a_form_that_comes_back_to_the_page(client, desk, ada):
    desk.they_write()
    row = desk.conversation()

    answer = client.post(at("act", desk, row.pk, "take") + "?queue=mine")

    assert (answer.status_code, answer.headers["Location"]) == (302, at("open", desk, "mine", row.pk))
    assert desk.conversation().assignee == ada


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("take", "", "It is yours."),
        ("assign", "{ben}", "Assigned."),
        ("hand_over", "{other}", "Handed over."),
        ("snooze", "2026-03-05T09:00", "Put off. It comes back by itself."),
        ("resolve", "answered", "Resolved."),
        ("tag", "delivery", "Tagged."),
        ("decide", "{other}", "Decided."),
        ("decide", "no_reply", "Decided."),
    ],
)
def test_each_act_says_what_it_did_and_can_be_undone(client, desk, ada, name, value, said):
    ben = MemberFactory(workspace=desk.workspace, seats=[desk.department])
    other = DepartmentFactory(workspace=desk.workspace, name="Product")
    desk.they_write()
    address = reverse("web:act", args=[desk.workspace.slug, desk.conversation().pk, name])

    answer = client.post(address, {"value": value.format(ben=ben.pk, other=other.pk)}, headers=HTMX)
    page = answer.content.decode()

    undo = at("undo", desk, Act.objects.get().pk)
    assert said in page
    assert f'action="{undo}?queue=all"' in page
    assert json.loads(answer.headers["HX-Trigger"]) == {
        "inbox-changed": {"target": "body", "ids": [desk.conversation().pk], "redraw": False}
    }
    assert b"Taken back." in client.post(undo, headers=HTMX).content
    assert Act.objects.get().undone_at == SOON


def test_opening_again_can_be_undone(client, desk, ada):
    desk.they_write()
    address = at("act", desk, desk.conversation().pk, "reopen")
    services.resolve(conversation_id=desk.conversation().pk, resolution="answered", by=actor_of(ada), now=SOON)

    page = client.post(address, headers=HTMX).content.decode()

    undo = at("undo", desk, Act.objects.get(kind="reopen").pk)
    assert ("Opened again." in page, f'action="{undo}?queue=all"' in page) == (True, True)
    assert b"Taken back." in client.post(undo, headers=HTMX).content
    assert (desk.conversation().state, desk.conversation().resolved_at) == (State.RESOLVED, SOON)


def test_what_others_owe_stops_resolving_once_and_asks_for_a_reason(client, desk, ada):
    other = DepartmentFactory(workspace=desk.workspace, name="Product")
    desk.they_write()
    row = desk.conversation()
    client.post(reverse("web:act", args=[desk.workspace.slug, row.pk, "ask"]), {"value": other.pk}, headers=HTMX)
    address = reverse("web:act", args=[desk.workspace.slug, row.pk, "resolve"])

    stopped = client.post(address, {"value": "answered"}, headers=HTMX)
    state_between = desk.conversation().state
    client.post(address, {"value": "answered", "waive_others": "They know already."}, headers=HTMX)

    assert stopped.status_code == 409
    assert b"Product" in stopped.content
    assert b'name="waive_others"' in stopped.content
    assert (state_between, desk.conversation().state) == (State.OPEN, State.RESOLVED)


def test_a_wrong_value_is_said_in_a_toast_and_changes_nothing(client, desk, ada):
    desk.they_write()
    address = reverse("web:act", args=[desk.workspace.slug, desk.conversation().pk, "snooze"])

    answer = client.post(address, {"value": "someday"}, headers=HTMX)

    assert answer.status_code == 422
    assert b"Choose a day and a time." in answer.content
    assert b'hx-target="#toasts"' in answer.content
    assert desk.conversation().snoozed_until is None


def test_a_correction_counts_at_once_and_names_its_author(client, desk, ada):
    said = desk.they_write()
    verdict = {"value": "neutral", "p": 0.6}
    Reading.objects.create(
        message=said, version=1, model="rules-1", read_at=NOON,
        values={"needs_reply": {"value": True, "p": 0.9}, "intents": [{"value": "question", "p": 0.8}], "sentiment": verdict, "urgency": None, "safety": [], "complaint_reason": None, "language": None, "abstained": ["sentiment"], "reasons": []},
    )  # fmt: skip

    page = client.post(at("correct", desk, said.pk), {"head": "sentiment", "value": "negative"}, headers=HTMX)

    assert Correction.objects.get().after == {"value": "negative", "p": 1.0}
    assert b"by Ada Lovelace" in page.content
    assert b"Corrected. It counts at once." in page.content
    undo = at("uncorrect", desk, Correction.objects.get().pk)
    assert f'action="{undo}'.encode() in page.content

    page = client.post(undo, headers=HTMX)

    assert Correction.objects.get().undone_at == SOON
    assert b"Taken back." in page.content
    assert json.loads(page.headers["HX-Trigger"])["inbox-changed"]["redraw"]


def test_a_note_stays_in_the_house(client, desk, ada):
    desk.they_write()

    answer = client.post(at("note", desk, desk.conversation().pk), {"text": "Ask the courier."}, headers=HTMX)

    assert b"Note, only for us" in answer.content
    assert not OutboxItem.objects.exists()


def test_who_may_only_look_gets_no_acts_and_no_field(client, desk):
    viewer = MemberFactory(workspace=desk.workspace, seats=[desk.department], role=Role.VIEWER)
    client.force_login(viewer.user)
    desk.they_write()
    row = desk.conversation()

    page = client.get(at("open", desk, "customer_service", row.pk)).content.decode()
    answer = client.post(at("note", desk, row.pk), {"text": "May I?"}, headers=HTMX)

    assert "Your role lets you look, not write." in page
    assert 'name="text"' not in page
    assert (answer.status_code, Entry.objects.filter(kind="note").count()) == (403, 0)


def test_behind_a_wall_a_conversation_does_not_exist_at_any_address(client, desk, ada):
    said = desk.they_write(text="A secret threat")
    row = desk.conversation()
    wall = WallFactory(workspace=desk.workspace)
    type(row).objects.update(wall=wall)
    type(said).objects.update(wall=wall)
    type(row.duties.get()).objects.update(wall=wall)

    lists = [client.get(at("queue", desk, key)) for key in ("all", "customer_service", "mine", "triage")]
    reads = [client.get(at(name, desk, *args)) for name, args in (
        ("open", ["all", row.pk]), ("conversation_main", [row.pk]), ("conversation_lines", [row.pk]), ("said", [row.contact_id]),
    )]  # fmt: skip
    writes = [client.post(at(name, desk, *args), {"text": "x", "seen": 1, "head": "sentiment", "value": "negative"}) for name, args in (
        ("reply", [row.pk]), ("note", [row.pk]), ("act", [row.pk, "take"]), ("correct", [said.pk]),
    )]  # fmt: skip

    assert all(b"A secret threat" not in page.content and b"row-card" not in page.content for page in lists)
    assert [answer.status_code for answer in reads + writes] == [404] * 8


def test_a_stranger_from_another_workspace_finds_nothing(client, desk):
    desk.they_write()
    stranger = MemberFactory()
    client.force_login(stranger.user)
    row = desk.conversation()

    theirs = [client.get(at(name, desk, *args)) for name, args in (("queue", ["all"]), ("open", ["all", row.pk]))]
    own = client.get(reverse("web:open", args=[Member.objects.get(pk=stranger.pk).workspace.slug, "all", row.pk]))

    assert [answer.status_code for answer in (*theirs, own)] == [404, 404, 404]


def test_search_shows_where_the_words_were_said_and_not_what_stands_behind_walls(client, desk, ada):
    desk.they_write(text="The <i>kettle</i> leaks since Tuesday")
    hidden = desk.they_write(
        identity=IdentityFactory(contact__workspace=desk.workspace), text="This kettle is a threat"
    )
    wall = WallFactory(workspace=desk.workspace)
    type(hidden).objects.filter(pk=hidden.pk).update(wall=wall)
    type(desk.conversation()).objects.filter(pk=desk.conversation().pk).update(wall=wall)

    page = client.get(at("queue", desk, "all"), {"q": "kettle"}).content.decode()

    assert "The &lt;i&gt;<mark>kettle</mark>&lt;/i&gt; leaks since Tuesday" in page
    assert page.count('class="row-card"') == 1
    assert "threat" not in page


def test_words_that_nobody_said_say_so(client, desk, ada):
    desk.they_write()

    assert b"Nothing found" in client.get(at("queue", desk, "all"), {"q": "unicorn"}).content


def test_the_inbox_opens_where_work_waits(client, desk, ada):
    quiet = client.get(at("inbox", desk)).headers["Location"]
    desk.they_write()

    assert quiet == at("queue", desk, "customer_service")
    assert client.get(at("inbox", desk)).headers["Location"] == at("queue", desk, "customer_service")


def test_the_inbox_opens_on_mine_for_somebody_without_a_department(client, desk):
    viewer = MemberFactory(workspace=desk.workspace, seats=[])
    client.force_login(viewer.user)

    assert client.get(at("inbox", desk)).headers["Location"] == at("queue", desk, "mine")


def test_a_lead_inside_a_wall_puts_it_around_a_conversation_with_a_reason(client, desk):
    lead = MemberFactory(workspace=desk.workspace, seats=[desk.department], role=Role.LEAD)
    wall = WallFactory(workspace=desk.workspace, name="The bomb threat")
    WallMemberFactory(wall=wall, member=lead)
    client.force_login(lead.user)
    desk.they_write()
    address = reverse("web:act", args=[desk.workspace.slug, desk.conversation().pk, "enclose"])

    offered = client.get(at("open", desk, "all", desk.conversation().pk)).content.decode()
    silent = client.post(address, {"value": wall.pk, "reason": " "}, headers=HTMX)
    answer = client.post(address, {"value": wall.pk, "reason": "It names people."}, headers=HTMX)

    assert "The bomb threat" in offered
    assert silent.status_code == 422
    assert b"Only people inside the wall see it now." in answer.content
    assert desk.conversation().wall == wall


def test_a_picture_is_shown_from_our_copy_and_only_to_who_may_see_its_message(client, desk, ada, settings):
    said = desk.they_write()
    kept = Path(settings.MEDIA_ROOT) / "kept.png"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"picture")
    mine = Media.objects.create(message=said, position=0, kind="image", url="https://elsewhere.example/a.png", alt="A kettle", path="kept.png", kept_mime="image/png")  # fmt: skip
    drawn = Media.objects.create(message=said, position=1, kind="image", url="https://elsewhere.example/b.svg", path="kept.png", kept_mime="image/svg+xml")  # fmt: skip

    page = client.get(at("open", desk, "all", desk.conversation().pk)).content.decode()
    picture, drawing = client.get(at("media", desk, mine.pk)), client.get(at("media", desk, drawn.pk))
    shown, _ = b"".join(picture.streaming_content), b"".join(drawing.streaming_content)
    stranger = MemberFactory()
    client.force_login(stranger.user)
    theirs = client.get(reverse("web:media", args=[stranger.workspace.slug, mine.pk]))

    assert f'<img src="{at("media", desk, mine.pk)}" alt="A kettle"' in page
    assert "elsewhere.example" not in page
    assert (shown, picture.headers["Content-Type"]) == (b"picture", "image/png")
    assert drawing.headers["Content-Disposition"].startswith("attachment")
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert theirs.status_code == 404


def test_what_came_after_a_gap_says_so_and_when(client, desk, ada):
    in_time, late = "In the thread at once.", "Said during the gap."
    desk.they_write(text=in_time)
    before = client.get(at("open", desk, "all", desk.conversation().pk)).content.decode()
    desk.they_write(text=late, late=True, received_at=after(hours=2))
    filled = client.get(at("open", desk, "all", desk.conversation().pk)).content.decode()

    assert in_time in before and "came in late:" not in before
    assert late in filled and filled.count("came in late:") == 1


def test_a_past_that_was_read_in_is_no_gap(client, desk, ada):
    desk.they_write(late=True, received_at=after(days=8))

    assert "came in late:" not in client.get(at("open", desk, "all", desk.conversation().pk)).content.decode()
