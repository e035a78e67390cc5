"""The first person of an installation, and how their workspace is set up."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from crossdesk.kit.errors import CrossdeskError, NotAllowed, NotFound
from crossdesk.org import presets, queries, services
from crossdesk.org.enums import Part, Role
from crossdesk.org.models import Department, Member, Responsibility, Seat, SetUp, User, Workspace
from crossdesk.org.services import Founder
from tests.conftest import NOON, actor_of
from tests.org.factories import MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
ADA = Founder(
    email="Ada@Nordwind.example", name="Ada Berg", password="correct horse battery", workspace="Nordwind & Söhne", slug="",
    time_zone="Europe/Berlin", language="de",
)  # fmt: skip


def found(token, founder=ADA, now=NOON):
    return services.found(token=token, founder=founder, now=now)


@pytest.fixture
def owner():
    return found(services.make_first_link(now=NOON))


def chosen(owner, *keys):
    came = services.choose_departments(chosen=dict.fromkeys(keys, ""), by=actor_of(owner), now=NOON)
    there = Department.objects.filter(workspace=owner.workspace, archived_at=None).order_by("position")
    return [desk.key for desk in came], [desk.key for desk in there]


def test_the_first_person_owns_a_workspace_and_looks_after_the_installation():
    member = found(services.make_first_link(now=NOON))

    user = User.objects.get()
    assert (user.email, user.name, user.language, user.time_zone, user.is_operator) == (
        "ada@nordwind.example", "Ada Berg", "de", "Europe/Berlin", True,
    )  # fmt: skip
    assert user.check_password("correct horse battery")
    assert (member.role, member.workspace.slug, member.workspace.name, member.workspace.language) == (
        Role.OWNER, "nordwind-sohne", "Nordwind & Söhne", "de",
    )  # fmt: skip
    assert SetUp.objects.get().workspace == member.workspace


def test_the_link_works_once():
    token = services.make_first_link(now=NOON)
    found(token)

    with pytest.raises(queries.LinkNotValid):
        found(token)
    with pytest.raises(services.AlreadyFounded):
        services.make_first_link(now=NOON)

    assert User.objects.count() == Workspace.objects.count() == 1


def test_a_new_link_ends_the_one_before_and_each_ends_after_a_day():
    before, token = services.make_first_link(now=NOON), services.make_first_link(now=NOON)

    for wrong, now in ((before, NOON), ("guessed", NOON), ("", NOON), (token, NOON + timedelta(days=1))):
        with pytest.raises(queries.LinkNotValid):
            found(wrong, now=now)

    assert not User.objects.exists()


def test_a_link_from_before_somebody_came_otherwise_is_worth_nothing():
    token = services.make_first_link(now=NOON)
    UserFactory()

    with pytest.raises(queries.LinkNotValid):
        found(token)

    assert not Workspace.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_at_once_one_is_the_first():
    token = services.make_first_link(now=NOON)
    heard = []

    def come(name):
        try:
            heard.append(
                found(token, Founder(f"{name}@a.example", name, ADA.password, name, "", "UTC", "en")).user.name
            )
        except CrossdeskError as error:
            heard.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(name,)) for name in ("ada", "ben")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [User.objects.get().name] == [name for name in heard if name in ("ada", "ben")]
    assert "org.link_not_valid" in heard


@pytest.mark.parametrize(
    "wrong", [{"email": "ada"}, {"password": "short"}, {"slug": "No Good"}, {"time_zone": "Moon"}, {"workspace": " "}]
)
def test_what_cannot_be_used_makes_nothing_and_the_link_stays(wrong):
    token = services.make_first_link(now=NOON)
    given = {name: getattr(ADA, name) for name in Founder.__slots__} | wrong

    with pytest.raises(CrossdeskError):
        found(token, Founder(**given))

    assert not User.objects.exists() and not Workspace.objects.exists()
    assert found(token).user.name == "Ada Berg"


def test_chosen_departments_come_with_their_part_of_the_matrix_and_a_seat_for_who_chose(owner):
    came, there = chosen(owner, "sales", "customer_service")

    assert came == there == ["customer_service", "sales"]
    assert set(Seat.objects.values_list("member", "department__key", "leads")) == {
        (owner.pk, "customer_service", True), (owner.pk, "sales", True),
    }  # fmt: skip
    responsible = Responsibility.objects.filter(part=Part.RESPONSIBLE).values_list("intent", "department__key")
    assert dict(responsible) == {
        "complaint": "customer_service", "question": "customer_service", "sales_lead": "sales",
    }  # fmt: skip


def test_all_ten_make_the_same_matrix_as_a_workspace_made_of_all_presets(owner):
    chosen(owner, *(preset.key for preset in presets.DEPARTMENTS))
    other = services.create_workspace(slug="other", name="Other", time_zone="UTC", owner=UserFactory(), now=NOON)

    def cells(workspace):
        return set(Responsibility.objects.filter(workspace=workspace).values_list("intent", "department__key", "part"))

    assert cells(owner.workspace) == cells(other)


def test_coming_back_changes_the_choice_and_what_comes_back_is_as_it_was(owner):
    chosen(owner, "customer_service", "sales")

    assert chosen(owner, "customer_service", "legal") == (["legal"], ["customer_service", "legal"])
    assert chosen(owner, "customer_service", "sales") == (["sales"], ["customer_service", "sales"])

    assert Department.objects.filter(key="sales").count() == 1
    assert Responsibility.objects.get(intent="sales_lead").department.key == "sales"
    assert not Responsibility.objects.filter(department__key="legal").exists()


def test_nothing_is_chosen_is_refused_and_takes_nothing_away(owner):
    chosen(owner, "sales")

    with pytest.raises(CrossdeskError):
        chosen(owner)

    assert [desk.key for desk in queries.departments(actor_of(owner))] == ["sales"]


def test_going_back_does_not_lose_how_far_one_was(owner):
    by = actor_of(owner)
    services.go_on(to="people", by=by)
    services.choose_company(company="alone", by=by, now=NOON)
    services.go_on(to="departments", by=by)

    row = queries.set_up(by)
    assert row is not None
    assert (row.company, row.reached) == ("alone", "people")


def test_only_who_manages_the_workspace_sets_it_up(owner):
    other = Member.objects.create(workspace=owner.workspace, user=UserFactory(), role=Role.MEMBER, joined_at=NOON)

    with pytest.raises(NotAllowed):
        services.choose_company(company="team", by=actor_of(other), now=NOON)

    assert queries.set_up(actor_of(other)) is None
    assert SetUp.objects.get().company == ""


def test_a_workspace_that_was_made_otherwise_has_nothing_to_set_up():
    owner = MemberFactory(role=Role.OWNER)

    with pytest.raises(NotFound):
        services.choose_company(company="team", by=actor_of(owner), now=NOON)

    assert queries.set_up(actor_of(owner)) is None
