"""Who may be the same person on another network: looked up when a contact is opened, out of what the reader may see."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from crossdesk.kit.actor import Actor
from crossdesk.messages import likeness, policies
from crossdesk.messages.enums import Direction, Likeness, Strength
from crossdesk.messages.models import Identity, KeptApart, NamedAddress
from crossdesk.messages.queries import visible_to

MOST: Final = 5
MOST_LOOKED_AT: Final = 50
USUAL: Final = 3  # so many others of a name or a handle without a place: it says nothing

Spot = tuple[int, int, int | None]  # identity, account, wall


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A contact who may be the same person. identities: those of theirs that the reader may see."""

    contact_id: int
    identities: Sequence[Identity]
    likeness: Likeness

    @property
    def strength(self) -> Strength:
        """How much it says."""
        return likeness.STRENGTHS[self.likeness]


def spots(actor: Actor, identity_ids: Collection[int]) -> list[Spot]:
    """On which accounts, and behind which walls, the actor sees something of these identities. One query."""
    rows = visible_to(actor).filter(identity_id__in=identity_ids, direction=Direction.IN).order_by()
    return [
        (identity_id, account_id, wall_id)
        for identity_id, account_id, wall_id in rows.values_list("identity_id", "account_id", "wall_id").distinct()
        if identity_id is not None
    ]


def suggestions(actor: Actor, identities: Sequence[Identity]) -> list[Suggestion]:
    """Other contacts that may be this person, the likeliest first; the same for any number of them.

    identities: the contact's of whom the actor may see something, in the order of `queries.identities_of`. Nothing for who may not join them, or what
    somebody has refused. One query, and at most four more for who may join.
    """
    mine = [account_id for _, account_id, _ in spots(actor, [one.pk for one in identities])]
    if not identities or not policies.can_join(actor, mine):
        return []
    looked_up = _looked_up(actor.workspace_id, identities)
    shown = _shown(actor, identities[0].contact_id, {one.contact_id for one in looked_up})
    usual_handles = _usual(likeness.telling_handle(one) for one in looked_up)
    usual_names = _usual(likeness.telling_name(one) for one in looked_up)
    reasons: dict[int, list[Likeness]] = {}
    for other in shown:
        for one in identities:
            why = likeness.compare(one, other, usual_handles=usual_handles, usual_names=usual_names)
            if why is not None:
                reasons.setdefault(other.contact_id, []).append(why)
    found = {contact_id: min(whys, key=likeness.ORDER.index) for contact_id, whys in reasons.items()}
    ranked = sorted(found.items(), key=lambda item: (likeness.ORDER.index(item[1]), item[0]))
    return [
        Suggestion(contact_id, [one for one in shown if one.contact_id == contact_id], why)
        for contact_id, why in ranked[:MOST]
    ]


def _usual(values: Iterable[str]) -> frozenset[str]:
    return frozenset(value for value, times in Counter(values).items() if value and times > USUAL)


def _looked_up(workspace_id: int, identities: Sequence[Identity]) -> list[Identity]:
    """Identities of others that share an address, a handle or a name with these, or name one. Three queries."""
    rows = Identity.objects.filter(workspace_id=workspace_id).exclude(contact_id=identities[0].contact_id)
    rows = rows.alias(by_handle=Lower("handle"), by_name=Lower("name"), by_page=Lower("url")).order_by("-id")
    own = {address for one in identities for address in likeness.addresses(one)}
    anywhere = own | {address for one in identities for address in likeness.named(one)}
    handles = {likeness.telling_handle(one) for one in identities} - {""}
    names = {name for one in identities if likeness.telling_name(one) for name in _lowered(one.name)}
    naming = NamedAddress.objects.filter(workspace_id=workspace_id, address__in=own).values("identity_id")
    found: dict[int, Identity] = {}
    for wanted in (_at(anywhere, handles), Q(by_name__in=names), Q(pk__in=naming)):
        found |= {one.pk: one for one in rows.filter(wanted)[:MOST_LOOKED_AT]}
    return list(found.values())


def _at(addresses: Collection[str], handles: Collection[str]) -> Q:
    """Who is at one of these addresses, or has one of these handles. Each part has its index."""
    pages = {one.partition("/") for one in addresses if "/" in one}
    starts = ("https://", "http://", "https://www.", "http://www.")
    wanted = Q(by_handle__in={*addresses, *handles}) | Q(
        by_page__in=[f"{start}{''.join(page)}{end}" for page in pages for start in starts for end in ("", "/")]
    )
    for local, at, place in (one.partition("@") for one in addresses):
        if at and "/" not in local:
            wanted |= Q(by_handle=local, host__in=[place, f"https://{place}", f"http://{place}"])
    return wanted


def _lowered(name: str) -> set[str]:
    """The name as each database writes it in small letters: SQLite knows only those from A to Z."""
    return {name.lower(), "".join(sign.lower() if sign.isascii() else sign for sign in name)}


def _shown(actor: Actor, contact_id: int, others: Collection[int]) -> list[Identity]:
    """Identities of these contacts that the actor may see and join with this contact. One query."""
    heard = visible_to(actor).filter(identity=OuterRef("pk"), contact=OuterRef("contact"), direction=Direction.IN)
    own_places = Identity.objects.filter(
        contact_id=contact_id, network=OuterRef("network"), host=OuterRef("host")
    )  # fmt: skip
    beside = Identity.objects.filter(Exists(own_places), contact=OuterRef("contact"))
    refused = KeptApart.objects.filter(
        Q(one__contact_id=contact_id, other__contact=OuterRef("contact"))
        | Q(other__contact_id=contact_id, one__contact=OuterRef("contact"))
    )
    rows: QuerySet[Identity] = Identity.objects.filter(
        Exists(heard), ~Exists(beside), ~Exists(refused), workspace_id=actor.workspace_id, contact_id__in=others
    )
    if not actor.sees_all_accounts:
        theirs = visible_to(actor).filter(
            contact=OuterRef("contact"), direction=Direction.IN, account_id__in=actor.account_ids("respond")
        )
        rows = rows.filter(Exists(theirs))
    return list(rows.order_by("network", "host", "id"))
