"""The last day of the demo company inside its walls: what was handed over, given and asked, and what it has at hand."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from crossdesk.cli.demo.stage import Stage, attempt, settle
from crossdesk.inbox.enums import State
from crossdesk.inbox.models import Conversation, Counter
from crossdesk.inbox.services import duties, ownership, saved, states
from crossdesk.insights import goals
from crossdesk.kit.actor import Actor
from crossdesk.org.models import Member


class Handed(NamedTuple):
    """A conversation that goes from one department to another, the newest of its kind."""

    hours_ago: float
    source: str
    intent: str
    target: str
    note: str
    keep_watch: bool = False


HANDED: Final = (
    Handed(26, "customer_service", "complaint", "product", "The third of this kind this week. What can we promise?", True),
    Handed(21, "risk", "protest", "public_relations", "The press may ask about this too. Please agree the wording with us.", True),
    Handed(7, "human_resources", "conduct", "legal", "A team of ours is named. Please look before anybody answers.", True),
    Handed(5, "marketing", "complaint", "customer_service", "A complaint, not a campaign. Please take it from here."),
    Handed(2, "sales", "sales_lead", "management", "A large one. Would you like to write to them yourself?", True),
)  # fmt: skip
ASKED: Final = (
    "{who}, you know them from last time. Can you look before we answer?",
    "{who}, is this still what we tell people?",
)
SAVED: Final = (
    ("", "hello", "Greeting", "Hello {first_name}, thank you for writing to us."),
    ("", "dm", "Please write to us in private", "Hello {first_name}, please send us your order number in a private message, so that we can look it up. Never post it here."),
    ("customer_service", "late", "A parcel is late", "Hello {first_name}, we are sorry that your parcel is late. Please send us your order number in a private message and we will look where it is at once."),
    ("customer_service", "return", "How to send something back", "Hello {first_name}, you can send it back within 30 days, free of charge. The label is in your account under “Orders”."),
    ("human_resources", "jobs", "Open positions", "Hello {first_name}, how good that you would like to work with us! All open positions are on our careers page; each names the person to ask."),
    ("public_relations", "press", "For the press", "Hello {first_name}, thank you for your enquiry. Please write to our press office and say when you need the answer."),
)  # fmt: skip
GOALS: Final = {
    "customer_service": {"sla_attainment": 0.9, "first_response": 2 * 3600.0},
    "sales": {"response_rate_72h": 0.95},
    "public_relations": {"first_response": 3600.0},
}


def last_day(stage: Stage, end: datetime) -> None:
    """What people did for each other since yesterday; every desk ends with something to do."""
    for one in HANDED:
        _hand_over(stage, one, end - timedelta(hours=one.hours_ago))
    for number, (key, department_id) in enumerate(stage.departments.items()):
        _give_and_ask(stage, key, department_id, end - timedelta(minutes=20 + 9 * number))
    settle(end)
    _ask_idle_desks(stage, end)


def at_hand(stage: Stage, at: datetime) -> None:
    """Saved replies and goals, set by an administrator."""
    by = next(actor for actor in stage.actors.values() if actor.may("manage_rules"))
    for key, shortcut, title, text in SAVED:
        keep = partial(
            saved.save_reply, title=title, shortcut=shortcut, text=text, department_id=stage.departments.get(key), by=by,
            now=at,
        )  # fmt: skip
        attempt(at, keep)
    for key, wanted in GOALS.items():
        for measure, value in wanted.items():
            attempt(
                at,
                partial(goals.set_goal, department_id=stage.departments[key], key=measure, value=value, by=by, now=at),
            )


def _open(stage: Stage, before: datetime, **which: object) -> list[Conversation]:
    rows = Conversation.objects.filter(
        workspace_id=stage.workspace_id, state=State.OPEN, triage_since=None, last_at__lt=before, **which
    )
    return list(rows.order_by("-last_at", "-id")[:20])


def _hand_over(stage: Stage, one: Handed, at: datetime) -> None:
    rows = _open(stage, at, department_id=stage.departments[one.source], intent=one.intent)
    if rows:
        by = stage.somebody_of(stage.departments[one.source])
        hand = partial(
            ownership.hand_over, conversation_id=rows[0].pk, department_id=stage.departments[one.target], note=one.note,
            keep_watch=one.keep_watch, by=by, now=at,
        )  # fmt: skip
        attempt(at, hand)


def _give_and_ask(stage: Stage, key: str, department_id: int, at: datetime) -> None:
    """Two colleagues of a desk give each other something and ask each other for a word."""
    here = [actor for actor in stage.actors.values() if department_id in actor.departments and actor.may("work")]
    rows = [row for row in _open(stage, at, department_id=department_id) if row.assignee_id is None]
    if len(here) < 2 or len(rows) < 4:
        return
    for (giver, taker), given, asked, words in zip(
        ((here[0], here[1]), (here[1], here[0])), rows[:2], rows[2:4], ASKED, strict=True
    ):
        _give(given, giver, taker, at)
        name = Member.objects.select_related("user").get(pk=taker.member_id or 0).user.name
        note = partial(states.note, conversation_id=asked.pk, text=words.format(who=f"@{name}"), by=giver, now=at)
        attempt(at, note)


def _give(row: Conversation, giver: Actor, taker: Actor, at: datetime) -> None:
    if taker.member_id is not None:
        attempt(at, partial(ownership.assign, conversation_id=row.pk, member_id=taker.member_id, by=giver, now=at))


def _ask_idle_desks(stage: Stage, end: datetime) -> None:
    """A department that owes nothing is asked to look at what is newest, so that every desk has something to show."""
    busy = set(
        Counter.objects.filter(workspace_id=stage.workspace_id, open__gt=0).values_list("department_id", flat=True)
    )
    newest = Conversation.objects.filter(workspace_id=stage.workspace_id, state=State.OPEN).order_by("-last_at", "-id")
    idle = [pk for pk in stage.departments.values() if pk not in busy]
    for department_id, row in zip(idle, newest[: len(idle)], strict=False):
        ask = partial(
            duties.add_duty, conversation_id=row.pk, department_id=department_id, now=end,
            because="Please look at this before Monday's round.", by=stage.somebody_of(row.department_id),
        )  # fmt: skip
        attempt(end, ask)
    settle(end)
