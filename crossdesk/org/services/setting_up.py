"""Setting a workspace up, step by step. Each step can be left, come back to and changed."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from crossdesk.journal import audit
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import NotFound
from crossdesk.org import checks, guards, policies, presets
from crossdesk.org.enums import Company, Right, Step
from crossdesk.org.models import Department, Responsibility, Seat, SetUp
from crossdesk.org.services import departments

ORDER = tuple(Step.values)


@transaction.atomic
def choose_company(*, company: str, by: Actor, now: datetime) -> SetUp:
    """Is it one person, or a team?"""
    row = _set_up(by)
    if company not in Company.values:
        raise checks.Bad("Say whether you work alone or in a team.")
    if row.company != company:
        _record("set_up.company", row, by=by, now=now, before={"company": row.company}, after={"company": company})
        row.company = company
    _reach(row, Step.DEPARTMENTS)
    return row


@transaction.atomic
def choose_departments(*, chosen: Mapping[str, str], by: Actor, now: datetime) -> list[Department]:
    """Exactly these presets: what is missing is made with a seat for who chooses, what is too much goes, and departments
    of the workspace's own stay. Returns those that came.

    chosen: what the workspace calls each of them, by key; empty: as the preset does.
    """
    row = _set_up(by)
    wanted = [preset.key for preset in presets.DEPARTMENTS if preset.key in chosen]
    if not wanted:
        raise checks.Bad("Choose at least one department.")
    there = {desk.key: desk for desk in Department.objects.filter(workspace_id=by.workspace_id)}
    came = [
        _come(key, there.get(key), name=chosen[key], by=by, now=now)
        for key in wanted
        if key not in there or there[key].archived_at is not None
    ]
    for preset in presets.DEPARTMENTS:
        desk = there.get(preset.key)
        if desk is not None and desk.archived_at is None and preset.key not in wanted:
            _let_go(desk, by=by, now=now)
    _put_in_order(by.workspace_id)
    _reach(row, Step.ACCOUNT)
    return came


@transaction.atomic
def go_on(*, to: str, by: Actor) -> SetUp:
    """This step is finished or passed over. Going back takes nothing away."""
    row = _set_up(by)
    if to not in ORDER:
        raise NotFound("There is no such step.")
    _reach(row, to)
    return row


@transaction.atomic
def hours_are_right(*, by: Actor, now: datetime) -> None:
    """The hours that the departments came with are the right ones."""
    row = _set_up(by)
    row.hours_right_at = row.hours_right_at or now
    row.save(update_fields=["hours_right_at"])


@transaction.atomic
def put_away(*, by: Actor, now: datetime, away: bool = True) -> None:
    """Nobody wants to see the checklist any more, or somebody does again."""
    row = _set_up(by)
    row.put_away_at = now if away else None
    row.save(update_fields=["put_away_at"])


@transaction.atomic
def all_done(*, by: Actor, now: datetime) -> None:
    """The checklist has nothing left: it goes for good."""
    row = _set_up(by)
    row.done_at = row.done_at or now
    row.save(update_fields=["done_at"])


def _come(key: str, archived: Department | None, *, name: str, by: Actor, now: datetime) -> Department:
    if archived is None:
        desk = departments.add_preset(key=key, name=name, by=by, now=now)
    else:
        desk = departments.restore_department(department_id=archived.pk, by=by, now=now)
        departments.parts_of_preset(desk)
    if by.member_id is not None:
        Seat.objects.update_or_create(member_id=by.member_id, department=desk, defaults={"leads": True})
    return desk


def _let_go(desk: Department, *, by: Actor, now: datetime) -> None:
    """What was its own waits in triage until somebody says whose it is."""
    if why := guards.why_not_archive(desk.pk):
        raise departments.DepartmentInUse(why)
    Responsibility.objects.filter(department=desk).delete()
    departments.archive_department(department_id=desk.pk, by=by, now=now)


def _put_in_order(workspace_id: int) -> None:
    place = {preset.key: position for position, preset in enumerate(presets.DEPARTMENTS)}
    desks = list(Department.objects.filter(workspace_id=workspace_id).order_by("position", "id"))
    for position, desk in enumerate(sorted(desks, key=lambda desk: place.get(desk.key, len(place)))):
        desk.position = position
    Department.objects.bulk_update(desks, ["position"])


def _set_up(by: Actor) -> SetUp:
    policies.require(by, Right.MANAGE_WORKSPACE, "set the workspace up")
    row = SetUp.objects.select_for_update().filter(workspace_id=by.workspace_id).select_related("workspace").first()
    if row is None:
        raise NotFound("This workspace was not begun in the browser.")
    return row


def _reach(row: SetUp, step: str) -> None:
    if ORDER.index(step) > ORDER.index(row.reached):
        row.reached = step
    row.save(update_fields=["company", "reached"])


def _record(
    action: str, row: SetUp, *, by: Actor, now: datetime, before: dict[str, object], after: dict[str, object]
) -> None:
    audit.record(
        action, by=by, at=now, subject_kind="workspace", subject_id=row.workspace_id, subject_name=row.workspace.name,
        before=before, after=after,
    )  # fmt: skip
