"""Inviting many people from a list: first what would happen to each, then all that can be, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from crossdesk.kit.actor import Actor
from crossdesk.org import checks, policies, queries
from crossdesk.org.enums import Right, Role
from crossdesk.org.models import Department, Invitation, Member
from crossdesk.org.roster import Line
from crossdesk.org.services.invitations import invite


class Fate(StrEnum):
    """What becomes of a line."""

    INVITED = "invited"  # it will be
    THERE = "there"  # nothing: it is so already
    WRONG = "wrong"  # nothing: see why


@dataclass(frozen=True, slots=True)
class Planned:
    """One line with what becomes of it. why: what is wrong with it, or why nothing happens."""

    line: Line
    fate: Fate
    email: str
    role: str
    department_ids: tuple[int, ...]
    departments: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """An invitation with the secret of its link, which is shown once."""

    invitation: Invitation
    token: str


def plan_import(
    *, lines: Sequence[Line], by: Actor, now: datetime, roles: Mapping[str, str] | None = None
) -> list[Planned]:
    """What would happen to each line; changes nothing. Four queries at most.

    roles: further names of roles, as their reader knows them, in small letters.
    """
    policies.require(by, Right.MANAGE_PEOPLE, "invite people")
    known = _Known(by, now=now, roles=roles or {})
    return [known.planned(line) for line in lines]


@transaction.atomic
def import_people(
    *, lines: Sequence[Line], by: Actor, now: datetime, roles: Mapping[str, str] | None = None
) -> tuple[list[Planned], list[Made]]:
    """Invite everybody whose line is right, all in one transaction; the others are left out, each with its reason.

    The lines are planned anew: what others did since is seen. The same list again invites nobody again.
    """
    plan = plan_import(lines=lines, by=by, now=now, roles=roles)
    made = [
        Made(*invite(email=one.email, name=one.line.name, role=one.role, department_ids=one.department_ids, by=by, now=now))
        for one in plan
        if one.fate == Fate.INVITED
    ]  # fmt: skip
    return plan, made


class _Known:
    """What stands already, read once."""

    def __init__(self, by: Actor, *, now: datetime, roles: Mapping[str, str]) -> None:
        self._by = by
        names = {
            **{label.casefold(): value for value, label in Role.choices},
            **{value: value for value in Role.values},
        }
        self._roles = {**names, **roles}
        desks = Department.objects.filter(workspace_id=by.workspace_id, archived_at=None).order_by("position", "id")
        self._names = {desk.pk: desk.name for desk in desks}
        self._desks = {name.casefold(): pk for pk, name in self._names.items()} | {desk.key: desk.pk for desk in desks}
        members = Member.objects.filter(workspace_id=by.workspace_id, active=True)
        self._members = set(members.values_list("user__email", flat=True))
        open_ones = queries.open_invitations(by.workspace_id, now=now).prefetch_related("departments")
        self._open = {one.email: (one.role, {desk.pk for desk in one.departments.all()}) for one in open_ones}
        self._seen: dict[str, int] = {}

    def planned(self, line: Line) -> Planned:
        email, role = line.email.casefold(), ""
        ids: tuple[int, ...] = ()
        try:
            email = checks.email(line.email) if line.email else _refuse("Give an e-mail address.")
            role, ids = self._role(line.role), self._ids(line.departments)
            checks.text(line.name, "a name", most=120, least=0)
            self._only_once(email, line.number)
        except checks.Bad as error:
            return self._said(line, Fate.WRONG, email, role, ids, error.message)
        if email in self._members:
            return self._said(line, Fate.THERE, email, role, ids, "A member already: nothing changes.")
        if email in self._open:
            if self._open[email] == (role, set(ids)):
                return self._said(line, Fate.THERE, email, role, ids, "Invited already: the link goes on working.")
            why = "Invited already, with another role or other departments. Take that invitation back first."
            return self._said(line, Fate.WRONG, email, role, ids, why)
        return self._said(line, Fate.INVITED, email, role, ids)

    def _said(self, line: Line, fate: Fate, email: str, role: str, ids: tuple[int, ...], why: str = "") -> Planned:
        return Planned(line, fate, email, role, ids, tuple(self._names[pk] for pk in ids), why)

    def _role(self, given: str) -> str:
        role = self._roles.get(given.casefold()) if given else Role.MEMBER
        if role is None:
            raise checks.Bad(f"“{given}” is no role. Choose among {', '.join(Role.values)}.")
        if not policies.can_make(self._by, role):
            raise checks.Bad("Only an owner invites an owner.")
        return str(role)

    def _ids(self, names: Sequence[str]) -> tuple[int, ...]:
        unknown = next((name for name in names if name.casefold() not in self._desks), None)
        if unknown is not None:
            raise checks.Bad(f"There is no department “{unknown}”. Add it first, or write it as it is called here.")
        return tuple(dict.fromkeys(self._desks[name.casefold()] for name in names))

    def _only_once(self, email: str, number: int) -> None:
        first = self._seen.setdefault(email, number)
        if first != number:
            raise checks.Bad(f"This address stands on line {first} already.")


def _refuse(sentence: str) -> str:
    raise checks.Bad(sentence)
