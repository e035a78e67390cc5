"""All that must be known before a batch is applied, looked up in a few statements under the lock."""

from collections.abc import Collection, Sequence
from datetime import datetime

from crossdesk.channels import services as channels
from crossdesk.channels.models import Account
from crossdesk.channels.ports import Said
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.kit.text import clipped
from crossdesk.messages.enums import Visibility
from crossdesk.messages.models import Message, Sighting
from crossdesk.messages.services.heard import Heard
from crossdesk.messages.services.people import People
from crossdesk.messages.services.place import Place, place_of


class Known:
    """What the database holds of a batch. messages grows as the batch is applied."""

    def __init__(self, account: Account, heard: Sequence[Heard], *, now: datetime) -> None:
        self.account, self.now = account, now
        self.place: Place = place_of(account)
        said = [one.event for one in heard if isinstance(one.event, Said)]
        ids = {one.event.external_id for one in heard}
        around = {each for event in said for each in (event.parent_external_id, event.root_external_id) if each}
        rows = self.place.messages().filter(external_id__among=many(ids | around))
        self.messages: dict[str, Message] = {row.external_id: row for row in bulk.load(rows)}
        self.own = self._own_accounts()
        self.people = People(self.place, {event.author.external_id for event in said} - set(self.own))
        self._meet_people(said)
        self.sighted = self._sighted_already()
        self.early = dict(
            self.place.early_deletions().filter(external_id__among=many(ids)).values_list("external_id", "at")
        )
        self.outbox = self._outbox_of(said)
        self.private_walls = self._private_walls(said)

    def own_account(self, said: Said) -> Account | None:
        """The account of ours that said it, whoever of us saw it. None: somebody else did."""
        return self.own.get(said.author.external_id, self.account if said.ours else None)

    def _own_accounts(self) -> dict[str, Account]:
        place = self.place
        rows = Account.objects.filter(workspace_id=place.workspace_id, network=place.network, host=place.host)
        return {row.external_id: row for row in rows}

    def _meet_people(self, said: Sequence[Said]) -> None:
        """Who says something new has a contact and an identity with ids before the messages are made."""
        for event in said:
            if event.external_id not in self.messages and self.own_account(event) is None:
                self.people.meet(event.author, at=event.sent_at)
        self.people.write()

    def _sighted_already(self) -> set[str]:
        known = {message.pk: external_id for external_id, message in self.messages.items()}
        rows = Sighting.objects.filter(message_id__among=many(known), account=self.account)
        return {known[pk] for pk in rows.values_list("message_id", flat=True)}

    def _outbox_of(self, said: Sequence[Said]) -> dict[str, int]:
        """Outbox rows of our own posts among these; lost rows are settled by them."""
        held = self.messages
        posts = [
            channels.OwnPost(
                external_id=event.external_id,
                text=event.text,
                sent_at=event.sent_at,
                in_reply_to=event.parent_external_id,
                permalink=clipped(event.permalink, 500),
                idempotency_key=event.idempotency_key,
            )
            for event in said
            if event.ours and (event.external_id not in held or held[event.external_id].outbox_id is None)
        ]
        if not posts:
            return {}
        return dict(channels.match_own_posts(account_id=self.account.pk, posts=posts, now=self.now))

    def _private_walls(self, said: Sequence[Said]) -> dict[int, int]:
        """By contact: the wall in which their latest direct message to this account stands."""
        found = [self.people.find(e.author.external_id) for e in said if e.visibility == "direct"]
        contacts = {identity.contact_id for identity in found if identity is not None}
        if not contacts:
            return {}
        latest: dict[int, int | None] = {}
        rows = Message.objects.filter(contact_id__in=contacts, account=self.account, visibility=Visibility.DIRECT)
        for contact_id, wall_id in rows.order_by("sent_at", "id").values_list("contact_id", "wall_id"):
            if contact_id is not None:
                latest[contact_id] = wall_id
        return {contact_id: wall_id for contact_id, wall_id in latest.items() if wall_id is not None}


@channels.knows
def held(account: Account, external_ids: Collection[str]) -> set[str]:
    """Which of these messages we hold, seen from the account's place."""
    rows = place_of(account).messages().filter(external_id__among=many(external_ids))
    return set(rows.values_list("external_id", flat=True))
