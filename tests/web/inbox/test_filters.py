"""Filters in the browser's terms: by address, by form, kept, shared, renamed and removed with a way back."""

import re

import pytest

from crossdesk.inbox import services
from crossdesk.inbox.models import Conversation, SavedFilter
from crossdesk.inbox.queries import Terms
from tests.conftest import actor_of
from tests.inbox.factories import NOON, IdentityFactory
from tests.org.factories import DepartmentFactory, MemberFactory
from tests.web.asking import HTMX, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(desk, ada):
    """Anna's is Ada's and resolved; Bruno's is open and urgent."""
    for name, urgency in (("Anna", "normal"), ("Bruno", "p1")):
        identity = IdentityFactory(contact__workspace=desk.workspace, name=name)
        desk.they_write(identity=identity, text=f"{name} lost a parcel", verdict=desk.verdict(urgency=urgency))
    anna = Conversation.objects.earliest("id").pk
    services.take(conversation_id=anna, by=actor_of(ada), now=NOON)
    services.resolve(conversation_id=anna, resolution="answered", by=actor_of(ada), now=NOON)


def names(page):
    return re.findall(r'row-name clip">([^<]+)<', page.content.decode())


@pytest.mark.parametrize(
    ("query", "whom"),
    [
        ({}, ["Bruno"]),
        ({"state": "resolved"}, ["Anna"]),
        ({"state": "any"}, ["Bruno", "Anna"]),
        ({"q": "parcel"}, ["Bruno", "Anna"]),
        ({"q": "parcel", "state": "open"}, ["Bruno"]),
        ({"assignee": "me", "state": "any"}, ["Anna"]),
        ({"urgency": "p1"}, ["Bruno"]),
        ({"network": "mastodon"}, []),
        ({"tag": "7"}, []),
        ({"department": "nonsense"}, ["Bruno"]),
    ],
)
def test_the_address_narrows_the_list_of_all(client, desk, two, query, whom):
    assert names(client.get(at("queue", desk, "all"), query)) == whom


def test_what_narrows_the_list_is_shown_and_each_can_be_taken_off(client, desk, two):
    query = {"urgency": "p1", "department": str(desk.department.pk)}

    page = client.get(at("queue", desk, "all"), query).content.decode()

    here = at("queue", desk, "all")
    assert re.findall(r'class="chip" href="([^"]+)"[^>]*>([^<]+)', page) == [
        (f"{here}?urgency=p1", "Customer service"),
        (f"{here}?department={desk.department.pk}", "P1, at once"),
    ]


def test_rows_lead_back_to_the_same_list(client, desk, two):
    page = client.get(at("queue", desk, "all"), {"urgency": "p1"}).content.decode()

    bruno = Conversation.objects.latest("id").pk
    assert f'href="{at("open", desk, "all", bruno)}?urgency=p1"' in page


def test_a_filter_is_kept_from_the_form_and_shown_to_the_department(client, desk, ada, two):
    form = client.get(at("filter", desk), {"urgency": "p1"}, headers=HTMX).content.decode()
    assert '<option value="p1" selected>' in form

    answer = client.post(
        at("save_filter", desk),
        {"name": "Burning", "urgency": "p1", "state": "open", "shared": str(desk.department.pk)},
    )

    row = SavedFilter.objects.get()
    address = at("queue", desk, f"filter-{row.pk}")
    assert (row.name, row.terms, row.department_id) == (
        "Burning",
        {"urgency": "p1", "state": "open"},
        desk.department.pk,
    )
    assert answer.headers["Location"] == address
    client.force_login(MemberFactory(workspace=desk.workspace, seats=[desk.department]).user)
    page = client.get(address)
    assert names(page) == ["Bruno"]
    assert "Remove this filter" not in page.content.decode()


def test_a_kept_filter_is_renamed_and_removed_with_a_way_back(client, desk, ada, two):
    row = services.save_filter(name="Burning", terms=Terms(urgency="p1"), by=actor_of(ada), now=NOON)
    here = at("queue", desk, f"filter-{row.pk}")

    client.post(at("rename_filter", desk, row.pk), {"name": "Hot"})
    page = client.get(here).content.decode()
    assert '<h1 class="clip">Hot</h1>' in page
    assert 'name="name" value="Burning"' in page  # what the toast sends back

    gone = client.post(at("remove_filter", desk, row.pk))
    assert gone.headers["Location"] == at("queue", desk, "all")
    assert client.get(here).status_code == 404
    back = client.post(at("restore_filter", desk, row.pk), headers=HTMX)
    assert back.headers["HX-Redirect"] == here
    assert names(client.get(here)) == ["Bruno"]


def test_private_filters_do_not_exist_for_others(client, desk, ada, two):
    row = services.save_filter(name="Burning", terms=Terms(urgency="p1"), by=actor_of(ada), now=NOON)
    for user in (MemberFactory(workspace=desk.workspace, seats=[desk.department]).user, MemberFactory().user):
        client.force_login(user)

        addresses = [at("queue", desk, f"filter-{row.pk}"), at("queue_rows", desk, f"filter-{row.pk}")]
        assert [client.get(address).status_code for address in addresses] == [404, 404]
        assert client.post(at("remove_filter", desk, row.pk)).status_code == 404
    assert client.get(at("queue", desk, "filter-x")).status_code == 404


def test_a_filter_nobody_may_share_so_is_refused(client, desk, ada):
    legal = DepartmentFactory(workspace=desk.workspace)

    answer = client.post(at("save_filter", desk), {"name": "x", "urgency": "p1", "shared": str(legal.pk)})

    assert answer.status_code == 403
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_a_filtered_page_costs_the_same_for_any_number_of_rows(client, desk, ada, django_assert_num_queries, rows):
    for _ in range(rows):
        desk.they_write(identity=IdentityFactory(contact__workspace=desk.workspace))

    # session, user, member, seats, walls, access, last number, departments, filters, counts (2), lines, tags, drafts (2), workspaces
    with django_assert_num_queries(16):
        page = client.get(at("queue", desk, "all"), {"urgency": "normal"})

    assert len(names(page)) == rows
