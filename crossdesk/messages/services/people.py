"""Contacts and identities of a batch: looked up once, written once."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from crossdesk.channels.ports import Profile
from crossdesk.journal import bulk
from crossdesk.journal.among import many
from crossdesk.kit.text import clipped, storable
from crossdesk.messages.models import Contact, Identity
from crossdesk.messages.services.naming import keep_named
from crossdesk.messages.services.place import Place

_SEEN = "UPDATE messages_contact SET last_seen_at = %s WHERE id = %s AND last_seen_at < %s"
_NAMING = ("handle", "url", "bio")
_SHOWN = ("handle", "name", "url", "avatar_url", "bio", "followers")


class People:
    """Who said what in a batch. New people get an unsaved contact and identity until `write`."""

    def __init__(self, place: Place, external_ids: Collection[str]) -> None:
        self._place = place
        rows = bulk.load(place.identities().filter(external_id__among=many(external_ids)))
        contacts = bulk.load(Contact.objects.filter(pk__among=many({row.contact_id for row in rows})))
        by_id = {contact.pk: contact for contact in contacts}
        for row in rows:
            row.contact = by_id[row.contact_id]
        self._known = {row.external_id: row for row in rows}
        self._new: list[Identity] = []
        self._changed: dict[int, Identity] = {}
        self._said_anew: set[int] = set()  # whose addresses or bio changed
        self._seen: dict[int, datetime] = {}

    def find(self, external_id: str) -> Identity | None:
        """The identity, where it is known already."""
        return self._known.get(external_id)

    def meet(self, profile: Profile, *, at: datetime) -> Identity:
        """The identity of somebody who said something at this moment."""
        identity = self._known.get(profile.external_id)
        if identity is None:
            identity = self._stranger(profile, at)
        else:
            self._look_again(identity, profile)
        contact = identity.contact
        if at > contact.last_seen_at:
            contact.last_seen_at = at
            if contact.pk:
                self._seen[contact.pk] = at
        return identity

    def _stranger(self, profile: Profile, at: datetime) -> Identity:
        workspace_id = self._place.workspace_id
        name = clipped(profile.name or profile.handle, 200)
        contact = bulk.made(Contact, workspace_id=workspace_id, name=name, first_seen_at=at, last_seen_at=at)
        identity = bulk.made(
            Identity,
            workspace_id=workspace_id,
            contact=contact,
            network=self._place.network,
            host=self._place.host,
            external_id=profile.external_id,
            **shown(profile),
        )
        self._known[profile.external_id] = identity
        self._new.append(identity)
        return identity

    def _look_again(self, identity: Identity, profile: Profile) -> None:
        now = shown(profile)
        if any(value and getattr(identity, name) != value for name, value in now.items()):
            if identity.contact.name == identity.name and now["name"]:
                identity.contact.name = str(now["name"])
            if identity.pk and any(now[name] and getattr(identity, name) != now[name] for name in _NAMING):
                self._said_anew.add(identity.pk)
            for name, value in now.items():
                if value:
                    setattr(identity, name, value)
            if identity.pk:
                self._changed[identity.pk] = identity

    def write(self) -> None:
        """Save who is new and what changed. Identities and contacts have their ids afterwards."""
        bulk.insert([identity.contact for identity in self._new])
        bulk.insert(self._new)
        keep_named(self._new, [one for one in self._changed.values() if one.pk in self._said_anew])
        if self._changed:
            changed = sorted(self._changed.values(), key=lambda identity: identity.pk)
            Identity.objects.bulk_update(changed, _SHOWN, batch_size=100)
            Contact.objects.bulk_update([identity.contact for identity in changed], ["name"], batch_size=100)
        if self._seen:
            moment = connection.ops.adapt_datetimefield_value
            rows = [(moment(at), pk, moment(at)) for pk, at in sorted(self._seen.items())]
            with connection.cursor() as cursor:
                cursor.executemany(_SEEN, rows)


def shown(profile: Profile) -> dict[str, str | int | None]:
    """What an identity shows of a profile, cut to what fits."""
    return {
        "handle": clipped(profile.handle, 200),
        "name": clipped(profile.name, 200),
        "url": clipped(profile.url, 500),
        "avatar_url": clipped(profile.avatar_url, 500),
        "bio": storable(profile.bio),
        "followers": profile.followers,
    }
