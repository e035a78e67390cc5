"""Reads of the organisation."""

from crossdesk.kit.actor import Actor
from crossdesk.org.models import Department, Member, Seat, WallMember, Workspace
from crossdesk.org.rights import RIGHTS_OF_ROLE


def actor_of(member: Member) -> Actor:
    """The member as an actor, without account access (`channels.queries.actor_of` adds that). Two queries."""
    seats = list(Seat.objects.filter(member=member).values_list("department_id", "leads"))
    return Actor(
        kind="member",
        workspace_id=member.workspace_id,
        name=member.user.name or member.user.email,
        member_id=member.pk,
        user_id=member.user_id,
        role=member.role,
        rights=RIGHTS_OF_ROLE[member.role] if member.active else frozenset(),
        departments=frozenset(department for department, _ in seats),
        leads=frozenset(department for department, leads in seats if leads),
        walls=frozenset(WallMember.objects.filter(member=member).values_list("wall_id", flat=True)),
    )


def departments(actor: Actor) -> list[Department]:
    """The workspace's departments in their order, without archived ones. One query."""
    return list(Department.objects.filter(workspace_id=actor.workspace_id, archived_at=None).order_by("position", "id"))


def member_of(*, user_id: int, slug: str) -> Member | None:
    """The user's active member in the workspace with this slug, with user and workspace. One query."""
    return (
        Member.objects.select_related("user", "workspace")
        .filter(user_id=user_id, workspace__slug=slug, active=True, user__is_active=True)
        .first()
    )


def workspaces_of(user_id: int) -> list[Workspace]:
    """The workspaces in which the user is an active member, by name. One query."""
    return list(Workspace.objects.filter(members__user_id=user_id, members__active=True).order_by("name", "id"))
