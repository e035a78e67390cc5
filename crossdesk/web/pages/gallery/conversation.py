"""The conversation that the gallery opens."""

from datetime import datetime, timedelta

from crossdesk.channels.ports import Counting
from crossdesk.web.pages.inbox.cards.composer import Composer, Held
from crossdesk.web.pages.inbox.cards.reading import Head, Reading, Reason
from crossdesk.web.pages.inbox.cards.thread import Choosable, Entry, Media, Poll
from crossdesk.web.pages.inbox.cards.whole import Conversation
from crossdesk.web.pages.inbox.cards.words import Act, Choice, Duty, Label

ADDRESS = "/gallery/inbox"
CONVERSATION_ID = 101
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PUBLIC = Label("Everybody can read this", "quiet", "public", "Your answer is public on Mastodon")


def composer() -> Composer:
    """Ready to write a public reply."""
    return Composer(
        reply_address=ADDRESS, note_address=ADDRESS, notice=PUBLIC, limit=500, unit="Characters left, as Mastodon counts",
        counts=Counting("graphemes", links_as=23, bare_mentions=True, names_first=True), addressee="ines", seen=10,
    )  # fmt: skip


def held_composer() -> Composer:
    """Something newer came in before the reply left."""
    return Composer(
        reply_address=ADDRESS, note_address=ADDRESS, notice=PUBLIC, limit=500, unit="Characters left", seen=5,
        text="We are so sorry, Ines. A courier brings a new kettle tomorrow before noon.",
        held=Held("Ines wrote again while you were writing.", ("Never mind, the neighbour had it!",), send_anyway_seen=10, discard_address=ADDRESS),
    )  # fmt: skip


def _acts() -> tuple[Act, ...]:
    people = tuple(
        Choice(str(place), name) for place, name in enumerate(("Mara Lindqvist", "Ola Nyström", "Sofie Krag"))
    )
    desks = (
        Choice("2", "Marketing", icon="marketing"),
        Choice("8", "Product", icon="product"),
        Choice("6", "Risk", icon="risk"),
    )
    times = (
        Choice("3h", "In 3 hours", "17:20"),
        Choice("tomorrow", "Tomorrow", "Sat 09:00"),
        Choice("week", "Next week", "Mon 09:00"),
    )
    ends = (Choice("answered", "Answered"), Choice("no_reply_needed", "No reply needed"), Choice("spam", "Spam"))
    return (
        Act("assign", "Assign", "assign", ADDRESS, "a", choices=people),
        Act("hand_over", "Hand over", "hand_over", ADDRESS, "h", choices=desks),
        Act("snooze", "Snooze", "snooze", ADDRESS, "s", choices=times, custom="moment"),
        Act("resolve", "Resolve", "resolve", ADDRESS, "e", choices=ends, prime=True),
    )  # fmt: skip


def _reading() -> Reading:
    intents = tuple(
        Choice(key, name) for key, name in (("complaint", "Complaint"), ("question", "Question"), ("praise", "Praise"))
    )
    return Reading(
        heads=(
            Head("needs_reply", "Needs a reply", "Yes", 0.97, choices=(Choice("yes", "Yes", current=True), Choice("no", "No"))),
            Head("intents", "Intent", "Complaint", 0.94, tone="bad", icon="negative", choices=intents),
            Head("sentiment", "Sentiment", "Negative", 0.91, tone="bad", icon="negative", choices=intents),
            Head("urgency", "Urgency", "High", 0.58, tone="warn", unsure=True, choices=intents),
            Head("complaint_reason", "Reason", "Delivery", 1.0, corrected_by="Mara", choices=intents),
            Head("language", "Language", "English", 0.99),
        ),
        reasons=(
            Reason("Says that a promised thing has not come", "rules", "Third day without the replacement"),
            Reason("Words that complaints of this company have used before", "reading", "my doorstep says otherwise"),
            Reason("Asks us by name and waits for an answer", "rules", "Anyone home at @nordwind"),
        ),
        route=(
            Reason("Complaints belong to Customer service, by the responsibility matrix", "matrix"),
            Reason("Product looks along at defects of the kettle, by the rule “Kettle N2”", "rules"),
            Reason("A complaint is owed an answer within 1 hour", "clock"),
        ),
        model="linear-2026-11", correct_address=ADDRESS,
    )  # fmt: skip


def entries(now: datetime) -> tuple[Entry, ...]:
    """A thread with every kind of line."""
    return (
        Entry(1, "in", now - 3 * DAY, "The base of my N2 cracked after two months. Photos attached. I was happy with it until today.", "Ines Ferreira", remote_address="#", media=(Media("A kettle base with a crack across it"),)),
        Entry(2, "event", now - 3 * DAY + 1 * MIN, "came here by the responsibility matrix: complaint, Customer service", "", "route"),
        Entry(3, "event", now - 3 * DAY + 9 * MIN, "took it", "Mara Lindqvist", "take"),
        Entry(4, "out", now - 3 * DAY + 21 * MIN, "We are sorry, Ines! A new base leaves our house tomorrow. You need not send the old one back.", "Mara Lindqvist", remote_address="#", sending=Label("Published", "quiet", "check")),
        Entry(5, "in", now - 3 * DAY + 25 * MIN, "Wow, thank you!", "Ines Ferreira", remote_address="#"),
        Entry(6, "event", now - 2 * DAY, "resolved it: answered", "Mara Lindqvist", "resolve"),
        Entry(7, "in", now - 6 * MIN, "Third day without the replacement kettle. The tracking page says “delivered”, my doorstep says otherwise. Anyone home at @nordwind?\n\nTracking: https://parcel.example/NW-55170", "Ines Ferreira", remote_address="#", edited=True),
        Entry(11, "in", now - 6 * MIN, "This is what the plug looks like now.", "Ines Ferreira", remote_address="#", warning="A burn, not a nice picture", found_by="#nordwind", sensitive=True, media=(Media("A plug with a burnt edge"),)),
        Entry(12, "in", now - 6 * MIN, "What do you cook with it most?", "Ines Ferreira", remote_address="#", poll=Poll((Choosable("Tea", "18 · 60 %", 0.6), Choosable("Noodles, in the middle of the night and standing", "9 · 30 %", 0.3), Choosable("Nothing, it is broken", "3 · 10 %", 0.1)), "30 people chose", now + 1 * DAY)),
        Entry(8, "event", now - 5 * MIN, "opened it again: she wrote", "", "reopen"),
        Entry(9, "note", now - 3 * MIN, "@Ola the courier says it lies with a neighbour, second floor. Can you confirm with them before I answer?", "Mara Lindqvist"),
        Entry(10, "out", now - 1 * MIN, "Hello Ines, we are asking the courier right now and come back to you within the hour.", "Mara Lindqvist", sending=Label("Being sent", "warn", "clock")),
    )  # fmt: skip


def conversation(now: datetime) -> Conversation:
    """An open, public complaint with two duties."""
    return Conversation(
        id=CONVERSATION_ID, address=ADDRESS, main_address=ADDRESS, name="Ines Ferreira", handle="@ines@lisboa.example",
        network="Mastodon", network_icon="mastodon", account="@nordwind", state=Label(""),
        acts=_acts(),
        more=(Act("tag", "Tag", "tag", ADDRESS, "", choices=(Choice("delivery", "delivery"),), custom="text"), Act("wall", "Enclose by a wall", "lock", ADDRESS, "")),
        duties=(
            Duty("Customer service", "customer_service", "Answer", now + 38 * MIN, note="Answer, by the responsibility matrix"),
            Duty("Product", "product", "Look at it", now + 20 * HOUR, note="Look at it, by the rule “Kettle N2”"),
        ),
        entries=entries(now), composer=composer(), back_address=ADDRESS + "?list", assignee="Mara Lindqvist",
        seen=10, tags=("delivery", "kettle"), reading=_reading(),
    )  # fmt: skip
