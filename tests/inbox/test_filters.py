"""Filters: what each term asks for, and who keeps, sees, changes and brings back the saved ones."""

import pytest

from crossdesk.inbox import queries, services
from crossdesk.inbox.models import Conversation, SavedFilter
from crossdesk.inbox.queries import Terms
from crossdesk.kit.errors import Conflict, Invalid, NotAllowed, NotFound
from crossdesk.org.enums import Role
from tests.conftest import actor_of
from tests.inbox.factories import NOON, AccountFactory, Desk, IdentityFactory, after
from tests.org.factories import DepartmentFactory, MemberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(desk):
    """A second account of the desk, on another network."""
    return AccountFactory(workspace=desk.workspace, answered_by=desk.department, network="email")


@pytest.fixture
def ada(mail, ada):
    """Made when both accounts are there."""
    return ada


@pytest.fixture
def four(desk, mail, ada, ben):
    """Anna's is Ada's, Bruno's is nobody's and urgent, Clara's is resolved and has a word, David's is on mail."""
    for minute, name in enumerate(["Anna", "Bruno", "Clara", "David"]):
        if name == "David":
            desk.account = mail
        identity = IdentityFactory(contact__workspace=desk.workspace, name=name)
        urgency = "p1" if name == "Bruno" else "normal"
        desk.they_write(
            after(minutes=minute),
            identity=identity,
            text=f"{name} lost a parcel",
            verdict=desk.verdict(urgency=urgency),
        )
    ids = {row.identity.name: row.pk for row in Conversation.objects.select_related("identity")}
    services.take(conversation_id=ids["Anna"], by=ada, now=after(minutes=10))
    services.tag(conversation_id=ids["Clara"], name="late", by=ada, now=after(minutes=10))
    services.resolve(conversation_id=ids["Clara"], resolution="answered", by=ada, now=after(minutes=10))
    return ids


def fitting(actor, **terms):
    return [line.conversation.identity.name for line in queries.listed(actor, Terms(**terms)).rows]


def test_each_term_narrows_the_list_and_all_together_do(desk, ada, ben, four):
    tag = queries.tags(ada)[0]

    assert fitting(ada) == ["David", "Clara", "Bruno", "Anna"]
    assert fitting(ada, state="open") == ["David", "Bruno", "Anna"]
    assert fitting(ada, department_id=desk.department.pk) == ["David", "Clara", "Bruno", "Anna"]
    assert fitting(ada, department_id=desk.department.pk + 99) == []
    assert fitting(ada, assignee="me") == ["Anna"]
    assert fitting(ben, assignee="me") == []
    assert fitting(ben, assignee=str(ada.member_id)) == ["Anna"]
    assert fitting(ada, assignee="nobody") == ["David", "Clara", "Bruno"]
    assert fitting(ada, network="email") == ["David"]
    assert fitting(ada, urgency="p1") == ["Bruno"]
    assert fitting(ada, tag_id=tag.pk) == ["Clara"]
    assert fitting(ada, state="open", assignee="nobody", network="sandbox") == ["Bruno"]


def test_words_are_found_among_what_the_other_terms_leave(desk, ada, four):
    found = queries.find(ada, "parcel", among=Terms(state="open", network="sandbox"))

    assert [hit.conversation.identity.name for hit in found.hits] == ["Bruno", "Anna"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_filtered_list_costs_the_same_for_any_number_of_rows(desk, ada, django_assert_num_queries, rows):
    for _ in range(rows):
        desk.they_write(identity=IdentityFactory(contact__workspace=desk.workspace))

    with django_assert_num_queries(2):  # rows, tags
        page = queries.listed(ada, Terms(state="open", network="sandbox", urgency="normal"))

    assert len(page.rows) == rows


def test_what_was_sent_becomes_terms_and_what_cannot_be_is_left_out():
    sent = {"state": "sideways", "department_id": "7", "assignee": "me", "tag_id": "x", "text": " parcel ", "more": "1"}

    assert queries.terms_of(sent) == Terms(department_id=7, assignee="me", text="parcel")
    assert queries.terms_of(queries.terms_of(sent).as_plain()) == queries.terms_of(sent)


def test_a_private_filter_is_its_owners_and_a_shared_one_its_departments(desk, ada, ben):
    outside = actor_of(MemberFactory(workspace=desk.workspace, seats=[DepartmentFactory(workspace=desk.workspace)]))
    services.save_filter(name="Urgent", terms=Terms(urgency="p1"), by=ada, now=NOON)
    services.save_filter(name="All", terms=Terms(state="open"), department_id=desk.department.pk, by=ada, now=NOON)

    assert [[row.name for row in queries.saved_filters(actor)] for actor in (ada, ben, outside)] == [
        ["All", "Urgent"], ["All"], [],
    ]  # fmt: skip
    assert queries.terms_of(queries.saved_filters(ben)[0].terms) == Terms(state="open")


def test_a_filter_is_renamed_removed_and_brought_back(desk, ada):
    row = services.save_filter(name="Urgent", terms=Terms(urgency="p1"), by=ada, now=NOON)

    assert services.rename_filter(filter_id=row.pk, name="Burning", by=ada) == "Urgent"
    services.remove_filter(filter_id=row.pk, by=ada, now=NOON)
    assert queries.saved_filters(ada) == []
    services.restore_filter(filter_id=row.pk, by=ada)

    assert [(one.name, one.terms) for one in queries.saved_filters(ada)] == [("Burning", {"urgency": "p1"})]


def test_others_may_use_a_shared_filter_but_only_a_manager_changes_it(desk, ada, ben):
    row = services.save_filter(
        name="All", terms=Terms(state="open"), department_id=desk.department.pk, by=ada, now=NOON
    )
    lead = actor_of(MemberFactory(workspace=desk.workspace, seats=[desk.department], role=Role.ADMINISTRATOR))

    with pytest.raises(NotAllowed):
        services.rename_filter(filter_id=row.pk, name="Mine", by=ben)
    services.rename_filter(filter_id=row.pk, name="Everything", by=lead)

    assert SavedFilter.objects.get().name == "Everything"


def test_nobody_touches_a_private_filter_of_another_or_of_another_workspace(desk, ada, ben):
    row = services.save_filter(name="Urgent", terms=Terms(urgency="p1"), by=ada, now=NOON)
    other = Desk()
    stranger = actor_of(MemberFactory(workspace=other.workspace, seats=[other.department], role=Role.OWNER))

    for by in (ben, stranger):
        with pytest.raises(NotFound):
            services.remove_filter(filter_id=row.pk, by=by, now=NOON)
        assert queries.saved_filter(by, row.pk) is None
    assert SavedFilter.objects.get().removed_at is None


def test_what_cannot_be_kept_is_refused(desk, ada):
    legal = DepartmentFactory(workspace=desk.workspace)

    with pytest.raises(Invalid, match="Write a name first"):
        services.save_filter(name=" ", terms=Terms(state="open"), by=ada, now=NOON)
    with pytest.raises(Invalid, match="Choose what the filter asks for"):
        services.save_filter(name="Nothing", terms=Terms(), by=ada, now=NOON)
    with pytest.raises(NotAllowed):
        services.save_filter(name="Theirs", terms=Terms(state="open"), department_id=legal.pk, by=ada, now=NOON)
    SavedFilter.objects.bulk_create(
        [SavedFilter(workspace=desk.workspace, owner_id=ada.member_id, name="x", created_at=NOON) for _ in range(100)]
    )
    with pytest.raises(Conflict, match="a hundred"):
        services.save_filter(name="One more", terms=Terms(state="open"), by=ada, now=NOON)
