"""What happened to a conversation, in sentences: `Mara took it`, `handed over to Product: …`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from crossdesk.web import formats
from crossdesk.web.pages.inbox import words
from crossdesk.web.sentences import spoken

# event: (sentence, icon). The name of who did it stands before it, or nobody's.
SENTENCES: Final = {
    "taken": (lazy("took it"), "take"),
    "assigned": (lazy("gave it to %(member)s"), "assign"),
    "unassigned": (lazy("put it back to everybody"), "no_person"),
    "handed_over": (lazy("handed it over to %(department)s"), "hand_over"),
    "decided": (lazy("said what it is: %(verdict)s"), "triage"),
    "snoozed": (lazy("put it off until %(until)s"), "snooze"),
    "snooze_ended": (lazy("it is back"), "clock"),
    "resolved": (lazy("resolved it: %(resolution)s"), "resolve"),
    "reopened": (lazy("opened it again"), "reopen"),
    "closed": (lazy("closed it for good"), "closed"),
    "tagged": (lazy("put #%(name)s on it"), "tag"),
    "untagged": (lazy("took #%(name)s off it"), "tag"),
    "duty_added": (lazy("asked %(department)s to look at it"), "consult"),
    "duty_discharged": (lazy("did what %(department)s owed"), "check"),
    "duty_waived": (lazy("said that %(department)s need not do it"), "check"),
    "undone": (lazy("took back the last act"), "undo"),
    "brought_out": (lazy("brought it out from behind the wall"), "lock"),
    "enclosed": (lazy("put a wall around it"), "lock"),
    "message_edited": (lazy("a message was edited"), "edit"),
    "message_deleted": (lazy("a message was deleted by its author"), "remove"),
    "reply_failed": (lazy("the answer was not sent: %(error)s"), "bad"),
    "reply_partly": (lazy("only a part of the answer was sent: %(error)s"), "warn"),
    "reply_doubtful": (lazy("nobody knows whether the answer arrived: %(error)s"), "warn"),
}


def sentence(
    event: str, details: Mapping[str, Any], *, members: Mapping[int, str], departments: Mapping[int, str], now: datetime
) -> tuple[str, str]:
    """The words and the icon of one event. Names that are gone are said as such."""
    text, sign = SENTENCES.get(event, (words.plain(event).lower(), "info"))
    filled = str(text) % {
        "member": members.get(details.get("member_id") or 0, _("somebody who left")),
        "department": departments.get(details.get("department_id") or 0, _("a department that is gone")),
        "until": _moment(details.get("until"), now=now),
        "resolution": formats.inside(str(words.RESOLUTIONS.get(details.get("resolution", ""), ""))),
        "verdict": _verdict(details),
        "name": details.get("name", ""),
        "error": spoken(details.get("error", "")),
    }
    why = details.get("note") or details.get("reason") or details.get("because") or ""
    why = spoken(why)
    return (f"{filled}: {why}" if why and event not in ("assigned", "taken") else filled), sign


def _moment(value: Any, *, now: datetime) -> str:
    return formats.short(datetime.fromisoformat(value), now=now) if isinstance(value, str) and value else ""


def _verdict(details: Mapping[str, Any]) -> str:
    said = [] if details.get("needs_reply") else [_("needs no reply")]
    if details.get("intent") in words.INTENTS:
        said.append(formats.inside(str(words.INTENTS[details["intent"]][0])))
    if details.get("urgency") in words.URGENCIES:
        said.append(formats.inside(str(words.URGENCIES[details["urgency"]][0])))
    return ", ".join(said)
