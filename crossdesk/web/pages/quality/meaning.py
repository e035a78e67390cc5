"""What each label means, in the words of docs/labelling.md, for the person who labels."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from crossdesk.triage.judging import NONE
from crossdesk.web.pages.inbox import words

INTENTS: Final = {
    "complaint": lazy("Something about us went wrong or disappoints, said plainly or in irony"),
    "question": lazy("Somebody who has bought, uses or visits us wants to know something or to have something done"),
    "praise": lazy("We, our people, goods or answers are liked"),
    "suggestion": lazy("An idea, a wish for a feature, a product or a change"),
    "sales_lead": lazy("Wants to buy: asks for price, quote, demo, availability or comparison"),
    "press_enquiry": lazy("A journalist or blogger with readers asks for a statement, facts, pictures or a speaker"),
    "job_enquiry": lazy("Wants to work here, asks about an opening, an application or an internship"),
    "conduct": lazy("A person of ours behaved wrongly towards people or rules; whistle-blowing; working conditions"),
    "threat": lazy("Violence or serious harm is announced, wished for in earnest or called for"),
    "protest": lazy("A boycott, demonstration, strike, petition or campaign against us"),
    "phishing": lazy("False accounts, sites, mails or prize games in our name: reported, asked about, or the bait itself"),
    "confidential_leak": lazy("What only insiders should know is shown or offered"),
    "legal_privacy": lazy("Data protection, copyright, contracts, liability, lawyers, courts, authorities"),
    "partner_request": lazy("Working together: sponsorship, reselling, suppliers, influencers, events"),
    "spam_abuse": lazy("Advertising, chain letters, gibberish; insult without any matter"),
    "other": lazy("Talk beside the point, greetings, thanks that end a talk, jokes"),
}  # fmt: skip
# Letters that the English names begin with, as far as they go.
KEYS: Final = dict(zip(INTENTS, "cqpsbrwxtofvlmae", strict=True))
REPLY: Final = {
    "yes": (lazy("The writer asks, wants, reports or offers something, or would rightly feel ignored"), "y"),
    "no": (lazy("Praise that asks nothing, thanks, small talk, spam; what is handled and not answered"), "n"),
}
URGENCY: Final = {
    "p1": (lazy("People may come to harm"), "1"),
    "high": (lazy("Hours count: stranded now, money leaving now, a deadline today or tomorrow"), "2"),
    "normal": (lazy("Wants an answer in office hours"), "3"),
    "low": (lazy("Nothing is lost if nobody looks this week"), "4"),
}
SENTIMENT: Final = {
    "negative": (lazy("Dissatisfied, worried, angry, sad; irony counts as what is meant"), "7"),
    "neutral": (lazy("Asks, states or offers without feeling"), "8"),
    "positive": (lazy("Pleased, thankful, looking forward"), "9"),
}
HEADS: Final[dict[str, str | Promise]] = {**words.HEADS, "department": lazy("Department")}


@dataclass(frozen=True, slots=True)
class Pick:
    """One value that may be chosen. hotkey: "" where it has none."""

    value: str
    name: str
    means: str = ""
    hotkey: str = ""


def intents() -> list[Pick]:
    """All sixteen, in the order of the guide."""
    return [Pick(key, str(words.INTENTS[key][0]), str(means), KEYS[key]) for key, means in INTENTS.items()]


def replies() -> list[Pick]:
    """Yes and no."""
    names = {"yes": _("Yes"), "no": _("No")}
    return [Pick(key, names[key], str(means), hotkey) for key, (means, hotkey) in REPLY.items()]


def urgencies() -> list[Pick]:
    """The most urgent first."""
    return [Pick(key, str(words.URGENCIES[key][0]), str(means), hotkey) for key, (means, hotkey) in URGENCY.items()]


def sentiments() -> list[Pick]:
    """How it sounds."""
    return [Pick(key, str(words.SENTIMENTS[key][0]), str(means), hotkey) for key, (means, hotkey) in SENTIMENT.items()]


def safety() -> list[Pick]:
    """Most messages have none."""
    return [Pick(key, str(name)) for key, name in words.SAFETY.items()]


def reasons() -> list[Pick]:
    """Of a complaint."""
    return [Pick(key, str(name)) for key, name in words.COMPLAINT_REASONS.items()]


def value(head: str, key: str, names: dict[str, str]) -> str:
    """One value of a head in words. names: departments by their ids."""
    if key == NONE:
        return _("Nobody") if head == "department" else _("none")
    if head == "department":
        return names.get(key, _("a department that is gone"))
    if head == "needs_reply":
        return _("Yes") if key == "yes" else _("No")
    if head == "complaint_reason":
        return str(words.COMPLAINT_REASONS.get(key, words.plain(key)))
    return words.value(head, key)[0]
