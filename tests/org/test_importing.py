"""Many people invited from a list: what is right, in one transaction; what is wrong, with its reason; never twice."""

from datetime import timedelta
from typing import Any

import pytest

from crossdesk.journal import audit, changes
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.errors import NotAllowed
from crossdesk.org import services as org
from crossdesk.org.enums import Role
from crossdesk.org.models import Invitation
from crossdesk.org.roster import Line
from crossdesk.org.services import Fate
from tests.org.conftest import Company, as_actor
from tests.org.factories import NOON

NEW = Line(2, "New@Crossdesk.example", "Neva", ("sales", "Customer Service"), "Lead")
LINES = (
    NEW,
    Line(3, "plain@crossdesk.example"),
    Line(4, "ada@crossdesk.example"),
    Line(5, "nonsense"),
    Line(6, "", "Nobody"),
    Line(7, "a@crossdesk.example", departments=("Weather",)),
    Line(8, "b@crossdesk.example", role="king"),
    Line(9, "PLAIN@crossdesk.example"),
    Line(10, "c@crossdesk.example", role="Leitung"),
    Line(11, "d@crossdesk.example", "D" * 121),
)
OUTCOME = [
    (2, Fate.INVITED, ""),
    (3, Fate.INVITED, ""),
    (4, Fate.THERE, "A member already: nothing changes."),
    (5, Fate.WRONG, "“nonsense” is no e-mail address."),
    (6, Fate.WRONG, "Give an e-mail address."),
    (7, Fate.WRONG, "There is no department “Weather”. Add it first, or write it as it is called here."),
    (8, Fate.WRONG, "“king” is no role. Choose among owner, administrator, lead, member, viewer."),
    (9, Fate.WRONG, "This address stands on line 3 already."),
    (10, Fate.INVITED, ""),
    (11, Fate.WRONG, "A name has 120 letters at most."),
]
ROLES = {"leitung": Role.LEAD}


@pytest.fixture
def company(company: Company) -> Company:
    ada = company.person(name="Ada")
    ada.user.email = "ada@crossdesk.example"
    ada.user.save(update_fields=["email"])
    return company


def invited():
    rows = Invitation.objects.filter(revoked_at=None).order_by("id")
    return [(row.email, row.name, row.role, {desk.key for desk in row.departments.all()}) for row in rows]


def told(plan):
    return [(one.line.number, one.fate, one.why) for one in plan]


def test_the_preview_tells_of_each_line_and_changes_nothing(company, django_assert_num_queries):
    by = company.by

    with django_assert_num_queries(3):  # departments, members, invitations; once there are some, their departments
        plan = org.plan_import(lines=LINES, by=by, now=NOON, roles=ROLES)

    assert told(plan) == OUTCOME
    assert not Invitation.objects.exists()


def test_what_is_right_is_invited_and_what_is_wrong_left_out(company):
    plan, made = org.import_people(lines=LINES, by=company.by, now=NOON, roles=ROLES)

    assert told(plan) == OUTCOME
    assert invited() == [
        ("new@crossdesk.example", "Neva", "lead", {"sales", "customer_service"}),
        ("plain@crossdesk.example", "", "member", set()),
        ("c@crossdesk.example", "", "lead", set()),
    ]
    joined = org.accept_invitation(token=made[0].token, name="Neva", password="a long enough password", now=NOON)
    assert (joined.role, {desk.key for desk in joined.departments.all()}) == ("lead", {"sales", "customer_service"})


def test_the_same_list_again_changes_nothing(company):
    org.import_people(lines=LINES, by=company.by, now=NOON, roles=ROLES)
    before, written = list(Invitation.objects.values().order_by("id")), AuditEntry.objects.count()

    plan, made = org.import_people(lines=LINES, by=company.by, now=NOON + timedelta(hours=1), roles=ROLES)

    assert made == []
    assert [one.fate for one in plan[:3]] == [Fate.THERE] * 3
    assert plan[0].why == "Invited already: the link goes on working."
    assert (list(Invitation.objects.values().order_by("id")), AuditEntry.objects.count()) == (before, written)


def test_who_is_invited_otherwise_is_left_as_they_are(company):
    org.import_people(lines=[NEW], by=company.by, now=NOON)
    before = invited()

    plan, made = org.import_people(lines=[Line(2, NEW.email, role="viewer")], by=company.by, now=NOON)

    assert (plan[0].fate, made) == (Fate.WRONG, [])
    assert plan[0].why == "Invited already, with another role or other departments. Take that invitation back first."
    assert invited() == before


class PowerCut:
    """A line that is there when it is looked at, and gone when it is its turn."""

    number, email, departments, role, looks = 4, "later@crossdesk.example", (), "", 0

    @property
    def name(self) -> str:
        self.looks += 1
        if self.looks > 1:
            raise RuntimeError("the power went out")
        return ""


def test_when_one_fails_in_the_middle_nothing_is_done(company):
    lines: list[Any] = [NEW, PowerCut()]

    with pytest.raises(RuntimeError, match="the power went out"):
        org.import_people(lines=lines, by=company.by, now=NOON)

    assert not Invitation.objects.exists()
    assert company.audited() == []


def test_only_an_owner_invites_owners(company):
    administrator = as_actor(company.person(role=Role.ADMINISTRATOR, name="Eve"))
    lines = [Line(2, "o@crossdesk.example", role="owner")]

    assert org.plan_import(lines=lines, by=administrator, now=NOON)[0].why == "Only an owner invites an owner."
    assert org.plan_import(lines=lines, by=company.by, now=NOON)[0].fate == Fate.INVITED


@pytest.mark.parametrize("role", [Role.LEAD, Role.MEMBER, Role.VIEWER])
def test_who_may_not_invite_neither_previews_nor_imports(company, role):
    by = as_actor(company.person(role=role, name="Eve"))

    for act in (org.plan_import, org.import_people):
        with pytest.raises(NotAllowed):
            act(lines=LINES, by=by, now=NOON)

    assert not Invitation.objects.exists()


def test_a_whole_list_is_taken_back_at_once(company):
    with audit.noted() as entries:
        org.import_people(lines=LINES, by=company.by, now=NOON, roles=ROLES)

    changes.put_back(entry_ids=entries, by=company.by, now=NOON)

    assert invited() == []
