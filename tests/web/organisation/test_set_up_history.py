"""The history of the set-up: told in words to who may see the page, put back from the toast or from the list."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from crossdesk.channels import services as channels
from crossdesk.journal.models import AuditEntry
from crossdesk.org import services as org
from crossdesk.org.enums import Role
from crossdesk.org.models import Department, Holiday, Responsibility
from crossdesk.triage import services as triage
from crossdesk.triage.rules import Draft
from tests.channels.factories import AccountAccessFactory, AccountFactory
from tests.conftest import actor_of
from tests.org.factories import NOON, DepartmentFactory, MemberFactory, ResponsibilityFactory, TargetFactory
from tests.web.asking import HTMX, at, said

pytestmark = pytest.mark.django_db
TEXT = re.compile(r"<[^>]+>|\s+")


def read(answer):
    """The text of the history alone, with one space between the words."""
    page = said(answer).split('class="changes"')[1].split("</ul>")[0] if 'class="changes"' in said(answer) else ""
    return " ".join(unescape(TEXT.sub(" ", page.removeprefix(">"))).split())


def fields(answer):
    """What the first toast with a way back would send."""
    form = said(answer).split('class="toast-bar"')[1].split("</form>")[0]
    return {
        "entry": re.findall(r'name="entry" value="(\d+)"', form),
        "back": re.findall(r'name="back" value="([^"]+)"', form)[0],
    }


def rule_draft(word="refund"):
    return Draft("Refunds", [{"on": "text", "is": "any", "value": [word]}], {"urgency": "high"})


TOLD = {
    "renamed": (
        "departments",
        lambda a, d, do: org.rename_department(department_id=d.pk, name="Law", purpose="Claims", **do),
        "Department changed Law Name Legal becomes → Law Purpose Claims",
    ),
    "moved": (
        "departments",
        lambda a, d, do: org.move_department(department_id=d.pk, to=1, **do),
        "Department moved in the order Legal Order Legal, Sales becomes → Sales, Legal",
    ),
    "hours": (
        "targets",
        lambda a, d, do: org.set_hours(department_id=d.pk, valid_from=date(2026, 4, 1), week=[[["09:00", "12:00"]]] * 5 + [[], []], **do),
        "Opening hours set Legal From 1 Apr 2026 Mon–Fri 09:00–12:00 Time zone UTC",
    ),
    "holiday": (
        "departments",
        lambda a, d, do: org.add_holiday(day=date(2026, 12, 24), name="Christmas Eve", department_ids=[d.pk], **do),
        "Holiday added Legal Day 24 Dec 2026 Called Christmas Eve",
    ),
    "matrix": (
        "matrix",
        lambda a, d, do: org.set_part(intent="sales_lead", department_id=d.pk, part="informed", **do),
        "Responsibility changed Sales lead Legal No part becomes → Informed",
    ),
    "targets": (
        "targets",
        lambda a, d, do: org.set_targets(rows=[org.TargetRow("", "", 7200)], **do),
        "Targets changed First response Every topic, Every urgency: 2 h, Round the clock",
    ),
    "role": (
        "people",
        lambda a, d, do: org.change_role(member_id=eve(a).pk, role=Role.LEAD, **do),
        "Role changed Eve Role Member becomes → Lead",
    ),
    "seats": (
        "people",
        lambda a, d, do: org.set_seats(member_id=eve(a).pk, department_ids=[d.pk], leads=[d.pk], **do),
        "Seats changed Eve Sits in Legal (leads)",
    ),
    "rule": (
        "rules",
        lambda a, d, do: triage.create_rule(draft=rule_draft(), **do),
        "Rule written Refunds Name Refunds What it does If the text contains “refund”: urgency is high.",
    ),
    "access": (
        "access",
        lambda a, d, do: channels.set_access(account_id=account(a).pk, department_id=d.pk, levels={"respond"}, **do),
        "Access changed nordwind Legal Nothing becomes → See, Respond",
    ),
    "pictures": (
        "writing",
        lambda a, d, do: org.set_pictures_described(must=True, **do),
        "Rule for pictures changed No picture leaves without a description No becomes → Yes",
    ),
}  # fmt: skip


def eve(administrator):
    return MemberFactory(workspace=administrator.workspace, user__name="Eve", seats=[])


def account(administrator):
    return AccountFactory(workspace=administrator.workspace, handle="nordwind")


@pytest.mark.parametrize("name", TOLD)
def test_a_change_is_told_in_words_with_who_and_from_what_to_what(client, administrator, legal, name):
    page, act, words = TOLD[name]
    DepartmentFactory(workspace=administrator.workspace, name="Sales", key="sales", position=1)
    act(administrator, legal, {"by": actor_of(administrator), "now": NOON})

    told = read(client.get(at("history", administrator, page)))
    at_the_foot = read(client.get(at({"departments": "organisation"}.get(page, page), administrator)))

    assert told.removesuffix("Put back") == f"{words} Ada Lovelace · 12:00 "
    assert told == at_the_foot


@pytest.mark.parametrize("page", ["departments", "people", "matrix", "access", "rules", "targets", "writing"])
def test_a_stranger_finds_no_history(client, administrator, page):
    client.force_login(MemberFactory().user)

    assert client.get(at("history", administrator, page)).status_code == 404


def test_a_member_reads_the_history_and_finds_nothing_to_put_back(client, administrator, legal):
    org.rename_department(department_id=legal.pk, name="Law", by=actor_of(administrator), now=NOON)
    client.force_login(MemberFactory(workspace=administrator.workspace, seats=[legal]).user)

    answer = client.get(at("history", administrator, "departments"))
    refused = client.post(at("put_back", administrator), {"entry": AuditEntry.objects.latest("id").pk})

    assert "Name Legal becomes → Law" in read(answer)
    assert "Put back" not in read(answer)
    assert refused.status_code == 403
    assert Department.objects.get().name == "Law"


def test_who_does_not_invite_reads_of_no_invitation(client, administrator, legal):
    org.invite(email="new@crossdesk.example", role=Role.MEMBER, department_ids=[], by=actor_of(administrator), now=NOON)
    mine = read(client.get(at("history", administrator, "people")))
    client.force_login(MemberFactory(workspace=administrator.workspace, seats=[legal]).user)

    theirs = client.get(at("history", administrator, "people"))

    assert "new@crossdesk.example" in mine
    assert "new@crossdesk.example" not in said(theirs)


def test_access_to_accounts_that_one_does_not_see_is_not_told(client, administrator, legal):
    seen, hidden = account(administrator), AccountFactory(workspace=administrator.workspace, handle="hidden")
    AccountAccessFactory(account=seen, department=legal)
    desk = DepartmentFactory(workspace=administrator.workspace)
    for one in (seen, hidden):
        channels.set_access(
            account_id=one.pk, department_id=desk.pk, levels={"respond"}, by=actor_of(administrator), now=NOON
        )
    client.force_login(MemberFactory(workspace=administrator.workspace, seats=[legal]).user)

    told = read(client.get(at("history", administrator, "access")))
    one = client.get(at("history_of", administrator, "access", hidden.pk))
    page = said(client.get(at("access", administrator)))

    assert told.count("Access changed") == 1
    assert one.status_code == 404
    assert "@nordwind" in page and "@hidden" not in page


@pytest.mark.parametrize(
    ("page", "thing"), [("departments", "theirs"), ("people", "theirs"), ("matrix", "legal"), ("nothing", "legal")]
)
def test_the_history_of_what_is_not_there_is_not_found(client, administrator, legal, page, thing):
    theirs: dict[str, Any] = {"departments": DepartmentFactory, "people": MemberFactory}
    pk = legal.pk if thing == "legal" else theirs[page]().pk

    assert client.get(at("history_of", administrator, page, pk)).status_code == 404


def test_the_history_of_one_department_tells_of_no_other(client, administrator, legal):
    other = DepartmentFactory(workspace=administrator.workspace, name="Sales")
    for desk, name in ((legal, "Law"), (other, "Growth")):
        org.rename_department(department_id=desk.pk, name=name, by=actor_of(administrator), now=NOON)

    told = read(client.get(at("history_of", administrator, "departments", legal.pk)))
    page = read(client.get(at("department", administrator, legal.pk)))

    assert "Law" in told and "Growth" not in told
    assert page == told


def test_a_long_history_goes_on_by_place_and_costs_the_same(client, administrator, legal, django_assert_num_queries):
    for number in range(31):
        org.rename_department(department_id=legal.pk, name=f"Law {number}", by=actor_of(administrator), now=NOON)

    # session, user, member, seats, walls, access, last number, changes, put back, workspaces
    with django_assert_num_queries(10):
        page = said(client.get(at("history", administrator, "departments")))
    older = re.findall(r'href="([^"]+before=\d+)"', page)[0]
    rest = read(client.get(unescape(older)))

    assert page.count('class="change"') == 30
    assert rest.startswith("Department changed Law 0 Name Legal becomes → Law 0")
    assert rest.count("Department changed") == 1


def test_a_toast_puts_back_what_was_just_done_and_offers_to_do_it_again(client, administrator, legal):
    act = at("department_act", administrator, legal.pk)
    page = client.post(act, {"act": "rename", "name": "Law"}, follow=True)

    back = client.post(at("put_back", administrator), fields(page), follow=True)
    put_back = Department.objects.get().name
    client.post(at("put_back", administrator), fields(back))

    assert back.redirect_chain == [(at("department", administrator, legal.pk), 302)]
    assert "Put back." in said(back)
    assert (put_back, Department.objects.get().name) == ("Legal", "Law")


def test_a_holiday_for_all_is_put_back_for_all(client, administrator, legal):
    DepartmentFactory(workspace=administrator.workspace)
    form = {"day": "2026-12-24", "name": "Christmas Eve", "everywhere": "on"}
    page = client.post(at("holiday_add", administrator, legal.pk), form, follow=True)

    back = client.post(at("put_back", administrator), fields(page), follow=True)

    assert "2 changes put back." in said(back)
    assert not Holiday.objects.exists()


def test_a_change_that_was_overtaken_is_refused_in_words(client, administrator, legal):
    org.rename_department(department_id=legal.pk, name="Law", by=actor_of(administrator), now=NOON)
    first = AuditEntry.objects.latest("id").pk
    org.rename_department(department_id=legal.pk, name="Claims", by=actor_of(administrator), now=NOON)
    address, form = at("put_back", administrator), {"entry": first}

    page, fragment = client.post(address, form, follow=True), client.post(address, form, headers=HTMX)

    sentence = "Ada Lovelace has changed this since. Put that back first, or change it by hand."
    assert sentence in said(page) and sentence in said(fragment)
    assert fragment.status_code == 409
    assert Department.objects.get().name == "Claims"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/w/elsewhere/", "/w/\\evil.example"])
def test_one_comes_back_to_pages_of_the_workspace_alone(client, administrator, legal, back):
    org.rename_department(department_id=legal.pk, name="Law", by=actor_of(administrator), now=NOON)

    answer = client.post(at("put_back", administrator), {"entry": AuditEntry.objects.latest("id").pk, "back": back})

    assert answer.headers["Location"] == at("organisation", administrator)


def test_a_toast_in_the_page_draws_the_page_again(client, administrator, legal):
    org.rename_department(department_id=legal.pk, name="Law", by=actor_of(administrator), now=NOON)

    answer = client.post(at("put_back", administrator), {"entry": AuditEntry.objects.latest("id").pk}, headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    assert Department.objects.get().name == "Legal"


def test_a_cell_of_the_matrix_says_how_it_is_put_back_and_tells_the_history_anew(client, administrator, legal):
    ResponsibilityFactory(department=legal)
    desk = DepartmentFactory(workspace=administrator.workspace, name="Service", position=1)

    answer = client.post(at("matrix_cell", administrator, "complaint", desk.pk), {"part": "responsible"}, headers=HTMX)
    client.post(at("put_back", administrator), fields(answer))

    assert '<hx-partial hx-target="#lately"' in said(answer)
    assert "Legal Responsible becomes → Consulted Service No part becomes → Responsible" in read(answer)
    assert Responsibility.objects.get().part == "responsible"


# The access matrix


@pytest.mark.parametrize("rows", [1, 3])
def test_the_access_matrix_costs_the_same_for_any_number(client, administrator, django_assert_num_queries, rows):
    for number in range(rows):
        AccountFactory(workspace=administrator.workspace, handle=f"nordwind{number}")
        DepartmentFactory(workspace=administrator.workspace)

    # session, user, member, seats, walls, access, last number, departments (2), access, accounts, accounts of the
    # history, changes, workspaces
    with django_assert_num_queries(14):
        page = client.get(at("access", administrator))

    assert said(page).count('<a class="levels"') == rows * (rows + 1)


def test_access_opens_in_place_and_takes_what_is_ticked(client, administrator, legal):
    one = account(administrator)
    address = at("access_cell", administrator, one.pk, legal.pk)

    opened = said(client.get(address, headers=HTMX))
    saved = said(client.post(address, {"respond": "on", "publish": "on"}, headers=HTMX))
    closed = said(client.get(f"{address}?closed", headers=HTMX))

    assert opened.count('type="checkbox"') == 5
    assert "@nordwind, Legal: See, Respond, Publish. Change" in saved
    assert saved.startswith(closed)
    assert "<html" not in opened + saved + closed


def test_without_scripts_the_page_opens_the_cell_and_comes_back(client, administrator, legal):
    one = account(administrator)
    address = at("access_cell", administrator, one.pk, legal.pk)

    page = client.get(address)
    answer = client.post(address, {"manage": "on"})

    assert said(page).split("</main>")[0].count('type="checkbox"') == 5
    assert answer.headers["Location"] == at("access", administrator)
    assert one.access.get().manage


def test_who_does_not_manage_an_account_only_reads_its_access(client, administrator, legal):
    access = AccountAccessFactory(account=account(administrator), department=legal, respond=True)
    client.force_login(MemberFactory(workspace=administrator.workspace, seats=[legal]).user)
    address = at("access_cell", administrator, access.account_id, legal.pk)

    page, opened, refused = client.get(at("access", administrator)), client.get(address), client.post(address, {})

    assert "See, Respond" in said(page)
    assert 'type="checkbox"' not in said(page).split("</main>")[0] + said(opened).split("</main>")[0]
    assert refused.status_code == 403
    access.refresh_from_db()
    assert access.respond


def test_targets_and_pages_of_things_speak_of_their_own_changes(client, administrator, legal):
    TargetFactory(workspace=administrator.workspace)
    org.change_title(member_id=administrator.pk, title="Counsel", by=actor_of(administrator), now=NOON)

    page = read(client.get(reverse("web:person", args=[administrator.workspace.slug, administrator.pk])))

    assert page == "Title changed Ada Lovelace Title Counsel Ada Lovelace · 12:00 Put back"


def test_each_change_leads_to_the_history_of_its_thing_alone(client, administrator, legal):
    by = actor_of(administrator)
    for intent in ("complaint", "praise"):
        org.set_part(intent=intent, department_id=legal.pk, part="informed", by=by, now=NOON)

    page = said(client.get(at("history", administrator, "matrix")))
    address = unescape(re.findall(r'class="change-subject" href="([^"]+)"', page)[0])
    alone = client.get(address)

    assert address.endswith("history/matrix?topic=praise")
    assert read(alone).startswith("Responsibility changed Praise")
    assert "Complaint" not in read(alone)
    assert "History of Praise" in said(alone)


def test_the_history_of_an_archived_department_stays_readable(client, administrator, legal):
    DepartmentFactory(workspace=administrator.workspace)
    org.archive_department(department_id=legal.pk, by=actor_of(administrator), now=NOON)

    told = read(client.get(at("history_of", administrator, "departments", legal.pk)))

    assert told.startswith("Department archived Legal")
