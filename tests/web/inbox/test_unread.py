"""What is new to each reader stands out for them alone."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crossdesk.inbox import queries, services
from crossdesk.inbox.models import Seen
from tests.conftest import actor_of
from tests.inbox.factories import NOON
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(minutes=10)


@pytest.fixture
def ada(desk):
    return MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ada Lovelace")


@pytest.fixture
def ben(desk):
    return MemberFactory(workspace=desk.workspace, seats=[desk.department], user__name="Ben Dale")


def stands_out(client, desk, member) -> bool:
    client.force_login(member.user)
    page = client.get(reverse("web:queue", args=[desk.workspace.slug, "all"]), {"state": "any"}).content.decode()
    assert page.count('class="row-card"') == 1
    return 'data-fresh="yes"' in page and "Unread" in page


def opened(client, desk, member):
    client.force_login(member.user)
    address = reverse("web:open", args=[desk.workspace.slug, "customer_service", desk.conversation().pk])
    return client.get(address, headers={"HX-Request": "true"})


def test_what_one_has_opened_is_no_news_until_they_write_again(client, desk, ada, ben):
    desk.they_write()
    assert (stands_out(client, desk, ada), stands_out(client, desk, ben)) == (True, True)

    opened(client, desk, ada)
    assert (stands_out(client, desk, ada), stands_out(client, desk, ben)) == (False, True)

    desk.they_write(NOON + timedelta(minutes=5))
    assert (stands_out(client, desk, ada), stands_out(client, desk, ben)) == (True, True)


def test_what_a_colleague_has_taken_up_is_no_news_to_who_never_opened_it(client, desk, ada, ben):
    desk.they_write()
    services.take(conversation_id=desk.conversation().pk, by=actor_of(ada), now=SOON)

    assert stands_out(client, desk, ben) is False


def test_what_was_answered_meanwhile_is_no_news(client, desk, ada, ben):
    desk.they_write()
    opened(client, desk, ben)
    desk.they_write(NOON + timedelta(minutes=5))
    last = queries.conversation_page(actor_of(ada), desk.conversation().pk).last_entry_id
    services.reply(
        conversation_id=desk.conversation().pk, text="On its way!", saw_entry_id=last, by=actor_of(ada), now=SOON
    )

    assert stands_out(client, desk, ben) is False


def test_redrawing_what_stands_open_keeps_it_read(client, desk, ada):
    desk.they_write()
    opened(client, desk, ada)
    desk.they_write(NOON + timedelta(minutes=5))

    client.get(reverse("web:conversation_main", args=[desk.workspace.slug, desk.conversation().pk]))

    assert stands_out(client, desk, ada) is False


def test_a_place_never_goes_back_and_costs_one_query_when_nothing_is_new(desk, ada, django_assert_num_queries):
    desk.they_write()
    old = desk.conversation()
    desk.they_write(NOON + timedelta(minutes=5))
    new = desk.conversation()
    services.see(new, by=actor_of(ada))

    actor = actor_of(ada)
    with django_assert_num_queries(1):
        services.see(old, by=actor)

    assert list(Seen.objects.values_list("member_id", "inbound_id")) == [(ada.pk, new.last_inbound_id)]
    assert queries.seen(actor, [new.pk, 0]) == {new.pk: new.last_inbound_id}
