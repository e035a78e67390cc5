"""What the gallery draws: made-up people of a made-up company, one piece for each state that a component has."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from crossdesk.web.pages.gallery import company
from crossdesk.web.pages.gallery.conversation import CONVERSATION_ID, conversation, held_composer
from crossdesk.web.pages.inbox.cards.listed import Queue, QueueGroup, Row
from crossdesk.web.pages.inbox.cards.person import Contact, Identity, Said, Suggestion
from crossdesk.web.pages.inbox.cards.whole import Inbox
from crossdesk.web.pages.inbox.cards.words import Choice, Label

__all__ = ["held_composer", "inbox", "pieces"]

ADDRESS = "/gallery/inbox"
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tab:
    """A link of the tabs component."""

    name: str
    address: str
    current: bool = False


def queues() -> tuple[QueueGroup, ...]:
    """Queues of a reader who sees six departments."""
    desks = (
        ("customer_service", "Customer service", 38, 4), ("marketing", "Marketing", 11, 0), ("sales", "Sales", 6, 1),
        ("public_relations", "Public relations", 2, 0), ("human_resources", "Human resources", 3, 0),
        ("risk", "Risk", 1, 1), ("legal", "Legal", 0, 0), ("product", "Product", 14, 0),
        ("communications", "Communications", 0, 0), ("management", "Management", 0, 0),
    )  # fmt: skip
    return (
        QueueGroup("", (
            Queue("mine", "Mine", "mine", ADDRESS, open=7, overdue=1, hotkey="m"),
            Queue("triage", "Triage", "triage", ADDRESS, open=5, hotkey="t"),
            Queue("all", "All open", "all", ADDRESS, open=75, overdue=6),
        )),
        QueueGroup("Departments", tuple(
            Queue(key, name, key, ADDRESS, open=number, overdue=late, current=key == "customer_service")
            for key, name, number, late in desks
        )),
    )  # fmt: skip


COMPLAINT = Label("Complaint", "bad", "negative", "Read as a complaint, 94 %")
QUESTION = Label("Question", "accent", "", "Read as a question, 88 %")
PRAISE = Label("Praise", "good", "positive", "Read as praise, 97 %")
UNSURE = Label("Suggestion?", "warn", "", "Not sure")
LEAD = Label("Sales lead", "accent", "", "Read as a sales lead, 83 %")


def rows(now: datetime) -> tuple[Row, ...]:
    """A list with every state that a row can have."""
    base = {"address": ADDRESS, "network": "Mastodon", "network_icon": "mastodon", "account": "@nordwind"}
    made: tuple[dict[str, Any], ...] = (
        {"id": CONVERSATION_ID, "name": "Ines Ferreira", "handle": "@ines@lisboa.example", "excerpt": "Third day without the replacement kettle. The tracking page says “delivered”, my doorstep says otherwise. Anyone home at @nordwind?", "last_at": now - 6 * MIN, "intent": COMPLAINT, "due_at": now + 38 * MIN, "assignee": "Mara Lindqvist", "tags": ("delivery", "kettle")},
        {"id": 102, "name": "Tomasz Wolski", "handle": "@tomek", "excerpt": "My order was charged twice and nobody answers the phone. I want my money back today.", "last_at": now - 3 * HOUR, "intent": COMPLAINT, "due_at": now - 2 * HOUR, "fresh": True, "tags": ("refund",)},
        {"id": 103, "name": "Safety watch", "handle": "@safetywatch", "excerpt": "Seeing a second report of a smoking base plate on the N2. Is there a recall we should know about?", "last_at": now - 14 * MIN, "urgent": True, "intent": QUESTION, "due_at": now + 3 * MIN, "fresh": True, "network": "Sandbox", "network_icon": "sandbox"},
        {"id": 104, "name": "Ayşe Demir", "handle": "@ayse.d", "excerpt": "Does the travel mug fit the holder of the bike bag you sell? Could not find the size on the page.", "last_at": now - 52 * MIN, "intent": QUESTION, "due_at": now + 3 * HOUR, "network": "Instagram", "network_icon": "instagram"},
        {"id": 105, "name": "Jonas Brandt", "handle": "@jbrandt", "excerpt": "Thank you, the new lid arrived and it fits. That was quick!", "last_at": now - 2 * HOUR, "intent": PRAISE, "state": "waiting", "assignee": "Ola Nyström", "last_from_us": False},
        {"id": 106, "name": "Priya Raman", "handle": "@priya_r", "excerpt": "We have sent you a message with a form for the serial number. It takes a minute.", "last_at": now - 4 * HOUR, "intent": COMPLAINT, "state": "waiting", "assignee": "Mara Lindqvist", "last_from_us": True, "private": True},
        {"id": 107, "name": "مريم الحسن", "handle": "@maryam", "excerpt": "هل يتوفر الشحن إلى عمّان؟ أود طلب اثنين من الأباريق قبل نهاية الأسبوع.", "last_at": now - 5 * HOUR, "intent": QUESTION, "due_at": now + 6 * HOUR, "network": "Facebook", "network_icon": "facebook"},
        {"id": 108, "name": "Café Morgenrot", "handle": "@morgenrot", "excerpt": "We run four cafés in Leipzig and look for twelve kettles that survive a breakfast shift. Who may I talk to?", "last_at": now - 7 * HOUR, "intent": LEAD, "due_at": now + 20 * HOUR, "tags": ("b2b",), "assignee": "Sofie Krag"},
        {"id": 109, "name": "Lukas", "handle": "@lukas_makes", "excerpt": "What if the display showed the time that is left instead of a blinking dot", "last_at": now - 1 * DAY, "intent": UNSURE, "snoozed_until": now + 2 * DAY, "assignee": "Mara Lindqvist"},
        {"id": 110, "name": "Grete Holm", "handle": "@grete@fjord.example", "excerpt": "Solved, thank you. Sorry for shouting.", "last_at": now - 2 * DAY, "intent": PRAISE, "state": "resolved"},
    )  # fmt: skip
    return tuple(Row(**{**base, **row}) for row in made)


def contact(now: datetime) -> Contact:
    """A person with a past on three networks."""
    return Contact(
        id=7, name="Ines Ferreira", handle="@ines@lisboa.example",
        bio="Coffee, trams, steep streets. Teaches chemistry at a school in Lisboa.",
        identities=(
            Identity("Mastodon", "mastodon", "@ines@lisboa.example", note="1,204 followers"),
            Identity("Instagram", "instagram", "@ines.ferreira"),
            Identity("E-mail", "email", "ines@lisboa.example"),
        ),
        facts=(("Known since", "14 March 2024"), ("Conversations", "6, one open"), ("Language", "English, Portuguese")),
        said=(
            Said(now - 6 * MIN, "Mastodon", "mastodon", "Third day without the replacement kettle. The tracking page says “delivered”, my doorstep says otherwise.", ADDRESS),
            Said(now - 3 * DAY, "E-mail", "email", "Here are the photos of the cracked base, as you asked.", ADDRESS),
            Said(now - 3 * DAY, "Mastodon", "mastodon", "We are sorry! A new one leaves our house tomorrow.", ADDRESS, ours=True),
            Said(now - 41 * DAY, "Instagram", "instagram", "Three mugs for three chemistry teachers. They fit the drip tray!", ADDRESS),
            Said(now - 214 * DAY, "Mastodon", "mastodon", "Does the N2 switch itself off when it is empty?", ADDRESS),
        ),
        address=ADDRESS, tags=("teacher", "repeat customer"),
        suggestions=(
            Suggestion(
                "Ines F.", (Identity("Bluesky", "bluesky", "@ines.lisboa.example"),), "Each of the two profiles names the other.",
                "Very likely", "good", ADDRESS, ADDRESS,
            ),
        ),
    )  # fmt: skip


def inbox(now: datetime) -> Inbox:
    """The whole page."""
    groups = queues()
    return Inbox(
        groups=groups, queue=groups[1].queues[0], rows=rows(now), conversation=conversation(now), contact=contact(now),
        queues_address=ADDRESS, rows_address=ADDRESS, search_address=ADDRESS, many_address=ADDRESS, hand_over_address=ADDRESS, base_address=ADDRESS,
        statuses=(Choice(ADDRESS, "Open", current=True), Choice(ADDRESS, "Waiting"), Choice(ADDRESS, "Done")),
    )  # fmt: skip


def pieces(now: datetime) -> dict[str, Any]:
    """Values for the page of components."""
    return {
        "row": rows(now)[0],
        "tabs": (Tab("Departments", "#", current=True), Tab("People", "#"), Tab("Matrix", "#"), Tab("Rules", "#")),
        "late": now - 2 * HOUR,
        "soon": now + 38 * MIN,
        "far": now + 2 * DAY,
        "long_ago": now - 400 * DAY,
        "reasons": conversation(now).reading.reasons if conversation(now).reading else (),  # type: ignore[union-attr]
        "chart": {"unit": "share", "days": [f"2026-03-{day:02}" for day in range(1, 13)], "lines": [
            {"name": "Response rate (72 h)", "values": [0.8, 0.9, None, 0.7, 0.85, 0.9, 0.95, 0.9, 0.7, 0.8, 0.9, 0.92], "notes": [""] * 12},
            {"name": "SLA attainment", "values": [0.5, 0.6, 0.4, None, None, 0.7, 0.65, 0.6, 0.5, 0.6, 0.7, 0.8], "notes": [""] * 12},
        ]},
        "points": (4, 6, 5, 9, 7, 8, 12, 10, 11, 9, 14, 12),
        **company.pieces(now, rows(now)),
        "tokens": ("surface", "canvas", "raised", "sunken", "accent-fill", "accent-soft", "good-soft", "warn-soft", "bad-soft", "note"),
    }  # fmt: skip
