"""Walls: opened by people with a reason; who stands outside does not see them, whatever their role."""

from collections.abc import Callable, Mapping, Sequence
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


class StillEncloses(Conflict):
    """What stands behind a wall is brought out by hand, one by one, before it can be taken down."""

    code = "org.still_encloses"


class MoreBehindIt(Conflict):
    """More was put behind a wall since somebody left it."""

    code = "org.more_behind_it"


Behind = Callable[[int], datetime | None]
_behind: list[Behind] = []


def encloses(newest_behind: Behind) -> Behind:
    """A room above says when the newest of what it has behind a wall came; None for nothing. Registered at its start."""
    _behind.append(newest_behind)
    return newest_behind


def newest_behind(wall_id: int) -> datetime | None:
    """When what stands behind a wall last grew; None where it encloses nothing."""
    return max((at for room in _behind if (at := room(wall_id)) is not None), default=None)


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
    _record("wall.opened", wall, by=by, now=now, reason=why, after=_kept(wall, insiders))
    return wall


@transaction.atomic
def take_down(*, wall_id: int, reason: str, by: Actor, now: datetime) -> None:
    """Take a wall down that encloses nothing, so that nobody sees more by it. Only who stands inside may.

    Raises StillEncloses where anything stands behind it, closed or open: what it hides comes out by hand only.
    """
    wall = lock_wall(by, wall_id)
    why = checks.text(reason, "a reason", most=2000)
    bring_down(wall, reason=why, by=by, now=now)


def bring_down(wall: Wall, *, reason: str, by: Actor, now: datetime) -> None:
    """See `take_down`; for a locked wall whose rights were asked."""
    if newest_behind(wall.pk) is not None:
        raise StillEncloses("Something stands behind this wall. Bring it out first, each with its reason.")
    wall.taken_down_at = now
    wall.save(update_fields=["taken_down_at"])
    _record("wall.taken_down", wall, by=by, now=now, reason=reason, before=_kept(wall, _inside(wall)))


def put_up_again(*, wall_id: int, by: Actor, now: datetime) -> None:
    """A wall that was taken down stands again, with who stood inside. It encloses nothing yet, so it shows nothing."""
    wall = lock_wall(by, wall_id, standing=False)
    wall.taken_down_at = None
    wall.save(update_fields=["taken_down_at"])
    _record("wall.put_up_again", wall, by=by, now=now, reason="", after=_kept(wall, _inside(wall)))


@transaction.atomic
def add_insider(*, wall_id: int, member_id: int, reason: str, by: Actor, now: datetime) -> None:
    """Let somebody in, or in again who lost their access meanwhile, with a reason. Only who stands inside may."""
    wall = lock_wall(by, wall_id)
    why = checks.text(reason, "a reason", most=2000)
    member = _members(by, {member_id})[0]
    awake = WallMember.objects.filter(wall=wall, member=member, asleep_at=None)
    if not awake.exists():
        place = {"added_at": now, "reason": why, "asleep_at": None}
        WallMember.objects.update_or_create(wall=wall, member=member, defaults=place)
        _record("wall.insider_added", wall, by=by, now=now, reason=why, after=_place(member, why))


@transaction.atomic
def remove_insider(*, wall_id: int, member_id: int, reason: str, by: Actor, now: datetime) -> None:
    """Let somebody out, or leave. The last one who can still sign in stays."""
    wall = lock_wall(by, wall_id)
    let_out(wall, member_id, reason=checks.text(reason, "a reason", most=2000), by=by, now=now)


def let_out(wall: Wall, member_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """See `remove_insider`; for a locked wall whose rights were asked."""
    place = wall.insiders.select_related("member__user").filter(member_id=member_id).first()
    if place is None:
        raise NotFound("This person does not stand inside.")
    if not _others_awake(wall, member_id):
        raise LastInside("Somebody has to stay inside. Let another person in first.")
    place.delete()
    before = _place(place.member, place.reason)
    _record("wall.insider_removed", wall, by=by, now=now, reason=reason, before=before)


def put_to_sleep(member: Member, *, by: Actor, now: datetime) -> None:
    """Somebody lost their access: with it they do not come back inside walls, until somebody inside lets them in.

    The last one awake inside a wall keeps their place: nobody else could ever let anybody in. Told inside the walls
    only, so that who takes an access away learns of none.
    """
    places = WallMember.objects.filter(member=member, asleep_at=None)
    for wall in Wall.objects.filter(pk__in=places.values("wall")).order_by("pk").select_for_update():
        if not _others_awake(wall, member.pk):
            continue
        place = places.get(wall=wall)
        place.asleep_at = now
        place.save(update_fields=["asleep_at"])
        with audit.unheard():
            _record("wall.insider_asleep", wall, by=by, now=now, reason="", before=_place(member, place.reason))


def _others_awake(wall: Wall, member_id: int) -> bool:
    awake = wall.insiders.filter(member__active=True, asleep_at=None)
    return awake.exclude(member_id=member_id).exists()


def lock_wall(by: Actor, wall_id: int, *, standing: bool = True) -> Wall:
    """A wall that the actor stands inside of and may change, locked. Raises NotFound, NotAllowed."""
    rows = queries.visible_walls(by).select_for_update()
    wall = rows.filter(pk=wall_id, taken_down_at__isnull=standing).first()
    if wall is None:
        raise NotFound("This wall does not exist.")
    if not policies.can_manage_walls(by, wall_id):
        raise NotAllowed("You may not say who stands inside. Ask a lead who does.")
    return wall


def _inside(wall: Wall) -> list[Member]:
    return [place.member for place in wall.insiders.select_related("member__user").order_by("member_id")]


def _kept(wall: Wall, insiders: Sequence[Member]) -> dict[str, object]:
    return {"kind": wall.kind, "inside": [_name(member) for member in insiders]}


def _place(member: Member, reason: str) -> dict[str, object]:
    """reason: why they stand inside."""
    return {"member": _name(member), "member_id": member.pk, "reason": reason}


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
