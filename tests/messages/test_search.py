import re

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdesk.kit.actor import system
from crossdesk.messages.models import Message
from crossdesk.messages.search import search_ids
from tests.channels.factories import AccountAccessFactory, AccountFactory
from tests.conftest import actor_of
from tests.messages.factories import MessageFactory, SightingFactory
from tests.org.factories import MemberFactory, WallFactory, WallMemberFactory


@pytest.fixture
def account(db):
    return AccountFactory()


@pytest.fixture
def by(account):
    return system(account.workspace_id)


def said(account, text, **more):
    return MessageFactory(account=account, text=text, **more).pk


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Where is my parcel?", "parcel"),
        ("Where is my parcel?", "PARCEL where"),
        ("Where is my parcel?", "my par"),
        ("Café Zürich ist zu", "cafe zurich"),
        ("cafe zurich", "Café Zürich"),
        ("Write to help@brand.example, please", "brand example"),
        ("Write to help@brand.example, please", "help@brand.example"),
        ("It is a well-known fault", "well-known"),
        ("It is a well-known fault", "known"),
        ("Order #4711-B", "4711"),
        ("Order #4711-B", "#4711-B"),
        ("-5 degrees", "5"),
        ("snake_case_word", "case"),
        ("Посылка не пришла", "посылка"),
        ("Η παραγγελία μου", "παραγγελία"),
        ("नमस्ते दुनिया", "नमस्ते"),
        ("สวัสดีครับ", "สวัสดี"),
        ("don't stop", "don't"),
        ("https://brand.example/path?x=1", "path"),
    ],
)
def test_a_text_is_found_by_its_words(account, by, text, words):
    pk = said(account, text)

    assert search_ids(by, words) == [pk]


@pytest.mark.parametrize(
    "words", ["", "  ", "?!", "🙂", "parcels", "wher is", "arcel", "w1", "scope", "parcel missing"]
)
def test_what_is_not_there_is_not_found(account, by, words):
    said(account, "Where is my parcel?")

    assert search_ids(by, words) == []


@pytest.mark.parametrize("words", ['"', "'", "a AND", "NOT parcel", "scope:w1", "parcel*", "(", "NEAR(a b)", "^parcel", "a:b", "\\", "%", "'; --", "{x}:", "\x00", "parcel | x", "!parcel", "<->", ":*"])  # fmt: skip
def test_signs_of_the_search_language_are_only_signs(account, by, words):
    said(account, "Where is my parcel?")

    assert search_ids(by, words) == ([Message.objects.get().pk] if re.findall(r"\w+", words) == ["parcel"] else [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_no_words_break_it_and_a_text_is_found_by_itself(account, by, text):
    text = text.replace("\x00", "").encode("utf-8", "ignore").decode()
    pk = said(account, f"first {text} last")

    try:
        assert pk in search_ids(by, "first") and pk in search_ids(by, "last")
        assert isinstance(search_ids(by, text), list)
    finally:
        Message.objects.filter(pk=pk).delete()


def test_the_newest_come_first_a_page_at_a_time(account, by):
    ids = [said(account, f"parcel {n}") for n in range(5)]

    first = search_ids(by, "parcel", limit=2)
    second = search_ids(by, "parcel", limit=2, before=first[-1])

    assert first + second == [*reversed(ids)][:4]


def test_an_edited_text_is_found_by_its_new_words_and_a_tombstone_by_none(account, by):
    edited, deleted, erased = said(account, "old words"), said(account, "regret"), said(account, "erase")
    Message.objects.filter(pk=edited).update(text="new phrase")
    Message.objects.filter(pk=deleted).update(text="")
    Message.objects.filter(pk=erased).delete()

    assert [search_ids(by, words) for words in ("old", "new", "regret", "erase")] == [[], [edited], [], []]
    Message.objects.filter(pk=deleted).update(text="back again")
    assert search_ids(by, "back") == [deleted]


def test_one_workspace_never_finds_what_another_was_told(account, by):
    said(account, "parcel")
    other = AccountFactory()
    theirs = said(other, "parcel")

    assert search_ids(system(other.workspace_id), "parcel") == [theirs]


def test_only_what_ones_accounts_saw_is_found(account):
    access = AccountAccessFactory(account=account)
    actor = actor_of(MemberFactory(workspace=account.workspace, seats=[access.department]))
    other = AccountFactory(workspace=account.workspace)
    mine, shared = said(account, "parcel one"), said(other, "parcel two")
    SightingFactory(message_id=shared, account=account)
    said(other, "parcel three")

    assert search_ids(actor, "parcel") == [shared, mine]
    assert search_ids(actor_of(MemberFactory(workspace=account.workspace)), "parcel") == []


def test_what_stands_in_a_wall_is_found_from_inside_only(account):
    wall = WallFactory(workspace=account.workspace)
    access = AccountAccessFactory(account=account)
    inside, outside = (MemberFactory(workspace=account.workspace, seats=[access.department]) for _ in range(2))
    WallMemberFactory(wall=wall, member=inside)
    hidden = said(account, "threat", wall=wall)

    assert search_ids(actor_of(inside), "threat") == [hidden]
    assert search_ids(actor_of(outside), "threat") == []
    assert search_ids(system(account.workspace_id), "threat") == [hidden]


def test_a_message_that_another_account_sees_later_is_found_through_that_one_too(account, by):
    access = AccountAccessFactory(account=account)
    actor = actor_of(MemberFactory(workspace=account.workspace, seats=[access.department]))
    pk = said(AccountFactory(workspace=account.workspace), "parcel")
    assert search_ids(actor, "parcel") == []

    SightingFactory(message_id=pk, account=account)
    assert search_ids(actor, "parcel") == search_ids(by, "parcel") == [pk]
    Message.objects.filter(pk=pk).update(text="package")

    assert (search_ids(actor, "parcel"), search_ids(actor, "package")) == ([], [pk])


def test_a_common_word_stands_for_itself_and_a_rare_one_may_be_only_begun(account, by, monkeypatch):
    monkeypatch.setattr("crossdesk.messages.search.COMMON", 2)
    one, parcels = said(account, "parcel"), said(account, "parcels")
    assert search_ids(by, "parcel") == [parcels, one]

    two = said(account, "parcel")

    assert search_ids(by, "parcel") == [two, one]
    assert search_ids(by, "parc") == [two, parcels, one]
    assert search_ids(by, "p") == []


@pytest.mark.parametrize("rare", [1, 1000])
def test_a_common_word_and_a_rare_one_go_the_same_way(account, by, rare, monkeypatch):
    monkeypatch.setattr("crossdesk.messages.search.RARE", rare)
    ids = [said(account, f"parcel {n}") for n in range(4)]

    assert search_ids(by, "parcel", limit=3) == [*reversed(ids)][:3]


def test_the_search_reads_no_table_from_end_to_end(account, by):
    said(account, "parcel")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("EXPLAIN SELECT id FROM messages_message WHERE words @@ %s::tsquery", ["'parcel'"])
        else:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT m.id FROM messages_words f CROSS JOIN messages_message m ON m.id = f.rowid "
                "WHERE messages_words MATCH 'parcel' AND f.rowid < 9 ORDER BY f.rowid DESC LIMIT 5"
            )
        plan = " ".join(str(row) for row in cursor.fetchall())

    assert "messages_words" in plan or "VIRTUAL TABLE INDEX" in plan
    assert "SCAN m" not in plan and "TEMP B-TREE" not in plan
