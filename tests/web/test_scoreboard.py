"""The scoreboard: figures that open to their rows."""

from datetime import timedelta

import pytest
from django.urls import reverse

from crossdesk.kit import clock
from crossdesk.org.enums import Role
from tests.conftest import settle
from tests.inbox.factories import NOON, Desk, IdentityFactory
from tests.org.factories import MemberFactory

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=4)


@pytest.fixture
def desk():
    with clock.standing_at(LATER):
        yield Desk(key="customer_service", name="Customer service")


@pytest.fixture
def lead(client, desk):
    member = MemberFactory(workspace=desk.workspace, seats=[desk.department], role=Role.LEAD)
    client.force_login(member.user)
    return member


def address(desk, name="scoreboard", *args):
    return reverse(f"web:{name}", args=[desk.workspace.slug, *args])


def asked(desk, number):
    for _ in range(number):
        desk.they_write(identity=IdentityFactory(contact__workspace=desk.workspace, contact__name="Ines"))
    settle(until=LATER)


@pytest.mark.parametrize("number", [1, 3])
def test_the_board_costs_the_same_for_any_amount_of_work(client, desk, lead, django_assert_num_queries, number):
    asked(desk, number)

    # frame 8, scoreboard 4, three lines of charts 4, departments, accounts
    with django_assert_num_queries(18):
        page = client.get(address(desk)).content.decode()

    assert "Response rate (72 h)" in page
    assert f"0 of {number}" in page


def test_a_figure_opens_to_the_messages_behind_it(client, desk, lead):
    asked(desk, 1)

    page = client.get(address(desk, "measure", "response_rate_72h"), {"part": "missed"}).content.decode()

    assert "Ines" in page
    assert address(desk, "open", "all", desk.conversation().pk) in page
    assert "Blocks that need a reply and that people answered within 72 hours" in page


def test_the_same_rows_come_as_a_file(client, desk, lead):
    asked(desk, 2)

    answer = client.get(address(desk, "measure_csv", "response_rate_72h"))
    lines = b"".join(answer.streaming_content).decode().splitlines()

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert len(lines) == 3


def test_a_period_and_a_department_stay_in_every_address(client, desk, lead):
    page = client.get(address(desk), {"days": "7", "department": desk.department.pk}).content.decode()

    assert f"{address(desk, 'measure', 'sla_attainment')}?days=7&amp;department={desk.department.pk}" in page


@pytest.mark.parametrize("query", [{"days": "x"}, {"department": "999999"}, {"account": "-1"}])
def test_what_makes_no_sense_in_an_address_breaks_nothing(client, desk, lead, query):
    assert client.get(address(desk), query).status_code == 200


def test_an_unknown_measure_is_not_found(client, desk, lead):
    assert client.get(address(desk, "measure", "likes")).status_code == 404
    assert client.get(address(desk, "measure_csv", "likes")).status_code == 404
