"""The scoreboard: figures that open to their rows."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from crossdesk.insights import goals
from crossdesk.insights.registry import MEASURES
from crossdesk.insights.values import Filters, MeasureValue
from crossdesk.kit import clock
from crossdesk.org.enums import Role
from crossdesk.web.pages.scoreboard import show
from tests.conftest import actor_of, settle
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

    # frame 8, scoreboard 4 and the period before 4, goals, three lines of charts 4, departments, accounts
    with django_assert_num_queries(23):
        page = client.get(address(desk)).content.decode()

    assert "Answered within 72 hours" in page
    assert f"0 of {number}" in page


def test_a_figure_opens_to_the_messages_behind_it(client, desk, lead):
    asked(desk, 1)

    page = client.get(address(desk, "measure", "response_rate_72h"), {"part": "missed"}).content.decode()

    assert "Ines" in page
    assert address(desk, "open", "all", desk.conversation().pk) in page
    assert "Blocks that need a reply and that people answered within 72 hours" in page


def test_the_measures_own_page_says_what_it_is_exactly(client, desk, lead):
    asked(desk, 1)

    page = client.get(address(desk, "measure", "response_rate_72h")).content.decode()

    assert "<h1>Answered within 72 hours</h1>" in page
    assert "Response rate (72 h), version" in page


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


def told(measure, *, numerator=0, denominator=0, median=None):
    return MeasureValue(
        measure=MEASURES[measure],
        window=None,
        filters=Filters(),
        numerator=numerator,
        denominator=denominator,
        median=median,
    )


@pytest.mark.parametrize(
    ("now", "before", "text", "tone", "sign"),
    [
        (told("sla_attainment", numerator=45, denominator=50), told("sla_attainment", numerator=40, denominator=50), "better: 10.0 points more", "good", "rise"),
        (told("sla_attainment", numerator=40, denominator=50), told("sla_attainment", numerator=45, denominator=50), "worse: 10.0 points less", "bad", "fall"),
        (told("first_response", denominator=50, median=3600), told("first_response", denominator=50, median=7200), "better: 1 h shorter", "good", "fall"),
        (told("first_response", denominator=50, median=7200), told("first_response", denominator=50, median=3600), "worse: 1 h longer", "bad", "rise"),
        (told("needs_reply_share", numerator=45, denominator=50), told("needs_reply_share", numerator=40, denominator=50), "10.0 points more", "quiet", "rise"),
        (told("sla_attainment", numerator=40, denominator=50), told("sla_attainment", numerator=80, denominator=100), "as before", "quiet", "minus"),
        (told("sla_attainment", numerator=4, denominator=5), told("sla_attainment", numerator=80, denominator=100), "too little to compare", "quiet", "minus"),
        (told("sla_attainment", numerator=40, denominator=50), told("sla_attainment"), "too little to compare", "quiet", "minus"),
    ],
)  # fmt: skip
def test_a_figure_is_compared_with_the_period_before_in_words(now, before, text, tone, sign):
    with translation.override("en"):
        change = show.change(now, before)

    assert change is not None
    assert (change.text.replace("\u202f", " ").replace("\xa0", " "), change.tone, change.sign) == (text, tone, sign)


def test_what_stands_now_is_compared_with_nothing():
    assert show.change(told("open_work", numerator=4), told("open_work", numerator=9)) is None


@pytest.mark.parametrize(
    ("value", "wanted", "reached"),
    [
        (told("sla_attainment", numerator=45, denominator=50), 0.9, True),
        (told("sla_attainment", numerator=44, denominator=50), 0.9, False),
        (told("first_response", denominator=50, median=3600), 3600, True),
        (told("first_response", denominator=50, median=3700), 3600, False),
        (told("first_response", denominator=3, median=60), 3600, None),
    ],
)
def test_a_goal_is_reached_or_not_or_nobody_can_say(value, wanted, reached):
    assert show.goal_sign(value, wanted).reached is reached


def test_a_departments_goal_stands_beside_its_figure_and_in_the_table(client, desk, lead):
    asked(desk, 1)
    goals.set_goal(department_id=desk.department.pk, key="sla_attainment", value=0.9, by=actor_of(lead), now=LATER)

    whole = client.get(address(desk)).content.decode()
    own = client.get(address(desk), {"department": desk.department.pk}).content.decode()

    assert (whole.count("Goal 90 %"), own.count("Goal 90 %")) == (1, 2)


def test_the_table_behind_a_chart_leads_to_the_rows_of_its_day(client, desk, lead):
    asked(desk, 2)
    page = client.get(address(desk)).content.decode()
    day = NOON.date().isoformat()

    links = re.findall(r'href="([^"]+/response_rate_72h\?[^"]*from=[^"]+)"', page)
    rows = client.get(html.unescape(links[0])).content.decode()

    assert [html.unescape(link).partition("?")[2] for link in links] == [f"from={day}&to={day}"]
    assert rows.count('class="who"') == 2
    assert "The whole period" in rows


@pytest.mark.parametrize(
    "query", ["from=2026-03-09&to=2026-03-01", "from=x&to=y", "from=2020-01-01&to=2026-01-01", "from=2026-03-01"]
)
def test_days_that_make_no_sense_leave_the_whole_period(client, desk, lead, query):
    page = client.get(f"{address(desk, 'measure', 'sla_attainment')}?{query}").content.decode()

    assert "The whole period" not in page


def test_on_paper_stand_workspace_period_and_what_was_chosen(client, desk, lead):
    page = client.get(address(desk), {"days": "7", "department": desk.department.pk}).content.decode()

    paper = page.partition('<header class="paper-head">')[2].partition("</header>")[0]
    assert desk.workspace.name in paper
    assert "2 Mar 2026 to 8 Mar 2026 · Customer service · All accounts" in paper


def test_the_period_is_told_in_one_breath():
    total = {
        "sla_attainment": told("sla_attainment", numerator=45, denominator=50),
        "first_response": told("first_response", denominator=50, median=3600), "overdue_work": told("overdue_work", numerator=2, denominator=9),
    }  # fmt: skip
    few = total | {"sla_attainment": told("sla_attainment", denominator=2), "first_response": told("first_response"), "overdue_work": told("overdue_work")}  # fmt: skip

    with translation.override("en"):
        said = [show.sentence(one).replace("\u202f", " ").replace("\xa0", " ") for one in (total, few)]

    assert said == [
        "90 % of the answers owed came in time. Half of the people waited less than 1 h for the first one. 2 answers are late now.",
        "Too little happened in this period to say how well people were answered. Nothing is late now.",
    ]
