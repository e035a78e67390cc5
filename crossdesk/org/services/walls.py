"""Walls: opened by people with a reason; who stands outside does not see them, whatever their role."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotAllowed, NotFound
from crossdesk.org import checks, policies, queries
from crossdesk.org.enums import Right, WallKind
from crossdesk.org.models import Member, Wall, WallMember


class LastInside(Conflict):
    """Somebody has to stay inside."""

    code = "org.last_inside"


@transaction.atomic
def open_wall(*, kind: str, name: str, reason: str, by: Actor, now: datetime, member_ids: Sequence[int] = ()) -> Wall:
    """A new wall. Who opens it stands inside, with the members named."""
    policies.require(by, Right.OPEN_WALLS, "open walls")
    if kind not in WallKind.values:
        raise checks.Bad(f"“{kind}” is no kind of wall. Choose among {', '.join(WallKind.values)}.")
    if by.member_id is None:
        raise NotAllowed("A wall is opened by a person, who then stands inside.")
    why = checks.text(reason, "a reason", most=2000)
    insiders = _members(by, {by.member_id, *member_ids})
    wall = Wall.objects.create(
        workspace_id=by.workspace_id, kind=kind, name=checks.text(name, "a name", most=120), reason=why,
        created_at=now, created_by_id=by.member_id,
    )  # fmt: skip
    WallMember.objects.bulk_create(
        WallMember(wall=wall, member=member, added_at=now, reason=why) for member in insiders
    )  # fmt: skip
    inside = [_name(member) for member in insiders]
    _record("wall.opened", wall, by=by, now=now, reason=why, after={"kind": kind, "inside": inside})
    return wall


@transaction.atomic
def add_insider(*, wall_id: int, member_id: int, reason: str, by: Actor, now: datetime) -> None:
    """Let somebody in, with a reason. Only who stands inside may."""
    wall = _wall(by, wall_id)
    why = checks.text(reason, "a reason", most=2000)
    member = _members(by, {member_id})[0]
    _, added = WallMember.objects.get_or_create(
        wall=wall, member=member, defaults={"added_at": now, "reason": why}
    )  # fmt: skip
    if added:
        _record("wall.insider_added", wall, by=by, now=now, reason=why, after={"member": _name(member)})


@transaction.atomic
def remove_insider(*, wall_id: int, member_id: int, reason: str, by: Actor, now: datetime) -> None:
    """Let somebody out, or leave. The last one who can still sign in stays."""
    wall = _wall(by, wall_id)
    why = checks.text(reason, "a reason", most=2000)
    place = wall.insiders.select_related("member__user").filter(member_id=member_id).first()
    if place is None:
        raise NotFound("This person does not stand inside.")
    awake = wall.insiders.filter(member__active=True).exclude(member_id=member_id)
    if not awake.exists():
        raise LastInside("Somebody has to stay inside. Let another person in first.")
    place.delete()
    _record("wall.insider_removed", wall, by=by, now=now, reason=why, before={"member": _name(place.member)})


def _wall(by: Actor, wall_id: int) -> Wall:
    wall = queries.visible_walls(by).select_for_update().filter(pk=wall_id).first()
    if wall is None:
        raise NotFound("This wall does not exist.")
    if not policies.can_manage_walls(by, wall_id):
        raise NotAllowed("You may not say who stands inside. Ask a lead who does.")
    return wall


def _members(by: Actor, member_ids: set[int]) -> list[Member]:
    rows = list(
        Member.objects.filter(workspace_id=by.workspace_id, active=True, pk__in=member_ids)
        .select_related("user")
        .order_by("id")
    )
    if len(rows) != len(member_ids):
        raise checks.Bad("One of the people is no active member of the workspace.")
    return rows


def _name(member: Member) -> str:
    return member.user.name or member.user.email


def _record(
    action: str, wall: Wall, *, by: Actor, now: datetime, reason: str, before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    audit.record(
        action, by=by, at=now, subject_kind="wall", subject_id=wall.pk, subject_name=wall.name, before=before,
        after=after, reason=reason, wall_id=wall.pk,
    )  # fmt: skip
