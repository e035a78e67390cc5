from datetime import timedelta

import pytest

from crossdesk.channels import queries, services
from crossdesk.channels.enums import DeliveryState, OutboxState, Source
from crossdesk.messages import services as messages
from tests.channels.factories import (
    NOON,
    AccountAccessFactory,
    AccountFactory,
    HoldFactory,
    OutboxItemFactory,
    RawDeliveryFactory,
)
from tests.channels.fake import rubbish, said
from tests.conftest import actor_of
from tests.org.factories import MemberFactory, WallFactory, WallMemberFactory


@pytest.fixture
def access(db):
    return AccountAccessFactory(account__external_id="us")


@pytest.fixture
def actor(access):
    return actor_of(MemberFactory(workspace=access.account.workspace, seats=[access.department]))


def test_the_way_of_what_came_in_is_counted_by_account_and_hour(access, actor):
    account = access.account
    for at in (NOON - timedelta(hours=30), NOON - timedelta(hours=3), NOON):
        services.store_deliveries(
            account_id=account.pk, deliveries=[said(f"m{at}"), rubbish(f"rubbish {at}")], source=Source.POLL, now=at
        )
        messages.take_in(account_id=account.pk, now=at)
    services.store_deliveries(account_id=account.pk, deliveries=[said("m9")], source=Source.POLL, now=NOON)

    assert queries.tallies(actor, since=NOON) == {account.pk: queries.Tally(3, 1, 1, 0, 1)}
    assert queries.tallies(actor, since=NOON - timedelta(hours=23)) == {account.pk: queries.Tally(5, 2, 2, 0, 2)}
    assert queries.tallies_by_hour(actor, account.pk, since=NOON - timedelta(hours=23)) == [
        (NOON, queries.Tally(3, 1, 1, 0, 1)),
        (NOON - timedelta(hours=3), queries.Tally(2, 1, 1, 0, 1)),
    ]
    assert queries.waiting(actor) == {account.pk: 1}
    assert len(queries.unreadable(actor, account.pk)) == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_accounts_page_costs_the_same_for_any_number_of_accounts(access, django_assert_num_queries, rows):
    workspace = access.account.workspace
    for account in AccountFactory.create_batch(rows, workspace=workspace):
        AccountAccessFactory(account=account, department=access.department)
        RawDeliveryFactory(account=account)
    actor = actor_of(MemberFactory(workspace=workspace, seats=[access.department]))

    with django_assert_num_queries(3):  # accounts, tallies, waiting
        assert len(queries.visible_to(actor)) == rows + 1
        assert queries.tallies(actor, since=NOON) == {}
        assert len(queries.waiting(actor)) == rows


def test_accounts_and_outbox_of_others_do_not_exist(access, actor):
    hidden = AccountFactory(workspace=access.account.workspace)
    OutboxItemFactory(account=hidden)
    RawDeliveryFactory(account=hidden)
    mine = OutboxItemFactory(account=access.account)
    stranger = actor_of(MemberFactory(role="owner"))

    assert list(queries.visible_to(actor)) == [access.account]
    assert queries.outbox(actor) == [mine]
    assert queries.waiting(actor) == queries.waiting(stranger) == {}
    assert queries.outbox(stranger) == []
    assert not queries.visible_to(stranger).exists()


def test_what_stands_in_a_wall_is_not_in_the_outbox_of_those_outside(access, actor):
    wall = WallFactory(workspace=access.account.workspace)
    item = OutboxItemFactory(account=access.account, wall_id=wall.pk)
    inside = MemberFactory(workspace=access.account.workspace, seats=[access.department])
    WallMemberFactory(wall=wall, member=inside)

    assert queries.outbox(actor) == []
    assert queries.outbox(actor_of(inside)) == [item]


def test_the_outbox_page_shows_what_is_unfinished_a_page_at_a_time(access, actor):
    items = [OutboxItemFactory(account=access.account) for _ in range(3)]
    doubtful = OutboxItemFactory(account=access.account, doubtful=True, held_at=None)
    held = OutboxItemFactory(account=access.account, held_at=NOON)
    OutboxItemFactory(account=access.account, published=True)

    assert queries.outbox(actor, limit=2) == [held, doubtful]
    assert queries.outbox(actor, before=doubtful.pk) == [*reversed(items)]
    assert queries.outbox(actor, state=OutboxState.DOUBTFUL) == [doubtful]
    assert queries.outbox(actor, held=True) == [held]


def test_deliveries_are_for_who_sees_operations(access, actor):
    parsed = RawDeliveryFactory(account=access.account, state="parsed")
    broken = RawDeliveryFactory(account=access.account, state="unreadable")
    RawDeliveryFactory()
    owner = actor_of(MemberFactory(workspace=access.account.workspace, role="owner"))

    assert queries.deliveries(actor) == []
    assert queries.deliveries(owner) == [broken, parsed]
    assert queries.deliveries(owner, state=DeliveryState.UNREADABLE) == [broken]
    assert queries.deliveries(owner, before=broken.pk, account_id=access.account.pk) == [parsed]


def test_everybody_may_know_which_holds_stand(access, actor):
    standing = HoldFactory(workspace=access.account.workspace)
    HoldFactory(workspace=access.account.workspace, lifted_at=NOON)
    HoldFactory()

    assert queries.standing_holds(actor) == [standing]


def test_networks_are_listed_by_name(network):
    assert "Fake" in [adapter.label for adapter in queries.networks()]


def test_access_is_listed_by_department(access, actor):
    assert queries.access_on(actor, access.account_id) == {access.department_id: {"monitor", "respond"}}
