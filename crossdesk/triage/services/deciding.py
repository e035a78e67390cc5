"""Deciding stored messages in batches and handing the result to the inbox. Safe to repeat."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from crossdesk.inbox import changes, intake
from crossdesk.inbox import services as inbox
from crossdesk.inbox.enums import DutyKind
from crossdesk.inbox.intake import DutyOwed, Verdict
from crossdesk.inbox.services.base import NothingToDo
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.kit.actor import Actor
from crossdesk.messages import services as messages
from crossdesk.messages.enums import Direction, MessageKind
from crossdesk.messages.models import Message
from crossdesk.triage import models, queries
from crossdesk.triage.decide import Decided, decide
from crossdesk.triage.enums import DecidedBy
from crossdesk.triage.services import sampling
from crossdesk.triage.subject import Subject

GONE = Decided(
    source=DecidedBy.NOTHING, needs_reply=False, verdict_by="model", intent="", urgency="normal", duties=(),
    reasons=("Nothing is owed: its author took it back before it was decided",),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ready:
    """A message with what was decided for it. blind: that stands in the shade until a person has said what it is."""

    message: Message
    subject: Subject
    decided: Decided
    blind: bool = False

    @property
    def may_go_blind(self) -> bool:
        """Is this the reader's own answer, and does nobody come to harm who waits for a person to say whose it is?"""
        decided, said, message = self.decided, self.subject.said, self.message
        dangerous = bool(said.safety) or decided.urgency == "p1" or message.wall_id is not None
        to_us = message.kind != MessageKind.FOUND
        its_own = to_us and bool(said.values) and not said.corrected and decided.rule_id is None
        there = message.contact_id is not None and message.deleted_at is None and not message.late
        return its_own and there and not dangerous and bool(message.text.strip())

    @property
    def verdict(self) -> Verdict:
        """The decision in the words of the inbox. Of a blind one only its clock: nothing of what was read."""
        return self._veiled if self.blind else self._plain

    @property
    def _veiled(self) -> Verdict:
        plain = self._plain
        pen = next((owed.department_id for owed in plain.duties if owed.kind == DutyKind.RESPOND), None)
        return Verdict(
            needs_reply=plain.needs_reply or None, language=plain.language, target_seconds=plain.target_seconds,
            basis=plain.basis, doubt=True, hours_of=pen,
        )  # fmt: skip

    @property
    def _plain(self) -> Verdict:
        decided, said = self.decided, self.subject.said
        return Verdict(
            needs_reply=None if decided.triage and decided.reply_unsure else decided.needs_reply,
            verdict_by=decided.verdict_by,
            intent=decided.intent,
            urgency=decided.urgency,
            sentiment=said.sentiment,
            language=said.language or self.subject.language,
            safety=said.safety,
            duties=tuple(
                DutyOwed(
                    department_id=owed.department_id, kind=owed.kind, because=owed.because,
                    target_seconds=owed.goal.seconds, basis=owed.goal.basis,
                    owner_id=decided.owner_id if owed.kind == DutyKind.RESPOND else None,
                )
                for owed in decided.duties
            ),
            target_seconds=decided.goal.seconds if decided.goal else None,
            basis=decided.goal.basis if decided.goal else "calendar",
            doubt=decided.triage,
            doubt_reason=decided.reasons[-1] if decided.triage else "",
        )  # fmt: skip


def make_ready(message_ids: Iterable[int], *, by: Actor) -> dict[int, Ready]:
    """Decide messages of theirs, by id. Nine queries for any number; those that no longer exist are left out."""
    ids = list(message_ids)
    if not ids:
        return {}
    here = queries.setup(by.workspace_id)
    rows = bulk.load(Message.objects.filter(pk__among=many(ids), workspace_id=by.workspace_id, direction=Direction.IN))
    ready = {}
    for message, subject in zip(rows, queries.subjects_of(rows), strict=True):
        decided = GONE if message.deleted_at is not None else decide(subject, here)
        ready[message.pk] = Ready(message, subject, decided)
    return ready


@transaction.atomic
def decide_new(runs: Sequence[Sequence[int]], ready: Mapping[int, Ready], *, by: Actor, now: datetime) -> None:
    """Hand what was said to the inbox, and keep the decisions. What was decided before at the same version stays.

    runs: message ids in the order of `following.in_waves`. ready: those that are theirs; all others are ours.
    """
    theirs = [ready[message_id] for run in runs for message_id in run if message_id in ready]
    known = _decided_already([one.message.pk for one in theirs])
    fresh = [one for one in theirs if (one.message.pk, one.message.version) not in known]
    blind = sampling.chosen_blind(
        [one.message for one in fresh if one.may_go_blind], among=[one.message for one in theirs], by=by
    )
    fresh = [replace(one, blind=True) if one.message.pk in blind else one for one in fresh]
    verdicts = {one.message.pk: one.verdict for one in fresh}
    left_out = {one.message.pk for one in theirs} - verdicts.keys()
    places = intake.take_said(
        [[(pk, verdicts.get(pk)) for pk in run if pk not in left_out] for run in runs],
        by=by, now=now, loaded={one.message.pk: one.message for one in fresh},
    )  # fmt: skip
    if not fresh:
        return
    _keep(fresh, places, numbers={}, now=now)
    sampling.keep_blind(blind & places.keys(), now=now)
    _put_tags(fresh, places, by=by, now=now)
    messages.count_decided(message_ids=[one.message.pk for one in fresh], now=now)


@transaction.atomic
def decide_again(ready: Sequence[Ready], *, by: Actor, now: datetime, new_version_only: bool = False) -> None:
    """A new verdict on messages that the inbox has: after a correction, or for a new version of the text.

    new_version_only: leave out what was decided at its present version already.
    """
    numbers = _last_numbers([one.message.pk for one in ready])
    fresh = [one for one in ready if not (new_version_only and (one.message.pk, one.message.version) in numbers)]
    if not fresh:
        return
    places = {}
    for one in fresh:
        conversation_id = intake.decide_again(one.message.pk, one.verdict, by=by, now=now)
        if conversation_id is not None:
            places[one.message.pk] = conversation_id
    _keep(fresh, places, numbers=numbers, now=now)
    _put_tags(fresh, places, by=by, now=now)


def _decided_already(message_ids: Sequence[int]) -> set[tuple[int, int]]:
    rows = models.Decision.objects.filter(message_id__among=many(message_ids))
    return set(rows.values_list("message_id", "version"))


def _last_numbers(message_ids: Sequence[int]) -> dict[tuple[int, int], int]:
    rows = models.Decision.objects.filter(message_id__in=message_ids).values_list("message_id", "version")
    return {(message_id, version): last for message_id, version, last in rows.annotate(last=Max("number"))}


def _keep(
    ready: Sequence[Ready], places: Mapping[int, int], *, numbers: Mapping[tuple[int, int], int], now: datetime
) -> None:
    bulk.insert(
        [
            bulk.made(models.Decision,
                workspace_id=one.message.workspace_id,
                message=one.message,
                version=one.message.version,
                number=numbers.get((one.message.pk, one.message.version), 0) + 1,
                conversation_id=places.get(one.message.pk),
                decided_at=now,
                source=one.decided.source,
                rule_id=one.decided.rule_id,
                needs_reply=one.decided.needs_reply,
                triage=one.decided.triage,
                intent=one.decided.intent,
                urgency=one.decided.urgency,
                duties=[
                    {
                        "department_id": owed.department_id, "kind": str(owed.kind), "target_seconds": owed.goal.seconds,
                        "basis": str(owed.goal.basis), "because": owed.because,
                    }
                    for owed in one.decided.duties
                ],
                reasons=list(one.decided.reasons),
            )
            for one in ready
        ]
    )  # fmt: skip


def _put_tags(ready: Sequence[Ready], places: Mapping[int, int], *, by: Actor, now: datetime) -> None:
    """The words that rules set, on conversations that do not have them yet."""
    wanted = {
        (places[one.message.pk], name)
        for one in ready
        for name in one.decided.tags
        if one.message.pk in places
    }  # fmt: skip
    for conversation_id, name in sorted(wanted):
        with suppress(NothingToDo):
            inbox.tag(conversation_id=conversation_id, name=name, by=by, now=now)


def take_edits(message_ids: Sequence[int], *, by: Actor, now: datetime) -> None:
    changes.take_edits(message_ids, by=by, now=now)


def take_deletions(message_ids: Sequence[int], *, by: Actor, now: datetime) -> None:
    changes.take_deletions(message_ids, by=by, now=now)
