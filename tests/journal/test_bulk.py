from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from crossdesk.channels.models import Credential
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.journal.models import Fact
from crossdesk.messages.models import Contact, Identity, Message
from tests.channels.factories import NOON, AccountFactory
from tests.messages.factories import MessageFactory

VALUES = [field.attname for field in Message._meta.concrete_fields if not field.primary_key]


def test_nothing_to_store_is_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert([])


def test_rows_are_stored_as_bulk_create_stores_them(db):
    one = MessageFactory(
        metrics={"favourites": 1, "words": "ü\u2028"},
        edited_at=datetime(2026, 7, 1, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2))),
        text="It's 100 % \U0001f600 \\ \n",
        late=True,
    )
    values = {name: getattr(one, name) for name in VALUES}
    twice = [Message(**{**values, "external_id": external_id}) for external_id in ("by-django", "by-us")]

    Message.objects.bulk_create(twice[:1])
    bulk.insert(twice[1:])

    stored = {
        row.external_id: {name: getattr(row, name) for name in VALUES if name != "external_id"}
        for row in Message.objects.filter(external_id__in=["by-django", "by-us"])
    }
    assert stored["by-us"] == stored["by-django"]
    assert Message.objects.filter(edited_at=one.edited_at).count() == 3


def test_more_rows_than_one_statement_takes_all_have_their_own_id(db, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_VALUES", 40)
    workspace = AccountFactory().workspace
    rows = [Contact(workspace=workspace, name=str(n), first_seen_at=NOON, last_seen_at=NOON) for n in range(25)]

    bulk.insert(rows)

    assert {row.pk: row.name for row in rows} == dict(Contact.objects.values_list("pk", "name"))
    assert len({row.pk for row in rows}) == 25


def test_a_row_whose_other_got_its_id_only_now_points_at_it(db):
    workspace = AccountFactory().workspace
    contact = Contact(workspace=workspace, name="Anna", first_seen_at=NOON, last_seen_at=NOON)
    identity = Identity(
        workspace=workspace, contact=contact, network="fake", host="fake.example", external_id="anna", handle="anna"
    )

    bulk.insert([contact])
    bulk.insert([identity])

    assert Identity.objects.get().contact_id == contact.pk
    contact.name = "Anna B."
    contact.save()
    assert Contact.objects.get().name == "Anna B."


def test_the_database_keeps_its_rules(db):
    workspace = AccountFactory().workspace
    rows = [
        Identity(workspace=workspace, contact_id=1, network="fake", host="h", external_id="same", handle="a")
        for _ in range(2)
    ]

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(rows)

    assert not Identity.objects.exists()


def test_plain_rows_and_changes_are_stored_as_django_stores_them(db):
    moment = datetime(2026, 7, 1, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    columns = ("workspace_id", "kind", "at", "by_member_id", "by_name", "body")
    Fact.objects.create(workspace_id=1, kind="by-django", at=moment, by_name="Ö", body={"a": [1, None]}, number=7)

    bulk.insert_values(Fact, columns, [(1, "by-us", moment, None, "Ö", {"a": [1, None]})])
    (row,) = Fact.objects.filter(kind="by-us")
    row.number = 7
    row.workspace_id = 2
    bulk.update([row], ["number", "workspace_id"])

    kept = Fact.objects.order_by("id").values_list("number", "at", "by_member_id", "by_name", "body", "account_id")
    assert list(kept) == [(7, moment, None, "Ö", {"a": [1, None]}, None)] * 2
    assert Fact.objects.filter(at=moment, workspace_id=2).count() == 1


def test_rows_are_read_as_django_reads_them(db, django_assert_num_queries):
    account = AccountFactory()
    for late in (True, False):
        MessageFactory(account=account, edited_at=NOON if late else None, late=late, metrics={"favourites": [1, "ü"]})
    rows = Message.objects.filter(account=account).order_by("-id")

    with django_assert_num_queries(2):
        found = bulk.load(rows)
        values = bulk.read(rows, "id", "edited_at", "late", "metrics", "account_id")

    assert [{name: getattr(row, name) for name in ("id", *VALUES)} for row in found] == list(rows.values("id", *VALUES))
    assert values == list(rows.values_list("id", "edited_at", "late", "metrics", "account_id"))
    assert found == list(rows)
    assert bulk.load(Message.objects.filter(pk__in=[])) == []
    found[0].text = "changed"
    found[0].save()
    assert Message.objects.get(pk=found[0].pk).text == "changed"
    assert found[0].account == account


def test_a_column_that_is_not_read_here_is_refused(db):
    with pytest.raises(TypeError, match="sealed"):
        bulk.load(Credential.objects.all())


def test_rows_are_made_as_the_model_makes_them(db):
    account = AccountFactory()
    contact = Contact(workspace=account.workspace, name="Anna", first_seen_at=NOON, last_seen_at=NOON)
    values: dict[str, object] = {
        "workspace_id": account.workspace_id, "network": "fake", "host": "h", "external_id": "1", "text": "Hello",
        "account": account, "contact": contact, "sent_at": NOON, "received_at": NOON, "identity_id": None,
    }  # fmt: skip

    ours: Any = bulk.made(Message, **values)
    theirs = Message(**values)

    assert {name: getattr(ours, name) for name in VALUES} == {name: getattr(theirs, name) for name in VALUES}
    assert (ours.pk, ours._state.adding, ours.contact, ours.account) == (None, True, contact, account)
    ours.metrics["favourites"] = 1
    assert bulk.made(Message, **values).metrics == {}
    with pytest.raises(TypeError, match="txt"):
        bulk.made(Message, txt="Hello")


def test_many_are_looked_for_as_one_value(db, django_assert_num_queries):
    account = AccountFactory()
    said = [MessageFactory(account=account, external_id=f"it's {number} “%”") for number in range(5)]
    some = said[1:4]

    assert list(Message.objects.filter(pk__among=many(one.pk for one in some)).order_by("id")) == some
    assert list(Message.objects.filter(external_id__among=many(one.external_id for one in some)).order_by("id")) == some
    assert list(Message.objects.filter(account_id__among=many([account.pk, None])).order_by("id")) == said
    assert list(Message.objects.filter(account__workspace_id__among=many([account.workspace_id]), pk=said[0].pk)) == [
        said[0]
    ]
    assert list(Message.objects.exclude(pk__among=many(one.pk for one in said))) == []
    with django_assert_num_queries(2):
        assert not Message.objects.filter(pk__among=many([])).exists()
        assert Message.objects.filter(pk__among=many(range(100_000))).count() == 5
