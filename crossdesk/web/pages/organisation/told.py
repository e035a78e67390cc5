"""The audit trail in plain words: what was done, and from what to what."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from crossdesk.insights.registry import MEASURES
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.org import queries as org
from crossdesk.org.enums import Basis, Part, Role, WallKind
from crossdesk.triage import queries as triage
from crossdesk.triage.rules import Known
from crossdesk.web import formats
from crossdesk.web.jinja import words
from crossdesk.web.pages.accounts.show import level_names, network_name
from crossdesk.web.pages.organisation import week
from crossdesk.web.pages.scoreboard.show import goal_words
from crossdesk.web.sentences import spoken

ACTIONS: Final[Mapping[str, str | Promise]] = {
    "channels.archive": lazy("Archive opened"),
    "channels.change_secret": lazy("Secret of a source changed"),
    "channels.connect": lazy("Account connected"),
    "channels.follow_word": lazy("Began to follow"),
    "channels.lift_hold": lazy("Hold lifted"),
    "channels.pause": lazy("Account paused"),
    "channels.put_hold": lazy("Hold put"),
    "channels.reconnect": lazy("Account connected again"),
    "channels.remove": lazy("Account disconnected"),
    "channels.resume": lazy("Account resumed"),
    "channels.set_access": lazy("Access changed"),
    "channels.settle_doubtful": lazy("Message in doubt decided"),
    "channels.unfollow_word": lazy("Stopped following"),
    "contact.joined": lazy("Two people found to be one"),
    "contact.kept_apart": lazy("Two people found to be two"),
    "contact.maybe_same_again": lazy("Two people may be one again"),
    "contact.parted": lazy("One person became two again"),
    "conversation.enclosed": lazy("Conversation enclosed"),
    "department.added": lazy("Department added"),
    "department.archived": lazy("Department archived"),
    "department.changed": lazy("Department changed"),
    "department.moved": lazy("Department moved in the order"),
    "department.restored": lazy("Department brought back"),
    "goal.set": lazy("Goal set"),
    "holiday.added": lazy("Holiday added"),
    "holiday.changed": lazy("Holiday changed"),
    "holiday.removed": lazy("Holiday removed"),
    "hours.set": lazy("Opening hours set"),
    "hours.withdrawn": lazy("Opening hours taken back"),
    "imports.begin": lazy("Import begun"),
    "imports.done": lazy("Import came in"),
    "imports.take_back": lazy("Import taken back"),
    "invitation.accepted": lazy("Invitation accepted"),
    "invitation.made": lazy("Invited"),
    "invitation.restored": lazy("Invitation brought back"),
    "invitation.revoked": lazy("Invitation taken back"),
    "matrix.changed": lazy("Responsibility changed"),
    "member.deactivated": lazy("Access taken away"),
    "member.joined": lazy("Joined"),
    "member.reactivated": lazy("Access given back"),
    "member.role_changed": lazy("Role changed"),
    "member.seats_changed": lazy("Seats changed"),
    "member.title_changed": lazy("Title changed"),
    "quality.blind_share": lazy("Share of messages that wait blind changed"),
    "quality.head": lazy("Chosen what reads messages: learned here or general"),
    "rule.archived": lazy("Rule archived"),
    "rule.changed": lazy("Rule changed"),
    "rule.created": lazy("Rule written"),
    "rule.disabled": lazy("Rule let rest"),
    "rule.enabled": lazy("Rule let work"),
    "rule.moved": lazy("Rule moved in the order"),
    "rule.restored": lazy("Rule brought back"),
    "targets.changed": lazy("Targets changed"),
    "user.password_changed": lazy("Password changed"),
    "user.renamed": lazy("Name changed"),
    "user.reset_link_made": lazy("Link for a new password made"),
    "wall.insider_added": lazy("Let inside a wall"),
    "wall.insider_asleep": lazy("No longer inside a wall: access taken"),
    "wall.insider_removed": lazy("Let out of a wall"),
    "wall.opened": lazy("Wall opened"),
    "wall.put_up_again": lazy("Wall put up again"),
    "wall.taken_down": lazy("Wall taken down"),
    "workspace.changed": lazy("Workspace changed"),
    "workspace.created": lazy("Workspace made"),
    "workspace.pictures_described": lazy("Rule for pictures changed"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing of a change, from what to what; empty where there was or is nothing."""

    what: str
    before: str
    after: str


def action(code: str) -> str:
    """What was done, in words; the code of an action that nobody has words for."""
    return str(ACTIONS.get(code, code))


def subject(entry: AuditEntry) -> str:
    """On what it was done."""
    if entry.subject_kind == "intent":
        return words(entry.subject_name)
    return "" if entry.action in ("targets.changed", "workspace.pictures_described") else entry.subject_name


class Teller:
    """Tells the changes of one page: names are read once, and only if a change speaks of them."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    @cached_property
    def _desks(self) -> Sequence[tuple[int, str, str]]:
        return [(desk.pk, desk.key, desk.name) for desk in org.every_department(self._actor)]

    @cached_property
    def _known(self) -> Known:
        return triage.known(self._actor.workspace_id)

    def steps(self, entry: AuditEntry) -> list[Step]:
        """From what to what."""
        tell = _TELLERS.get(entry.action.split(".")[0], Teller._plain)
        if entry.action in _OF_ACTION:
            tell = _OF_ACTION[entry.action]
        return [step for step in tell(self, entry) if step.before != step.after]

    def _desk_of_key(self, key: str) -> str:
        return next((name for _pk, one, name in self._desks if one == key), key)

    def _department(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = entry.before or {}, entry.after or {}
        for key, name in (("name", _("Name")), ("purpose", _("Purpose"))):
            if before and after:
                yield Step(name, str(before.get(key, "")), str(after.get(key, "")))
        if before and after and any(before.get(key) != after.get(key) for key in ("icon", "color")):
            yield Step(_("Sign"), *(f"{one.get('icon', '')} {one.get('color', '')}" for one in (before, after)))

    def _order(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = (one.get("order", []) for one in (entry.before or {}, entry.after or {}))
        yield Step(_("Order"), *(", ".join(map(self._desk_of_key, one)) for one in (before, after)))

    def _hours(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = entry.before or {}, entry.after or {}
        day = formats.date(date.fromisoformat((after or before)["valid_from"]))
        yield Step(
            _("From %(day)s") % {"day": day}, *(week.words(one["week"]) if one else "" for one in (before, after))
        )
        yield Step(_("Time zone"), *(one.get("time_zone", "").replace("_", " ") for one in (before, after)))

    def _holiday(self, entry: AuditEntry) -> Iterator[Step]:
        kept = (entry.before, entry.after)
        yield Step(_("Day"), *(formats.date(date.fromisoformat(one["day"])) if one else "" for one in kept))
        yield Step(_("Called"), *(one["name"] if one else "" for one in kept))

    def _matrix(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = entry.before or {}, entry.after or {}
        for _pk, key, name in self._desks:
            yield Step(name, *(spoken(Part(one[key]).label) if key in one else _("No part") for one in (before, after)))

    def _targets(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = ([_target(row) for row in one or []] for one in (entry.before, entry.after))
        for line in before:
            if line not in after:
                yield Step(_("First response"), line, "")
        for line in after:
            if line not in before:
                yield Step(_("First response"), "", line)
        if sorted(before) == sorted(after):
            yield Step(_("Order"), "; ".join(before), "; ".join(after))

    def _member(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = entry.before or {}, entry.after or {}
        if "role" in before or "role" in after:
            yield Step(
                _("Role"), *(spoken(Role(one["role"]).label) if "role" in one else "" for one in (before, after))
            )
        yield Step(_("Sits in"), *(self._seats(one.get("seats", {})) for one in (before, after)))
        yield Step(_("Title"), *(one.get("title", "") for one in (before, after)))

    def _seats(self, seats: Mapping[str, bool]) -> str:
        return ", ".join(
            f"{self._desk_of_key(key)} ({_('leads')})" if leads else self._desk_of_key(key)
            for key, leads in seats.items()
        )

    def _invitation(self, entry: AuditEntry) -> Iterator[Step]:
        kept = (entry.before or {}, entry.after or {})
        yield Step(_("Role"), *(spoken(Role(one["role"]).label) if "role" in one else "" for one in kept))
        yield Step(_("Departments"), *(", ".join(map(self._desk_of_key, one.get("departments", ()))) for one in kept))

    def _goal(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = entry.before or {}, entry.after or {}
        for key in after:
            yield Step(
                spoken(MEASURES[key].label),
                *(goal_words(MEASURES[key], one[key]) if one.get(key) is not None else "" for one in (before, after)),
            )

    def _wall(self, entry: AuditEntry) -> Iterator[Step]:
        kept = (entry.before or {}, entry.after or {})
        yield Step(_("For"), *(spoken(WallKind(one["kind"]).label) if "kind" in one else "" for one in kept))
        yield Step(_("Inside"), *(", ".join(one.get("inside", ())) or one.get("member", "") for one in kept))
        yield from self._pause(entry)

    def _rule(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = entry.before or {}, entry.after or {}
        if entry.action == "rule.moved":
            yield Step(_("Place"), *(str(one["place"] + 1) for one in (before, after)))
        yield Step(_("Name"), *(one.get("name", "") for one in (before, after)))
        yield Step(_("What it does"), *(self._sentence(one) for one in (before, after)))

    def _sentence(self, kept: Mapping[str, Any]) -> str:
        return spoken(triage.told(kept, known=self._known)) if "conditions" in kept else ""

    def _access(self, entry: AuditEntry) -> Iterator[Step]:
        names = dict(level_names())
        one = (entry.after or entry.before or {}).get("department_id")
        desk = next((name for pk, _key, name in self._desks if pk == one), _("a department that is gone"))
        yield Step(
            desk,
            *(", ".join(names[level] for level in (kept or {}).get("levels", ())) or _("Nothing")
              for kept in (entry.before, entry.after)),
        )  # fmt: skip

    def _follow(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = (
            (kept or {}).get("word", "") if (kept or {}).get("follows") else "" for kept in (entry.before, entry.after)
        )
        yield Step(_("Follows"), before, after)

    def _connect(self, entry: AuditEntry) -> Iterator[Step]:
        after = entry.after or {}
        yield Step(_("Network"), "", network_name(after["network"]) if "network" in after else "")

    def _share(self, entry: AuditEntry) -> Iterator[Step]:
        yield Step(_("Of a hundred"), *(str(one["percent"]) for one in (entry.before or {}, entry.after or {})))

    def _pause(self, entry: AuditEntry) -> Iterator[Step]:
        if entry.reason:
            yield Step(_("Why"), "", entry.reason)

    def _workspace(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = entry.before or {}, entry.after or {}
        yield Step(_("Name"), *(one.get("name", "") for one in (before, after)))
        yield Step(_("Time zone"), *(one.get("time_zone", "").replace("_", " ") for one in (before, after)))
        yield Step(
            _("Departments"),
            *(", ".join(map(self._desk_of_key, one.get("departments", ()))) for one in (before, after)),
        )
        if "must" in after:
            yield Step(
                _("No picture leaves without a description"),
                *(_("Yes") if one["must"] else _("No") for one in (before, after)),
            )

    def _plain(self, entry: AuditEntry) -> Iterator[Step]:
        before, after = (one if isinstance(one, dict) else {} for one in (entry.before, entry.after))
        for key in dict.fromkeys((*before, *after)):
            yield Step(words(key), *(_told(one.get(key)) for one in (before, after)))


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_told, value))
    return "" if value is None else str(value)


def _target(row: Mapping[str, Any]) -> str:
    """Complaint, every urgency: 1 h, round the clock."""
    about = [words(row["intent"]) if row["intent"] else _("Every topic")]
    about.append(words(row["urgency"]) if row["urgency"] else _("Every urgency"))
    return f"{', '.join(about)}: {formats.duration(row['seconds'])}, {spoken(Basis(row['basis']).label)}"


Tell = Callable[[Teller, AuditEntry], Iterator[Step]]
_TELLERS: Final[Mapping[str, Tell]] = {
    "department": Teller._department,
    "goal": Teller._goal,
    "holiday": Teller._holiday,
    "hours": Teller._hours,
    "invitation": Teller._invitation,
    "matrix": Teller._matrix,
    "member": Teller._member,
    "rule": Teller._rule,
    "targets": Teller._targets,
    "wall": Teller._wall,
    "workspace": Teller._workspace,
}
_OF_ACTION: Final[Mapping[str, Tell]] = {
    "channels.connect": Teller._connect,
    "channels.follow_word": Teller._follow,
    "channels.pause": Teller._pause,
    "channels.reconnect": Teller._connect,
    "channels.resume": Teller._pause,
    "channels.set_access": Teller._access,
    "channels.unfollow_word": Teller._follow,
    "department.moved": Teller._order,
    "quality.blind_share": Teller._share,
}
