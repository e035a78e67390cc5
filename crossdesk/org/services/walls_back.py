"""How changes of walls are put back, so that nobody ever sees by it what a wall hid.

Each way asks anew, at the moment of putting back: who does it stands inside now and may change walls, as if they did it
by hand; to all others neither wall nor change exists. Besides:

- A wall that was made is taken down only while it encloses nothing. What stands behind it comes out by hand, one
  by one, each with its reason.
- A wall that was taken down stands again with who stood inside; it encloses nothing then, so it shows nothing.
- Somebody who was let in goes out again; the last one inside stays.
- Somebody who was let out, or lost their access, comes in again only as an active member, and only to what they had seen before: once
  more was put behind the wall, or came in there, they are let in by hand, with a new reason.
"""

from datetime import datetime
from typing import Any

from crossdesk.journal.changes import place, thing, values, way_back
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.org import policies
from crossdesk.org.models import Wall, WallMember
from crossdesk.org.services import walls


def _inside(by: Actor, entry: AuditEntry) -> bool:
    return policies.can_manage_walls(by, thing(entry))


def _standing(entry: AuditEntry) -> dict[str, Any] | None:
    rows = Wall.objects.filter(workspace_id=place(entry), pk=thing(entry), taken_down_at=None)
    return {} if rows.exists() else None


@way_back("wall.opened", "wall.put_up_again", may=_inside, stands=_standing)
def _take_down(entry: AuditEntry, wanted: None, by: Actor, now: datetime) -> None:
    walls.bring_down(walls.lock_wall(by, thing(entry)), reason="", by=by, now=now)


@way_back("wall.taken_down", may=_inside, stands=_standing)
def _put_up_again(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    walls.put_up_again(wall_id=thing(entry), by=by, now=now)


def _insider(entry: AuditEntry) -> dict[str, Any] | None:
    inside = WallMember.objects.filter(
        wall_id=thing(entry), member_id=values(entry)["member_id"], asleep_at=None, wall__taken_down_at=None
    )
    return {} if inside.exists() else None


@way_back("wall.insider_added", may=_inside, stands=_insider)
def _let_out(entry: AuditEntry, wanted: None, by: Actor, now: datetime) -> None:
    walls.let_out(walls.lock_wall(by, thing(entry)), values(entry)["member_id"], reason="", by=by, now=now)


@way_back("wall.insider_removed", "wall.insider_asleep", may=_inside, stands=_insider)
def _let_in_again(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    wall = walls.lock_wall(by, thing(entry))
    newest = walls.newest_behind(wall.pk)
    if newest is not None and newest >= entry.at:
        raise walls.MoreBehindIt("More was put behind this wall since. Let them in by hand, with a reason.")
    walls.add_insider(
        wall_id=wall.pk, member_id=wanted["member_id"], reason=wanted["reason"], by=by, now=now
    )  # fmt: skip
