"""A list with nothing in it teaches, and offers the next step; one that is narrowed offers to be whole again."""

import re
from html import unescape

import pytest
from django.urls import reverse

from crossdesk.kit import clock
from crossdesk.org.enums import Role
from crossdesk.org.models import Seat
from tests.inbox.factories import NOON, Desk
from tests.org.factories import MemberFactory
from tests.web.asking import HTMX, at, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    with clock.standing_at(NOON):
        yield Desk(key="customer_service", name="Customer service")


@pytest.fixture
def ada(client, desk):
    """An administrator of a company where nothing has happened yet."""
    member = MemberFactory(
        role=Role.ADMINISTRATOR, workspace=desk.workspace, seats=[desk.department], user__name="Ada Lovelace"
    )
    client.force_login(member.user)
    return member


def empties(page):
    """(title, words of what is offered) of each empty place on a page."""
    found = []
    for part in page.split('<div class="empty">')[1:]:
        part = part.split("</section>")[0]
        title = re.findall(r"<h2>(.*?)</h2>", part)[0]
        offered = re.findall(
            r'<(?:a|button) class="btn"[^>]*>(.*?)</(?:a|button)>', part.split("</div></div>")[0], re.S
        )
        found.append((unescape(title), [" ".join(unescape(re.sub("<[^>]+>", " ", one)).split()) for one in offered]))
    return found


EMPTY = {
    "inbox": ("queue", ["customer_service"], "", ("All done here", [])),
    "search": ("queue", ["all"], "?q=kettle", ("Nothing found", ["Clear the search"])),
    "filter": ("queue", ["all"], "?urgency=p1", ("Nothing fits the filter", ["Clear the filter"])),
    "notices": ("notices", [], "", ("Nothing yet", [])),
    "today": ("today", [], "", ("Nothing waits for you", ["Look at all that is open"])),
    "desk": ("desk", ["customer_service"], "", ("Nothing waits for you", ["Look at all that is open"])),
    "history": ("history", ["departments"], "", ("Nothing was changed here yet.", [])),
    "rules": ("rules", [], "", ("No rules yet", ["Write a rule"])),
    "walls": ("walls", [], "", ("You stand inside no wall", ["Open a wall"])),
    "writing": ("writing", [], "", ("No saved replies yet", ["New saved reply"])),
    "measure": ("measure", ["needs_reply_share"], "", ("No rows", ["Another period"])),
    "measure of a department": ("measure", ["needs_reply_share"], "?department=0", ("No rows", ["All departments and accounts"])),
    "measure of a day": ("measure", ["needs_reply_share"], "?from=2026-03-01&to=2026-03-01", ("No rows", ["The whole period"])),
    "failed work": ("operations", [], "", ("Nothing failed", [])),
    "waiting work": ("operations_waiting", [], "", ("Nothing waits", [])),
    "outbox": ("operations_outbox", [], "", ("Everything has left", [])),
    "holds": ("operations_holds", [], "", ("Nothing is held", [])),
    "deliveries": ("operations_deliveries", [], "", ("Nothing here", [])),
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_list_teaches_and_offers_the_next_step(client, desk, ada, name):
    page, args, query, wanted = EMPTY[name]

    answer = client.get(at(page, desk, *args) + query)

    assert answer.status_code == 200
    assert wanted in empties(said(answer))


@pytest.mark.parametrize("query", ["?q=kettle", "?urgency=p1"])
def test_what_clears_a_filter_leads_to_the_whole_list(client, desk, ada, query):
    desk.they_write()
    page = said(client.get(at("queue", desk, "all") + query))
    address = re.findall(r'<div class="empty">.*?<a class="btn" href="([^"]+)"', page, re.S)[0]

    whole = said(client.get(unescape(address)))

    assert (page.count('class="row-card"'), whole.count('class="row-card"')) == (0, 1)


def test_a_department_without_people_leads_to_them(client, desk, ada):
    Seat.objects.all().delete()

    for page, args in (("desk", "customer_service"), ("department", desk.department.pk)):
        assert ("Nobody sits here", ["To the people"]) in empties(said(client.get(at(page, desk, args))))


@pytest.mark.parametrize("status", [500, 503])
def test_a_page_that_broke_can_be_tried_again_where_it_was_asked_for(client, ada, status):
    address = reverse("web:gallery_error", args=[status])

    page, refused = said(client.get(address)), said(client.get(reverse("web:gallery_error", args=[403])))

    assert f'<a class="btn" href="{address}"' in page and "Try again" in page
    assert "Try again" not in refused.split("</main>")[0].split("data-again-words")[0]
    assert client.get(address, headers=HTMX).status_code == status


def test_an_address_that_only_takes_a_form_says_so_when_it_is_looked_at(client, desk, ada):
    answer = client.get(at("draft", desk, 1))

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "This cannot be done here" in said(answer)
    assert "To the inbox" in said(answer)
