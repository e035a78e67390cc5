"""Why a message was read so: the words that carried it are fetched when the reasons are opened, by whom they concern."""

import re

import pytest

from crossdesk.messages.models import Reading
from crossdesk.org.models import Member
from crossdesk.reading.ports import Block
from crossdesk.reading.services import RULES, default_reader
from tests.inbox.factories import NOON, Desk, IdentityFactory
from tests.web.asking import HTMX, at, said

pytestmark = pytest.mark.django_db
TEXT = "Hello there, the jacket that you sent me is absolutely terrible"


def read(message, **over):
    made = default_reader().read([Block(message.text)])[0]
    return Reading.objects.create(
        message=message, version=1, model=over.pop("model", made.model), read_at=NOON,
        values=dict(made.values()) | over,
    )  # fmt: skip


def test_the_conversation_asks_for_the_words_only_when_the_reasons_are_opened(client, desk, ada):
    message = desk.they_write(text=TEXT)
    read(message)
    address = at("why", desk, message.pk)

    page = client.get(at("conversation_main", desk, desk.conversation().pk), headers=HTMX)
    why = client.get(address, headers=HTMX)

    assert re.search(f'hx-get="{address}[^"]*" hx-trigger="toggle once delay:50ms"', page.content.decode())
    assert "<q>" not in said(page) and b"<q>" in why.content
    assert "+terrible" in said(why)
    assert "<html" not in why.content.decode()


def test_what_rules_said_has_its_words_already_and_asks_for_nothing(client, desk, ada):
    message = desk.they_write(text="Thank you!")
    read(message)

    page = client.get(at("conversation_main", desk, desk.conversation().pk), headers=HTMX)

    assert at("why", desk, message.pk) not in page.content.decode()


@pytest.mark.parametrize("lines", [1, 3])
def test_it_costs_the_same_for_any_number_of_earlier_messages(client, desk, ada, django_assert_num_queries, lines):
    for _ in range(lines):
        message = desk.they_write(text=TEXT)
    read(message)

    with django_assert_num_queries(13):
        client.get(at("why", desk, message.pk), headers=HTMX)


def test_who_may_not_see_a_message_is_not_told_why(client, desk, ada):
    elsewhere = Desk(key="sales", name="Sales", workspace__slug="other")
    message = elsewhere.they_write(text=TEXT, identity=IdentityFactory(contact__workspace=elsewhere.workspace))
    read(message)

    assert client.get(at("why", desk, message.pk), headers=HTMX).status_code == 404
    assert Member.objects.filter(workspace=desk.workspace).exists()


def test_what_rules_read_alone_says_so_on_the_page(client, desk, ada):
    read(desk.they_write(text=TEXT), model=RULES)

    assert "No reading model could be loaded" in said(
        client.get(at("conversation_main", desk, desk.conversation().pk), headers=HTMX)
    )
