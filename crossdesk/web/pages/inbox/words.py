"""The values of the inbox in words, with the tone and the icon they are shown with."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from crossdesk.web import formats
from crossdesk.web.catalogue import said as _
from crossdesk.web.pages.inbox.cards.words import Choice, Label

INTENTS: Final = {
    "complaint": (lazy("Complaint"), "bad"),
    "question": (lazy("Question"), "accent"),
    "praise": (lazy("Praise"), "good"),
    "suggestion": (lazy("Suggestion"), "accent"),
    "sales_lead": (lazy("Sales lead"), "accent"),
    "press_enquiry": (lazy("Press"), "warn"),
    "job_enquiry": (lazy("Job"), "accent"),
    "conduct": (lazy("Conduct"), "warn"),
    "threat": (lazy("Threat"), "bad"),
    "protest": (lazy("Protest"), "warn"),
    "phishing": (lazy("Phishing"), "bad"),
    "confidential_leak": (lazy("Leak"), "bad"),
    "legal_privacy": (lazy("Legal, privacy"), "warn"),
    "partner_request": (lazy("Partner"), "accent"),
    "spam_abuse": (lazy("Spam or abuse"), "quiet"),
    "other": (lazy("Other"), "quiet"),
}
SENTIMENTS: Final = {
    "negative": (lazy("Negative"), "bad"),
    "neutral": (lazy("Neutral"), "quiet"),
    "positive": (lazy("Positive"), "good"),
}
URGENCIES: Final = {
    "p1": (lazy("P1, at once"), "bad"),
    "high": (lazy("High"), "warn"),
    "normal": (lazy("Normal"), "quiet"),
    "low": (lazy("Low"), "quiet"),
}
SAFETY: Final = {
    "threat": lazy("Threat"),
    "self_harm": lazy("Self-harm"),
    "personal_data_public": lazy("Personal data in public"),
    "press": lazy("Press"),
    "regulator": lazy("Regulator"),
    "legal_threat": lazy("Going to law"),
    "product_safety": lazy("Product safety"),
    "phishing": lazy("Phishing"),
    "leak": lazy("Leak"),
}
RESOLUTIONS: Final = {
    "answered": lazy("Answered"),
    "no_reply_needed": lazy("No reply needed"),
    "handled_elsewhere": lazy("Handled elsewhere"),
    "duplicate": lazy("Duplicate"),
    "spam": lazy("Spam"),
    "other": lazy("Other"),
}
STATES: Final = {
    "waiting": (lazy("Waiting"), "quiet", "waiting", lazy("Waiting for them")),
    "resolved": (lazy("Resolved"), "good", "resolve", lazy("Opens again when they write")),
    "closed": (lazy("Closed"), "quiet", "closed", lazy("Closed for good; when they write, a new one begins")),
}
HEADS: Final = {
    "needs_reply": lazy("Needs a reply"),
    "intents": lazy("Intent"),
    "sentiment": lazy("Sentiment"),
    "urgency": lazy("Urgency"),
    "safety": lazy("Safety"),
    "complaint_reason": lazy("About"),
    "language": lazy("Language"),
}
COMPLAINT_REASONS: Final = {
    "late": pgettext_lazy("complaint", "Late"),
    "damaged": lazy("Damaged"),
    "wrong_item": lazy("Wrong item"),
    "billing": lazy("Billing"),
    "refund": lazy("Refund"),
    "staff": lazy("Staff"),
    "technical": lazy("Technical"),
    "cancelled": lazy("Cancelled"),
    "quality": lazy("Quality"),
    "other": lazy("Other"),
}
NETWORKS: Final = {
    "mastodon": "Mastodon",
    "sandbox": "Sandbox",
    "bluesky": "Bluesky",
    "x": "X",
    "facebook": "Facebook",
    "instagram": "Instagram",
    "linkedin": "LinkedIn",
    "youtube": "YouTube",
    "tiktok": "TikTok",
}
REASON_SIGNS: Final = {"rule": "rules", "model": "reading", "library": "language", "example": "history"}


def network(key: str) -> str:
    """A network's name as it writes itself."""
    return NETWORKS.get(key, key.capitalize())


def plain(value: str) -> str:
    """`late_delivery` → Late delivery, for values that have no words of their own."""
    return value.replace("_", " ").strip().capitalize()


def state(value: str) -> Label:
    """The state of a conversation; an open one needs no words."""
    if value not in STATES:
        return Label("")
    text, tone, sign, title = STATES[value]
    return Label(str(text), tone, sign, str(title))


def intent(value: str) -> Label | None:
    """The chip of a row."""
    if value not in INTENTS or value == "other":
        return None
    text, tone = INTENTS[value]
    sign = {"bad": "negative", "good": "positive"}.get(tone, "") if value in ("complaint", "praise") else ""
    return Label(str(text), tone, sign, _("Read as: %(intent)s") % {"intent": text})


def choices_of(head: str, current: frozenset[str]) -> tuple[Choice, ...]:
    """What a head may be corrected to."""
    if head == "needs_reply":
        return (Choice("yes", _("Yes"), current="yes" in current), Choice("no", _("No"), current="no" in current))
    tables: Mapping[str, Mapping[str, object]] = {
        "intents": {key: text for key, (text, _tone) in INTENTS.items()},
        "sentiment": {key: text for key, (text, _tone) in SENTIMENTS.items()},
        "urgency": {key: text for key, (text, _tone) in URGENCIES.items()},
        "safety": {"": _("Nothing"), **SAFETY},
    }
    known = tables.get(head, {})
    return tuple(Choice(key, str(text), current=key in current) for key, text in known.items())


def value(head: str, key: str) -> tuple[str, str]:
    """Words and tone of one value of a head."""
    tables = {"intents": INTENTS, "sentiment": SENTIMENTS, "urgency": URGENCIES}
    if head in tables and key in tables[head]:
        text, tone = tables[head][key]
        return str(text), tone
    if head == "safety" and key in SAFETY:
        return str(SAFETY[key]), "bad"
    if head == "complaint_reason" and key in COMPLAINT_REASONS:
        return str(COMPLAINT_REASONS[key]), "quiet"
    if head == "language":
        return formats.language(key), "quiet"
    return plain(key), "quiet"
