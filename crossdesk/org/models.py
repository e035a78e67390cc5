"""Who we are: workspaces, departments, people, rights, walls, calendars, the responsibility matrix as data."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from crossdesk.kit import clock
from crossdesk.org.enums import Basis, Company, Density, Part, Role, Step, WallKind


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "") -> "User":
        """A user with a hashed password; None means that they cannot sign in yet."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. What they may do hangs on their members, one in each workspace."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, default="")
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=10, default="", blank=True)  # empty: as the browser says
    theme = models.CharField(max_length=10, default="auto")
    density = models.CharField(max_length=12, choices=Density, default=Density.COMFORTABLE)
    moves_on = models.BooleanField(default=True)  # after an act the next conversation opens
    undo_seconds = models.IntegerField(default=5)  # an answer waits so long before it leaves, and can be taken back
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)  # of the installation: sees the jobs of all workspaces
    created_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    class Personal:
        personal: dict[str, object] = {"email": "", "name": "", "password": "!"}
        kept = "last_login time_zone language theme density moves_on undo_seconds is_active is_operator created_at"


class Workspace(models.Model):
    """One company, or one client of an agency. Nothing is shared between workspaces but users."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60, default="UTC")
    language = models.CharField(max_length=10, default="en")
    pictures_described = models.BooleanField(default=False)  # no picture leaves without a description
    created_at = models.DateTimeField()

    class Personal:
        personal: dict[str, object] = {}
        kept = "slug name time_zone language pictures_described created_at"


class Department(models.Model):
    """A desk. key is stable and names the preset where it is one."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="departments")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    purpose = models.CharField(max_length=200, default="", blank=True)  # empty: as the preset has it
    icon = models.CharField(max_length=40, default="users")
    color = models.CharField(max_length=20, default="blue")
    position = models.IntegerField(default=0)
    time_zone = models.CharField(max_length=60, default="UTC")
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_department_for_each_key", fields=["workspace", "key"]),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace key name purpose icon color position time_zone archived_at"


class Member(models.Model):
    """A user in one workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="members")
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    title = models.CharField(max_length=80, default="", blank=True)
    active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    departments = models.ManyToManyField(Department, through="Seat", related_name="members")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_member_for_each_user_and_workspace", fields=["workspace", "user"]),
        ]

    class Personal:
        personal: dict[str, object] = {"title": ""}
        kept = "workspace user role active joined_at departments"


class Seat(models.Model):
    """A member's place in a department."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="seats")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="seats")
    leads = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_seat_for_each_member_and_department", fields=["member", "department"]),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "member department leads"


class Invitation(models.Model):
    """A link that lets somebody join. Only a hash of its token is kept."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120, default="", blank=True)  # stands in the form when they join
    role = models.CharField(max_length=20, choices=Role, default=Role.MEMBER)
    departments = models.ManyToManyField(Department, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Personal:
        personal: dict[str, object] = {"email": "", "name": ""}
        kept = "workspace role departments token_hash invited_by created_at expires_at accepted_at revoked_at"


class PasswordReset(models.Model):
    """A link that lets somebody set a new password, once. Only a hash of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="resets")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Personal:
        personal: dict[str, object] = {}
        kept = "user token_hash created_at expires_at used_at"


class FirstLink(models.Model):
    """The link with which the first person sets this installation up, once. Only a hash of its token is kept."""

    place = models.PositiveSmallIntegerField(default=1, unique=True)
    token_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="there_is_one_first_link", condition=Q(place=1)),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "place token_hash created_at expires_at used_at"


class SetUp(models.Model):
    """How far a workspace that was begun in the browser is set up, and its checklist. Others have none.

    reached: the first step that nobody has finished or passed over. hours_right_at: somebody said that the hours it came
    with are the right ones. put_away_at: nobody wants to see the list any more. done_at: all of it is done.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="set_up")
    company = models.CharField(max_length=10, choices=Company, default="", blank=True)
    reached = models.CharField(max_length=12, choices=Step, default=Step.COMPANY)
    hours_right_at = models.DateTimeField(null=True, blank=True)
    put_away_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace company reached hours_right_at put_away_at done_at"


class Wall(models.Model):
    """A room with walls: who is not inside does not see what it encloses, whatever their role."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="walls")
    kind = models.CharField(max_length=20, choices=WallKind)
    name = models.CharField(max_length=120)
    reason = models.TextField(default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Member, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_down_at = models.DateTimeField(null=True, blank=True)  # then it encloses nothing; its history stays inside

    class Personal:
        personal: dict[str, object] = {"name": "", "reason": ""}
        kept = "workspace kind created_at created_by taken_down_at"


class WallMember(models.Model):
    """Somebody who stands inside a wall. asleep_at: they lost their access then, and stand inside again only when
    somebody inside lets them in."""

    wall = models.ForeignKey(Wall, on_delete=models.CASCADE, related_name="insiders")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="walls")
    added_at = models.DateTimeField()
    reason = models.TextField(default="")
    asleep_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_place_inside_for_each_member", fields=["wall", "member"]),
        ]

    class Personal:
        personal: dict[str, object] = {"reason": ""}
        kept = "wall member added_at asleep_at"


class Hours(models.Model):
    """A department's opening hours from a day on, until a later row takes over. A change never touches the past.

    week: seven lists, Monday first, each of ["09:00", "17:00"] pairs in the department's local time.
    """

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="hours")
    valid_from = models.DateField()
    time_zone = models.CharField(max_length=60)
    week = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_set_of_hours_for_each_day", fields=["department", "valid_from"]),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "department valid_from time_zone week"


class Holiday(models.Model):
    """A local day on which a department is closed."""

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_holiday_for_each_day", fields=["department", "day"]),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "department day name"


class Responsibility(models.Model):
    """One cell of the responsibility matrix: the part a department has in an intent."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="responsibilities")
    intent = models.CharField(max_length=40)
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="responsibilities")
    part = models.CharField(max_length=20, choices=Part)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_part_for_each_department_and_intent", fields=["workspace", "intent", "department"]
            ),
            models.UniqueConstraint(
                name="one_responsible_department_for_each_intent",
                fields=["workspace", "intent"],
                condition=Q(part=Part.RESPONSIBLE),
            ),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace intent department part"


class Target(models.Model):
    """How soon a first answer is owed, by intent and urgency; first match in order. Empty matches all."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="targets")
    position = models.IntegerField()
    intent = models.CharField(max_length=40, default="", blank=True)
    urgency = models.CharField(max_length=10, default="", blank=True)
    seconds = models.IntegerField()
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.CALENDAR)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_target_for_each_position", fields=["workspace", "position"]),
            models.CheckConstraint(name="a_target_is_longer_than_nothing", condition=Q(seconds__gt=0)),
        ]

    class Personal:
        personal: dict[str, object] = {}
        kept = "workspace position intent urgency seconds basis"
