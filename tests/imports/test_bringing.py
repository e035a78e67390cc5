"""Another tool's history in the inbox: who said what to whom, who was answered and when; and nobody owes anything."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crossdesk.channels import services as channels
from crossdesk.channels.models import Account
from crossdesk.imports import services
from crossdesk.imports.enums import ImportState
from crossdesk.imports.models import Brought, Import
from crossdesk.imports.plan import Plan
from crossdesk.imports.queries import import_of, past
from crossdesk.inbox import services as inbox
from crossdesk.inbox.models import Block, Conversation, Counter, Duty, Entry
from crossdesk.inbox.queries.visible import visible_to
from crossdesk.insights.models import Rollup
from crossdesk.insights.verify import verify_workspace
from crossdesk.journal import facts
from crossdesk.journal.models import Job
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.kit.errors import NotAllowed
from crossdesk.messages import search
from crossdesk.messages.models import Contact, Message, Reading
from crossdesk.notices.models import Notice
from crossdesk.org import services as org
from crossdesk.triage.models import Decision
from tests.conftest import actor_of, settle
from tests.imports.conftest import TWEETS, lines, tweet
from tests.messages.factories import MessageFactory
from tests.org.factories import MemberFactory, WorkspaceFactory

pytestmark = pytest.mark.django_db


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2017, 10, 31, hour, minute, second, tzinfo=UTC)


def threads() -> dict[str, list[str]]:
    """Every conversation as the ids of its messages in their order, by who writes."""
    return {
        row.identity.handle: list(row.entries.order_by("at", "id").values_list("message__external_id", flat=True))
        for row in Conversation.objects.select_related("identity")
    }


def test_a_dry_run_says_what_would_come_in_and_brings_nothing(checked, tweets):
    found = checked(tweets)

    told = {
        name: found.summary[name]
        for name in ("messages", "theirs", "ours", "conversations", "contacts", "alone", "known")
    }
    assert told == {"messages": 12, "theirs": 6, "ours": 6, "conversations": 4, "contacts": 4, "alone": 1, "known": 0}
    assert (found.summary["first"], found.summary["last"]) == (at(9, 0).timestamp() * 1e6, at(22, 29).timestamp() * 1e6)
    assert (found.state, Message.objects.count(), Account.objects.count()) == (ImportState.CHECKED, 0, 0)


def test_threads_come_in_whole_whatever_the_order_of_the_file(brought, tweets):
    row = brought(tweets)

    assert threads() == {"500": ["5", "4", "3", "1", "2"], "501": ["6", "7"], "502": ["8", "9"], "503": ["12", "11"]}
    assert (row.state, row.messages, row.conversations, row.contacts, row.known) == (ImportState.DONE, 12, 4, 4, 0)
    assert Message.objects.get(external_id="2").text == "@northline I did & nobody answers"
    assert {(one.network, one.host, one.handle) for one in Account.objects.all()} == {
        ("archive", "twitter", "northline"), ("archive", "twitter", "southline"),
    }  # fmt: skip
    assert Conversation.objects.get(identity__handle="503").account.handle == "southline"
    alone = Brought.objects.get(conversation_id=None)
    assert Message.objects.get(pk=alone.message_id or 0).external_id == "10"


def test_who_was_answered_and_how_fast_counts_and_every_measure_adds_up(brought, tweets, workspace):
    brought(tweets)
    while facts.follow_all():
        pass

    blocks = Block.objects.order_by("started_at").values_list(
        "first_message__external_id", "answer__external_id", "response_seconds", "needs_reply", "first", "ended_because"
    )
    assert list(blocks) == [
        ("9", None, None, None, False, "resolved"),
        ("12", "11", 1800, True, True, "answered"),
        ("5", "4", 314, True, True, "answered"),
        ("6", "7", 1800, True, True, "answered"),
        ("3", "1", 140, True, False, "answered"),
        ("2", None, None, None, False, "resolved"),
    ]
    counted = {row.series: 0 for row in Rollup.objects.all()}
    for row in Rollup.objects.all():
        counted[row.series] += row.denominator
    assert (counted["first_response"], counted["next_response"], counted["response_rate_72h_of_all"]) == (3, 1, 6)
    assert verify_workspace(workspace.pk) == []


def test_nobody_owes_anything_and_nobody_is_told(brought, tweets, workspace):
    brought(tweets)
    settle()

    standing: list[object] = list(
        Conversation.objects.values("state", "department", "triage_since", "due_at").distinct()
    )
    assert standing == [{"state": "closed", "department": None, "triage_since": None, "due_at": None}]
    assert set(Message.objects.values_list("late", flat=True)) == {True}
    for model in (Duty, Counter, Notice, Decision):
        assert not model.objects.exists(), model
    assert not Job.objects.filter(kind__startswith="inbox.").exists()


def test_the_same_file_again_doubles_nothing(brought, tweets, workspace):
    brought(tweets)
    again = brought(tweets)

    assert (again.messages, again.known, again.conversations, again.contacts) == (0, 12, 0, 0)
    assert (Message.objects.count(), Conversation.objects.count(), Contact.objects.count()) == (12, 4, 4)


def test_an_import_that_stops_anywhere_goes_on_without_a_double_or_a_gap(checked, tweets, workspace):
    row, by, places = checked(tweets), system(workspace.pk), []
    services.begin(import_id=row.pk, by=by, now=clock.now())

    while not services.bring(import_id=row.pk, until=clock.now(), batch=1):
        places.append(Import.objects.get(pk=row.pk).position)

    assert places == sorted(set(places)) and len(places) == 4
    assert threads() == {"500": ["5", "4", "3", "1", "2"], "501": ["6", "7"], "502": ["8", "9"], "503": ["12", "11"]}
    assert Entry.objects.count() == 11
    settle()
    assert verify_workspace(workspace.pk) == []


def test_a_batch_that_fails_leaves_nothing_behind(checked, tweets, workspace, monkeypatch):
    row = checked(tweets)
    services.begin(import_id=row.pk, by=system(workspace.pk), now=clock.now())
    monkeypatch.setattr("crossdesk.imports.services.bringing.inbox.keep_history", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        services.bring(import_id=row.pk)

    row.refresh_from_db()
    assert (row.position, row.messages, row.state) == (0, 0, ImportState.RUNNING)
    assert (Message.objects.count(), Contact.objects.count(), Account.objects.count()) == (0, 0, 0)


def test_only_who_may_see_the_account_sees_its_history(brought, tweets, workspace):
    inside, outside = MemberFactory(workspace=workspace), MemberFactory(workspace=workspace)
    theirs = outside.seats.get().department_id
    north = channels.open_archive(handle="northline", host="twitter", by=system(workspace.pk), now=clock.now())
    channels.set_access(
        account_id=north.pk,
        department_id=theirs,
        levels=[],
        by=system(workspace.pk),
        now=clock.now(),
    )
    brought(tweets)

    who = {member: {one.identity.handle for one in visible_to(actor_of(member))} for member in (inside, outside)}
    assert who == {inside: {"500", "501", "502", "503"}, outside: {"503"}}
    found = {member: len(search.search_ids(actor_of(member), "northline")) for member in (inside, outside)}
    assert found == {inside: 5, outside: 0}
    stranger = system(WorkspaceFactory().pk)
    assert not visible_to(stranger).exists() and not search.search_ids(stranger, "northline")


def test_a_history_of_a_connected_account_joins_its_people_and_their_walls(brought, tweets, workspace):
    live = MessageFactory(account__workspace=workspace, external_id="5")
    row = brought(tweets, account_id=live.account_id)

    assert (row.known, row.messages) == (1, 11)
    assert set(Message.objects.values_list("account_id", flat=True)) == {live.account_id}


def test_whoever_writes_again_begins_a_new_conversation(brought, tweets):
    brought(tweets)
    old = Conversation.objects.get(identity__handle="500")

    assert old.closed_at is not None and old.resolved_at == old.last_at == at(22, 11, 45)


def test_what_is_wrong_is_counted_and_written_beside_the_row(checked, tmp_path):
    rows = [
        tweet("1", "500", "True", "10:00:00", "@northline hello"),
        tweet("2", "500", "True", "10:00:00", ""),
        tweet("3", "500", "perhaps", "10:00:00", "what"),
        {**tweet("4", "500", "True", "10:00:00", "=SUM(A1)"), "created_at": "soon"},
        tweet("9.2E+17", "500", "True", "10:00:00", "rounded"),
        tweet("1", "500", "True", "10:00:00", "@northline hello"),
        tweet("1", "500", "True", "11:00:00", "@northline other"),
        tweet("5", "", "True", "10:00:00", "who"),
    ]
    path = lines(tmp_path / "bad.jsonl", rows)
    with path.open("a") as file:
        file.write("{ no json\n")

    row = checked(
        path,
        columns={"id": "tweet_id", "text": "text", "at": "created_at", "direction": "inbound", "author": "author_id"},
    )

    assert (row.read, row.wrong, row.total, row.summary["copies"]) == (9, 7, 1, 1)
    assert [(line, column) for line, column, _ in row.summary["wrong_rows"]] == [
        (2, "text"), (3, "inbound"), (4, "created_at"), (5, "tweet_id"), (8, "author_id"), (9, ""), (7, "tweet_id"),
    ]  # fmt: skip
    written = services.errors_path(row).read_text(encoding="utf-8-sig").splitlines()
    assert written[0] == "line,column,wrong,row" and len(written) == 8
    assert "soon” is no date and time" in written[3]


def test_a_history_without_links_is_parted_by_silence(brought, tmp_path):
    def said(number, at, author, to="", ours=False):
        return {
            "id": str(number),
            "date": at,
            "text": f"words {number}",
            "from": author,
            "to": to,
            "direction": "out" if ours else "in",
        }

    rows = [
        said(1, "2020-01-01 10:00", "ada"), said(2, "2020-01-01 10:30", "wren", "ada", ours=True),
        said(3, "2020-01-03 10:00", "ada"), said(4, "2020-03-01 10:00", "ada"), said(5, "2020-01-01 11:00", "bob"),
    ]  # fmt: skip

    brought(lines(tmp_path / "flat.jsonl", rows), zone="Europe/Berlin")

    found = Conversation.objects.order_by("opened_at", "id")
    assert [(row.identity.handle, list(row.entries.order_by("at").values_list("message__external_id", flat=True))) for row in found] == [
        ("ada", ["1", "2", "3"]), ("bob", ["5"]), ("ada", ["4"]),
    ]  # fmt: skip
    assert found[0].opened_at == datetime(2020, 1, 1, 9, 0, tzinfo=UTC)


def test_what_is_younger_than_72_hours_counts_when_they_have_passed(brought, tmp_path, workspace):
    now = clock.now()
    path = lines(
        tmp_path / "young.jsonl",
        [{**TWEETS[8], "in_response_to_tweet_id": "", "created_at": (now - timedelta(hours=70)).isoformat()}],
    )
    brought(path)
    settle()
    assert not Rollup.objects.filter(series="response_rate_72h_of_all", denominator__gt=0).exists()

    with clock.standing_at(now + timedelta(hours=3)):
        settle(until=now + timedelta(hours=3))

    assert Rollup.objects.get(series="response_rate_72h_of_all").denominator == 1
    assert verify_workspace(workspace.pk) == []
    assert not Duty.objects.exists()


def test_rings_and_same_seconds_end(brought, tmp_path):
    rows = [
        tweet("1", "500", "True", "10:00:00", "one", answers="3"),
        tweet("2", "northline", "False", "10:00:00", "two", answers="1"),
        tweet("3", "northline", "False", "10:00:00", "three", answers="2"),
        tweet("4", "northline", "False", "10:00:00", "four", answers="5"),
        tweet("5", "northline", "False", "10:00:00", "five", answers="4"),
    ]

    brought(lines(tmp_path / "rings.jsonl", rows))

    assert {handle: set(ids) for handle, ids in threads().items()} == {"500": {"1", "2", "3"}}


def test_only_owners_and_administrators_import(tweets, workspace):
    lead = actor_of(MemberFactory(workspace=workspace, role="lead"))

    with pytest.raises(NotAllowed):
        services.open_import(path=tweets, name="x", by=lead, now=clock.now())

    assert past(lead) == [] and not Import.objects.exists()


def test_a_conversation_says_which_import_brought_it(brought, tweets, workspace):
    row = brought(tweets)
    ids = Conversation.objects.values_list("pk", flat=True)

    assert {import_of(system(workspace.pk), pk) for pk in ids} == {row}
    assert import_of(system(WorkspaceFactory().pk), ids[0]) is None


def test_an_import_is_taken_back_whole(brought, tweets, workspace):
    live = MessageFactory(account__workspace=workspace)
    row = brought(tweets)
    settle()
    counted = Rollup.objects.filter(denominator__gt=0).count()

    services.take_back(import_id=row.pk, by=system(workspace.pk), now=clock.now())
    settle()

    row.refresh_from_db()
    assert (counted > 0, row.state, row.undone_at is not None) == (True, ImportState.UNDONE, True)
    assert list(Message.objects.values_list("pk", flat=True)) == [live.pk]
    for model in (Conversation, Block, Entry, Brought):
        assert not model.objects.exists(), model
    assert Contact.objects.count() == 1
    assert not Rollup.objects.filter(denominator__gt=0).exists()
    assert verify_workspace(workspace.pk) == []
    again = brought(tweets)
    assert again.messages == 12


def open_archives() -> list[str]:
    return list(
        Account.objects.filter(network="archive", removed_at=None).order_by("handle").values_list("handle", flat=True)
    )


def test_archives_go_with_their_import_and_come_again_with_the_next(brought, tweets, workspace):
    row = brought(tweets)
    assert open_archives() == ["northline", "southline"]

    services.take_back(import_id=row.pk, by=system(workspace.pk), now=clock.now())
    settle()

    assert open_archives() == []
    brought(tweets)
    assert open_archives() == ["northline", "southline"]


def test_an_archive_in_which_another_import_stands_stays(brought, tweets, workspace, tmp_path):
    row = brought(tweets)
    rows = [
        tweet("21", "504", "True", "13:00:00", "@southline late as ever", answered_by="22"),
        tweet("22", "southline", "False", "13:10:00", "@504 Which one?", answers="21"),
    ]
    brought(lines(tmp_path / "more.jsonl", rows))

    services.take_back(import_id=row.pk, by=system(workspace.pk), now=clock.now())
    settle()

    assert open_archives() == ["southline"]


def test_what_stands_behind_a_wall_stays_when_an_import_is_taken_back(brought, tweets, workspace):
    row = brought(tweets)
    boss = actor_of(MemberFactory(workspace=workspace, role="administrator"))
    wall = org.open_wall(kind="threat", name="Heron", reason="A threat", by=boss, now=clock.now())
    hidden = Conversation.objects.get(identity__handle="500")
    inbox.enclose(
        conversation_id=hidden.pk,
        wall_id=wall.pk,
        reason="",
        by=replace(boss, sees_all_accounts=True, walls=frozenset({wall.pk})),
        now=clock.now(),
    )

    services.take_back(import_id=row.pk, by=system(workspace.pk), now=clock.now())
    settle()

    assert list(Conversation.objects.values_list("pk", flat=True)) == [hidden.pk]
    assert Message.objects.filter(entry__conversation=hidden).count() == 5
    assert verify_workspace(workspace.pk) == []


def test_in_the_background_it_is_checked_comes_in_and_is_read_where_nobody_answered(tweets, workspace):
    by, now = system(workspace.pk), clock.now()
    row = services.open_import(path=tweets, name="t", by=by, now=now)
    plan = Plan.made(services.look(tweets).guess, network="twitter")
    services.confirm(import_id=row.pk, plan=plan, account_id=None, by=by, now=now, in_background=True)
    settle()
    assert Import.objects.get().state == ImportState.CHECKED

    services.begin(import_id=row.pk, by=by, now=clock.now(), in_background=True)
    settle(until=clock.now() + timedelta(minutes=1))

    row.refresh_from_db()
    assert (row.state, row.messages, row.heard) == (ImportState.DONE, 12, 2)
    assert set(Reading.objects.values_list("message__external_id", flat=True)) == {"2", "9"}
    decided = Block.objects.get(first_message__external_id="9")
    assert (decided.needs_reply, decided.verdict_by, decided.due_at) == (False, "model", None)
    assert not Duty.objects.exists() and not Counter.objects.filter(open__gt=0).exists()
    assert verify_workspace(workspace.pk) == []
    assert not services.stage_path(row).exists() and tweets.exists()


def test_a_file_that_changed_is_not_brought(checked, tweets, workspace):
    row = checked(tweets)
    tweets.write_text(tweets.read_text() + "\n")
    services.begin(import_id=row.pk, by=system(workspace.pk), now=clock.now(), in_background=True)
    services.stage_path(row).unlink()

    settle()

    row.refresh_from_db()
    assert row.state == ImportState.LOOKED and "has changed since" in row.error
