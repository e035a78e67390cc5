"""What an account follows, on its page: shown to all who see it, changed by who manages it, with its way back."""

import re
from html import unescape

import pytest
from django.urls import reverse

from crossdesk.channels.models import Account, FollowedWord
from crossdesk.kit import clock
from crossdesk.org.enums import Role
from tests.org.factories import MemberFactory
from tests.web.test_accounts import account_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    member = MemberFactory(role=Role.ADMINISTRATOR)
    client.force_login(member.user)
    return member


@pytest.fixture
def account(administrator):
    account = account_of(administrator.workspace)
    Account.objects.update(network="mastodon")
    return account


def page_of(client, account, **more):
    return unescape(
        client.get(reverse("web:account", args=[account.workspace.slug, account.pk]), **more).content.decode()
    )


def act(client, account, what, word):
    return client.post(
        reverse("web:account_act", args=[account.workspace.slug, account.pk]), {"act": what, "word": word}
    )


def test_a_hashtag_is_followed_shown_and_no_longer_followed(client, account):
    assert "It follows nothing yet" in page_of(client, account)

    assert act(client, account, "follow", " #Tents ").status_code == 302
    page = page_of(client, account)
    assert "<bdi>#tents</bdi>" in page
    assert "It follows nothing yet" not in page

    act(client, account, "unfollow", "#tents")
    assert not FollowedWord.objects.exists()


def test_what_cannot_be_followed_is_said_beside_the_field_and_what_was_typed_stays(client, account):
    answer = act(client, account, "follow", "#two words")

    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "A hashtag is one word of letters, digits and underscores." in page
    assert re.search(r'name="word"[^>]*value="#two words"', page)


def test_what_went_wrong_with_a_word_stands_beside_it(client, account):
    FollowedWord.objects.create(account=account, word="#tents", added_at=clock.now(), error="It lacks a right.")

    assert "It lacks a right." in page_of(client, account)


def test_who_only_sees_the_account_may_not_change_what_it_follows(client, account):
    member = MemberFactory(workspace=account.workspace)
    account.access.create(department=member.seats.first().department, monitor=True)
    FollowedWord.objects.create(account=account, word="#tents", added_at=clock.now())
    client.force_login(member.user)

    page = page_of(client, account)

    assert "<bdi>#tents</bdi>" in page
    assert 'value="unfollow"' not in page
    assert 'value="follow"' not in page
    assert act(client, account, "unfollow", "#tents").status_code == 403
    assert act(client, account, "follow", "#poles").status_code == 403
    assert list(FollowedWord.objects.values_list("word", flat=True)) == ["#tents"]


def test_a_network_on_which_nothing_can_be_followed_says_nothing_of_it(client, account):
    Account.objects.update(network="sandbox")

    assert "What it follows" not in page_of(client, account)


def test_an_account_is_drawn_with_as_many_queries_whatever_it_follows(client, account, django_assert_max_num_queries):
    for number in range(5):
        FollowedWord.objects.create(account=account, word=f"#t{number}", added_at=clock.now())

    with django_assert_max_num_queries(24):
        page_of(client, account)
