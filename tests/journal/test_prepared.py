"""A prepared query answers like the query it was made of, whatever it is asked with."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from crossdesk.channels.models import Account
from crossdesk.journal.among import many
from crossdesk.journal.bulk import columns_of
from crossdesk.journal.prepared import Prepared
from crossdesk.messages.models import Message
from crossdesk.org.models import Workspace
from tests.channels.factories import NOON, AccountFactory
from tests.messages.factories import MessageFactory

HOUR = timedelta(hours=1)


def since(newest_first, *, accounts, moment, text):
    rows = Message.objects.filter(account_id__in=accounts, sent_at__gte=moment, text=text, late=False)
    return rows.order_by("-id" if newest_first else "id")


@pytest.fixture
def accounts(db):
    both = [AccountFactory(), AccountFactory()]
    for number in range(4):
        MessageFactory(account=both[number % 2], sent_at=NOON + number * HOUR, text="It's 100 % one?")
    return both


def test_it_answers_like_django_for_any_values_and_shapes(accounts, django_assert_num_queries):
    question = Prepared(Message, since, ("id", "sent_at", "late", "metrics"))

    for _ in range(2):
        for asked in (accounts, accounts[1:], [accounts[1], accounts[0]]):
            for newest_first in (True, False):
                given: dict[str, Any] = {
                    "accounts": [account.pk for account in asked],
                    "moment": NOON + HOUR,
                    "text": "It's 100 % one?",
                }
                wanted = list(since(newest_first, **given).values_list("id", "sent_at", "late", "metrics"))
                with django_assert_num_queries(1):
                    assert question.read(newest_first, **given) == wanted
                assert wanted != []


def test_equal_values_in_two_places_stay_two_values(accounts):
    question = Prepared(
        Message,
        lambda account, also: Message.objects.filter(account_id=account).exclude(pk=also).order_by("id"),
        ("id",),
    )
    account = accounts[0]
    Message.objects.filter(account=account).order_by("id").first()

    for also in (account.pk, account.pk + 1, 0):
        assert [pk for (pk,) in question.read(account=account.pk, also=also)] == list(
            Message.objects.filter(account=account).exclude(pk=also).order_by("id").values_list("pk", flat=True)
        )


def test_what_can_find_nothing_asks_nothing(accounts, django_assert_num_queries):
    question = Prepared(Message, since, ("id",))

    with django_assert_num_queries(0):
        assert question.read(True, accounts=[], moment=NOON, text="") == []


def test_objects_come_with_their_related_ones(accounts, django_assert_num_queries):
    question = Prepared(
        Message,
        lambda accounts: Message.objects.filter(account_id__in=accounts).order_by("id"),
        (
            "id", "account_id", "sent_at", "identity_id", "outbox_id", *columns_of(Account, "account__"),
            *columns_of(Workspace, "account__workspace__"), "identity__id", "identity__handle", "outbox__id",
        ),
    )  # fmt: skip
    wanted = list(Message.objects.select_related("account__workspace", "identity", "outbox").order_by("id"))

    with django_assert_num_queries(1):
        found = question.load(accounts=[account.pk for account in accounts])
        assert [
            (row, row.sent_at, row.account.pulled_at, row.account.workspace.slug, row.identity.handle, row.outbox)
            for row in found
        ] == [
            (row, row.sent_at, row.account.pulled_at, row.account.workspace.slug, row.identity and row.identity.handle, None)
            for row in wanted
        ]  # fmt: skip
    assert found[0].text == wanted[0].text  # what was not named is read when it is looked at
    assert connection.alias == found[0]._state.db


def test_many_are_one_value_so_that_their_number_is_not_part_of_the_shape(accounts, django_assert_num_queries):
    asked = {"numbers": lambda rows: [row.pk for row in rows], "texts": lambda rows: [row.external_id for row in rows]}
    column = {"numbers": "id", "texts": "external_id"}
    rows = list(Message.objects.order_by("id"))

    for kind, values_of in asked.items():
        question = Prepared(
            Message,
            lambda wanted, text, name=column[kind]: Message.objects.filter(
                **{f"{name}__among": wanted}, text=text
            ).order_by("id"),
            columns_of(Message),
        )
        question.load(wanted=many(values_of(rows[:1])), text="It's 100 % one?")
        for some in (rows, rows[1:3], []):
            with django_assert_num_queries(1):
                found = question.load(wanted=many(values_of(some)), text="It's 100 % one?")
            assert [vars(one) | {"_state": None} for one in found] == [vars(one) | {"_state": None} for one in some]
        assert len(question._known) == 1
