"""A company made from the presets, its owner, and a wall with two inside."""

import pytest

from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.org import queries
from crossdesk.org import services as org
from crossdesk.org.enums import Role
from crossdesk.org.models import Department, Member, Wall
from tests.org.factories import NOON, MemberFactory, UserFactory


class Company:
    """A workspace in Berlin with all presets. `by` is its owner."""

    def __init__(self, slug: str = "brand") -> None:
        self.workspace = org.create_workspace(
            slug=slug, name="Brand", time_zone="Europe/Berlin", owner=UserFactory(name="Olga"), now=NOON
        )
        self.owner = Member.objects.get(workspace=self.workspace)
        self.begins = AuditEntry.objects.count()

    @property
    def by(self) -> Actor:
        return as_actor(self.owner)

    def desk(self, key: str) -> Department:
        return Department.objects.get(workspace=self.workspace, key=key)

    def person(self, role: str = Role.MEMBER, name: str = "Ada", seats: tuple[str, ...] = ()) -> Member:
        return MemberFactory(
            workspace=self.workspace, role=role, user__name=name, seats=[self.desk(key) for key in seats]
        )  # fmt: skip

    def actor(self, role: str = Role.MEMBER) -> Actor:
        return as_actor(self.person(role=role))

    def audited(self) -> list[tuple]:
        """(action, whom or what it is about, before, after) since the company stood."""
        rows = AuditEntry.objects.order_by("id").values_list("action", "subject_name", "before", "after")
        return list(rows)[self.begins :]


def as_actor(member: Member) -> Actor:
    return queries.actor_of(Member.objects.select_related("user").get(pk=member.pk))


@pytest.fixture
def company(db: None) -> Company:
    return Company()


@pytest.fixture
def lead(company: Company) -> Member:
    return company.person(role=Role.LEAD, name="Lea")


@pytest.fixture
def ada(company: Company) -> Member:
    return company.person(name="Ada")


@pytest.fixture
def wall(lead: Member, ada: Member) -> Wall:
    """The lead and Ada stand inside."""
    return org.open_wall(
        kind="threat", name="Case 7", reason="A threat", by=as_actor(lead), now=NOON, member_ids=[ada.pk]
    )  # fmt: skip
