"""From the rooms' rows to the card of one conversation: head, acts, duties, reading, thread, composer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from crossdesk.imports import policies as import_policies
from crossdesk.imports import queries as imports
from crossdesk.inbox import policies
from crossdesk.inbox.enums import DutyKind, DutyState, Resolution, State
from crossdesk.inbox.models import Conversation as ConversationRow
from crossdesk.inbox.models import Duty as DutyRow
from crossdesk.inbox.models import Entry as EntryRow
from crossdesk.inbox.queries import ConversationPage, Page
from crossdesk.messages import queries as messages
from crossdesk.org import queries as org
from crossdesk.triage.queries import DecisionLine
from crossdesk.web import formats
from crossdesk.web.jinja import department_icon, network_icon
from crossdesk.web.pages.inbox import composing, reading, show, thread, times, words
from crossdesk.web.pages.inbox.cards.reading import Reading
from crossdesk.web.pages.inbox.cards.thread import Entry, Imported
from crossdesk.web.pages.inbox.cards.whole import Conversation
from crossdesk.web.pages.inbox.cards.words import Act, Choice, Duty
from crossdesk.web.pages.inbox.setting import Setting
from crossdesk.web.sentences import spoken
from crossdesk.web.shell import with_query

NOBODY: Final = "nobody"
NO_REPLY: Final = "no_reply"
SAID: Final = ("in", "out")
NO_WALL: Final = "none"


def card(
    page: ConversationPage, setting: Setting, decisions: Mapping[int, DecisionLine], *, blind: int | None = None
) -> Conversation:
    """Everything that the middle pane shows. blind: the sample that waits; until then nothing of the reading is shown."""
    row = page.conversation
    account_name, name = _account(row), _name(row)
    may_work = policies.can_work(setting.actor) and row.state != State.CLOSED
    shown = page.window or page.entries
    entries = _entries(row, shown, setting)
    return Conversation(
        id=row.pk,
        address=show.open_address(setting.slug, setting.queue, row.pk),
        main_address=setting.address("conversation_main", row.pk),
        name=name,
        handle=f"@{row.identity.handle.lstrip('@')}",
        network=words.network(row.account.network),
        network_icon=network_icon(row.account.network),
        account=account_name,
        state=words.state(row.state),
        acts=_acts(row, setting, blind=blind is not None) if may_work else (),
        more=_more(row, setting) if may_work else (),
        duties=tuple(_duty(duty, setting) for duty in page.duties if duty.state == DutyState.OPEN),
        entries=entries,
        composer=composing.composer(page, setting),
        scheduled=composing.scheduled(row, setting),
        writing=composing.writing(row, setting),
        back_address=show.queue_address(setting.slug, setting.queue),
        seen=page.last_entry_id,
        private=row.privacy == "private",
        assignee=thread.name_of(row.assignee) if row.assignee else "",
        tags=[tag.name for tag in row.tags.all()],
        reading=None if blind else _reading(page.entries.rows, setting, decisions),
        blind_address=reverse("web:quality_sample", args=[setting.slug, blind]) if blind and may_work else "",
        older_address=_lines(row, setting, before=shown.before),
        at=page.at_entry_id,
        newer_address=_lines(row, setting, after=shown.after),
        last_said_id=max((one.pk for one in page.entries.rows if one.message_id or one.reply_id), default=0),
        walled=row.wall.name if row.wall else "",
    )


def _entries(row: ConversationRow, shown: Page[EntryRow], setting: Setting) -> tuple[Entry, ...]:
    may_reply = policies.can_reply(setting.actor, row)
    made = thread.cards(
        shown.rows,
        contact_name=_name(row),
        account_name=_account(row),
        slug=setting.slug,
        members=setting.members,
        departments={desk.pk: desk.name for desk in setting.departments},
        now=setting.now,
        undo=lambda reply_id: setting.address("reply_undo", row.pk, reply_id),
        rest=lambda reply_id, name: setting.address("rest", row.pk, reply_id, name) if may_reply else "",
        reader_id=setting.actor.member_id,
    )
    mark = _imported(row, setting)
    return tuple(replace(one, imported=mark) if one.kind in SAID else one for one in made) if mark else made


def _imported(row: ConversationRow, setting: Setting) -> Imported | None:
    """From which import it came, and when. What an import brings is closed. One query, none for what is open."""
    found = imports.import_of(setting.actor, row.pk) if row.state == State.CLOSED else None
    if found is None:
        return None
    at = found.started_at or found.created_at
    words = _("From %(file)s, imported by %(name)s: %(moment)s")
    title = words % {"file": found.name, "name": found.by_name, "moment": formats.short(at, now=setting.now)}
    may = import_policies.can_import(setting.actor)
    return Imported(title, reverse("web:import", args=[setting.slug, found.pk]) if may else "")


def _name(row: ConversationRow) -> str:
    return row.identity.name or row.identity.handle


def _account(row: ConversationRow) -> str:
    return f"@{row.account.handle.lstrip('@')}"


def more_lines(row: ConversationRow, page: Page[EntryRow], setting: Setting) -> dict[str, object]:
    """One more page of lines, older or newer, and what leads on from it."""
    entries = _entries(row, page, setting)
    return {
        "id": row.pk,
        "entries": entries,
        "older_address": _lines(row, setting, before=page.before),
        "newer_address": _lines(row, setting, after=page.after),
    }


def _lines(row: ConversationRow, setting: Setting, *, before: str = "", after: str = "") -> str:
    if not before and not after:
        return ""
    address = reverse("web:conversation_lines", args=[setting.slug, row.pk])
    return with_query(address, queue=setting.queue, before=before, after=after)


def _reading(entries: Sequence[EntryRow], setting: Setting, decisions: Mapping[int, DecisionLine]) -> Reading | None:
    """Of their newest message that was read."""
    heard = composing.newest_heard(entries)
    if heard is None:
        return None
    values = messages.effective_reading(heard)
    corrected_by = {
        fix.head: thread.name_of(fix.by) for fix in reversed(messages.corrections_of(heard)) if fix.undone_at is None
    }
    return reading.card(
        values,
        decisions.get(heard.pk),
        corrected_by=corrected_by,
        address=setting.address("correct", heard.pk),
        why_address=setting.address("why", heard.pk),
    )


def _duty(duty: DutyRow, setting: Setting) -> Duty:
    kind = _("Answer") if duty.kind == DutyKind.RESPOND else _("Look at it")
    owner = thread.name_of(duty.owner) if duty.owner else ""
    may = duty.kind == DutyKind.REVIEW and policies.can_settle(setting.actor, duty)
    return Duty(
        department=duty.department.name,
        icon=department_icon(duty.department.key),
        kind=kind,
        due_at=duty.due_at,
        note=" · ".join(part for part in (kind, owner, spoken(duty.reason)) if part),
        done_address=setting.address("duty_done", duty.conversation_id, duty.pk) if may else "",
    )


def _acts(row: ConversationRow, setting: Setting, *, blind: bool) -> tuple[Act, ...]:
    def act(key: str, label: str, icon: str, hotkey: str, **more: object) -> Act:
        return Act(key, label, icon, setting.address("act", row.pk, key), hotkey, **more)  # type: ignore[arg-type]

    made = []
    if row.triage_since is not None and not blind:
        made.append(act("decide", _("Whose is it?"), "triage", "d", choices=_decisions(row, setting), prime=True))
    if row.assignee_id != setting.actor.member_id:
        made.append(
            act("take", _("Take"), "take", "t", small=row.triage_since is not None or row.assignee_id is not None)
        )
    made.append(act("assign", _("Assign"), "assign", "a", choices=people(setting, row.assignee_id)))
    if desks := _desks(row, setting):
        made.append(act("hand_over", _("Hand over"), "hand_over", "h", choices=desks))
    if row.state == State.RESOLVED:
        return (*made, act("reopen", _("Open again"), "reopen", "o", prime=True))
    if row.snoozed_until is not None:
        made.append(act("unsnooze", _("Bring back"), "clock", "s"))
    else:
        made.append(act("snooze", _("Snooze"), "snooze", "s", choices=times_offered(setting.now), custom="moment"))
    ends = tuple(Choice(key, str(words.RESOLUTIONS[key])) for key in words.RESOLUTIONS)
    return (*made, act("resolve", _("Resolve"), "resolve", "e", choices=ends, prime=row.triage_since is None))


def _more(row: ConversationRow, setting: Setting) -> tuple[Act, ...]:
    def act(key: str, label: str, icon: str, **more: object) -> Act:
        return Act(key, label, icon, setting.address("act", row.pk, key), "", **more)  # type: ignore[arg-type]

    tags = tuple(Choice(str(tag.pk), tag.name) for tag in row.tags.all())
    made = [act("tag", _("Put a word on it"), "tag", custom="text")]
    if tags:
        made.append(act("untag", _("Take a word off"), "close", choices=tags))
    if desks := _desks(row, setting):
        asks = _("What should they look at?")
        made.append(act("ask", _("Ask a department to look"), "consult", choices=desks, asks=asks, asks_name="because"))
    if policies.can_enclose(setting.actor) and (walls := _walls(row, setting)):
        made.append(act("enclose", _("Put a wall around it"), "lock", choices=walls, asks=_("Why?")))
    return tuple(made)


def people(setting: Setting, assignee_id: int | None) -> tuple[Choice, ...]:
    """Whom it may be given to, the reader first; back to everybody where somebody has it."""
    able = [(pk, name) for pk, name in setting.members.items() if pk in setting.able or pk == assignee_id]
    found = sorted(able, key=lambda one: (one[0] != setting.actor.member_id, one[1].lower()))
    made = [
        Choice(str(pk), name, _("you") if pk == setting.actor.member_id else "", current=pk == assignee_id)
        for pk, name in found
    ]
    return (*made, Choice(NOBODY, _("Nobody: back to everybody"), icon="no_person")) if assignee_id else tuple(made)


def _desks(row: ConversationRow, setting: Setting) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(desk.pk), desk.name, icon=department_icon(desk.key))
        for desk in setting.departments
        if desk.pk != row.department_id
    )


def _walls(row: ConversationRow, setting: Setting) -> tuple[Choice, ...]:
    """Walls that the reader stands inside of; out again where one stands already."""
    inside = tuple(
        Choice(str(line.wall.pk), line.wall.name, current=line.wall.pk == row.wall_id)
        for line in (org.walls(setting.actor) if setting.actor.walls else ())
    )
    return (*inside, Choice(NO_WALL, _("No wall: bring it out"), icon="close")) if row.wall_id else inside


def _decisions(row: ConversationRow, setting: Setting) -> tuple[Choice, ...]:
    desks = tuple(Choice(str(desk.pk), desk.name, icon=department_icon(desk.key)) for desk in setting.departments)
    return (*desks, Choice(NO_REPLY, _("Needs no reply"), icon="close"))


def times_offered(now: datetime) -> tuple[Choice, ...]:
    """The moments of the menu, each with the day and hour that it is."""
    return tuple(
        Choice(moment.isoformat(), name, formats.short(moment, now=now)) for name, moment in times.offered(now)
    )


def resolutions() -> frozenset[str]:
    """What `resolve` may be given."""
    return frozenset(Resolution.values)
