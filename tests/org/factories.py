"""Smallest true things of the organisation."""

from datetime import UTC, date, datetime

import factory
from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from crossdesk.org import models, presets
from crossdesk.org.enums import Role, WallKind

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = models.User
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"person{n}@crossdesk.example")
    name = Sequence(lambda n: f"Person {n}")
    password = factory.django.Password("a long enough password")


class WorkspaceFactory(DjangoModelFactory):
    class Meta:
        model = models.Workspace

    slug = Sequence(lambda n: f"workspace-{n}")
    name = Sequence(lambda n: f"Workspace {n}")
    created_at = NOON


class DepartmentFactory(DjangoModelFactory):
    """A desk with office hours."""

    class Meta:
        model = models.Department
        skip_postgeneration_save = True

    workspace = SubFactory(WorkspaceFactory)
    key = Sequence(lambda n: f"desk-{n}")
    name = Sequence(lambda n: f"Desk {n}")
    hours = factory.RelatedFactory("tests.org.factories.HoursFactory", factory_related_name="department")


class HoursFactory(DjangoModelFactory):
    """Nine to five on weekdays, in UTC, since 2006."""

    class Meta:
        model = models.Hours

    department = SubFactory(DepartmentFactory, hours=None)
    valid_from = date(2006, 1, 1)
    time_zone = "UTC"
    week = factory.LazyFunction(lambda: presets.WEEK)


class HolidayFactory(DjangoModelFactory):
    class Meta:
        model = models.Holiday

    department = SubFactory(DepartmentFactory)
    day = date(2026, 12, 25)
    name = "Christmas"


class MemberFactory(DjangoModelFactory):
    """A member with a seat in one department of their workspace. `seats=[…]` names other departments."""

    class Meta:
        model = models.Member
        skip_postgeneration_save = True

    workspace = SubFactory(WorkspaceFactory)
    user = SubFactory(UserFactory)
    role = Role.MEMBER
    joined_at = NOON

    @factory.post_generation
    def seats(self, create, extracted, **kwargs):
        if create:
            for department in [DepartmentFactory(workspace=self.workspace)] if extracted is None else extracted:
                SeatFactory(member=self, department=department)


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = models.Seat

    member = SubFactory(MemberFactory, seats=[])
    department = SubFactory(DepartmentFactory, workspace=SelfAttribute("..member.workspace"))


class WallFactory(DjangoModelFactory):
    """A wall with nobody inside."""

    class Meta:
        model = models.Wall

    workspace = SubFactory(WorkspaceFactory)
    kind = WallKind.THREAT
    name = "Threat"
    created_at = NOON


class WallMemberFactory(DjangoModelFactory):
    class Meta:
        model = models.WallMember

    wall = SubFactory(WallFactory)
    member = SubFactory(MemberFactory, workspace=SelfAttribute("..wall.workspace"))
    added_at = NOON


class ResponsibilityFactory(DjangoModelFactory):
    class Meta:
        model = models.Responsibility

    workspace = SelfAttribute("department.workspace")
    department = SubFactory(DepartmentFactory)
    intent = "complaint"
    part = "responsible"


class TargetFactory(DjangoModelFactory):
    class Meta:
        model = models.Target

    workspace = SubFactory(WorkspaceFactory)
    position = Sequence(lambda n: n)
    seconds = 3600
