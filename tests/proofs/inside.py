"""Runs inside the installation under proof, in a process of its own: founds its company and says what it holds.

A JSON object on stdin, one on stdout, the command as argument. Django is set up before this is imported.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from django.db.models import Count

from crossdesk.channels import queries as channels
from crossdesk.channels import seal
from crossdesk.channels.models import Account, Credential, DeliveryTally, OutboxItem, RawDelivery
from crossdesk.channels.services import connecting
from crossdesk.inbox.models import Conversation, Entry, Reply
from crossdesk.insights.verify import verify_workspace
from crossdesk.journal.models import Fact, Job
from crossdesk.kit import clock
from crossdesk.messages.enums import Direction
from crossdesk.messages.models import Identity, Message
from crossdesk.messages.services import looking_again
from crossdesk.org.models import Member, Workspace
from crossdesk.org.services import people, workspaces

Answer = dict[str, Any]
STAGES = ("received", "stored", "read", "decided", "unreadable")


def found(asked: Answer) -> Answer:
    """A company with its owner, all presets and, where a token is given, its account on the sandbox."""
    now = clock.now()
    owner = people.create_user(email=asked["email"], name="Mara Owner", password=asked["password"], now=now)
    workspace = workspaces.create_workspace(
        slug=asked["slug"], name="Nordwind", time_zone="Europe/Berlin", owner=owner, now=now
    )
    by = channels.actor_of(Member.objects.get(workspace=workspace))
    if "token" in asked:
        connecting.connect_with_token(
            network="sandbox", host=asked["host"], answer={"token": asked["token"]}, by=by, now=now
        )
    return {}


def report(asked: Answer) -> Answer:
    """All that the installation holds of the way of a message, and what does not add up."""
    workspace = Workspace.objects.get()
    messages = Message.objects.order_by("id").annotate(
        readings_made=Count("readings", distinct=True), decisions_made=Count("decisions", distinct=True),
        entries_made=Count("entry", distinct=True),
    )  # fmt: skip
    rows = messages.values_list("direction", "external_id", "readings_made", "decisions_made", "entries_made")
    tallies = DeliveryTally.objects.values_list(*STAGES)
    return {
        "theirs": [row[1:] for row in rows if row[0] == "in"],
        "ours": [row[1] for row in rows if row[0] == "out"],
        "outbox": list(OutboxItem.objects.order_by("id").values_list("text", "state", "external_id")),
        "replies": list(Reply.objects.order_by("id").values_list("text", "state")),
        "tally": dict(zip(STAGES, [sum(column) for column in zip(*tallies, strict=True)] or [0] * 5, strict=True)),
        "unparsed": RawDelivery.objects.filter(state="stored").count(),
        "unnumbered": Fact.objects.filter(number=None).count(),
        "given_up": list(Job.objects.exclude(dead_at=None).values_list("kind", "last_error")),
        "differences": [str(one) for one in verify_workspace(workspace.pk)],
    }


def places(asked: Answer) -> Answer:
    """In which conversation each message stands, by its id on the network."""
    return dict(Entry.objects.exclude(message=None).values_list("message__external_id", "conversation_id"))


def look_again(asked: Answer) -> Answer:
    """Read all messages of customers again now, and not when their time has come."""
    now = clock.now()
    Message.objects.filter(direction=Direction.IN, deleted_at=None).update(check_at=now)
    for account in Account.objects.order_by("id"):
        looking_again.ask_to_check(account, at=now)
    return {}


def contacts(asked: Answer) -> Answer:
    """To which contact each identity belongs, by its handle, and each conversation."""
    return {
        "identities": dict(Identity.objects.values_list("handle", "contact_id")),
        "conversations": list(Conversation.objects.order_by("id").values_list("contact_id", flat=True)),
    }


def sign_ins(asked: Answer) -> Answer:
    """How each account signed in whose secrets are held."""
    return {"held": [seal.unseal(row).get("way", "") for row in Credential.objects.order_by("id")]}


COMMANDS: dict[str, Callable[[Answer], Answer]] = {
    "found": found, "report": report, "places": places, "look_again": look_again, "contacts": contacts,
    "sign_ins": sign_ins,
}  # fmt: skip


def main() -> None:
    """Do what was asked."""
    json.dump(COMMANDS[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
