"""What the templates of imports draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from crossdesk.imports.columns import FIELDS, REQUIRED
from crossdesk.imports.enums import ImportState
from crossdesk.imports.models import Import
from crossdesk.imports.services import Look, errors_path
from crossdesk.imports.values import EPOCH
from crossdesk.web.formats import number
from crossdesk.web.sentences import spoken

TONES: Final = {
    ImportState.LOOKED: ("quiet", "edit"),
    ImportState.CHECKING: ("accent", "clock"),
    ImportState.CHECKED: ("accent", "check"),
    ImportState.RUNNING: ("accent", "run"),
    ImportState.DONE: ("good", "good"),
    ImportState.STOPPED: ("warn", "warn"),
    ImportState.UNDOING: ("warn", "undo"),
    ImportState.UNDONE: ("quiet", "undo"),
}
MOVING: Final = frozenset({ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING})
NAMES: Final[Mapping[str, str | Promise]] = {
    "id": lazy("Id of the message"),
    "text": lazy("Text"),
    "at": lazy("Written at"),
    "direction": lazy("Theirs or ours"),
    "author": lazy("Id of who wrote it"),
    "handle": lazy("Handle of who wrote it"),
    "name": lazy("Name of who wrote it"),
    "parent": lazy("Answers the message with the id"),
    "answers": lazy("Is answered by the ids"),
    "thread": lazy("Conversation or ticket"),
    "to": lazy("Written to (of ours)"),
    "account": lazy("Account of ours"),
    "url": lazy("Link to the message"),
    "language": lazy("Language"),
    "network": lazy("Network"),
    "visibility": lazy("Public or private"),
}


@dataclass(frozen=True, slots=True)
class FieldCard:
    """One thing that a column may hold, with the column and three of its values."""

    name: str
    label: str
    column: str
    samples: Sequence[str]
    required: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the dry run or of what came in."""

    label: str
    value: int
    note: str = ""
    tone: str = "quiet"


@dataclass(frozen=True, slots=True)
class ImportCard:
    """One import as the list and its own page show it. left: seconds until it is done; None where nobody can say."""

    id: int
    name: str
    address: str
    progress_address: str
    act_address: str
    errors_address: str
    state: str
    state_text: str
    tone: str
    sign: str
    moving: bool
    by_name: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    done: int
    total: int
    rate: int
    left: int | None
    read: int
    wrong: int
    messages: int
    error: str

    @property
    def may_stop(self) -> bool:
        """Does it come in right now?"""
        return self.state == ImportState.RUNNING


def import_card(row: Import, slug: str, *, now: datetime) -> ImportCard:
    """From the row."""
    tone, sign = TONES[ImportState(row.state)]
    seconds = (now - row.started_at).total_seconds() if row.started_at else 0.0
    rate = row.position / seconds if seconds > 1 else 0.0
    return ImportCard(
        id=row.pk, name=row.name, address=reverse("web:import", args=[slug, row.pk]),
        progress_address=reverse("web:import_state", args=[slug, row.pk]),
        act_address=reverse("web:import_act", args=[slug, row.pk]),
        errors_address=reverse("web:import_errors", args=[slug, row.pk]) if errors_path(row).exists() else "",
        state=row.state, state_text=spoken(ImportState(row.state).label), tone=tone, sign=sign,
        moving=row.state in MOVING, by_name=row.by_name, created_at=row.created_at, started_at=row.started_at,
        finished_at=row.finished_at, done=row.position, total=row.total, rate=round(rate),
        left=round((row.total - row.position) / rate) if rate else None, read=row.read, wrong=row.wrong,
        messages=row.messages, error=spoken(row.error),
    )  # fmt: skip


def fields(look: Look, columns: Mapping[str, str]) -> list[FieldCard]:
    """Everything that a column may hold, what nobody may leave out first."""
    order = sorted(FIELDS, key=lambda name: name not in REQUIRED)
    return [
        FieldCard(
            name, str(NAMES[name]), column := columns.get(name, ""), look.samples(column) if column else (), name in REQUIRED
        )
        for name in order
    ]  # fmt: skip


def first_rows(look: Look, most: int = 3) -> list[list[str]]:
    """The head of the file, cut to what can be looked at."""
    readable = [row for row in look.rows if row.readable][:most]
    return [[str(row.fields.get(name, "") or "")[:60] for name in look.columns[:12]] for row in readable]


def expected(summary: Mapping[str, Any]) -> list[Figure]:
    """What would come in."""
    return [
        Figure(_("Messages"), summary["messages"], _("%(theirs)s theirs, %(ours)s ours") % {"theirs": number(summary["theirs"]), "ours": number(summary["ours"])}),
        Figure(_("Conversations"), summary["conversations"], _("%(number)s messages stand alone") % {"number": number(summary["alone"])} if summary["alone"] else ""),
        Figure(_("People"), summary["contacts"]),
        Figure(_("Here already"), summary["known"], _("stay as they are")),
        Figure(_("Cannot come in"), summary["wrong"], _("rows, each with its reason"), "warn" if summary["wrong"] else "quiet"),
    ]  # fmt: skip


def came(row: Import) -> list[Figure]:
    """What came in."""
    return [
        Figure(_("Messages"), row.messages, tone="good" if row.messages else "quiet"),
        Figure(_("Conversations"), row.conversations),
        Figure(_("New people"), row.contacts),
        Figure(_("Were here already"), row.known),
        Figure(_("Could not come in"), row.wrong, tone="warn" if row.wrong else "quiet"),
    ]  # fmt: skip


def moment_of(microseconds: int) -> datetime:
    """As it stands in a summary."""
    return EPOCH + timedelta(microseconds=microseconds)
