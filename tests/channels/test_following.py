"""Hashtags and words that an account follows: chosen by who manages it, looked for in turn, and trouble stays with its word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from crossdesk.channels import queries, services
from crossdesk.channels.enums import AccountState
from crossdesk.channels.models import Account, Cursor, FollowedWord, RawDelivery
from crossdesk.channels.ports import MissingScope, RateLimited, SignInExpired, Unavailable
from crossdesk.channels.services import following
from crossdesk.journal import changes
from crossdesk.journal.models import AuditEntry
from crossdesk.kit import clock
from crossdesk.kit.actor import system
from crossdesk.kit.errors import Invalid, NotAllowed, NotFound
from crossdesk.org.enums import Role
from tests.channels.factories import NOON, AccountFactory
from tests.channels.fake import said
from tests.conftest import actor_of
from tests.org.factories import MemberFactory


@pytest.fixture(autouse=True)
def at_noon():
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def account(db, network):
    network.capabilities = replace(network.capabilities, finds=frozenset({"tags", "words"}))
    return AccountFactory(external_id="us")


@pytest.fixture
def owner(account):
    return actor_of(MemberFactory(workspace=account.workspace, role=Role.OWNER))


def follow(account, word, by=None):
    return services.follow_word(account_id=account.pk, word=word, by=by or system(account.workspace_id), now=NOON)


def words():
    return list(FollowedWord.objects.order_by("id").values_list("word", "again_at", "error"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" #Tents ", "#tents"),
        ("##Zelte_2026", "#zelte_2026"),
        ("#Fußball", "#fußball"),
        ("tent   poles", "tent poles"),
        ("キャンプ", "キャンプ"),
    ],
)
def test_a_word_is_kept_in_one_way_of_writing(account, typed, kept):
    assert follow(account, typed).word == kept


@pytest.mark.parametrize("typed", ["", "  ", "#", "#two words", "#a-b", "x", "!?", "a" * 51, "#" + "a" * 50])
def test_what_is_no_hashtag_and_no_word_is_refused(account, typed):
    with pytest.raises(Invalid):
        follow(account, typed)

    assert words() == []


def test_nothing_is_followed_twice_and_no_more_than_there_is_room_for(account):
    follow(account, "#tents")
    with pytest.raises(services.FollowedAlready):
        follow(account, "#TENTS")
    for number in range(following.MOST - 1):
        follow(account, f"#tent{number}")

    with pytest.raises(Invalid):
        follow(account, "#onemore")


def test_where_nothing_can_be_searched_for_only_hashtags_are_followed(account, network):
    network.capabilities = replace(network.capabilities, finds=frozenset({"tags"}))
    with pytest.raises(Invalid):
        follow(account, "tent poles")
    follow(account, "#tents")
    network.capabilities = replace(network.capabilities, finds=frozenset())
    with pytest.raises(Invalid):
        follow(account, "#poles")


def test_only_who_manages_the_account_chooses_and_a_stranger_does_not_know_of_it(account):
    with pytest.raises(NotFound):
        follow(account, "#tents", by=actor_of(MemberFactory(role=Role.OWNER)))
    member = MemberFactory(workspace=account.workspace)
    account.access.create(department=member.seats.first().department, monitor=True)
    with pytest.raises(NotAllowed):
        follow(account, "#tents", by=actor_of(member))
    follow(account, "#tents")
    with pytest.raises(NotAllowed):
        services.unfollow_word(account_id=account.pk, word="#tents", by=actor_of(member), now=NOON)

    assert [row.word for row in queries.followed_words(actor_of(member), account.pk)] == ["#tents"]
    assert queries.followed_words(actor_of(MemberFactory(role=Role.OWNER)), account.pk) == []


def test_following_and_no_longer_following_have_their_way_back(account, owner):
    follow(account, "#tents", by=owner)
    services.unfollow_word(account_id=account.pk, word="#tents", by=owner, now=NOON)
    assert words() == []

    changes.put_back(entry_ids=[AuditEntry.objects.get(action="channels.unfollow_word").pk], by=owner, now=NOON)

    assert [word for word, _, _ in words()] == ["#tents"]


def test_what_is_found_comes_in_and_each_word_is_looked_for_in_its_time(account, network):
    follow(account, "#tents")
    follow(account, "tent poles")
    network.show(said("m1", feed="found:#tents"), feed="found:#tents")
    network.show(said("m2", feed="found:tent poles"), feed="found:tent poles")

    services.pull(account_id=account.pk, now=NOON)
    services.pull(account_id=account.pk, now=NOON + timedelta(minutes=1))

    assert [row.feed for row in RawDelivery.objects.order_by("id")] == ["found:#tents", "found:tent poles"]
    assert words() == [("#tents", NOON + following.EVERY, ""), ("tent poles", NOON + following.EVERY, "")]
    asked = [name for name in network.asked if "found" in name]
    assert asked == ["pull found:#tents", "pull found:tent poles"]


def test_trouble_stays_with_its_word_and_the_account_goes_on(account, network):
    for word in ("#a1", "#b2", "#c3", "#d4"):
        follow(account, word)
    later = NOON + timedelta(minutes=30)
    network.trouble["pull found:#a1"] = [MissingScope("It lacks a right.", scope="read:search")]
    network.trouble["pull found:#b2"] = [Unavailable("Down.")]
    network.trouble["pull found:#c3"] = [RateLimited("Wait.", until=later)]
    network.show(said("m1", feed="found:#d4"), feed="found:#d4")

    services.pull(account_id=account.pk, now=NOON)

    soon = NOON + following.EVERY
    assert words() == [
        ("#a1", soon, "It lacks a right."), ("#b2", soon, "Down."), ("#c3", later, "Wait."), ("#d4", soon, ""),
    ]  # fmt: skip
    assert Account.objects.get().state == AccountState.LIVE
    assert RawDelivery.objects.count() == 1
    services.pull(account_id=account.pk, now=soon)
    assert [error for _, _, error in words()] == ["", "", "Wait.", ""]


def test_a_dead_sign_in_is_the_accounts_own_trouble(account, network):
    follow(account, "#tents")
    network.trouble["pull found:#tents"] = [SignInExpired("Sign in again.")]

    services.pull(account_id=account.pk, now=NOON)

    assert Account.objects.get().state == AccountState.NEEDS_SIGN_IN


def test_what_is_no_longer_followed_is_not_looked_for_and_begins_anew(account, network):
    follow(account, "#tents")
    network.show(said("m1", feed="found:#tents"), feed="found:#tents")
    services.pull(account_id=account.pk, now=NOON)
    assert Cursor.objects.filter(feed="found:#tents").exists()

    services.unfollow_word(account_id=account.pk, word="#tents", by=system(account.workspace_id), now=NOON)

    assert not Cursor.objects.filter(feed="found:#tents").exists()
    asked = len(network.asked)
    services.pull(account_id=account.pk, now=NOON + timedelta(minutes=6))
    assert [name for name in network.asked[asked:] if "found" in name] == []
    with pytest.raises(NotFound):
        services.unfollow_word(account_id=account.pk, word="#tents", by=system(account.workspace_id), now=NOON)
