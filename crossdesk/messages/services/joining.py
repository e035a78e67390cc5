"""Two contacts become one, because a person said so; two again; or never suggested again. Each with its way back."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Min, Q

from crossdesk.journal import audit
from crossdesk.journal.changes import values, way_back
from crossdesk.journal.facts import publish
from crossdesk.journal.models import AuditEntry
from crossdesk.kit.actor import Actor
from crossdesk.kit.errors import Conflict, NotAllowed, NotFound
from crossdesk.messages import policies, queries, same_person
from crossdesk.messages.enums import Direction
from crossdesk.messages.events import ContactsJoined
from crossdesk.messages.models import Contact, Identity, KeptApart, Message
from crossdesk.messages.same_person import Spot
from crossdesk.messages.services.place import lock_messages

JOINED: Final = "contact.joined"
PARTED: Final = "contact.parted"
APART: Final = "contact.kept_apart"
MAYBE: Final = "contact.maybe_same_again"


class NotSuggested(Conflict):
    code = "messages.not_suggested"


class OtherWalls(Conflict):
    code = "messages.other_walls"


class SamePlace(Conflict):
    code = "messages.same_place"


@transaction.atomic
def join_contacts(*, keep_id: int, other_id: int, by: Actor, now: datetime) -> Contact:
    """Take two contacts for one person, as it was suggested: all of the other's identities move to the one kept.

    Raises NotFound, NotAllowed, NotSuggested, OtherWalls.
    """
    lock_messages(by.workspace_id)
    keep, wall_id = _suggested(keep_id, other_id, by=by)
    moved = Identity.objects.filter(contact_id=other_id).select_for_update().order_by("id")
    before = {str(pk): other_id for pk in moved.values_list("pk", flat=True)}
    _move(before, dict.fromkeys(before, keep_id), by=by, now=now, wall_id=wall_id)
    audit.record(
        JOINED, by=by, at=now, subject_kind="contact", subject_id=keep_id, before=before,
        after=dict.fromkeys(before, keep_id), wall_id=wall_id,
    )  # fmt: skip
    return keep


@transaction.atomic
def keep_apart(*, contact_id: int, other_id: int, by: Actor, now: datetime) -> Contact:
    """These are not the same person: it is never suggested again. Raises NotFound, NotAllowed, NotSuggested, OtherWalls."""
    lock_messages(by.workspace_id)
    contact, wall_id = _suggested(contact_id, other_id, by=by)
    pairs = [
        sorted((one, other))
        for one in Identity.objects.filter(contact_id=contact_id).order_by("id").values_list("pk", flat=True)
        for other in Identity.objects.filter(contact_id=other_id).order_by("id").values_list("pk", flat=True)
    ]
    _refuse(pairs, by=by, now=now)
    audit.record(
        APART, by=by, at=now, subject_kind="contact", subject_id=contact_id, after={"pairs": pairs}, wall_id=wall_id
    )  # fmt: skip
    return contact


def _suggested(contact_id: int, other_id: int, *, by: Actor) -> tuple[Contact, int | None]:
    """The contact, and the wall behind which it is written down that it has to do with the other."""
    contact = queries.contact(by, contact_id)
    if contact is None or queries.contact(by, other_id) is None:
        raise NotFound("There is no such contact.")
    identities = list(queries.identities_of(by, contact))
    here = same_person.spots(by, [one.pk for one in identities])
    if not policies.can_join(by, [account_id for _, account_id, _ in here]):
        raise NotAllowed("Only who may answer them says whether two are one person.")
    found = [one for one in same_person.suggestions(by, identities) if one.contact_id == other_id]
    if not found:
        raise NotSuggested("It does not look as if these two were one person any more. Look at them again.")
    there = same_person.spots(by, [one.pk for one in found[0].identities])
    return contact, _common_wall(here, there, by=by)


def _common_wall(here: Collection[Spot], there: Collection[Spot], *, by: Actor) -> int | None:
    """Who reads of it must be able to see both. Nothing is asked of what the actor does not see."""
    one, other = ({wall_id for _, _, wall_id in spots} for spots in (here, there))
    if None in one and None in other:
        return None
    common = (other if None in one else one if None in other else one & other) - {None}
    if not common:
        raise OtherWalls("Each of them stands behind another wall, so they stay two.")
    return min(wall_id for wall_id in common if wall_id is not None)


def _move(
    before: Mapping[str, int],
    after: Mapping[str, int],
    *,
    by: Actor,
    now: datetime,
    wall_id: int | None,
    apart: bool = False,
) -> None:
    """Give identities, with all that was said by them and to them, to other contacts. Under the lock of messages."""
    rows = Identity.objects.filter(workspace_id=by.workspace_id, pk__in=[int(pk) for pk in before])
    moving = [(one, before[str(one.pk)], after[str(one.pk)]) for one in rows.select_for_update().order_by("id")]
    for one, from_id, to_id in moving:
        there = Identity.objects.filter(contact_id=to_id, network=one.network, host=one.host).exclude(pk=one.pk)
        if there.exists():
            raise SamePlace("One of them has another profile on the same network by now, so they stay as they are.")
        # One contact has one identity at each place: what was said there is all of this one's.
        said = Message.objects.filter(contact_id=from_id, network=one.network, host=one.host)
        said.update(contact_id=to_id)
        Identity.objects.filter(pk=one.pk).update(contact_id=to_id)
    for from_id, to_id in sorted({(from_id, to_id) for _, from_id, to_id in moving}):
        _seen_again(to_id)
        _seen_again(from_id)
        publish(ContactsJoined(from_id=from_id, to_id=to_id, apart=apart, wall_id=wall_id), by=by, at=now)


def _seen_again(contact_id: int) -> None:
    """When they were first and last heard, by what they said; as it was for who is left without anything."""
    said = Message.objects.filter(contact_id=contact_id, direction=Direction.IN)
    seen = said.aggregate(first_seen_at=Min("sent_at"), last_seen_at=Max("sent_at"))
    if seen["first_seen_at"] is not None:
        Contact.objects.filter(pk=contact_id).update(**seen)


def _refuse(pairs: Collection[Collection[int]], *, by: Actor, now: datetime) -> None:
    KeptApart.objects.bulk_create(
        [
            KeptApart(workspace_id=by.workspace_id, one_id=one, other_id=other, by_id=by.member_id, at=now)
            for one, other in pairs
        ],
        ignore_conflicts=True,
    )


# Back again


def _may_part(by: Actor, entry: AuditEntry) -> bool:
    """Who may answer what the moved ones wrote, and what those wrote with whom they stand, or are to stand."""
    moved = {int(pk) for pk in values(entry)}
    concerned = {*_contacts(entry.before), *_contacts(entry.after), *_standing(entry).values()}
    beside = Identity.objects.filter(workspace_id=by.workspace_id, contact_id__in=concerned).exclude(pk__in=moved)
    seen = same_person.spots(by, [*moved, *beside.values_list("pk", flat=True)])
    groups = ([one[1] for one in seen if one[0] in moved], [one[1] for one in seen if one[0] not in moved])
    return all(policies.can_join(by, accounts) for accounts in groups)


def _contacts(stood: Any) -> set[int]:
    return set(stood.values()) if isinstance(stood, dict) else set()


def _standing(entry: AuditEntry) -> dict[str, int]:
    rows = Identity.objects.filter(workspace_id=entry.workspace_id or 0, pk__in=[int(pk) for pk in values(entry)])
    return {str(pk): contact_id for pk, contact_id in rows.values_list("pk", "contact_id")}


@way_back(JOINED, PARTED, may=_may_part, stands=_standing)
def _put_back(entry: AuditEntry, wanted: dict[str, int], by: Actor, now: datetime) -> None:
    lock_messages(by.workspace_id)
    stands, apart = _standing(entry), entry.action == JOINED
    _move(stands, wanted, by=by, now=now, wall_id=entry.wall_id, apart=apart)
    audit.record(
        PARTED if apart else JOINED, by=by, at=now, subject_kind="contact", subject_id=entry.subject_id,
        before=stands, after=wanted, wall_id=entry.wall_id,
    )  # fmt: skip


def _may_decide(by: Actor, entry: AuditEntry) -> bool:
    pairs = values(entry)["pairs"]
    ids = {pk for pair in pairs for pk in pair}
    seen = same_person.spots(by, ids)
    return any(all(policies.can_join(by, [one[1] for one in seen if one[0] == pk]) for pk in pair) for pair in pairs)


def _refused(entry: AuditEntry) -> dict[str, Any] | None:
    return values(entry) if _of(entry).exists() else None


def _of(entry: AuditEntry) -> Any:
    wanted = Q(pk__in=[])
    for one, other in values(entry)["pairs"]:
        wanted |= Q(one_id=one, other_id=other)
    return KeptApart.objects.filter(wanted, workspace_id=entry.workspace_id or 0)


@way_back(APART, may=_may_decide, stands=_refused)
def _suggest_again(entry: AuditEntry, wanted: None, by: Actor, now: datetime) -> None:
    lock_messages(by.workspace_id)
    _of(entry).delete()
    audit.record(
        MAYBE, by=by, at=now, subject_kind="contact", subject_id=entry.subject_id, before=values(entry),
        wall_id=entry.wall_id,
    )  # fmt: skip


@way_back(MAYBE, may=_may_decide, stands=_refused)
def _refuse_again(entry: AuditEntry, wanted: dict[str, Any], by: Actor, now: datetime) -> None:
    lock_messages(by.workspace_id)
    _refuse(wanted["pairs"], by=by, now=now)
    audit.record(
        APART, by=by, at=now, subject_kind="contact", subject_id=entry.subject_id, after=wanted, wall_id=entry.wall_id
    )  # fmt: skip
